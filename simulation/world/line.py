"""The line of idle workers: who has waited longest among those who would work for this pay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

NOT_IN_LINE = 1 << 62


class Line:
    """A tree of minima over the workers, ordered by reservation wage.

    Finding the longest wait among all workers below a wage takes about log2(workers) steps, where
    walking along the line takes as many as there are choosy workers at its head.
    """

    def __init__(self, wages: Sequence[float]) -> None:
        order = sorted(range(len(wages)), key=lambda worker: (wages[worker], worker))
        self.size = 1 << max(0, len(wages) - 1).bit_length()
        self.sorted_wages = [wages[worker] for worker in order]
        self.leaf_of = [0] * len(wages)
        for place, worker in enumerate(order):
            self.leaf_of[worker] = self.size + place
        self.tree = [NOT_IN_LINE] * (2 * self.size)
        self.at_place: dict[int, int] = {}
        self.next_place = 0
        for worker in range(len(wages)):
            self.join(worker)

    def join(self, worker: int) -> None:
        """The worker goes to the end of the line."""
        self.set(self.leaf_of[worker], self.next_place)
        self.at_place[self.next_place] = worker
        self.next_place += 1

    def leave(self, worker: int) -> None:
        del self.at_place[self.tree[self.leaf_of[worker]]]
        self.set(self.leaf_of[worker], NOT_IN_LINE)

    def set(self, leaf: int, place: int) -> None:
        tree = self.tree
        tree[leaf] = place
        node = leaf >> 1
        while node:
            left, right = tree[2 * node], tree[2 * node + 1]
            least = left if left < right else right
            if tree[node] == least:
                return
            tree[node] = least
            node >>= 1

    def first_below(self, hourly_cents: float) -> int | None:
        """The longest in line whose reservation wage is at most this; None when there is none."""
        tree, least = self.tree, NOT_IN_LINE
        node = self.size + bisect_right(self.sorted_wages, hourly_cents)
        if node == 2 * self.size:
            least = tree[1]
        while node > 1:  # every left neighbour on the way up lies wholly below the wage
            if node & 1 and tree[node - 1] < least:
                least = tree[node - 1]
            node >>= 1
        return None if least == NOT_IN_LINE else self.at_place[least]
