"""What happened in a simulated market: one row per slot (full records), and running sums.

Rows are kept as columns of plain machine numbers, so that a million tasks fit in memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any


class End(IntEnum):
    """How a slot ended. Every slot ends exactly once."""

    APPROVED = 1
    REJECTED = 2
    UNFILLED = 3


# column → type code: q is a whole number, d a decimal one, b a small whole number
COLUMNS: Mapping[str, str] = {
    "task": "q",
    "slot": "q",
    "posted_hour": "d",
    "taken_hour": "d",
    "ended_hour": "d",
    "worker": "q",
    "budget_cents": "q",
    "pay_cents": "q",
    "entrants": "q",
    "end": "b",
}
NOBODY = -1


class Records:
    """One row per slot, in the order in which the slots ended."""

    def __init__(self) -> None:
        self.columns: dict[str, array[Any]] = {name: array(code) for name, code in COLUMNS.items()}
        self._appends = tuple(column.append for column in self.columns.values())

    def add(self, *row: float) -> None:
        for append, value in zip(self._appends, row, strict=True):
            append(value)

    def __len__(self) -> int:
        return len(self.columns["task"])

    def rows(self) -> Iterator[tuple[float, ...]]:
        return zip(*self.columns.values(), strict=True)


class Tallies:
    """Running sums over the slots; enough for every measure, in a fixed amount of memory."""

    __slots__ = (
        "last_change",
        "consoled_cents",
        "decisions",
        "entrants",
        "open_area",
        "open_slots",
        "paid_cents",
        "rejected",
        "taken",
        "unfilled",
        "wait_hours",
        "wait_hours_squared",
        "wait_of_unfilled",
    )

    def __init__(self) -> None:
        self.decisions = self.entrants = self.open_slots = 0
        self.taken = self.unfilled = self.rejected = 0
        self.paid_cents = self.consoled_cents = 0
        self.wait_hours = self.wait_hours_squared = self.wait_of_unfilled = 0.0
        self.open_area = self.last_change = 0.0
