"""Sealed first price: the lowest sealed bid wins and is paid what it asked."""

from allocation.engine.card import Card, Traits
from allocation.engine.contract import Case, Decision
from allocation.engine.ranking import (
    award_in_order,
    decide_at_closing,
    is_before_closing,
    standing_bids,
)


def decide(case: Case) -> Decision:
    """At closing, the lowest bids between floor and budget win; each is paid its own ask.

    Of two equal bids the earlier received wins. Also called a first-price reverse auction or
    pay-as-bid tender.

    Source: Vickrey 1961; with n costs drawn from U[0,1] the expected price is 2/(n+1).
    Workers with low costs who guess their rivals well tend to win; careful newcomers tend to lose.
    """
    if is_before_closing(case):
        return decide_at_closing(case)
    ordered = sorted(standing_bids(case), key=lambda c: (c.ask_cents, c.received))
    return award_in_order(case, ordered, [c.ask_cents or 0 for c in ordered])


CARD = Card(
    slug="sealed_first_price",
    name="Sealed bids, lowest wins",
    explanation="Workers name a price that nobody else sees. At closing the lowest wins and is "
    "paid the price it named.",
    family="auction",
    decide=decide,
    traits=Traits(entry="bid", decides="at_closing", sealed=True, uses_price=True),
    sources=(
        "W. Vickrey (1961), Counterspeculation, Auctions, and Competitive Sealed Tenders",
        "V. Krishna, Auction Theory, chapter 2",
    ),
    tie_rule="Of two equal bids the earlier wins.",
    tends_to_win="Workers with low costs, or who are used to guessing what others ask.",
    tends_to_lose="Newcomers who ask their real cost plus a fair margin, and so guess too high.",
)
