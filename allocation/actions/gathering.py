"""Bringing a task into the next window of its batched mechanism."""

from __future__ import annotations

from datetime import datetime, timedelta

from agenda.actions import schedule
from allocation import queries
from allocation.models import Gathered
from tasks.models import Task


def gather(task: Task, now: datetime) -> None:
    """Let the task wait for the next window. The caller holds its lock. Harmless twice.

    The first task opens a window, which closes `window_seconds` later; who comes in between joins.
    A task that closes too soon for that is decided halfway to its closing.
    """
    if Gathered.objects.filter(task=task).exists():
        return
    due_at = next_window(task, now)
    Gathered.objects.create(task=task, mechanism=task.mechanism, due_at=due_at)
    schedule("window_closes", task.pk, at=due_at)


def next_window(task: Task, now: datetime) -> datetime:
    """When the open window of this mechanism closes, or a new one that begins now.

    Halfway to the task's closing at the latest: an offer ends with its task, so whoever is asked
    has at least as long to answer as the task waited.
    """
    coming = Gathered.objects.filter(mechanism=task.mechanism, due_at__gt=now)
    opened = coming.order_by("due_at").values_list("due_at", flat=True).first()
    seconds = queries.version_for(task).parameters["window_seconds"]
    own = now + min(timedelta(seconds=seconds), (task.closes_at - now) / 2)
    return min(opened, own) if opened else own
