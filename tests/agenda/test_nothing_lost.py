"""PostgreSQL holds the work: Celery and Redis may die at any moment and nothing is lost."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
import redis
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from agenda import actions as agenda
from agenda import jobs
from agenda.models import DueWork
from agenda.queries import overdue_count
from allocation import actions as allocation
from allocation.actions import settling
from allocation.models import Allocation, Offer
from ledger.queries import trial_balance
from marketplace import queue
from marketplace.embedded.places import ROOT
from marketplace.embedded.ports import HOST, free_port
from marketplace.embedded.processes import Children
from marketplace.embedded.programs import CELERY, SCHEDULE
from marketplace.embedded.site import module
from marketplace.embedded.valkey import start_valkey
from tasks.models import Assignment, Task
from tests.people import make_client, make_worker, post
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)
TASKS = 200
KILLS = 3
PATIENCE_SECONDS = 60


# --- the broker and Celery, really ----------------------------------------------------------------


@pytest.fixture
def children(tmp_path):
    children = Children(tmp_path / "log")
    yield children
    children.stop()


@pytest.fixture
def ring_at(settings):
    """Point this process's doorbell at a Redis, and back again at the end."""
    before = queue.app.conf.broker_url

    def point(url: str) -> None:
        settings.REDIS_URL = queue.app.conf.broker_url = url
        queue.doorbell.cache_clear()
        queue.app._pool = queue.app.amqp._producer_pool = None

    yield point
    point(before)
    queue.doorbell.cache_clear()


@pytest.fixture
def broker(children, tmp_path, ring_at) -> str:
    url = start_valkey(children, tmp_path)
    ring_at(url)
    return url


def start_celery(children: Children, broker: str, *, examine_seconds: float = 0):
    """The jobs and their schedule, with the command lines that `python3 run.py` uses."""
    database = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": database._replace(path=f"/{name}").geturl(),
        "REDIS_URL": broker,
        "TAAKPLEIN_SWEEP_SECONDS": "0.5",
        "TAAKPLEIN_EXAMINE_SECONDS": str(examine_seconds),
    }
    return [
        children.start(name, module(command), environment=environment, folder=ROOT)
        for name, command in (("celery", CELERY), ("schedule", SCHEDULE))
    ]


def kill(children: Children, processes) -> None:
    for process in processes:
        os.killpg(process.process.pid, signal.SIGKILL)
        process.process.wait()
        children.running.remove(process)


# --- a market with three ways of giving out work --------------------------------------------------


