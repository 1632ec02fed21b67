"""A killed process loses at most the run it was playing: real Celery, real `kill -9`."""

from __future__ import annotations

import time

import pytest
import redis
from django.utils import timezone

from simulation import queries
from simulation.models import Run
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
