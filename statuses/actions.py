"""Saying which status one has, ending it, and choosing under which one works."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from agenda.actions import schedule
from statuses.models import HeldStatus, StatusLimit
from statuses.queries import in_force
from wages.actions.floors import with_dates
from wages.queries import day_of
from workers.models import Worker

FACTS = Path(__file__).resolve().parent / "facts" / "limits.json"


class StatusEndsBeforeItBegins(Exception):
    """A status ends on the day it begins at the earliest."""


class StatusIsHeldAlready(Exception):
    """You have this status already. End it first, or let it be."""


class StatusIsNotHeld(Exception):
    """You do not have this status today."""


def load_limits(model: Any = StatusLimit) -> int:
    """Write the facts that come with the product, those that are not there yet. Harmless twice."""
    kept = json.loads(FACTS.read_text())
    known = set(model.objects.values_list("country", "status", "hours", "valid_from"))
    rows = [with_dates(row) | {"as_of": kept["as_of"]} for row in kept["limits"]]
    new = [r for r in rows if (r["country"], r["status"], r["hours"], r["valid_from"]) not in known]
    model.objects.bulk_create(model(**row) for row in new)
    return len(new)


@transaction.atomic
def hold_status(
    *, worker: Worker, status: str, from_day: date, to_day: date | None, now: datetime
) -> HeldStatus:
    """Say that one has a status. The first that holds today is the one that one works under.

    Raises StatusEndsBeforeItBegins or StatusIsHeldAlready.
    """
    if to_day is not None and to_day < from_day:
        raise StatusEndsBeforeItBegins
    worker = lock(worker)
    if any(held.status == status for held in in_force(worker, day_of(now))):
        raise StatusIsHeldAlready
    held = HeldStatus.objects.create(worker=worker, status=status, from_day=from_day, to_day=to_day)
    if not worker.work_status and held in in_force(worker, day_of(now)):
        write(worker, status)
    end_when_over(held)
    return held


@transaction.atomic
def end_status(*, held_id: int, by: Worker, now: datetime) -> HeldStatus:
    """Let a status end today; it is not worked under any more. Harmless twice."""
    worker = lock(by)
    held = worker.statuses.get(pk=held_id)
    today = day_of(now)
    if held.to_day is None or held.to_day > today:
        held.to_day = max(held.from_day, today)
        held.save(update_fields=["to_day"])
    if worker.work_status == held.status:
        write(worker, "")
    return held


@transaction.atomic
def work_as(*, worker: Worker, status: str, now: datetime) -> Worker:
    """Choose the status that the next assignments are recorded under; "" is none.

    Raises StatusIsNotHeld.
    """
    worker = lock(worker)
    if status and all(held.status != status for held in in_force(worker, day_of(now))):
        raise StatusIsNotHeld
    return write(worker, status)


@transaction.atomic
def leave_status_that_ended(*, held_id: int, now: datetime) -> None:
    """Nobody works under a status whose last day is over. Harmless twice, and too early."""
    held = HeldStatus.objects.select_related("worker").get(pk=held_id)
    worker = lock(held.worker)
    if all(one.status != worker.work_status for one in in_force(worker, day_of(now))):
        write(worker, "")


def end_when_over(held: HeldStatus) -> None:
    if held.to_day is not None:
        here = timezone.get_default_timezone()
        after = datetime.combine(held.to_day + timedelta(days=1), time.min, tzinfo=here)
        schedule("status_ends", held.pk, at=after)


def lock(worker: Worker) -> Worker:
    return Worker.objects.select_for_update(no_key=True, of=("self",)).get(pk=worker.pk)


def write(worker: Worker, status: str) -> Worker:
    worker.work_status = status
    worker.save(update_fields=["work_status"])
    return worker
