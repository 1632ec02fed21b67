"""The ways into a mechanism: claims, bids and other entries before closing, offers.

A flow decides nothing. It lets simulated people act, builds the case that the live market would
build, and carries out what the engine answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulation.world.market import Market, Task


class Flow(Protocol):
    def posted(self, task: Task, /) -> None: ...

    def worker_is_free(self, worker: int, /) -> None: ...

    def worker_leaves(self, worker: int, /) -> None: ...


def flow_for(market: Market) -> Flow:
    """The flow that fits the traits of the market's mechanism."""
    from simulation.world.flows.claims import Claims
    from simulation.world.flows.entries import Entries
    from simulation.world.flows.offers import Offers
    from simulation.world.flows.open_bids import OpenBids

    traits = market.card.traits
    if traits.decides == "on_entry":
        return Claims(market)
    if traits.entry == "none":
        return Offers(market)
    is_open = traits.entry == "bid" and not traits.sealed
    return OpenBids(market) if is_open else Entries(market)
