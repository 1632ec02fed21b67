"""Promises that every simulated market keeps, whatever its rules."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.engine import catalogue, codec
from simulation.world.market import Market
from simulation.world.measures import measures
from simulation.world.records import End
from simulation.world.run import result_bytes, run
from simulation.world.scenario import Behaviour, Demand, Population, Rules, Scenario, Spread

SIMULATED = sorted(catalogue.CATALOGUE)


def small(mechanism, **changes):
    return Scenario(
        tasks=changes.pop("tasks", 60),
        demand=Demand(
            tasks_per_hour=changes.pop("rate", 20.0),
            slots=changes.pop("slots", 1),
            skill_kinds=changes.pop("skill_kinds", 0),
            burst=changes.pop("burst", 1.0),
            default_share=changes.pop("default_share", 0.0),
            pay_cents=Spread("uniform", 300, 1500),
            patience_hours=changes.pop("patience", 0.5),
        ),
        population=Population(
            workers=changes.pop("workers", 12),
            reservation_cents=Spread("uniform", 0, 1200),
            city_km=changes.pop("city_km", 5.0),
            shift_hours=changes.pop("shift_hours", 0.0),
            shift_every_hours=2.0,
            limited_share=0.5,
            newcomers=changes.pop("newcomers", 0),
            stays_hours=changes.pop("stays_hours", 0.0),
        ),
        behaviour=Behaviour(
            coalition_share=changes.pop("coalition_share", 0.0),
            practice=changes.pop("practice", 0.0),
            acceptance=0.7,
            answer_seconds=Spread("exponential", 40),
            rejection=0.1,
            bid_seconds=60,
        ),
        rules=Rules(mechanism=mechanism, **changes),
    )


worlds = st.builds(
    small,
    st.sampled_from(SIMULATED),
    tasks=st.integers(1, 40),
    rate=st.floats(1, 100),
    slots=st.integers(1, 3),
    patience=st.floats(0.05, 2),
    workers=st.integers(1, 15),
    city_km=st.sampled_from([0.0, 5.0]),
    floor_cents_per_hour=st.sampled_from([0, 600]),
    most_assignments=st.sampled_from([0, 3]),
    shift_hours=st.sampled_from([0.0, 0.7]),
    burst=st.sampled_from([1.0, 3.0]),
    coalition_share=st.sampled_from([0.0, 0.4]),
    practice=st.sampled_from([0.0, 0.3]),
    limited_hours=st.sampled_from([0.0, 2.0]),
    default_share=st.sampled_from([0.0, 0.3]),
    fund_basis_points=st.sampled_from([0, 500]),
    skill_kinds=st.sampled_from([0, 3]),
    newcomers=st.sampled_from([0, 6]),
    stays_hours=st.sampled_from([0.0, 1.0]),
)


@settings(max_examples=80, deadline=None)
@given(worlds, st.integers(0, 2**32))
def test_every_slot_ends_exactly_once_and_all_pay_is_somebodys(scenario, seed):
    market = run(scenario, seed, keep_records=True)

    rows = list(market.records.rows())
    ended = [(row[0], row[1]) for row in rows]
    slots = scenario.demand.slots
    assert sorted(ended) == [
        (t, s) for t in range(1, scenario.tasks + 1) for s in range(1, slots + 1)
    ]
    pays = list(market.records.columns["pay_cents"])
    assert sum(pays) == market.tallies.paid_cents == sum(market.workers.earned_cents)
    assert all(
        p == 0
        for p, end in zip(pays, market.records.columns["end"], strict=True)
        if end != End.APPROVED
    )


@settings(max_examples=80, deadline=None)
@given(worlds, st.integers(0, 2**32))
def test_nobody_holds_two_tasks_at_a_time_or_more_than_the_cap(scenario, seed):
    market = run(scenario, seed, keep_records=True)

    held = {}
    for _, _, _, taken, ended, worker, *_ in market.records.rows():
        if worker >= 0:
            held.setdefault(worker, []).append((taken, ended))
    for spans in held.values():
        spans.sort()
        assert all(one[1] <= next_one[0] for one, next_one in pairwise(spans))
        cap = scenario.rules.most_assignments
        assert not cap or len(spans) <= cap


@settings(max_examples=40, deadline=None)
@given(worlds, st.integers(0, 2**32))
def test_littles_law_holds_on_every_run(scenario, seed):
    assert measures(run(scenario, seed))["little_gap"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("mechanism", SIMULATED)
def test_the_same_seed_gives_the_same_bytes(mechanism):
    assert result_bytes(run(small(mechanism), 7)) == result_bytes(run(small(mechanism), 7))
    assert result_bytes(run(small(mechanism), 7)) != result_bytes(run(small(mechanism), 8))


def test_the_same_bytes_come_from_another_process_with_another_hash_seed():
    program = (
        "from tests.world.test_the_market import small, run, result_bytes; import hashlib;"
        "print(hashlib.sha256(b''.join(result_bytes(run(small(m), 7)) for m in "
        "('first_come', 'scored_offers', 'sealed_first_price', 'lottery'))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1 and len(digests.pop().strip()) == 64


@pytest.mark.parametrize("mechanism", SIMULATED)
def test_the_arms_of_an_experiment_see_the_same_tasks(mechanism):
    def seen(market):
        return [(t.posted_at, t.pay_cents, t.work_hours, t.x) for t in market.tasks()]

    assert seen(Market(small(mechanism), 3)) == seen(Market(small("first_come"), 3))


@pytest.mark.parametrize("mechanism", SIMULATED)
def test_a_simulated_case_gives_the_live_path_the_same_decision(mechanism):
    """The live market stores a case as JSON and replays it; so can every case of a simulation."""
    seen = []

    class Witness(Market):
        def decide(self, case):
            decision = super().decide(case)
            seen.append(([case], [decision]))
            return decision

        def decide_together(self, cases):
            decisions = super().decide_together(cases)
            seen.append((cases, decisions))
            return decisions

    Witness(small(mechanism), 5, in_full=True).run()
    assert seen
    for cases, decisions in seen:
        stored = [codec.decode_case(codec.encode(case)) for case in cases]
        again = catalogue.decide_window(mechanism, stored)
        assert [codec.digest(d) for d in again] == [codec.digest(d) for d in decisions]


def test_records_change_nothing_but_memory():
    kept = run(small("scored_offers"), 4, keep_records=True)
    sums = run(small("scored_offers"), 4, keep_records=False)
    assert measures(kept) == measures(sums)
    assert sums.records is None and len(kept.records) == 60


def test_the_guarantee_pays_every_hour_on_duty():
    market = run(small("first_come", guaranteed_cents_per_hour=2000), 4)
    people = market.workers
    for worker, earned in enumerate(people.earned_cents):
        assert market.duty_hours(worker) >= market.closed_at
        due = round(2000 * market.duty_hours(worker))
        assert earned + people.top_up_cents[worker] == max(earned, due)


@given(
    st.sampled_from([slug for slug in SIMULATED if catalogue.card_of(slug).traits.makes_offers]),
    st.floats(0.01, 2),
    st.integers(5, 3600),
    st.integers(1, 3600),
    st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_nobody_is_given_work_after_a_tasks_patience_has_ended(
    mechanism, patience, offer_seconds, window_seconds, seed
):
    asked = {"offer_seconds": offer_seconds, "window_seconds": window_seconds}
    known = catalogue.card_of(mechanism).defaults
    parameters = {name: value for name, value in asked.items() if name in known}
    world = small(mechanism, patience=patience, parameters=parameters)
    market = run(world, seed, keep_records=True)
    for row in market.records.rows():
        posted, taken = row[2], row[3]
        assert taken <= posted + patience + 1e-9


def test_a_task_that_closes_before_its_window_does_is_decided_halfway():
    """As on the live market: people have as long to answer as the task waited for a decision."""
    hasty = small(
        "optimal_matching", patience=0.2, workers=60, tasks=30, parameters={"window_seconds": 3600}
    )
    hasty = replace(hasty, behaviour=replace(hasty.behaviour, answer_seconds=Spread("fixed", 1)))
    market = run(hasty, 1, keep_records=True)
    assert measures(market)["fill_share"] > 0.5
    [(posted, taken)] = [row[2:4] for row in market.records.rows() if row[0] == 1]
    assert 0.1 <= taken - posted < 0.2


def test_a_task_in_no_hurry_waits_for_the_window_that_was_opened_before_it():
    calm = small("optimal_matching", patience=2, tasks=20, parameters={"window_seconds": 600})
    calm = replace(calm, behaviour=replace(calm.behaviour, answer_seconds=Spread("fixed", 0)))
    taken = [row[3] for row in run(calm, 1, keep_records=True).records.rows()]
    assert len(set(taken)) < len(taken)
