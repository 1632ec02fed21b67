"""A killed process loses at most what it was just playing: real Celery, real `kill -9`."""

from __future__ import annotations

import time
from dataclasses import asdict

import pytest
import redis
from django.utils import timezone

from agenda.models import DueWork
from simulation import queries
from simulation.actions import EXAMINE
from simulation.models import Examination, Run
from simulation.world.theory.all_checks import PARTS
from tests.agenda.test_nothing_lost import broker, children, kill, ring_at, start_celery
from tests.simulation.plans import a_plan, start

__all__ = ["broker", "children", "ring_at"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PATIENCE_SECONDS = 90


def wait_for(condition, says) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, says()
        time.sleep(0.02)


def done() -> int:
    return Run.objects.filter(state="done").count()


def test_an_experiment_survives_killed_processes_and_an_emptied_broker(children, broker):
    experiment = start(a_plan(replications=20, tasks=2_000), now=timezone.now())
    kept = []
    for _ in range(2):
        before = done()
        processes = start_celery(children, broker)
        wait_for(lambda: done() > before, processes[0].last_lines)  # noqa: B023
        kill(children, processes)
        kept.append(dict(Run.objects.filter(state="done").values_list("pk", "ended_at")))
        redis.Redis.from_url(broker).flushall()
    assert 0 < len(kept[0]) <= len(kept[1]) < 40  # each kill came in the middle
    processes = start_celery(children, broker)

    wait_for(lambda: done() == 40, processes[0].last_lines)

    wait_for(lambda: experiment.refresh_from_db() or experiment.ended_at, str)
    assert experiment.state == "finished"
    ended_at = dict(Run.objects.values_list("pk", "ended_at"))
    assert kept[0].items() <= kept[1].items() <= ended_at.items()  # nothing was played again
    assert [len(arm.runs) for arm in queries.results(experiment)] == [20, 20]


# --- what an idle lab asks of itself --------------------------------------------------------------


def begun() -> set[int]:
    """The examinations that a process is at: it has taken up their due work, and not yet for good."""
    rows = DueWork.objects.filter(topic=EXAMINE).extra(where=["xmax <> '0'"])
    return set(rows.values_list("subject_id", flat=True))


def ended() -> dict[int, object]:
    rows = Examination.objects.exclude(ended_at=None)
    return dict(rows.values_list("pk", "ended_at"))


def test_an_examination_that_the_idle_lab_asked_for_survives_killed_processes(children, broker):
    *_, last = PARTS
    processes = start_celery(children, broker, examine_seconds=1)
    wait_for(
        lambda: Examination.objects.filter(part=last, pk__in=begun()).exists(),
        processes[0].last_lines,
    )
    kill(children, processes)
    kept, broken_off = ended(), Examination.objects.get(part=last)
    redis.Redis.from_url(broker).flushall()
    assert kept
    assert (broken_off.ended_at, broken_off.rows, broken_off.error) == (None, None, "")
    assert queries.is_being_examined(timezone.now())
    processes = start_celery(children, broker, examine_seconds=1)

    wait_for(lambda: len(ended()) == len(PARTS), processes[0].last_lines)

    kill(children, processes)
    assert kept.items() <= ended().items()  # nothing was examined again
    assert sorted(Examination.objects.values_list("part", flat=True)) == sorted(PARTS)
    broken_off.refresh_from_db()
    assert broken_off.rows == [asdict(check) for check in PARTS[last]()]
    assert not queries.is_being_examined(timezone.now())
    assert not DueWork.objects.filter(topic=EXAMINE).exists()
