"""Pay per hour against a wage floor, and the three wages of a worker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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
