"""Hours that are paid, fees that are owed for cancelling, and the wall clock of a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """Cancelled less than so many hours before the start, so many per cent of the pay are owed."""

    hours: int
    percent: int


# What a client may choose between. The closer the start, the more is owed.
SCHEDULES: dict[str, tuple[Step, ...]] = {
    "none": (),
    "half_day": (Step(24, 50),),
    "stepped": (Step(72, 25), Step(24, 50), Step(4, 100)),
    "full": (Step(24, 100),),
}


def length(starts_at: datetime, ends_at: datetime) -> timedelta:
    """How long it really takes, also when the clocks are changed in between."""
    return ends_at.astimezone(UTC) - starts_at.astimezone(UTC)


def paid_seconds(
    starts_at: datetime, ends_at: datetime, break_minutes: int, minimum_paid_minutes: int
) -> int:
    """The time that is paid: without the break, but never less than the minimum."""
    worked = length(starts_at, ends_at) - timedelta(minutes=break_minutes)
    return max(int(worked.total_seconds()), minimum_paid_minutes * 60)


def cancellation_percent(steps: Iterable[Step], notice: timedelta) -> int:
    """The highest step that the notice is too short for; 0 when it is long enough for all."""
    owed = (step.percent for step in steps if notice < timedelta(hours=step.hours))
    return max(owed, default=0)


def cancellation_cents(pay_cents: int, steps: Iterable[Step], notice: timedelta) -> int:
    """The fee for one place, rounded half up to the cent. Never more than the pay."""
    return (pay_cents * cancellation_percent(steps, notice) + 50) // 100


def is_a_schedule(steps: Sequence[Step]) -> bool:
    """Between 0 and 100 per cent, and never cheaper the closer the start."""
    ordered = sorted(steps, reverse=True)
    within = all(0 <= step.percent <= 100 and step.hours > 0 for step in steps)
    return within and all(
        a.percent <= b.percent for a, b in zip(ordered, ordered[1:], strict=False)
    )


def weekly(starts_at: datetime, weeks: int, zone: ZoneInfo) -> list[datetime]:
    """The same time on the clock of a place, week after week, whatever summer time does."""
    local = starts_at.astimezone(zone)
    return [(local + timedelta(weeks=week)).astimezone(UTC) for week in range(weeks)]
