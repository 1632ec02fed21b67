"""Contests, one price for several slots, and payments for a matching: who gains by what they do.

The engine is asked directly. In a contest everybody works as hard as in equilibrium and the client
picks the best work; for the prices, one bidder leaves the own cost and is compared with honesty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from allocation.engine.catalogue import decide, decide_window
from allocation.engine.contract import Candidate, Case
from simulation.world.theory import formulas
from simulation.world.theory.check import Check, mean_check

UNIT = 1_000_000  # cents that stand for a cost, or an effort, of 1
SEED = 2001
VCG_COSTS = ((1, 4, 5), (3, 2, 6))  # rows are tasks, columns workers


def checks(rounds: int = 1500) -> Iterator[Check]:
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(SEED)))
    for n in (3, 5):
        contests = [contest(skills) for skills in random.random((rounds, n)).tolist()]
        best, total, gains = zip(*contests, strict=True)
        expected = formulas.contest_best_effort(n)
        yield mean_check("contest_best", expected, best, n=n)
        expected = formulas.contest_total_effort(n)
        yield mean_check("contest_total", expected, total, n=n)
        expected = formulas.contest_gain(n)
        yield mean_check("contest_gain", expected, gains, n=n)
    n, slots, cost = 5, 2, 0.3
    for ask in (0.5, 0.1):
        rivals = random.random((rounds * 2, n - 1)).tolist()
        honest = [gain(others, cost, cost, slots) for others in rivals]
        other = [gain(others, cost, ask, slots) for others in rivals]
        losses = [a - b for a, b in zip(honest, other, strict=True)]
        expected = formulas.loss_by_another_ask(n, slots, cost, ask)
        yield mean_check("another_ask", expected, losses, n=n, k=slots, a=ask, c=cost)
    yield Check("best_matching", {}, 3.0, matched(VCG_COSTS)[0], 0.0)
    for worker, expected in ((0, 5.0), (1, 6.0)):
        yield Check("vcg_payment", {"w": worker + 1}, expected, vcg_payment(VCG_COSTS, worker), 0.0)


def contest(skills: Sequence[float]) -> tuple[float, float, float]:
    """Best effort, effort of all, and what the first entrant gains: skill if picked, less effort."""
    n = len(skills)
    efforts = [formulas.contest_effort(n, skill) for skill in skills]
    entrants = tuple(Candidate(worker, worker) for worker in range(n))
    best = max(range(n), key=lambda worker: efforts[worker])
    case = Case(1, (1,), UNIT, 1.0, entrants, closes_at=0.0, chosen=(best,))
    [award] = decide("contest", case).awards
    gained = (skills[0] if award.worker == 0 else 0.0) - efforts[0]
    return efforts[award.worker], sum(efforts), gained


def gain(rivals: Sequence[float], cost: float, ask: float, slots: int) -> float:
    """What bidder 0 earns above the own cost by this ask, against honest rivals."""
    bids = tuple(
        Candidate(worker, worker, ask_cents=round(price * UNIT))
        for worker, price in enumerate((ask, *rivals))
    )
    case = Case(1, tuple(range(1, slots + 1)), UNIT, 1.0, bids, closes_at=0.0)
    awards = decide("uniform_price", case).awards
    return sum(award.pay_cents / UNIT - cost for award in awards if award.worker == 0)


def matched(
    costs: Sequence[Sequence[float]], without: int | None = None
) -> tuple[float, list[int]]:
    """The cost of the engine's matching without one worker, and who gets each task."""
    scale = 1 + max(max(row) for row in costs)
    cases = [
        Case(
            task,
            (1,),
            UNIT,
            1.0,
            tuple(
                Candidate(worker, worker, features={"skill_match": 1 - cost / scale})
                for worker, cost in enumerate(row)
                if worker != without
            ),
            parameters=formulas.ONLY_SKILL,
        )
        for task, row in enumerate(costs)
    ]
    decisions = decide_window("optimal_matching", cases)
    workers = [decision.offers[0].worker for decision in decisions]
    return sum(row[worker] for row, worker in zip(costs, workers, strict=True)), workers


def vcg_payment(costs: Sequence[Sequence[float]], worker: int) -> float:
    """What the others would cost without this worker, less what they cost now (Clarke 1971)."""
    total, workers = matched(costs)
    own = costs[workers.index(worker)][worker]
    return matched(costs, without=worker)[0] - (total - own)
