"""A task that was held or that waited goes on the board, or ends because it never can."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agenda.actions import schedule
from marketplace.locks import lock
from tasks.actions.following import outcome
from tasks.actions.posting import close_task
from tasks.models import Task, record

WITH_HOURS = (Task.Kind.SHIFT, Task.Kind.BOOKING)


@transaction.atomic
def begin_task(*, task_id: int, now: datetime) -> Task:
    """Open a waiting task when the one before it was approved; when that ended otherwise, end this
    one too and give its escrow back. Harmless twice.
    """
    task = lock(Task, task_id, "UPDATE")
    if task.state != Task.State.WAITING or task.starts_after is None:
        return task
    begins = outcome(task.starts_after)
    if begins:
        put_on_board(task, now)
        record(task, "begun", at=now)
    elif begins is False:
        task.cancelled_at = now
        task.save(update_fields=["cancelled_at"])
        record(task, "never_begun", at=now)
        close_task(task, now)
    return task


def put_on_board(task: Task, now: datetime) -> None:
    """Open it, under its lock. The time since it was posted is added to its closing and its
    deadline, except for work with hours of its own: a shift starts when it starts.
    """
    if task.kind not in WITH_HOURS:
        task.closes_at += now - task.posted_at
        task.deadline_at += now - task.posted_at
    task.state = Task.State.OPEN
    task.save(update_fields=["closes_at", "deadline_at", "state"])
    schedule("task_posted", task.pk, at=now, wake=True)
    schedule("task_closes", task.pk, at=task.closes_at)


def release_held(task: Task, now: datetime) -> None:
    """What a person looked at goes on the board, or waits for the task before it. Under its lock."""
    if task.starts_after_id is None:
        put_on_board(task, now)
        return
    task.state = Task.State.WAITING
    task.save(update_fields=["state"])
    schedule("may_begin", task.pk, at=now, wake=True)
