"""Handing in work."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from agenda.actions import schedule
from tasks.actions.holding import NotInHand, lay_down, lock_assignment
from tasks.models import Assignment, Submission, record
from tasks.queries import ready_at
from workers.models import Worker


class TooLate(Exception):
    """The deadline for this work has passed."""


class TooEarly(Exception):
    """In a class, work takes its time too. Hand it in when the clock of this work has run down."""


class SubmissionIsEmpty(Exception):
    """There is nothing in what you want to hand in."""


@transaction.atomic
def submit_work(*, assignment_id: int, by: Worker, content: str, now: datetime) -> Submission:
    """Hand in work once per assignment or rework; automatic approval starts its clock.

    Raises NotInHand, TooLate, TooEarly or SubmissionIsEmpty.
    """
    if not content.strip():
        raise SubmissionIsEmpty
    assignment = lock_assignment(assignment_id, worker=by)
    if not assignment.is_in_hand:
        raise NotInHand
    if assignment.due_at <= now:
        raise TooLate
    assignment.worker = by
    if now < ready_at(assignment):
        raise TooEarly
    submission = Submission.objects.create(
        assignment=assignment,
        number=assignment.submissions.count() + 1,
        content=content,
        submitted_at=now,
    )
    lay_down(assignment)
    assignment.state = Assignment.State.SUBMITTED
    assignment.submitted_at = now
    assignment.save(update_fields=["state", "submitted_at"])
    record(
        assignment.task,
        "submitted",
        at=now,
        by=by.user,
        assignment=assignment,
        worker=by,
    )
    clock = now + timedelta(days=settings.APPROVAL_DAYS)
    schedule("approval_due", submission.pk, at=clock)
    return submission
