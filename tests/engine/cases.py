"""Generated cases for every mechanism, and the names of the people in hand-written ones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from allocation.engine.catalogue import CATALOGUE
from allocation.engine.contract import Answer, Candidate, Case, Outcome
from allocation.engine.gates import GATES

WIM, YASMINA, STAN, NOOR, LOTTE = 1, 2, 3, 4, 5
SLUGS = sorted(CATALOGUE)
FEATURES = ("skill_match", "distance", "reputation", "waiting", "since_served")
GOOD = {Outcome.AWARDED, Outcome.OFFERED, Outcome.SHORTLISTED}

# Few different values, so that ties are common.
features = st.fixed_dictionaries(
    {name: st.integers(0, 4).map(lambda quarter: quarter / 4) for name in FEATURES}
)
fine_features = st.fixed_dictionaries({name: st.floats(0, 1, width=32) for name in FEATURES})
gates = st.lists(st.sampled_from(sorted(GATES)), max_size=2, unique=True).map(tuple)


@st.composite
def cases(draw, slug: str | None = None, max_candidates: int = 8, fine: bool = False) -> Case:
    """A case as the live side could build it for this mechanism (any mechanism by default)."""
    workers = draw(st.lists(st.integers(1, 99), max_size=max_candidates, unique=True))
    floor = draw(st.sampled_from([0, 600, 900]))
    budget = floor + draw(st.sampled_from([-100, 0, 350, 1100]) if floor else st.integers(1, 1500))
    asks = st.none() | st.integers(max(floor - 60, 1), max(budget + 60, 1))
    candidates = tuple(
        Candidate(
            worker=worker,
            received=received,
            received_at=100.0 + 1.8 * received,
            ask_cents=draw(asks),
            features=draw(fine_features if fine else features),
            failed_gates=draw(st.just(()) | gates),
            answer=draw(st.sampled_from([Answer.NONE] * 4 + [Answer.DECLINED, Answer.EXPIRED])),
        )
        for received, worker in enumerate(workers)
    )
    return Case(
        task=draw(st.integers(1, 9)),
        free_slots=tuple(draw(st.lists(st.integers(1, 6), max_size=3, unique=True))),
        pay_cents=budget,
        now=draw(st.sampled_from([50.0, 1000.0, 10_000_000.0])),
        candidates=tuple(draw(st.permutations(candidates))),
        floor_cents=floor,
        closes_at=draw(st.sampled_from([None, 500.0, 10_000_100.0])),
        seed=draw(st.integers(0, 2**128)),
        parameters=draw(parameters_for(slug)) if slug else {},
        chosen=tuple(draw(st.lists(st.sampled_from(workers), max_size=3))) if workers else (),
    )


@st.composite
def parameters_for(draw, slug: str) -> dict[str, float]:
    """Nothing, or a complete set of valid parameters with some changed."""
    if draw(st.booleans()):
        return {}
    card = CATALOGUE[slug]
    chosen = {}
    for parameter in card.parameters:
        top = min(parameter.maximum, 3 if parameter.name.startswith("weight_") else 1_000)
        whole = parameter.unit or parameter.maximum == 1
        low = parameter.minimum
        values = st.integers(int(low), int(max(top, low))) if whole else st.floats(low + 0.1, top)
        chosen[parameter.name] = draw(st.just(parameter.default) | values)
    return card.complete(chosen)


@st.composite
def slug_and_case(draw, among=SLUGS, **how) -> tuple[str, Case]:
    slug = draw(st.sampled_from(among))
    return slug, draw(cases(slug, **how))


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
