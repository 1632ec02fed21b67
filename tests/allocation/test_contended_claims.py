"""Ten people want each slot at once. The benchmark `contended` does the same a hundred times larger."""

from multiprocessing.pool import ThreadPool

import pytest

from tests.benchmarks.contended import WAYS, Found, contend, faults, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ATTEMPTS, CLIENTS = 1_000, 8


@pytest.mark.parametrize("way", ["the live action", "one guarded statement"])
def test_every_slot_has_exactly_one_holder_when_ten_want_it_at_once(way):
    found = contend(way, ATTEMPTS, ThreadPool, CLIENTS)
    assert found.attempts == ATTEMPTS
    assert (found.slots_held, found.told_won, found.doubles) == (100, 100, 0)


def test_the_detector_finds_what_claims_without_a_guard_give_twice():
    found = contend("without a guard", ATTEMPTS, ThreadPool, CLIENTS)
    run("DROP TABLE contended_slot, contended_assignment", [])
    assert found.doubles > 0
    assert not found.is_one_truth


def test_a_slot_given_twice_or_left_and_a_blind_detector_are_faults():
    good = Found(attempts=100, told_won=10, slots=10, slots_held=10, doubles=0, seconds=1.0)
    bad = Found(attempts=100, told_won=11, slots=10, slots_held=10, doubles=1, seconds=1.0)
    left = Found(attempts=100, told_won=9, slots=10, slots_held=9, doubles=0, seconds=1.0)
    live, raw, unguarded = WAYS
    assert faults({live: good, raw: good, unguarded: bad}) == []
    assert len(faults({live: bad, raw: good, unguarded: bad})) == 1
    assert len(faults({live: good, raw: left, unguarded: bad})) == 1
    assert len(faults({live: good, raw: good, unguarded: good})) == 1
