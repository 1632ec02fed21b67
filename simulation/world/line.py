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
        """The worker goes to the end of the line, behind everybody: no minimum below changes."""
        tree, place = self.tree, self.next_place
        node = self.leaf_of[worker]
        while node and tree[node] == NOT_IN_LINE:
            tree[node] = place
            node >>= 1
        self.at_place[place] = worker
        self.next_place = place + 1

    def leave(self, worker: int) -> None:
        tree = self.tree
        node = self.leaf_of[worker]
        place = tree[node]
        del self.at_place[place]
        tree[node] = least = NOT_IN_LINE
        while node > 1:
            beside = tree[node ^ 1]
            if beside < least:
                least = beside
            node >>= 1
            if tree[node] != place:  # somebody before this worker: nothing changes further up
                return
            tree[node] = least

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
