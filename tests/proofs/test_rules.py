"""What a proof proves, and which gates are closed: no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.engine.gates import GATES as KNOWN_GATES
from proofs import rules

slugs = st.builds("{}:{}".format, st.sampled_from(rules.GATES), st.from_regex(r"[a-z]{1,8}", fullmatch=True))  # fmt: skip
some = st.frozensets(slugs, max_size=6)


def test_every_gate_of_a_proof_has_its_words():
    assert set(rules.GATES) <= set(KNOWN_GATES)


@given(some, some)
def test_a_gate_is_closed_exactly_when_a_proof_of_it_is_missing(asked, shown):
    closed = rules.closed_by(asked, shown)
    assert set(closed) == {rules.gate_of(slug) for slug in asked - shown}
    assert len(closed) == len(set(closed))


@given(some, some, slugs)
def test_one_proof_more_closes_no_gate(asked, shown, more):
    assert set(rules.closed_by(asked, shown | {more})) <= set(rules.closed_by(asked, shown))


@pytest.mark.parametrize(
    "slug", ["religion:any", "health:good", "language:", "language", "language:Fr", "language:-x", "a b:c", ""]
)  # fmt: skip
def test_what_may_not_be_asked_has_no_name(slug):
    assert not rules.is_name_of_a_proof(slug)
