"""What may be published about people: no small number, and nothing that two figures give away.

1. A number of cases below five is "<5", none at all included.
2. Every other number is rounded down to a multiple of five. So a total less its parts, or today's
   figure less yesterday's, never leaves one person or one case.
3. A share is worked out from the two rounded numbers, and from nothing else.
4. A middle or a 95th of 100 is told when at least five lie on either side of it, in two figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

FEWEST = 5
FEW = f"<{FEWEST}"
EITHER_SIDE = 2 * FEWEST  # of a middle

Count = int | str


def counted(count: int) -> Count:
    """The number rounded down to a multiple of five, "<5" when that is none."""
    return count // FEWEST * FEWEST or FEW


def share(part: Count, whole: Count) -> float | None:
    """A share 0…1 of two counts that were rounded already; None when one of them is small."""
    if isinstance(part, str) or isinstance(whole, str):
        return None
    return round(min(1.0, part / whole), 3)


def quantile(value: float | None, count: int, at: float) -> float | None:
    """The value in two figures, or None when fewer than five cases lie below or above it."""
    if value is None or count * min(at, 1 - at) < FEWEST - 1e-9:
        return None
    return two_figures(value)


def two_figures(value: float) -> float:
    if not value:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - 1)
    return round(round(value / step) * step, 6)


def middle(values: Sequence[float]) -> float | None:
    """The median in two figures, of ten values or more."""
    ordered, n = sorted(values), len(values)
    if n < EITHER_SIDE:
        return None
    return two_figures((ordered[(n - 1) // 2] + ordered[n // 2]) / 2)


def gini(counts: Sequence[int]) -> float | None:
    """Σ (2i - n - 1) x_i / (n Σ x) in rising order: 0 is equal, near 1 is all to one person.

    None for fewer than ten people, or when there is nothing to share.
    """
    ordered, total, n = sorted(counts), sum(counts), len(counts)
    if n < EITHER_SIDE or total < FEWEST:
        return None
    return round(sum((2 * i - n - 1) * x for i, x in enumerate(ordered, 1)) / (n * total), 2)


@dataclass(frozen=True, slots=True)
class Filling:
    """The tasks of one mechanism that are no longer open, and how long they took to be full."""

    mechanism: str
    tasks: int
    taken: int
    slots: int
    filled: int
    p50_seconds: float | None
    p95_seconds: float | None


@dataclass(frozen=True, slots=True)
class Ended:
    """How the questions of one kind ended: `late` were decided after their time, or still wait."""

    kind: str
    asked: int
    decided: int
    overturned: int
    late: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What was counted for one group of people. Nothing of this is published as it is.

    `wages` has one row per worker: cents per paid hour, per hour, net per hour; None is no data.
    `first_awards` has the seconds from joining to the first award of workers who joined in the
    period, None for who still waits; `joined_long_ago` are those of them who joined at least a
    week before its end, and `within_a_week` those of these who had work within seven days.
    """

    fillings: tuple[Filling, ...]
    wages: tuple[tuple[int | None, int | None, int | None], ...]
    approved: int
    rejected: int
    judged_workers: int
    questions: tuple[Ended, ...]
    awards: tuple[int, ...]
    first_awards: tuple[float | None, ...]
    joined_long_ago: int
    within_a_week: int


def publish(facts: Facts) -> dict[str, object]:
    """The figures of one group as everybody may read them."""
    return {
        "mechanisms": [publish_filling(filling) for filling in facts.fillings],
        "wages": publish_wages(facts.wages),
        "verdicts": publish_verdicts(facts),
        "questions": [publish_ended(ended) for ended in facts.questions],
        "awards": {
            "workers": counted(len(facts.awards)),
            "awards": counted(sum(facts.awards)),
            "gini": gini(facts.awards),
        },
        "newcomers": publish_newcomers(facts),
    }


def publish_filling(filling: Filling) -> dict[str, object]:
    tasks, slots = counted(filling.tasks), counted(filling.slots)
    is_shown = tasks != FEW
    return {
        "mechanism": filling.mechanism,
        "tasks": tasks,
        "slots": slots if is_shown else FEW,
        "fill_share": share(counted(filling.taken), slots) if is_shown else None,
        "filled_tasks": counted(filling.filled),
        "fill_p50_seconds": quantile(filling.p50_seconds, filling.filled, 0.5),
        "fill_p95_seconds": quantile(filling.p95_seconds, filling.filled, 0.95),
    }


def publish_wages(wages: Sequence[tuple[int | None, int | None, int | None]]) -> dict[str, object]:
    names = ("per_paid_hour_cents", "per_hour_cents", "net_per_hour_cents")
    columns = [[row[n] for row in wages] for n in range(len(names))]
    known = [[value for value in column if value is not None] for column in columns]
    middles: dict[str, object] = {
        name: middle(values) for name, values in zip(names, known, strict=True)
    }
    return {
        "workers": counted(len(known[0])),
        "workers_all_time": counted(len(known[1])),
        **middles,
    }


def publish_verdicts(facts: Facts) -> dict[str, object]:
    """Work of fewer than five people is not told, however much of it there is."""
    verdicts, rejected = counted(facts.approved + facts.rejected), counted(facts.rejected)
    if facts.judged_workers < FEWEST:
        verdicts = rejected = FEW
    return {"verdicts": verdicts, "rejected": rejected, "rejected_share": share(rejected, verdicts)}


def publish_ended(ended: Ended) -> dict[str, object]:
    decided, overturned = counted(ended.decided), counted(ended.overturned)
    asked, late = counted(ended.asked), counted(ended.late)
    return {
        "kind": ended.kind,
        "asked": asked,
        "decided": decided,
        "overturned": overturned,
        "overturned_share": share(overturned, decided),
        "late": late,
        "late_share": share(late, asked),
    }


def publish_newcomers(facts: Facts) -> dict[str, object]:
    """Who still waits counts as longer than everybody, so a middle may be beyond what is known."""
    longest = float("inf")
    waits = sorted(longest if wait is None else wait for wait in facts.first_awards)
    half = waits[(len(waits) - 1) // 2] if waits else None
    known = half is not None and half < longest
    long_ago, soon = counted(facts.joined_long_ago), counted(facts.within_a_week)
    return {
        "workers": counted(len(waits)),
        "first_award_p50_seconds": quantile(half if known else None, len(waits), 0.5),
        "joined_a_week_ago": long_ago,
        "within_a_week": soon,
        "within_a_week_share": share(soon, long_ago),
    }
