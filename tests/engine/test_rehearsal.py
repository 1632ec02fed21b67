"""What other parameters would have decided: never more than the parameters explain."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.engine.catalogue import CATALOGUE, decide
from allocation.engine.contract import Outcome
from allocation.engine.rehearsal import Move, rehearse
from tests.engine.cases import SLUGS, case_with, cases, worker

few = settings(max_examples=100, deadline=None)
NEAR = worker(1, 0, features={"distance": 1.0, "reputation": 0.0})
KNOWN = worker(2, 1, features={"distance": 0.0, "reputation": 1.0})
DISTANCE_ONLY = {"weight_distance": 1.0, "weight_reputation": 0.0}
REPUTATION_ONLY = {"weight_distance": 0.0, "weight_reputation": 1.0}


def scored_by(weights, *candidates):
    given = {"weight_skill_match": 0.0, "weight_waiting": 0.0} | weights
    parameters = CATALOGUE["scored_offers"].complete(given)
    return case_with(*candidates, free_slots=(1,), parameters=parameters)


@few
@given(cases(), st.sampled_from(SLUGS))
def test_with_the_parameters_it_had_nothing_is_otherwise(case, slug):
    assert rehearse(slug, [case], case.parameters) == [Move()]


@few
@given(cases(), st.sampled_from(SLUGS), st.data())
def test_who_gains_was_not_chosen_and_is_eligible_and_who_loses_was(case, slug, data):
    card = CATALOGUE[slug]
    values = {
        p.name: st.integers(p.minimum, p.maximum) if p.is_whole else st.floats(p.minimum, p.maximum)
        for p in card.parameters
    }
    parameters = data.draw(st.fixed_dictionaries(values))
    weights = [value for name, value in parameters.items() if name.startswith("weight_")]
    assume(not weights or sum(weights) > 0)
    [found] = rehearse(slug, [case], parameters)
    before = chosen_or_consoled(decide(slug, case))
    after = chosen_or_consoled(decide(slug, replace(case, parameters=parameters)))
    assert (set(found.gain), set(found.lose)) == (after - before, before - after)
    assert set(found.gain) <= {c.worker for c in case.eligible}


def chosen_or_consoled(decision):
    chosen = {Outcome.AWARDED, Outcome.OFFERED, Outcome.SHORTLISTED}
    consoled = {one.worker for one in decision.consolations}
    return consoled | {row.worker for row in decision.ranking if row.outcome in chosen}


def test_another_weight_chooses_somebody_else_and_says_whom():
    case = scored_by(REPUTATION_ONLY, NEAR, KNOWN)
    other = scored_by(DISTANCE_ONLY).parameters
    assert rehearse("scored_offers", [case], other) == [Move(gain=(1,), lose=(2,))]


def test_the_cases_of_a_window_are_decided_together():
    """Alone, both tasks would ask the known worker; together only one of them can."""
    case = scored_by(REPUTATION_ONLY, NEAR, KNOWN)
    second = replace(case, task=case.task + 1, candidates=(KNOWN,))
    other = scored_by(DISTANCE_ONLY).parameters
    assert rehearse("optimal_matching", [case, second], other) == [Move(), Move()]
    assert rehearse("optimal_matching", [case], other) == [Move(gain=(1,), lose=(2,))]
