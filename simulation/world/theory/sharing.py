"""Who gets the work, and how far they travel: matching, nearest workers, inequality."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import exp

import numpy as np

from allocation.engine.catalogue import decide, decide_window
from allocation.engine.contract import Candidate, Case
from simulation.world.people import torus_distance
from simulation.world.run import replicate
from simulation.world.scenario import Behaviour, Demand, Population, Rules, Scenario, Spread
from simulation.world.theory import formulas
from simulation.world.theory.check import Check, mean_check

SEED = 1955
REPLICATIONS = 12
COST_SCALE = 40.0  # costs up to this fit into a score: exp(1) exceeds it once in 10^17 draws


def checks(rounds: int = 400) -> Iterator[Check]:
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(SEED)))
    for n in (5, 10):
        tables = [random.exponential(1.0, (n, n)) for _ in range(rounds)]
        optimal = [matched_cost(costs) for costs in tables]
        in_turn = [first_come_cost(costs) for costs in tables]
        expected = formulas.optimal_matching_cost(n)
        yield mean_check("optimal_matching", expected, optimal, n=n)
        expected = formulas.first_come_matching_cost(n)
        yield mean_check("cheapest_left", expected, in_turn, n=n)
        by_lot = [random_cost(costs, seed) for seed, costs in enumerate(tables)]
        yield mean_check("cost_by_lot", formulas.random_matching_cost(n), by_lot, n=n)
    for workers in (10, 50):
        ways = [nearest(random.random((workers, 2))) for _ in range(rounds)]
        expected = formulas.nearest_distance(workers)
        yield mean_check("nearest", expected, ways, n=workers)

    people, tasks = 50, 1000
    ginis = shared_out("lottery", people, tasks, "gini_awards")
    expected = formulas.gini_by_lot(people, tasks)
    yield mean_check("gini_by_lot", expected, ginis, n=people, m=tasks)
    shares = shared_out("lottery", people, people, "without_work_share")
    expected = formulas.without_work_by_lot(people, people)
    yield mean_check("nothing_by_lot", expected, shares, n=people, m=people)
    [even, *_] = shared_out("rotation", people, tasks, "gini_awards")
    yield Check("gini_in_turn", {"n": people, "m": tasks}, 0.0, even, 0.0)


def case_of(task: int, costs: list[float], workers: list[int]) -> Case:
    """A task at which a low cost is a high score."""
    candidates = tuple(
        Candidate(w, place, features={"skill_match": 1 - costs[w] / COST_SCALE})
        for place, w in enumerate(workers)
    )
    return Case(task, (1,), 1000, 0.0, candidates, parameters=formulas.ONLY_SKILL)


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


def random_cost(costs: np.ndarray, seed: int) -> float:
    """Task by task, the engine's lottery among the workers who remain."""
    remaining, total = list(range(len(costs))), 0.0
    for task, row in enumerate(costs.tolist()):
        case = replace(case_of(task, row, remaining), closes_at=0.0, seed=seed * 1000 + task)
        worker = decide("lottery", case).awards[0].worker
        remaining.remove(worker)
        total += row[worker]
    return total


def shared_out(mechanism: str, people: int, tasks: int, measure: str) -> list[float]:
    """The measure, run by run. Single tasks, far apart; of all the people, ten at random see each."""
    scenario = Scenario(
        tasks=tasks,
        demand=Demand(tasks_per_hour=0.01, work_hours=Spread("fixed", 0.01)),
        population=Population(workers=people),
        behaviour=Behaviour(bidders=10),
        rules=Rules(mechanism=mechanism, window_hours=0.01),
    )
    rows = replicate(scenario, SEED, REPLICATIONS)
    return [value for row in rows if (value := row[measure]) is not None]


def nearest(places: np.ndarray) -> float:
    """Kilometres (of a 1 km torus) to the worker whom scored offers asks by distance alone."""
    ways = [torus_distance(0.5, 0.5, x, y, 1.0) for x, y in places.tolist()]
    candidates = tuple(
        Candidate(w, w, features={"distance": exp(-way)}) for w, way in enumerate(ways)
    )
    weights = {**formulas.ONLY_SKILL, "weight_skill_match": 0.0, "weight_distance": 1.0}
    case = Case(1, (1,), 1000, 0.0, candidates, parameters=weights)
    return ways[decide("scored_offers", case).offers[0].worker]
