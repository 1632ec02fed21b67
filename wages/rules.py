"""Pay per hour against a wage floor, and the three wages of a worker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FEWEST_WORKERS = 5  # below this a median would tell about single people


@dataclass(frozen=True, slots=True)
class Floor:
    """A minimum wage as a dated fact: cents per hour, where and when it holds, and who says so."""

    country: str
    amount_cents: int
    currency: str
    source: str
    grade: str
    as_of: date
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class ExpectedPay:
    """Pay per hour in cents, what it was worked out from, and the floor it is held against.

    `basis` is "estimate" (the client's time estimate) or "measured" (the median of approved work of
    the same batch, of `worker_count` workers).
    """

    hourly_cents: int
    basis: str = "estimate"
    worker_count: int = 0
    floor: Floor | None = None

    @property
    def is_measured(self) -> bool:
        return self.basis == "measured"

    @property
    def is_below(self) -> bool:
        return is_below(self.hourly_cents, self.floor)


def is_below(hourly_cents: int, floor: Floor | None) -> bool:
    """True when there is a floor and this is less. Exactly the floor is enough."""
    return floor is not None and hourly_cents < floor.amount_cents


def in_force(floors: Iterable[Floor], on: date) -> Floor | None:
    """The floor that holds on a day: of those begun and not ended, the one that began last.

    A floor without a first day has always held. Of two with the same first day the later in the
    list wins: that is how a mistake is mended.
    """
    found = None
    for floor in floors:
        if not (floor.valid_from or date.min) <= on <= (floor.valid_to or date.max):
            continue
        if found is None or (floor.valid_from or date.min) >= (found.valid_from or date.min):
            found = floor
    return found


# --- the three wages ------------------------------------------------------------------------------
BEAT_SECONDS = 30  # how often an open page says that it is looked at
LONGEST_GAP_SECONDS = (
    75  # a longer silence is not counted: the page was closed, or the machine slept
)


def counted_seconds(since_last_beat: float | None) -> int:
    """What one beat adds, in whole seconds: the time since the beat before, unless that was long ago."""
    if since_last_beat is None or not 0 < since_last_beat <= LONGEST_GAP_SECONDS:
        return 0
    return round(since_last_beat)


@dataclass(frozen=True, slots=True)
class Work:
    """One settled piece of work: when, its pay (0 when it was refused, returned or expired), and the
    seconds it took; None when nobody knows."""

    settled_on: date
    pay_cents: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Spent:
    """Time and costs on one day beside the work itself."""

    day: date
    seconds: int
    cost_cents: int


@dataclass(frozen=True, slots=True)
class Wages:
    """Cents per hour in three ways; None where there is nothing to divide by: "no data", never zero.

    `per_paid_hour` counts the time of paid work only, `per_hour` all time, `net_per_hour` all time
    and the costs. While no time beside paid work was written down, all time is not known either, so
    the last two stay empty instead of repeating the first. `left_out` is how many paid pieces of work have no known time; their pay is in none
    of the three, for pay without hours would make every wage look higher.
    """

    money_cents: int
    paid_seconds: int
    unpaid_seconds: int
    cost_cents: int
    left_out: int

    @property
    def per_paid_hour(self) -> int | None:
        return self.over(self.money_cents, self.paid_seconds) if self.paid_seconds else None

    @property
    def per_hour(self) -> int | None:
        return self.over(self.money_cents, self.all_seconds) if self.unpaid_seconds else None

    @property
    def net_per_hour(self) -> int | None:
        net_cents = self.money_cents - self.cost_cents
        return self.over(net_cents, self.all_seconds) if self.unpaid_seconds else None

    @property
    def all_seconds(self) -> int:
        return self.paid_seconds + self.unpaid_seconds

    @staticmethod
    def over(cents: int, seconds: int) -> int:
        return cents * 3600 // seconds


def three_wages(works: Iterable[Work], spent: Iterable[Spent]) -> Wages:
    """Work counts in full when it is settled, other time and costs on their day."""
    works, spent = list(works), list(spent)
    paid = [work for work in works if work.pay_cents and work.seconds]
    return Wages(
        money_cents=sum(work.pay_cents for work in paid),
        paid_seconds=sum(work.seconds or 0 for work in paid),
        unpaid_seconds=sum(work.seconds or 0 for work in works if not work.pay_cents)
        + sum(entry.seconds for entry in spent),
        cost_cents=sum(entry.cost_cents for entry in spent),
        left_out=sum(1 for work in works if work.pay_cents and not work.seconds),
    )


def by_week(
    works: Iterable[Work], spent: Iterable[Spent], last_day: date, weeks: int
) -> list[tuple[date, Wages]]:
    """The three wages of each of the last weeks, the oldest first, by their Mondays."""
    works, spent = list(works), list(spent)
    monday = last_day - timedelta(days=last_day.weekday())
    mondays = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    return [
        (
            first,
            three_wages(
                (w for w in works if first <= w.settled_on < first + timedelta(days=7)),
                (s for s in spent if first <= s.day < first + timedelta(days=7)),
            ),
        )
        for first in mondays
    ]
