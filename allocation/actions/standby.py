"""A worker makes themselves findable: waits on standby, or is available for offers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agenda.actions import schedule_many
from allocation.engine.catalogue import CATALOGUE
from tasks.models import Task
from workers.models import Worker

LOOKED_AT = 100  # how many waiting tasks are decided anew because one worker appeared


@transaction.atomic
def join_standby(*, by: Worker, now: datetime) -> Worker:
    """Stand in line: a standing claim on the next task that fits, given without asking again.

    Joining twice keeps the first place in line.
    """
    worker = Worker.objects.select_for_update(no_key=True).get(pk=by.pk)
    if worker.standby_since is None:
        worker.standby_since = now
        worker.save(update_fields=["standby_since"])
        wake_tasks(worker, {c.slug for c in CATALOGUE.values() if c.traits.serves_standby}, now)
    return worker


@transaction.atomic
def leave_standby(*, by: Worker) -> None:
    Worker.objects.filter(pk=by.pk).update(standby_since=None)


@transaction.atomic
def go_available(*, by: Worker, now: datetime) -> Worker:
    """Take offers from now on. Doing it twice keeps the first moment, which counts as waiting."""
    worker = Worker.objects.select_for_update(no_key=True).get(pk=by.pk)
    if worker.available_since is None:
        worker.available_since = now
        worker.save(update_fields=["available_since"])
        wake_tasks(worker, {c.slug for c in CATALOGUE.values() if c.traits.makes_offers}, now)
    return worker


@transaction.atomic
def go_off(*, by: Worker) -> None:
    """Take no offers any more; declining by being away costs nothing."""
    Worker.objects.filter(pk=by.pk).update(available_since=None)


def wake_tasks(worker: Worker, mechanisms: set[str], now: datetime) -> None:
    """Let the engine look again at the oldest open tasks that this worker might get."""
    waiting = Task.objects.open().filter(
        room=worker.room_id, mechanism__in=mechanisms, closes_at__gt=now
    )
    fitting = waiting.filter(skills=[]) | waiting.filter(skills__overlap=worker.skills)
    ids = fitting.order_by("posted_at").values_list("pk", flat=True)[:LOOKED_AT]
    schedule_many("look_again", dict.fromkeys(ids, now), wake=True)
