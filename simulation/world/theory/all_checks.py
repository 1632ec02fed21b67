"""Every row of the theory page, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulation.world.theory import auctions, contests, fund, queues, sharing
from simulation.world.theory.check import Check

PARTS: dict[str, Callable[[], Iterator[Check]]] = {
    "auctions": auctions.checks,
    "contests": contests.checks,
    "queues": queues.checks,
    "sharing": sharing.checks,
    "fund": fund.checks,
}


def checks() -> list[Check]:
    """Run everything with fixed seeds: the same rows on every machine, in about half a minute."""
    return [check for part in PARTS.values() for check in part()]
