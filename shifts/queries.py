"""Who is where and when: overlaps, reserve lists, calendars, free hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from clients.models import Client
from shifts.models import Attendance, NoShow, PublishedHour, Reserve, Shift
from tasks.models import Assignment, Task
from workers.models import Worker

TIMED = (Task.Kind.SHIFT, Task.Kind.BOOKING)


def shift_of(task: Task) -> Shift | None:
    """The hours of a task; no look-up for tasks without any."""
    return Shift.objects.filter(task=task).first() if task.kind in TIMED else None


def busy_then(task: Task, workers: Sequence[int]) -> set[int]:
    """Which of these workers hold a shift that overlaps with this task's."""
    shift = shift_of(task) if workers else None
    if shift is None:
        return set()
    overlapping = Attendance.objects.filter(
        worker__in=workers, is_held=True, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at
    )
    return set(overlapping.exclude(assignment__task=task).values_list("worker_id", flat=True))


def overlap_gates(task: Task, worker: Worker) -> tuple[str, ...]:
    """The gate that hours close, as one more for `rules.closed_gates`."""
    return ("overlap",) if busy_then(task, [worker.pk]) else ()


def reserves_waiting(task: Task) -> QuerySet[Reserve]:
    waiting = task.reserves.filter(left_at__isnull=True, served_at__isnull=True)
    return waiting.select_related("worker__user").order_by("joined_at", "id")


def attendances_of(worker: Worker, since: datetime) -> QuerySet[Attendance]:
    """A worker's hours that have not ended, the next first."""
    mine = Attendance.objects.filter(worker=worker, ends_at__gt=since)
    related = ("assignment__task__client", "assignment__task__shift", "assignment__cancellation")
    return mine.select_related(*related).order_by("starts_at", "assignment_id")


def attendances_at(task: Task) -> QuerySet[Attendance]:
    """Who attends or attended a shift, with what was said of it."""
    related = ("assignment__worker", "assignment__cancellation", "assignment__no_show")
    found = Attendance.objects.filter(assignment__task=task).select_related(*related)
    return found.order_by("assignment_id")


def working_side(assignment: Assignment, now: datetime) -> dict[str, Any]:
    """What the working page shows of a shift: its hours, who was not there, whether it has begun."""
    shift = shift_of(assignment.task)
    return {
        "shift": shift,
        "no_show": NoShow.objects.filter(assignment=assignment).first() if shift else None,
        "may_return": shift is None or now < shift.starts_at,
    }


def shifts_of(client: Client, since: datetime) -> QuerySet[Shift]:
    mine = Shift.objects.filter(task__client=client, ends_at__gt=since)
    return mine.select_related("task__client").order_by("starts_at", "task_id")


def reserves_of(worker: Worker, now: datetime) -> QuerySet[Reserve]:
    mine = worker.reserves.filter(left_at__isnull=True, served_at__isnull=True)
    return mine.filter(task__shift__starts_at__gt=now).select_related("task__shift")


def free_hours(now: datetime, person: Any = None) -> QuerySet[PublishedHour]:
    """The published hours that this person (a visitor: None) can book, the next first."""
    room = getattr(person, "room_id", None)
    free = PublishedHour.objects.filter(
        worker__room=room, task__isnull=True, withdrawn_at__isnull=True
    )
    return free.filter(starts_at__gt=now).select_related("worker").order_by("starts_at", "id")
