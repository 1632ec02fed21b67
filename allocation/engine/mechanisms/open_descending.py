"""Open descending: bids are seen by all, each must be lower, and a late bid extends the closing."""

from collections.abc import Mapping

from allocation.engine.card import Card, Parameter, Traits
from allocation.engine.contract import Case, Decision, Outcome
from allocation.engine.ranking import (
    award_in_order,
    is_before_closing,
    rank,
    standing_bids,
)

DECREMENT = Parameter(
    "minimum_decrement_cents",
    50,
    1,
    1_000_000,
    "cents",
    "A new bid must be lower by at least this.",
    is_whole=True,
    shows_in_a_case=False,
)
SOFT_CLOSE = Parameter(
    "soft_close_seconds",
    120,
    0,
    86_400,
    "seconds",
    "Every bid leaves at least this long to answer it.",
    shows_in_a_case=False,
)


def decide(case: Case) -> Decision:
    """At closing, the lowest standing bids win and are paid what they asked.

    Everybody sees the standing bids and may go lower until closing. Of two equal bids the earlier
    received wins. Also called a reverse English auction.

    Source: Cassady 1967; Roth and Ockenfels 2002 for the soft close against last-second bids.
    Workers who can follow the bidding tend to win; workers who bid once and leave tend to lose.
    """
    ordered = sorted(standing_bids(case), key=lambda c: (c.ask_cents, c.received))
    if is_before_closing(case):
        ranking = rank(case, ordered, [Outcome.WAITING] * len(ordered))
        return Decision(ranking=ranking, decide_again_at=case.closes_at)
    return award_in_order(case, ordered, [c.ask_cents or 0 for c in ordered])


def closing_time_after_bid(
    parameters: Mapping[str, float], closes_at: float, bid_at: float
) -> float:
    """The closing time (epoch seconds) once a bid came in: never earlier than it was.

    A bid within `soft_close_seconds` of closing moves the closing to that long after the bid.
    """
    pause = parameters.get(SOFT_CLOSE.name, SOFT_CLOSE.default)
    return max(closes_at, bid_at + pause)


def highest_allowed_ask(case: Case) -> int:
    """The most that a new bid may ask now, in cents; below the floor nobody can bid any more.

    With k free slots it must undercut the k-th lowest standing bid by `minimum_decrement_cents`;
    while slots are unclaimed the budget is the limit.
    """
    asks = sorted(c.ask_cents or 0 for c in standing_bids(case))
    slots = len(case.free_slots)
    if not slots or len(asks) < slots:
        return case.pay_cents
    decrement = case.parameters.get(DECREMENT.name, DECREMENT.default)
    return min(case.pay_cents, asks[slots - 1] - int(decrement))


CARD = Card(
    slug="open_descending",
    name="Open bidding, lowest wins",
    explanation="Workers see each other's prices, not names, and may go lower until closing. The "
    "lowest wins and is paid that price. A late bid gives the others time to answer.",
    family="auction",
    decide=decide,
    traits=Traits(entry="bid", decides="at_closing", uses_price=True),
    sources=(
        "R. Cassady (1967), Auctions and Auctioneering",
        "A. Roth and A. Ockenfels (2002), Last-Minute Bidding and the Rules for Ending "
        "Second-Price Auctions",
        "Y. Hong, C. Wang, P. Pavlou (2016), Comparing Open and Sealed Bid Auctions",
    ),
    tie_rule="Of two equal bids the earlier wins.",
    tends_to_win="Workers with low costs who can follow the bidding until the end.",
    tends_to_lose="Workers who bid once and go back to work.",
    parameters=(DECREMENT, SOFT_CLOSE),
)
