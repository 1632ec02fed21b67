"""A stored case can be read back exactly, and its digest pins it down."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from allocation.engine.catalogue import decide
from allocation.engine.codec import (
    code_digest,
    decode_case,
    decode_decision,
    digest,
    encode,
    engine_modules_of,
    write,
)
from allocation.engine.contract import Answer
from tests.engine.cases import SLUGS, WIM, case_with, cases, worker


@settings(max_examples=80, deadline=None)
@given(cases(fine=True))
def test_cases_and_decisions_survive_json_exactly(case):
    stored_case = json.loads(json.dumps(encode(case)))
    assert decode_case(stored_case) == case
    assert digest(stored_case) == digest(case) == digest(decode_case(stored_case))
    for slug in SLUGS:
        decision = decide(slug, case)
        stored = json.loads(json.dumps(encode(decision)))
        assert decode_decision(stored) == decision
        assert digest(stored) == digest(decision)
        assert decide(slug, decode_case(stored_case)) == decision
        both = write(case, decision)
        assert both.digest == digest({"case": encode(case), "decision": encode(decision)})
        assert json.loads(both.case_json) == json.loads(json.dumps(both.case)) == stored_case
        assert json.loads(both.decision_json) == stored


def test_any_change_changes_the_digest():
    case = case_with(worker(WIM, 0, ask_cents=700))
    others = [
        replace(case, now=201.0),
        replace(case, seed=8),
        replace(case, candidates=()),
        replace(case, candidates=(worker(WIM, 0, ask_cents=701),)),
        replace(case, candidates=(worker(WIM, 0, ask_cents=700, answer=Answer.DECLINED),)),
    ]
    assert len({digest(one) for one in (case, *others)}) == 6


def test_fields_at_their_default_are_not_stored():
    assert set(encode(case_with())) == {"task", "free_slots", "pay_cents", "now", "seed"}


def test_a_number_that_json_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        digest(case_with(now=float("inf")))


def test_each_mechanism_has_its_own_code_digest():
    digests = {code_digest(slug) for slug in SLUGS}
    assert len(digests) == len(SLUGS)
    assert all(len(one) == 64 for one in digests)


def test_the_code_digest_covers_what_the_mechanism_uses():
    used = engine_modules_of("allocation.engine.mechanisms.optimal_matching")
    assert {"contract", "matching", "ranking", "scoring"} <= {
        name.removeprefix("allocation.engine.") for name in used
    }
    assert "allocation.engine.mechanisms.contest" not in used
