"""Every row of the theory page, in the order in which it is shown."""

from __future__ import annotations

from simulation.world.theory import auctions, queues, sharing
from simulation.world.theory.check import Check


def checks() -> list[Check]:
    """Run everything with fixed seeds: the same rows on every machine, in about half a minute."""
    return [*auctions.checks(), *queues.checks(), *sharing.checks()]
