"""What happened in a simulated market: one row per slot (full records), and running sums.

Rows are kept as columns of plain machine numbers, so that a million tasks fit in memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any

from numpy.typing import NDArray


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
AT_A_TIME = 4096


class Records:
    """One row per slot, in the order in which the slots ended."""

    def __init__(self) -> None:
        self._columns: dict[str, array[Any]] = {name: array(code) for name, code in COLUMNS.items()}
        self._newest: list[tuple[float, ...]] = []

    def add(self, *row: float) -> None:
        newest = self._newest
        newest.append(row)
        if len(newest) == AT_A_TIME:
            self.write_newest()

    def write_newest(self) -> None:
        """Rows go into their columns many at a time: a third of the work of one by one."""
        for column, values in zip(
            self._columns.values(), zip(*self._newest, strict=True), strict=False
        ):
            column.extend(values)
        self._newest.clear()

    def add_columns(self, *columns: NDArray[Any]) -> None:
        """Many rows at once, given column by column."""
        self.write_newest()
        for column, values in zip(self._columns.values(), columns, strict=True):
            column.frombytes(values.astype(column.typecode).tobytes())

    @property
    def columns(self) -> dict[str, array[Any]]:
        self.write_newest()
        return self._columns

    def __len__(self) -> int:
        return len(self._columns["task"]) + len(self._newest)

    def rows(self) -> Iterator[tuple[float, ...]]:
        return zip(*self.columns.values(), strict=True)


class Tallies:
    """Running sums over the slots; enough for every measure, in a fixed amount of memory."""

    __slots__ = (
        "last_change",
        "consoled_cents",
        "covered_cents",
        "defaulted_cents",
        "fund_cents",
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
        self.defaulted_cents = self.covered_cents = self.fund_cents = 0
        self.wait_hours = self.wait_hours_squared = self.wait_of_unfilled = 0.0
        self.open_area = self.last_change = 0.0
