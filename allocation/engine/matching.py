"""Match many tasks with many workers for the highest total score (scipy, exact per component).

SciPy is imported where it is used: it takes a second to load, and only this mechanism needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHORTLIST = 64  # candidates per task at first; with 20, correlated scores leave half unmatched
WIDEN = 4  # how much longer the list of an unmatched task becomes
UNFILLED = 4.0  # cost of an unfilled slot, in perfect scores: filling one more is worth it
FORBIDDEN = 2 * UNFILLED  # a pair that is not on the list; never cheaper than leaving unfilled
TIE = 1e-10  # the later-listed of two equally good workers costs this much more

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One task of the window: its free slots, and its workers (column numbers) best first."""

    slots: int
    workers: Sequence[int]
    scores: Sequence[float]


def match(tasks: Sequence[Wanted]) -> list[list[int]]:
    """For each task the places (0 is the best of its list) that get its slots, best first.

    Every worker is used at most once. The total is the highest possible among the shortlists: 64
    per task to begin with, four times longer for tasks that stay unfilled. Totals closer than
    a ten-millionth count as equal; then the worker who comes first in column order is taken.
    """
    lengths = [min(len(task.workers), max(SHORTLIST, task.slots)) for task in tasks]
    while True:
        places = match_shortlists(tasks, lengths)
        short = [
            t
            for t, task in enumerate(tasks)
            if len(places[t]) < min(task.slots, len(task.workers))
            and lengths[t] < len(task.workers)
        ]
        if not short:
            return places
        for t in short:
            lengths[t] = min(lengths[t] * WIDEN, len(tasks[t].workers))


def match_shortlists(tasks: Sequence[Wanted], lengths: Sequence[int]) -> list[list[int]]:
    """The best matching when task t may only use the first `lengths[t]` of its list."""
    if len(tasks) == 1:
        return [list(range(min(tasks[0].slots, lengths[0])))]
    places: list[list[int]] = [[] for _ in tasks]
    edges = Edges.among(tasks, lengths)
    for component in edges.components(len(tasks)):
        chosen = component.alone(tasks) if component.is_one_task else component.assigned(tasks)
        for e in chosen.tolist():
            places[int(component.task[e])].append(int(component.place[e]))
    for row in places:
        row.sort()
    return places


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that may be matched, as parallel arrays; sorted by task, then by place."""

    task: Ints
    worker: Ints
    place: Ints
    score: Floats

    @classmethod
    def among(cls, tasks: Sequence[Wanted], lengths: Sequence[int]) -> Edges:
        parts = [
            (t, np.asarray(task.workers[:n], np.int64), np.asarray(task.scores[:n], np.float64))
            for t, (task, n) in enumerate(zip(tasks, lengths, strict=True))
            if task.slots and n
        ]
        if not parts:
            none = np.zeros(0, np.int64)
            return cls(none, none, none, np.zeros(0))
        return cls(
            np.concatenate([np.full(len(workers), t) for t, workers, _ in parts]),
            np.concatenate([workers for _, workers, _ in parts]),
            np.concatenate([np.arange(len(workers)) for _, workers, _ in parts]),
            np.concatenate([scores for _, _, scores in parts]),
        ).without_spare(np.array([task.slots for task in tasks]))

    @property
    def is_one_task(self) -> bool:
        return bool(self.task[0] == self.task[-1])

    def kept(self, keep: NDArray[np.bool_] | Ints) -> Edges:
        return Edges(self.task[keep], self.worker[keep], self.place[keep], self.score[keep])

    def without_spare(self, slots: Ints) -> Edges:
        """Drop workers whom one task only wants and would never need: it has better such ones.

        This loses nothing, and keeps the matrices small when lists hardly overlap.
        """
        private = np.bincount(self.worker)[self.worker] == 1
        before = np.cumsum(private) - private
        first_of_task = np.searchsorted(self.task, self.task)
        better_private = before - before[first_of_task]
        return self.kept(~private | (better_private < slots[self.task]))

    def components(self, tasks: int) -> list[Edges]:
        """The parts of the market that share no worker, each to be solved on its own."""
        if not len(self.task):
            return []
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size = tasks + int(self.worker.max()) + 1
        links = coo_array(
            (np.ones(len(self.task), np.int8), (self.task, tasks + self.worker)), (size, size)
        )
        label = connected_components(links, directed=False)[1][self.task]
        order = np.argsort(label, kind="stable")
        cuts = np.flatnonzero(np.diff(label[order])) + 1
        return [self.kept(part) for part in np.split(order, cuts)]

    def alone(self, tasks: Sequence[Wanted]) -> Ints:
        """One task without rivals takes its best."""
        return np.arange(min(tasks[int(self.task[0])].slots, len(self.task)))

    def assigned(self, tasks: Sequence[Wanted]) -> Ints:
        """Rows of the chosen edges: the assignment with the lowest total cost."""
        from scipy.optimize import linear_sum_assignment

        wanted, task_row = np.unique(self.task, return_inverse=True)
        workers, column = np.unique(self.worker, return_inverse=True)
        demand = np.bincount(self.task)
        slots = np.array([min(tasks[t].slots, demand[t]) for t in wanted.tolist()])
        cost = np.full((len(wanted), len(workers) + int(slots.sum())), FORBIDDEN)
        cost[:, len(workers) :] = UNFILLED
        cost[task_row, column] = 1.0 - self.score + TIE * column / len(workers)
        row_of_slot = np.repeat(np.arange(len(wanted)), slots)
        rows, columns = linear_sum_assignment(cost if slots.max() == 1 else cost[row_of_slot])
        filled = columns < len(workers)
        chosen = row_of_slot[rows[filled]] * len(workers) + columns[filled]
        return np.flatnonzero(np.isin(task_row * len(workers) + column, chosen))
