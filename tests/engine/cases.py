"""Generated cases for every mechanism, and the names of the people in hand-written ones."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from allocation.engine.catalogue import CATALOGUE
from allocation.engine.contract import Answer, Candidate, Case, Outcome

WIM, YASMINA, STAN, NOOR, LOTTE = 1, 2, 3, 4, 5
SLUGS = sorted(CATALOGUE)
FEATURES = ("skill_match", "distance", "reputation", "waiting", "since_served")
FINE = {name: st.floats(0, 1, width=32) for name in FEATURES}
GOOD = {Outcome.AWARDED, Outcome.OFFERED, Outcome.SHORTLISTED}

# Few different values, so that ties are common; one draw per candidate, so that it is quick.
COARSE = [
    dict(zip(FEATURES, quarters, strict=True))
    for quarters in product((0.0, 0.25, 0.5, 1.0), repeat=len(FEATURES))
]
WEIGHTS = {name: 0.3 + 0.1 * n for n, name in enumerate((*FEATURES, "price"))}
PARAMETERS = [
    {},
    {f"weight_{name}": weight for name, weight in WEIGHTS.items()},
    {"weight_price": 3.0, "price_rule": 1.0, "offer_seconds": 5.0, "shortlist_size": 1.0},
    {"guaranteed_prize": 0.0, "consolation_cents": 150.0, "consolation_places": 2.0},
]


@st.composite
def cases(draw, max_candidates: int = 8, fine: bool = False) -> Case:
    """A case as the live side could build it, with the parameters of every mechanism in it.

    A mechanism reads its own parameters only, so one case tests the whole catalogue.
    """
    workers = draw(st.lists(st.integers(1, 99), max_size=max_candidates, unique=True))
    floor = draw(st.sampled_from([0, 600, 900]))
    budget = floor + draw(st.sampled_from([-100, 0, 350, 350, 1100]) if floor else st.just(1000))
    asks = st.sampled_from(
        [None, floor - 1, budget + 60, floor, floor, budget, budget - 1]
        + [floor + part * abs(budget - floor) // 5 for part in range(1, 5)]
    )
    features = st.fixed_dictionaries(FINE) if fine else st.sampled_from(COARSE)
    candidates = tuple(
        Candidate(
            worker=worker,
            received=received,
            received_at=100.0 + 1.8 * received,
            ask_cents=draw(asks),
            features=draw(features),
            failed_gates=draw(st.sampled_from([()] * 7 + [("skill",), ("place", "insurance")])),
            answer=draw(st.sampled_from([Answer.NONE] * 8 + [Answer.DECLINED, Answer.EXPIRED])),
        )
        for received, worker in enumerate(workers)
    )
    return Case(
        task=draw(st.integers(1, 9)),
        free_slots=draw(st.sampled_from([(1,), (1,), (2, 5), (3, 1, 4), ()])),
        pay_cents=budget,
        now=draw(st.sampled_from([1000.0, 1000.0, 50.0, 10_000_000.0])),
        candidates=tuple(draw(st.permutations(candidates))),
        floor_cents=floor,
        closes_at=draw(st.sampled_from([None, 500.0, 500.0, 10_000_100.0])),
        seed=draw(st.integers(0, 2**128)),
        parameters=draw(st.sampled_from(PARAMETERS)),
        chosen=tuple(draw(st.lists(st.sampled_from(workers), max_size=3))) if workers else (),
    )


def worker(number: int, received: int, **more) -> Candidate:
    """A hand-written candidate with usual features."""
    more.setdefault("features", dict.fromkeys(FEATURES, 0.5))
    more.setdefault("received_at", 100.0 + received)
    return Candidate(number, received, **more)


def case_with(*candidates: Candidate, **more) -> Case:
    """A hand-written case: one slot, ten euros, decided now."""
    usual = {"task": 1, "free_slots": (1,), "pay_cents": 1000, "now": 200.0, "seed": 7}
    return Case(candidates=candidates, **{**usual, **more})


def with_candidate(case: Case, changed: Candidate) -> Case:
    """The same case with this worker's row replaced."""
    return replace(
        case,
        candidates=tuple(changed if c.worker == changed.worker else c for c in case.candidates),
    )
