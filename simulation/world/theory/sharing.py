"""Who gets the work, and how far they travel: matching, nearest workers, inequality."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np

from allocation.engine.catalogue import decide, decide_window
from allocation.engine.contract import Candidate, Case
from simulation.world.people import torus_distance
from simulation.world.theory import formulas
from simulation.world.theory.check import Check, mean_check

SEED = 1955
ONLY_SKILL = {
    "weight_skill_match": 1.0,
    "weight_distance": 0.0,
    "weight_reputation": 0.0,
    "weight_waiting": 0.0,
}
COST_SCALE = 40.0  # costs up to this fit into a score: exp(1) exceeds it once in 10^17 draws


def checks(rounds: int = 400) -> Iterator[Check]:
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(SEED)))
    for n in (5, 10):
        tables = [random.exponential(1.0, (n, n)) for _ in range(rounds)]
        optimal = [matched_cost(costs) for costs in tables]
        in_turn = [first_come_cost(costs) for costs in tables]
        expected = formulas.optimal_matching_cost(n)
        yield mean_check(f"optimal matching, {n} × {n}", expected, optimal)
        expected = formulas.first_come_matching_cost(n)
        yield mean_check(f"cheapest that remains, {n} × {n}", expected, in_turn)
    for workers in (10, 50):
        ways = [nearest(random.random((workers, 2))) for _ in range(rounds)]
        expected = formulas.nearest_distance(workers)
        yield mean_check(f"way to the nearest of {workers}", expected, ways)


def case_of(task: int, costs: list[float], workers: list[int]) -> Case:
    """A task at which a low cost is a high score."""
    candidates = tuple(
        Candidate(w, place, features={"skill_match": 1 - costs[w] / COST_SCALE})
        for place, w in enumerate(workers)
    )
    return Case(task, (1,), 1000, 0.0, candidates, parameters=ONLY_SKILL)


def matched_cost(costs: np.ndarray) -> float:
    """The engine's batched matching of all tasks with all workers."""
    table = costs.tolist()
    cases = [case_of(t, row, list(range(len(row)))) for t, row in enumerate(table)]
    decisions = decide_window("optimal_matching", cases)
    return float(sum(row[d.offers[0].worker] for row, d in zip(table, decisions, strict=True)))


def first_come_cost(costs: np.ndarray) -> float:
    """Task by task, the engine's best score among the workers who remain."""
    remaining, total = list(range(len(costs))), 0.0
    for task, row in enumerate(costs.tolist()):
        worker = decide("scored_offers", case_of(task, row, remaining)).offers[0].worker
        remaining.remove(worker)
        total += row[worker]
    return total


def nearest(places: np.ndarray) -> float:
    """Kilometres (of a 1 km torus) to the worker whom scored offers asks by distance alone."""
    ways = [torus_distance(0.5, 0.5, x, y, 1.0) for x, y in places.tolist()]
    candidates = tuple(
        Candidate(w, w, features={"distance": exp(-way)}) for w, way in enumerate(ways)
    )
    weights = {**ONLY_SKILL, "weight_skill_match": 0.0, "weight_distance": 1.0}
    case = Case(1, (1,), 1000, 0.0, candidates, parameters=weights)
    return ways[decide("scored_offers", case).offers[0].worker]
