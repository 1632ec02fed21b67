"""What simulated people do with prices, and what the market knows about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.world.people import torus_distance
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


FEATURES = ("skill_match", "distance", "reputation", "waiting", "since_served")


def features(market: Market, workers: Sequence[int], task: Task) -> list[dict[str, float]]:
    """For each worker the features that the live market shows, by the same formulas."""
    if not market.card.traits.uses_history:
        return [{} for _ in workers]
    columns = [feature(market, name, workers, task) for name in FEATURES]
    return [dict(zip(FEATURES, row, strict=True)) for row in zip(*columns, strict=True)]


def feature(market: Market, name: str, workers: Sequence[int], task: Task) -> list[float]:
    """One feature of several workers for this task, 0…1."""
    people, now = market.workers, market.now
    if name == "skill_match":
        return [people.quality[w] for w in workers]
    if name == "reputation":
        approved, rejected, verdict = people.approved, people.rejected, rules.reputation
        return [verdict(approved[w], rejected[w]) for w in workers]
    if name == "waiting":
        since, waiting = people.idle_since, rules.waiting
        return [waiting((now - since[w]) * 3600.0) for w in workers]
    if name == "distance":
        return closeness(market, workers, task)
    served, rested = people.last_served, rules.since_served
    return [rested(None if served[w] < 0 else (now - served[w]) * 3600.0) for w in workers]


def closeness(market: Market, workers: Sequence[int], task: Task) -> list[float]:
    side = market.scenario.population.city_km
    if not side:
        return [rules.closeness(None, side)] * len(workers)
    x, y, near = market.workers.x, market.workers.y, rules.closeness
    to_x, to_y = task.x, task.y
    return [near(torus_distance(x[w], y[w], to_x, to_y, side), side) for w in workers]
