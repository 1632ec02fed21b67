"""Sealed second price: the lowest sealed bid wins and is paid the lowest losing bid."""

from allocation.engine.card import Card, Traits
from allocation.engine.contract import Case, Decision
from allocation.engine.ranking import (
    award_in_order,
    decide_at_closing,
    is_before_closing,
    standing_bids,
)


def decide(case: Case) -> Decision:
    """At closing, the lowest bids between floor and budget win; each is paid the lowest losing bid.

    Without a losing bid the pay is the budget, so asking one's real cost is never a mistake. Of two
    equal bids the earlier received wins. Also called a Vickrey auction.

    Source: Vickrey 1961; with n costs drawn from U[0,1] the expected price is 2/(n+1).
    Workers with low costs tend to win, and honest bidding costs them nothing; workers with high
    costs tend to lose.
    """
    if is_before_closing(case):
        return decide_at_closing(case)
    ordered = sorted(standing_bids(case), key=lambda c: (c.ask_cents, c.received))
    slots = len(case.free_slots)
    price = ordered[slots].ask_cents or 0 if len(ordered) > slots else case.pay_cents
    return award_in_order(case, ordered, [price] * len(ordered))


CARD = Card(
    slug="sealed_second_price",
    name="Sealed bids, honest price",
    explanation="Workers name a price that nobody else sees. The lowest wins and is paid the next "
    "lowest price, so nobody gains by asking more or less than the work costs them.",
    family="auction",
    decide=decide,
    traits=Traits(entry="bid", decides="at_closing", sealed=True, uses_price=True),
    sources=(
        "W. Vickrey (1961), Counterspeculation, Auctions, and Competitive Sealed Tenders",
        "V. Krishna, Auction Theory, chapter 2",
    ),
    tie_rule="Of two equal bids the earlier wins.",
    tends_to_win="Workers with low costs, also when they know nothing about their rivals.",
    tends_to_lose="Workers with high costs; clients with few bidders, who pay up to the budget.",
)
