"""Holding a slot: taking it, giving it back, losing it at the deadline."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from agenda.actions import schedule
from marketplace.locks import lock
from marketplace.prepared import Prepared
from tasks.actions.posting import close_task, set_state
from tasks.models import Assignment, Slot, Task, record
from workers.models import Worker


class SlotIsTaken(Exception):
    """Somebody else holds this slot now."""


class WorkerIsFull(Exception):
    """This worker has as much work in hand as they can have at once."""


class NotInHand(Exception):
    """This work is not in your hands any more."""


# The guard of every slot that is given out: the slot if it is free, the worker if they have room, the
# assignment if both. What anybody read before does not count. A claim puts its record behind it.
HAND_OVER = """
WITH held AS (
    UPDATE tasks_slot SET worker_id = %(worker)s, lease = lease + 1
     WHERE task_id = %(task)s AND number = %(number)s
       AND worker_id IS NULL AND dropped_at IS NULL
 RETURNING id, lease
), busy AS (
    UPDATE workers_worker SET active = active + 1, standby_since = NULL, last_served_at = %(now)s
     WHERE id = %(worker)s AND active < capacity AND EXISTS (SELECT FROM held)
 RETURNING id
), made AS (
    INSERT INTO tasks_assignment
           (task_id, slot_id, lease, worker_id, pay_cents, state, started_at, due_at)
    SELECT %(task)s, held.id, held.lease, busy.id, %(pay)s, 'in_progress', %(now)s, %(due)s
      FROM held, busy
    RETURNING *
)"""
TAKE = HAND_OVER + " SELECT * FROM made"  # nosec B608: two constants


def give_slot(
    *, task: Task, slot_number: int, worker: Worker, pay_cents: int, now: datetime
) -> Assignment:
    """Write one worker into one free slot, in the caller's transaction.

    Raises SlotIsTaken or WorkerIsFull.
    """
    assignment = take(task, slot_number, worker, pay_cents, now)
    record(task, "awarded", at=now, assignment=assignment, worker=worker, pay_cents=pay_cents)
    schedule("work_due", assignment.pk, at=assignment.due_at)
    return assignment


def take(task: Task, slot_number: int, worker: Worker, pay_cents: int, now: datetime) -> Assignment:
    values = {
        "task": task.pk,
        "number": slot_number,
        "worker": worker.pk,
        "pay": pay_cents,
        "now": now,
        "due": task.deadline_at,
    }
    made = list(Assignment.objects.raw(TAKE, values))
    if not made:
        is_full = Worker.objects.filter(pk=worker.pk, active__gte=F("capacity")).exists()
        raise WorkerIsFull if is_full else SlotIsTaken
    return made[0]


def lay_down(assignment: Assignment) -> None:
    """One assignment less in the worker's hands. Rework never counted, so it frees nothing."""
    if assignment.state == Assignment.State.IN_PROGRESS:
        Worker.objects.filter(pk=assignment.worker_id).update(active=F("active") - 1)


def lock_assignment(
    assignment_id: int, *, worker: Worker | None = None, owner: User | None = None
) -> Assignment:
    """The assignment, with its task and then itself locked: the order every action keeps.

    With `worker` or `owner` (the account of the task's client) only theirs: else DoesNotExist.
    """
    found = WHOSE.rows(
        assignment=assignment_id, worker=worker and worker.pk, owner=owner and owner.pk
    )
    if not found:
        raise Assignment.DoesNotExist(f"assignment {assignment_id}")
    task = lock(Task, found[0][0], "NO KEY UPDATE")
    assignment = lock(Assignment, assignment_id, "UPDATE")
    assignment.task = task
    return assignment


WHOSE = Prepared(
    """
SELECT a.task_id
  FROM tasks_assignment a JOIN tasks_task t ON t.id = a.task_id
  JOIN clients_client c ON c.id = t.client_id
 WHERE a.id = %(assignment)s AND a.worker_id = coalesce(%(worker)s, a.worker_id)
   AND c.user_id = coalesce(%(owner)s, c.user_id)
""",
    assignment="bigint",
    worker="bigint",
    owner="bigint",
)


@transaction.atomic
def return_assignment(*, assignment_id: int, by: Worker, now: datetime) -> Assignment:
    """Give the slot back, without penalty. Raises NotInHand."""
    assignment = lock_assignment(assignment_id, worker=by)
    if not assignment.is_in_hand:
        raise NotInHand
    return free_the_slot(assignment, Assignment.State.RETURNED, now)


@transaction.atomic
def expire_assignment(*, assignment_id: int, now: datetime) -> Assignment:
    """Take the slot back when the work was not handed in by its deadline. Harmless twice."""
    assignment = lock_assignment(assignment_id)
    if assignment.is_in_hand and assignment.due_at <= now:
        free_the_slot(assignment, Assignment.State.EXPIRED, now)
    return assignment


def free_the_slot(assignment: Assignment, state: str, now: datetime) -> Assignment:
    lay_down(assignment)
    assignment.state = state
    assignment.settled_at = now
    assignment.save(update_fields=["state", "settled_at"])
    guarded = Slot.objects.filter(pk=assignment.slot_id, lease=assignment.lease)
    guarded.update(worker=None)
    record(assignment.task, state, at=now, assignment=assignment, worker=assignment.worker)
    reopen_or_close(assignment.task, now)
    return assignment


def reopen_or_close(task: Task, now: datetime) -> None:
    """A slot came free: let the engine look again, or give it up when it is too late for that."""
    if task.cancelled_at or task.deadline_at <= now:
        close_task(task, now)
        return
    if not task.is_open:
        set_state(task, Task.State.OPEN, now)
    schedule("slot_freed", task.pk, at=now, wake=True)
