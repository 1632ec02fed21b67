"""Not being there: said by a named person of the other side, with a reason that can be answered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from marketplace.prepared import Prepared
from shifts.models import NoShow
from shifts.queries import shift_of
from tasks import actions as tasks
from tasks.actions.holding import free_the_slot, lock_assignment
from tasks.models import Assignment, Submission, record
from workers.models import Worker


class NotYet(Exception):
    """That can be said once the shift has begun, and while its work is in hand."""


class NoShowNeedsAReason(Exception):
    """Say what happened: the other side reads it and may answer."""


class AlreadyRecorded(Exception):
    """Somebody has said of this shift already that one side was not there."""


class NothingToAnswer(Exception):
    """There is nothing for you to answer here, or you answered already."""


@transaction.atomic
def record_no_show(*, assignment_id: int, by: User, reason: str, now: datetime) -> NoShow:
    """Say that the other side was not there.

    Of a worker: the place is given up, its escrow goes back. Of a client: the worker was there, so
    the shift is handed in with that reason, and the client's verdict or the clock pays it. Raises
    NotYet, NoShowNeedsAReason or AlreadyRecorded; DoesNotExist when neither side is yours.
    """
    assignment = lock_assignment(assignment_id)
    side = other_side(assignment, by)
    shift = shift_of(assignment.task)
    if NoShow.objects.filter(assignment=assignment).exists():
        raise AlreadyRecorded
    if shift is None or now < shift.starts_at or not assignment.is_in_hand:
        raise NotYet
    if not reason.strip():
        raise NoShowNeedsAReason
    said = NoShow.objects.create(
        assignment=assignment, side=side, reason=reason.strip(), by=by, at=now
    )
    record(
        assignment.task, f"{side}_not_there", at=now, by=by,
        assignment=assignment, worker=assignment.worker,
    )  # fmt: skip
    if side == NoShow.Side.WORKER:
        free_the_slot(assignment, Assignment.State.EXPIRED, now)
    else:
        tasks.submit_work(
            assignment_id=assignment.pk, by=assignment.worker, content=reason.strip(), now=now
        )
    return said


def submit_work(*, assignment_id: int, by: Worker, content: str, now: datetime) -> Submission:
    """Hand in work; a shift only once it has begun. Raises NotYet and what `tasks` raises."""
    if BEGINS_LATER.rows(assignment=assignment_id, now=now):
        raise NotYet
    return tasks.submit_work(assignment_id=assignment_id, by=by, content=content, now=now)


BEGINS_LATER = Prepared(
    """
SELECT 1 FROM tasks_assignment a JOIN shifts_shift s ON s.task_id = a.task_id
 WHERE a.id = %(assignment)s AND s.starts_at > %(now)s
""",
    assignment="bigint",
    now="timestamptz",
)


def other_side(assignment: Assignment, by: User) -> str:
    if by.pk == assignment.worker.user_id:
        return NoShow.Side.CLIENT
    if by.pk == assignment.task.client.user_id:
        return NoShow.Side.WORKER
    raise Assignment.DoesNotExist


@transaction.atomic
def answer_no_show(*, assignment_id: int, by: User, answer: str, now: datetime) -> NoShow:
    """The side that was said to be missing answers, once. Raises NothingToAnswer."""
    said = NoShow.objects.select_for_update().filter(assignment=assignment_id).first()
    if said is None or said.answered_at or not answer.strip():
        raise NothingToAnswer
    if other_side(said.assignment, by) == said.side:
        raise NothingToAnswer
    said.answer, said.answered_at = answer.strip(), now
    said.save(update_fields=["answer", "answered_at"])
    return said
