"""Clients as persons: whose a task is, and when somebody fails and does not pay for a month.

One of them may be an anchor, who posts a large share of everything: then a fund that carries many small
failures meets one that it cannot carry.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from simulation.world.scenario import Demand, Spread
from simulation.world.streams import generator, many

MONTH_HOURS = 720.0
MOST_FAILURES = 64  # per client, drawn beforehand so that no rule changes anybody's luck


class Clients:
    """The clients of one run. Client 0 is the anchor where there is one."""

    def __init__(self, demand: Demand, seed: int) -> None:
        self.count, self.anchor_share = demand.clients_there, demand.anchor_share
        self.chance = many(seed, "clients", Spread("uniform", 0.0, 1.0))
        self.failures = failures(demand, seed)

    def of_tasks(self, count: int) -> list[int]:
        """Whose the next tasks are: the anchor's by its share, else anybody's, all as often."""
        if self.anchor_share == 1:
            return [0] * count
        chance = self.chance(count)
        if not self.anchor_share or self.count < 2:
            found = np.minimum((chance * self.count).astype(np.int64), self.count - 1)
            return list(map(int, found))
        others = (chance - self.anchor_share) / (1 - self.anchor_share) * (self.count - 1)
        smaller = 1 + np.clip(others.astype(np.int64), 0, self.count - 2)
        return list(map(int, np.where(chance < self.anchor_share, 0, smaller)))

    def pays(self, client: int, hour: float) -> bool:
        """Whoever failed pays for nothing that is approved in the month after it."""
        began = bisect_right(self.failures[client], hour)
        return not began or hour >= self.failures[client][began - 1] + MONTH_HOURS


def failures(demand: Demand, seed: int) -> list[list[float]]:
    """When each client fails: exponential times with the mean that `failing_share` a month gives,
    each counted from the end of the failure before.
    """
    if not demand.failing_share:
        return [[] for _ in range(demand.clients_there)]
    random = generator(seed, "failing")
    size = (demand.clients_there, MOST_FAILURES)
    gaps: NDArray[np.float64] = random.exponential(MONTH_HOURS / demand.failing_share, size)
    gaps[:, 1:] += MONTH_HOURS
    moments: list[list[float]] = np.cumsum(gaps, axis=1).tolist()
    return moments
