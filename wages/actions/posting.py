"""Holding what a client wants to post against the wage floor of the market."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tasks.actions import NewTask
from tasks.rules import hourly_cents
from wages import queries, rules
from wages.models import MarketFloor


class PayIsBelowTheFloor(Exception):
    """This pays less per hour than the wage floor of this market. Raise the pay or the estimate."""

    def __init__(self, cents: int, floor: rules.Floor) -> None:
        self.expected = rules.ExpectedPay(cents, floor=floor)
        self.facts = {
            "hourly_cents": cents,
            "floor_cents": floor.amount_cents,
            "floor_country": floor.country,
            "floor_source": floor.source,
            "floor_as_of": floor.as_of.isoformat(),
        }
        super().__init__()


class LowPayNeedsAYes(PayIsBelowTheFloor):
    """This pays less per hour than the wage floor of this market. Confirm that you mean it."""


def check_pay(news: Iterable[NewTask], *, accepts_low_pay: bool, now: datetime) -> None:
    """Let tasks be posted at or above the floor; below it as the operator chose.

    The lowest pay per hour among them counts; where workers name a price, it is the budget's.
    Raises PayIsBelowTheFloor, or LowPayNeedsAYes when the client may confirm it.
    """
    chosen = queries.market_floor(now)
    if chosen is None or not chosen.country:
        return
    floor = queries.floor_of(chosen.country, now)
    lowest = min((hourly_cents(n.pay_cents, n.estimate_seconds) for n in news), default=None)
    if floor is None or lowest is None or not rules.is_below(lowest, floor):
        return
    if chosen.response == MarketFloor.Response.REFUSE:
        raise PayIsBelowTheFloor(lowest, floor)
    if not accepts_low_pay:
        raise LowPayNeedsAYes(lowest, floor)
