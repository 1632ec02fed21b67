"""Experiments: every run once, the same bytes again, and what may be asked for by whom."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.timezone import localtime

from agenda import actions as agenda
from agenda.models import DueWork
from simulation import actions, queries
from simulation.models import Examination, Experiment, Run, Scenario
from simulation.rules import Arm, NotAScenario, Plan, TooLarge, try_out
from simulation.world import presets
from simulation.world.run import result_bytes, run
from simulation.world.store import digest, plain, scenario_of
from tests.people import NOW, later
from tests.simulation.plans import a_plan, start

pytestmark = pytest.mark.django_db


def play(most: int = 1000) -> int:
    return agenda.drain(timezone.now(), most=most, aside=True)


def test_an_experiment_plays_each_run_once_and_ends():
    experiment = start()
    assert play() == 4
    experiment.refresh_from_db()
    assert experiment.state == "finished" and experiment.ended_at
    assert not DueWork.objects.exists()
    base, changed = queries.results(experiment)
    assert [run.replication for run in base.runs] == [1, 2]
    assert [run.seed for run in base.runs] == [run.seed for run in changed.runs]
    assert base.rows[0]["tasks_posted"] == changed.rows[0]["tasks_posted"] == 40
    assert base.rows[0] != changed.rows[0]


def test_the_market_never_waits_behind_a_simulation():
    start()
    assert agenda.drain(timezone.now()) == 0
    assert Run.objects.filter(state="waiting").count() == 4


def test_a_run_that_is_played_again_gives_the_same_bytes():
    start()
    play()
    for row in Run.objects.select_related("scenario"):
        again = result_bytes(run(scenario_of(row.scenario.described), row.seed, keep_records=True))
        assert sha256(again).hexdigest() == row.digest


@pytest.mark.parametrize("name", presets.preset_names())
def test_a_stored_scenario_is_the_same_scenario(name):
    scenario = presets.load(name).scenario
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(plain(scenario))])
        stored = json.loads(cursor.fetchone()[0])
    assert scenario_of(stored) == scenario
    assert digest(plain(scenario_of(stored))) == digest(plain(scenario))


def test_the_same_question_is_answered_once():
    first = start()
    assert start().pk == first.pk
    assert start(a_plan(seed=8)).pk != first.pk
    play()
    assert start().pk == first.pk
    assert start(again=True).pk != first.pk


def test_doubled_due_work_plays_nothing_twice():
    start()
    actions.schedule_waiting(Experiment.objects.get(), NOW)
    play()
    seconds = list(Run.objects.order_by("pk").values_list("ended_at", flat=True))
    for row in Run.objects.all():
        actions.play_run(run_id=row.pk, clock=timezone.now)
    assert list(Run.objects.order_by("pk").values_list("ended_at", flat=True)) == seconds


def test_a_cancelled_experiment_keeps_what_is_done_and_goes_on_when_resumed():
    experiment = start()
    play(most=1)
    actions.cancel_experiment(key=experiment.key, now=NOW)
    assert play() == 0
    assert Run.objects.filter(state="done").count() == 1
    with pytest.raises(actions.CannotBeCancelled):
        actions.cancel_experiment(key=experiment.key, now=NOW)
    actions.resume_experiment(key=experiment.key, now=NOW)
    with pytest.raises(actions.NothingToResume):
        actions.resume_experiment(key=experiment.key, now=NOW)
    play()
    experiment.refresh_from_db()
    assert experiment.state == "finished"
    assert Run.objects.filter(state="done").count() == 4
    with pytest.raises(actions.NothingToResume):
        actions.resume_experiment(key=experiment.key, now=NOW)


def test_a_run_that_fails_says_why_and_does_not_stop_the_others(monkeypatch):
    experiment = start()
    original, calls = actions.run, []

    def fail_once(scenario, seed, **options):
        calls.append(seed)
        if len(calls) == 1:
            raise RuntimeError("the lamp fell over")
        return original(scenario, seed, **options)

    monkeypatch.setattr(actions, "run", fail_once)
    play()
    experiment.refresh_from_db()
    assert experiment.state == "finished"
    assert Run.objects.get(state="failed").error == "RuntimeError: the lamp fell over"
    assert [len(arm.runs) for arm in queries.results(experiment)] == [1, 1]  # whole pairs only
    actions.resume_experiment(key=experiment.key, now=NOW)
    play()
    assert Run.objects.filter(state="done").count() == 4


def test_progress_counts_what_comes_before():
    start()
    second = start(a_plan(seed=9))
    assert queries.progress(second).ahead == 4
    play(most=3)
    assert queries.progress(second).ahead == 1
    play()
    done = queries.progress(second)
    assert (done.runs, done.done, done.ahead, done.share) == (4, 4, 0, 1.0)


# --- what may be asked for ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (Plan("delivero", (Arm("a", {}),), 1, 1), "Known: .*deliveroo"),
        (Plan("deliveroo", (Arm("a", {"florr": "1"}),), 1, 1), "a: There is no lever 'florr'"),
        (
            Plan("deliveroo", (Arm("a", {"tasks_per_hour": "0"}),), 1, 1),
            "a: tasks_per_hour must be",
        ),
        (Plan("deliveroo", (Arm("a", {"workers": "0"}),), 1, 1), "between 1 and 100,000"),
        (Plan("deliveroo", (Arm("a", {"estimate_hours": "0"}),), 1, 1), "estimate_hours must be"),
    ],
)
def test_what_cannot_be_simulated_is_refused_in_words(plan, says):
    with pytest.raises(NotAScenario, match=says):
        start(plan)
    assert not Experiment.objects.exists()


def test_what_fails_when_it_is_tried_out_is_refused_in_words():
    couriers = presets.load("deliveroo").scenario
    without_time = replace(couriers, demand=replace(couriers.demand, estimate_hours=0))
    with pytest.raises(NotAScenario, match="a: this cannot be played .ZeroDivisionError"):
        try_out("a", without_time)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (a_plan(replications=31), "30 replications"),
        (a_plan(tasks=12_001), "12,000 tasks"),
        (a_plan(tasks=10_000, replications=25), "400,000 tasks"),
        (a_plan(workers="1001"), "1,000 workers"),
        (a_plan(slots="200", tasks="61"), "12,000 tasks"),
        (a_plan(hours="100000", tasks="0"), "12,000 tasks"),
        (Plan("deliveroo", (), 1, 1), "1 to 6 arms"),
    ],
)
def test_a_visitor_cannot_ask_for_more_than_the_machine_has(plan, says):
    with pytest.raises(TooLarge, match=says):
        start(plan)
    assert not Experiment.objects.exists()


def test_a_visitor_has_two_experiments_running_and_thirty_an_hour():
    start()
    start(a_plan(seed=8))
    with pytest.raises(actions.TooMany, match="Only 2 experiments may run at once"):
        start(a_plan(seed=9))
    start(a_plan(seed=9), visitor="v2")
    play()
    for seed in range(100, 128):
        start(a_plan(seed=seed, replications=1))
        play()
    in_an_hour = time_format(localtime(NOW + timedelta(hours=1)))
    with pytest.raises(actions.TooMany, match=f"Only 30 .* The next: at {in_an_hour}"):
        start(a_plan(seed=200))
    start(a_plan(seed=200), now=later(hours=2))


def test_a_full_lab_takes_no_more(monkeypatch):
    monkeypatch.setattr(actions, "MOST_WAITING_RUNS", 6)
    start()
    with pytest.raises(actions.LabIsFull):
        start(a_plan(seed=8), visitor="v2")


# --- what the database refuses --------------------------------------------------------------------


@pytest.mark.parametrize("model", [Run, Scenario])
def test_a_result_is_never_changed(model):
    start()
    play()
    row = model.objects.first()
    field = "seed" if model is Run else "name"
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{field: 1})


def test_a_run_is_not_done_without_its_result():
    start()
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.update(state="done")
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.update(state="failed")


def test_a_replication_is_not_written_twice():
    start()
    row = Run.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(scenario=row.scenario, replication=row.replication, seed=1)


# --- the theory -----------------------------------------------------------------------------------


def test_the_theory_is_examined_part_by_part_and_kept(monkeypatch):
    sharing = actions.PARTS["sharing"]
    monkeypatch.setattr(actions, "PARTS", {"sharing": lambda: sharing(rounds=4)})
    actions.ask_for_theory(now=timezone.now())
    assert actions.ask_for_theory(now=timezone.now()) == []  # it is being done
    play()
    row = Examination.objects.get()
    assert row.ended_at and row.rows[0]["law"] == "optimal_matching"
    assert queries.latest_examinations() == {"sharing": row}
    with pytest.raises(IntegrityError), transaction.atomic():
        Examination.objects.update(rows=[])
