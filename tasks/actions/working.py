"""Handing in work."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from marketplace.prepared import Prepared, columns_of, instance
from tasks.actions.holding import NotInHand, lock_assignment
from tasks.models import Assignment, Submission
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
    return hand_in(assignment, by, content, now)


def hand_in(assignment: Assignment, by: Worker, content: str, now: datetime) -> Submission:
    """Write it all down, under the locks that the caller holds."""
    (row,) = HAND_IN.rows(
        assignment=assignment.pk,
        task=assignment.task_id,
        worker=by.pk,
        by=by.user_id,
        content=content,
        now=now,
        clock=now + timedelta(days=settings.APPROVAL_DAYS),
    )
    submission = instance(Submission, row)
    submission.assignment = assignment
    assignment.state, assignment.submitted_at = Assignment.State.SUBMITTED, now
    return submission


# The work, its place in the worker's hands (rework never had one), the event and the clock of
# automatic approval: all of it or nothing. The caller holds the assignment.
HAND_IN = Prepared(
    f"""
WITH held AS (
    SELECT state FROM tasks_assignment WHERE id = %(assignment)s
), free AS (
    UPDATE workers_worker SET active = active - 1
     WHERE id = %(worker)s AND (SELECT state FROM held) = 'in_progress'
), done AS (
    UPDATE tasks_assignment SET state = 'submitted', submitted_at = %(now)s
     WHERE id = %(assignment)s
), handed_in AS (
    INSERT INTO tasks_submission (assignment_id, number, content, submitted_at)
    SELECT %(assignment)s, count(*) + 1, %(content)s, %(now)s
      FROM tasks_submission WHERE assignment_id = %(assignment)s
 RETURNING {columns_of(Submission)}
), told AS (
    INSERT INTO tasks_taskevent (task_id, assignment_id, worker_id, by_id, kind, at, facts)
    VALUES (%(task)s, %(assignment)s, %(worker)s, %(by)s, 'submitted', %(now)s, '{{}}')
), ticking AS (
    INSERT INTO agenda_duework (topic, subject_id, due_at, attempts, last_error)
    SELECT 'approval_due', id, %(clock)s, 0, '' FROM handed_in
)
SELECT * FROM handed_in
""",  # nosec B608: column names
    assignment="bigint",
    task="bigint",
    worker="bigint",
    by="bigint",
    content="text",
    now="timestamptz",
    clock="timestamptz",
)
