"""The line of idle workers: who has waited longest among those who would work for this pay."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import count

import numpy as np

NOT_IN_LINE = 1 << 62
NO_RANK = -1


class Line:
    """The workers in order of reservation wage, each with a ticket.

    Tickets are handed out in order of joining, so the lowest has waited longest. Those who would work
    for a given pay are the first so many, and numpy finds the lowest ticket among them.
    """

    def __init__(self, wages: Sequence[float]) -> None:
        self.worker_of_rank = sorted(range(len(wages)), key=lambda worker: (wages[worker], worker))
        self.sorted_wages = [wages[worker] for worker in self.worker_of_rank]
        self.rank_of = [0] * len(wages)
        for rank, worker in enumerate(self.worker_of_rank):
            self.rank_of[worker] = rank
        self.tickets = array("q", [NOT_IN_LINE]) * len(wages)
        self.as_numpy = np.frombuffer(self.tickets, dtype=np.int64)  # the same memory
        self.in_line: dict[int, None] = {}  # the ranks in order of joining
        self.turns = count()
        for worker in range(len(wages)):
            self.join(worker)

    def join(self, worker: int) -> None:
        """The worker goes to the end of the line, behind everybody."""
        self.join_rank(self.rank_of[worker])

    def leave(self, worker: int) -> None:
        """Out of the line; harmless when the worker is not in it."""
        rank = self.rank_of[worker]
        self.in_line.pop(rank, None)
        self.tickets[rank] = NOT_IN_LINE

    def first_below(self, hourly_cents: float) -> int | None:
        """The longest in line whose reservation wage is at most this; None when there is none."""
        rank = self.first_rank(bisect_right(self.sorted_wages, hourly_cents))
        return None if rank == NO_RANK else self.worker_of_rank[rank]

    def join_rank(self, rank: int) -> None:
        self.in_line[rank] = None
        self.tickets[rank] = next(self.turns)

    def first_rank(self, willing: int) -> int:
        """The longest in line among the `willing` lowest wages; NO_RANK when none is in line."""
        if not willing:
            return NO_RANK
        rank = int(self.as_numpy[:willing].argmin())
        return NO_RANK if self.tickets[rank] == NOT_IN_LINE else rank
