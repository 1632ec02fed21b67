"""Uniform price: several slots, the lowest bids win, and every winner is paid the same."""

from allocation.engine.card import Card, Parameter, Traits
from allocation.engine.contract import Candidate, Case, Decision
from allocation.engine.ranking import (
    award_in_order,
    decide_at_closing,
    is_before_closing,
    parameter,
    standing_bids,
)

LOWEST_LOSING, HIGHEST_WINNING = 0, 1


def decide(case: Case) -> Decision:
    """At closing, the lowest bids win the k free slots and all get one price.

    The price is the lowest losing bid (the budget when there is none), or the highest winning bid
    where the version says so. Of two equal bids the earlier received wins.

    Source: Vickrey 1961 and Krishna chapter 12; with n costs from U[0,1] the lowest losing bid
    is (k+1)/(n+1) on average. Nobody is paid less than a colleague for the same work; workers with
    high costs tend to lose.
    """
    if is_before_closing(case):
        return decide_at_closing(case)
    ordered = sorted(standing_bids(case), key=lambda c: (c.ask_cents, c.received))
    return award_in_order(case, ordered, [price_cents(case, ordered)] * len(ordered))


def price_cents(case: Case, ordered: list[Candidate]) -> int:
    winners = min(len(case.free_slots), len(ordered))
    if winners and parameter(case, "price_rule", LOWEST_LOSING) == HIGHEST_WINNING:
        return ordered[winners - 1].ask_cents or 0
    return ordered[winners].ask_cents or 0 if len(ordered) > winners else case.pay_cents


CARD = Card(
    slug="uniform_price",
    name="One price for all places",
    explanation="Workers bid for several places, unseen by others. The lowest bids win and "
    "everybody who wins is paid the same price.",
    family="auction",
    decide=decide,
    traits=Traits(entry="bid", decides="at_closing", sealed=True, uses_price=True),
    sources=(
        "W. Vickrey (1961), Counterspeculation, Auctions, and Competitive Sealed Tenders",
        "V. Krishna, Auction Theory, chapter 12",
    ),
    tie_rule="Of two equal bids the earlier wins.",
    tends_to_win="Workers with low costs, who are paid more than they asked.",
    tends_to_lose="Workers whose costs are above the common price.",
    parameters=(
        Parameter(
            "price_rule",
            LOWEST_LOSING,
            0,
            1,
            "",
            "0: the lowest losing bid; 1: the highest winning bid.",
            is_whole=True,
        ),
    ),
)
