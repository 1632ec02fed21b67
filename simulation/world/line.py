"""The line of idle workers: who has waited longest among those who would work for this pay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import isqrt

NOT_IN_LINE = 1 << 62
NO_RANK = -1


class Line:
    """The workers in order of reservation wage, each with a ticket, in blocks of √n.

    Tickets are handed out in order of joining, so the lowest has waited longest. The lowest among
    all workers below a wage is the lowest of the blocks below it and of a part of one more block:
    two minima over about √n numbers, which Python finds many times faster than walking a tree or
    along the line. A ticket is `turn * size + rank`, so it also says whose it is.
    """

    def __init__(self, wages: Sequence[float]) -> None:
        self.worker_of_rank = sorted(range(len(wages)), key=lambda worker: (wages[worker], worker))
        self.sorted_wages = [wages[worker] for worker in self.worker_of_rank]
        self.size = len(wages)
        self.rank_of = [0] * self.size
        for rank, worker in enumerate(self.worker_of_rank):
            self.rank_of[worker] = rank
        self.block = isqrt(self.size) + 1
        self.tickets = [NOT_IN_LINE] * self.size
        self.lowest = [NOT_IN_LINE] * (self.size // self.block + 1)  # per block
        self.in_line: dict[int, None] = {}  # the ranks in order of joining
        self.next_turn = 0
        for worker in range(self.size):
            self.join(worker)

    def join(self, worker: int) -> None:
        """The worker goes to the end of the line, behind everybody."""
        self.join_rank(self.rank_of[worker])

    def leave(self, worker: int) -> None:
        """Out of the line; harmless when the worker is not in it."""
        if self.rank_of[worker] in self.in_line:
            self.leave_rank(self.rank_of[worker])

    def first_below(self, hourly_cents: float) -> int | None:
        """The longest in line whose reservation wage is at most this; None when there is none."""
        rank = self.first_rank(bisect_right(self.sorted_wages, hourly_cents))
        return None if rank == NO_RANK else self.worker_of_rank[rank]

    def join_rank(self, rank: int) -> None:
        self.in_line[rank] = None
        self.tickets[rank] = ticket = self.next_turn + rank
        self.next_turn += self.size
        block = rank // self.block
        if self.lowest[block] == NOT_IN_LINE:
            self.lowest[block] = ticket

    def leave_rank(self, rank: int) -> None:
        del self.in_line[rank]
        tickets, lowest, block = self.tickets, self.lowest, rank // self.block
        ticket, tickets[rank] = tickets[rank], NOT_IN_LINE
        if lowest[block] == ticket:
            start = block * self.block
            lowest[block] = min(tickets[start : start + self.block])

    def first_rank(self, willing: int) -> int:
        """The longest in line among the `willing` lowest wages; NO_RANK when none is in line."""
        block = willing // self.block
        start = block * self.block
        least = min(self.lowest[:block], default=NOT_IN_LINE)
        if start < willing:
            least = min(least, min(self.tickets[start:willing]))
        return NO_RANK if least == NOT_IN_LINE else least % self.size
