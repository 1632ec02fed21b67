"""The ways into a mechanism: claims, bids and other entries before closing, offers.

A flow decides nothing. It lets simulated people act, builds the case that the live market would
build, and carries out what the engine answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulation.world.market import Market, Task


class NotSimulated(ValueError):
    """The simulated people do not know how to act in this mechanism yet."""


class Flow(Protocol):
    def posted(self, task: Task, /) -> None: ...

    def worker_is_free(self, worker: int, /) -> None: ...

    def worker_leaves(self, worker: int, /) -> None: ...


def flow_for(market: Market) -> Flow:
    """The flow that fits the traits of the market's mechanism."""
    from simulation.world.flows.claims import Claims
    from simulation.world.flows.entries import Entries
    from simulation.world.flows.offers import Offers

    traits = market.card.traits
    if market.card.slug == "open_descending":
        raise NotSimulated("open_descending needs people who answer each other's bids.")
    if traits.decides == "on_entry":
        return Claims(market)
    return Offers(market) if traits.entry == "none" else Entries(market)
