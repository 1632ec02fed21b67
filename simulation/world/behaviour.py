"""What simulated people do with prices, and what the market knows about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.world.scenario import Behaviour
from tasks import rules

if TYPE_CHECKING:
    from simulation.world.market import Market, Task


MORE, LESS = 1.05, 0.98  # what a bidder who learns does to the own markup


def ask_cents(
    behaviour: Behaviour,
    *,
    cost_cents: float,
    budget_cents: int,
    floor_cents: int,
    rivals: int,
    markup: float,
) -> int:
    """The price that a bidder names, never below the floor.

    naive: the own cost. equilibrium: c + (budget - c) / n, right for costs from U[0, budget]
    (Krishna, Auction Theory, chapter 2, turned round for buying). shaded and learning: `markup` times the cost.
    """
    ask = cost_cents
    if behaviour.bidding == "equilibrium":
        ask = cost_cents + max(0.0, budget_cents - cost_cents) / (rivals + 1)
    elif behaviour.bidding in ("shaded", "learning"):
        ask = cost_cents * markup
    return max(floor_cents, round(ask))


def features(market: Market, worker: int, task: Task) -> dict[str, float]:
    """The features that the live market shows, by the same formulas, rounded the same way."""
    if not market.card.traits.uses_history:
        return {}
    workers, now = market.workers, market.now
    side = market.scenario.population.city_km
    idle_seconds = (now - workers.idle_since[worker]) * 3600.0
    served = workers.last_served[worker]
    km = market.distance_km(worker, task) if side else None
    exact = {
        "skill_match": workers.quality[worker],
        "distance": rules.closeness(km, side),
        "reputation": rules.reputation(workers.approved[worker], workers.rejected[worker]),
        "waiting": rules.waiting(idle_seconds),
        "since_served": 1.0 if served < 0 else rules.waiting((now - served) * 3600.0),
    }
    return {name: round(value, 6) for name, value in exact.items()}
