"""How fast the engine decides: `python -m tests.benchmarks.engine`.

Prints decisions per second per mechanism with 10 and 500 candidates, and the time for one optimal
matching of 1,000 tasks among 100,000 workers, of whom the best 64 per task are in the case (the
goal is below one second), or the best 256 (shown beside it). Times are processor time of one core:
waiting while other programs run is not counted.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from time import process_time

import numpy as np

from allocation.engine.catalogue import CATALOGUE, decide, decide_window
from allocation.engine.contract import Candidate, Case
from allocation.engine.explain import explain

FEATURES = ("skill_match", "distance", "reputation", "waiting", "since_served")
TASKS, WORKERS = 1_000, 100_000
GOAL_SECONDS = 1.0


def candidates(rng: np.random.Generator, number: int) -> tuple[Candidate, ...]:
    asks = rng.integers(600, 1000, number).tolist()
    features = rng.random((number, len(FEATURES))).tolist()
    return tuple(
        Candidate(
            worker=1_000 + order,
            received=order,
            received_at=100.0 + order,
            ask_cents=asks[order],
            features=dict(zip(FEATURES, features[order], strict=True)),
        )
        for order in range(number)
    )


def case_of(rng: np.random.Generator, number: int) -> Case:
    return Case(
        task=1,
        free_slots=(1,),
        pay_cents=1000,
        now=10_000.0,
        candidates=candidates(rng, number),
        floor_cents=600,
        closes_at=None,
        seed=42,
    )


def per_second(action: Callable[[], object], seconds: float = 0.4) -> float:
    """Calls per second: the best of three short rounds."""
    best = 0.0
    for _ in range(3):
        calls, start = 0, process_time()
        while (elapsed := process_time() - start) < seconds / 3:
            action()
            calls += 1
        best = max(best, calls / elapsed)
    return best


def market(rng: np.random.Generator, shortlist: int, overlap: bool) -> list[Case]:
    """1,000 tasks, each with the best `shortlist` of 100,000 workers.

    With overlap the workers' ratings count in every task, so that all tasks want the same people:
    the hard case. Without it every task ranks the workers by its own place only.
    """
    ratings = rng.random(WORKERS) if overlap else np.zeros(WORKERS)
    window = []
    for task in range(TASKS):
        near = rng.random(WORKERS)
        best = np.argpartition(-(0.5 * near + 0.5 * ratings), shortlist)[:shortlist]
        rows = tuple(
            Candidate(
                worker=worker,
                received=order,
                features={"skill_match": 1.0, "distance": near_, "reputation": rating},
            )
            for order, (worker, near_, rating) in enumerate(
                zip(best.tolist(), near[best].tolist(), ratings[best].tolist(), strict=True)
            )
        )
        window.append(
            Case(task=task, free_slots=(1,), pay_cents=1000, now=10_000.0, candidates=rows)
        )
    return window


def print_decisions() -> None:
    rng = np.random.default_rng(1)
    few, many = case_of(rng, 10), case_of(rng, 500)
    print(f"{'mechanism':<22}{'10 candidates':>16}{'500 candidates':>16}{'explaining':>14}")
    print(f"{'':<22}{'decisions/s':>16}{'decisions/s':>16}{'ms, 10 cand.':>14}")
    for slug in CATALOGUE:
        rates = [per_second(lambda s=slug, c=case: decide(s, c)) for case in (few, many)]
        decision = decide(slug, few)
        loser = decision.ranking[-1].worker
        told = per_second(lambda s=slug, d=decision, w=loser: explain(s, few, d, w))
        print(f"{slug:<22}{rates[0]:>16,.0f}{rates[1]:>16,.0f}{1000 / told:>14.2f}")


def print_matching() -> bool:
    """True when the matchings of shortlists of 64 were within the goal."""
    print(f"\noptimal matching, {TASKS:,} tasks, {WORKERS:,} workers")
    for shortlist in (64, 256):
        slowest = max(print_one_matching(shortlist, overlap) for overlap in (False, True))
        if shortlist == 64:
            met = slowest < GOAL_SECONDS
            print(f"  goal {GOAL_SECONDS:g} s: {'met' if met else 'MISSED'}")
    return met


def print_one_matching(shortlist: int, overlap: bool) -> float:
    window = market(np.random.default_rng(shortlist), shortlist, overlap)
    seconds, filled = min(timed_matching(window) for _ in range(3))
    kind = "all want the same" if overlap else "each its own"
    print(f"  best {shortlist:>3} each, {kind:<18}{seconds:>8.3f} s {filled:>6,} filled")
    return seconds


def timed_matching(window: list[Case]) -> tuple[float, int]:
    start = process_time()
    decisions = decide_window("optimal_matching", window)
    return process_time() - start, sum(bool(decision.offers) for decision in decisions)


if __name__ == "__main__":
    print(
        f"Python {platform.python_version()}, {platform.machine()}, one process, processor time\n"
    )
    print_decisions()
    raise SystemExit(0 if print_matching() else 1)