def open_the_market() -> tuple:
    """A client, one worker on standby per first-come task, others available, one bidder."""
    now = timezone.now()
    for n in range(TASKS // 3 + 1):
        allocation.join_standby(by=make_worker(f"standby{n}"), now=now)
    for n in range(5):
        allocation.go_available(by=make_worker(f"available{n}"), now=now)
    bidder = make_worker("bidder", capacity=TASKS)
    return make_client("clara", deposit_cents=TASKS * 1_100), bidder


def post_one(client, bidder: Worker, number: int) -> None:
    now = timezone.now()
    if number % 3 == 0:
        post(client, now)
    elif number % 3 == 1:
        post(client, now, mechanism="scored_offers")
    else:
        task = post(
            client, now, mechanism="sealed_first_price", closes_at=now + timedelta(seconds=4)
        )
        allocation.place_bid(task_id=task.pk, by=bidder, amount_cents=900, now=now)


def undecided() -> int:
    decided = Allocation.objects.values("task").distinct().count()
    return Task.objects.count() - decided


def wait_until_all_is_decided() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while undecided() or overdue_count(timezone.now()):
        assert time.monotonic() < deadline, (
            f"{undecided()} undecided, {list(DueWork.objects.all())}"
        )
        time.sleep(0.2)


def check_that_each_task_was_decided_once() -> None:
    first_decisions = Counter(
        Allocation.objects.filter(trigger__in=["posted", "closing"]).values_list("task", flat=True)
    )
    assert len(first_decisions) == Task.objects.count()
    assert set(first_decisions.values()) == {1}
    given = Task.objects.exclude(mechanism="scored_offers")
    assert Assignment.objects.count() == given.count()
    assert all(task.slots.get().worker_id and task.state == "allocated" for task in given)
    offered = Offer.objects.filter(state="open").values("task").distinct()
    assert offered.count() == Task.objects.filter(mechanism="scored_offers").count()
    for worker in Worker.objects.all():
        assert worker.active == worker.assignments.filter(state="in_progress").count()
    assert trial_balance().is_right


@pytest.mark.slow
def test_two_hundred_postings_survive_killed_processes_and_an_emptied_broker(children, broker):
    client, bidder = open_the_market()
    left_behind = []
    share = TASKS // (KILLS + 1)
    half = share // 2
    for round_number in range(KILLS):
        decided_before = Allocation.objects.count()
        processes = start_celery(children, broker)
        numbers = range(round_number * share, (round_number + 1) * share)
        for number in numbers[:half]:
            post_one(client, bidder, number)
        wait_for_a_decision_after(decided_before, processes)
        kill(children, processes)
        left_behind.append(undecided())
        for number in numbers[half:]:  # whoever posts notices nothing
            post_one(client, bidder, number)
        redis.Redis.from_url(broker).flushall()
    start_celery(children, broker)
    for number in range(KILLS * share, TASKS):
        post_one(client, bidder, number)

    wait_until_all_is_decided()

    assert min(left_behind) > 0  # each kill came in the middle
    assert Task.objects.count() == TASKS
    check_that_each_task_was_decided_once()


def wait_for_a_decision_after(before: int, processes) -> None:
    """Until the first decision of this round: Celery has just started and found a backlog."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Allocation.objects.count() == before:
        assert time.monotonic() < deadline, processes[0].last_lines()
        time.sleep(0.02)


# --- without a broker -----------------------------------------------------------------------------


def test_posting_succeeds_without_redis_and_the_sweep_does_the_work(clara, wim, ring_at):
    ring_at(f"redis://{HOST}:{free_port()}/0")
    allocation.join_standby(by=wim, now=timezone.now())
    started = time.monotonic()
    task = post(clara, timezone.now())
    assert time.monotonic() - started < 1
    call_command("drain")
    assert Assignment.objects.get(task=task).worker == wim
    assert overdue_count(timezone.now()) == 0


def test_posting_succeeds_with_a_redis_that_takes_calls_and_says_nothing(clara, ring_at):
    with socket.create_server((HOST, 0)) as silent:
        ring_at(f"redis://{HOST}:{silent.getsockname()[1]}/0")
        started = time.monotonic()
        task = post(clara, timezone.now())
        assert time.monotonic() - started < 2
    call_command("drain")
    assert Allocation.objects.filter(task=task).count() == 1


# --- the doorbell ---------------------------------------------------------------------------------


def test_a_hundred_postings_in_a_burst_ring_once(broker):
    client = make_client("clara", deposit_cents=100 * 1_100)
    messages = redis.Redis.from_url(broker)
    started = time.monotonic()
    for _ in range(100):
        post(client, timezone.now())
    rings = messages.llen("jobs")
    assert 1 <= rings <= 1 + (time.monotonic() - started) / queue.WAKE_SECONDS
    jobs.drain()
    assert Allocation.objects.count() == 100
    assert not messages.exists(queue.WAKE_KEY)  # whoever posts next rings again


def test_a_message_that_comes_twice_or_from_a_newer_version_is_harmless(clara, wim):
    allocation.join_standby(by=wim, now=timezone.now())
    task = post(clara, timezone.now())
    for arguments in ({}, {}, {"sent_by": "a version of next year", "ids": [task.pk]}):
        jobs.drain(**arguments)
        jobs.sweep(**arguments)
    assert Allocation.objects.count() == 1
    assert Assignment.objects.get().worker == wim


# --- the database goes away -----------------------------------------------------------------------


def test_a_connection_that_is_cut_in_mid_drain_costs_a_retry(clara, wim):
    allocation.join_standby(by=wim, now=timezone.now())
    task = post(clara, timezone.now())
    original, cuts = settling.carry_out, []

    def cut_once(*arguments):
        original(*arguments)
        if not cuts:
            cuts.append(1)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    now = timezone.now()
    with patch.object(settling, "carry_out", cut_once):
        agenda.drain(now)
        assert cuts
        assert not Assignment.objects.exists()
        agenda.drain(now + timedelta(seconds=2))
    assert Assignment.objects.get(task=task).worker == wim
    assert Allocation.objects.filter(task=task).count() == 1
    assert trial_balance().is_right


def test_a_loop_without_celery_survives_a_database_that_restarts(clara, wim):
    allocation.join_standby(by=wim, now=timezone.now())
    task = post(clara, timezone.now())
    sweeps = []

    def cut_then_sleep_then_stop(_seconds: float) -> None:
        sweeps.append(Assignment.objects.count())
        if len(sweeps) == 1:
            with pytest.raises(Exception, match="terminating|closed"), connection.cursor() as c:
                c.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            return
        if len(sweeps) == 3:
            raise KeyboardInterrupt

    with (
        patch("agenda.management.commands.drain.time.sleep", cut_then_sleep_then_stop),
        pytest.raises(KeyboardInterrupt),
    ):
        call_command("drain", loop=True)
    assert Assignment.objects.get(task=task).worker == wim
