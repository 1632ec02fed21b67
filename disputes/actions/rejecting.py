"""Rejecting with a brake: beyond a share of a batch, an operator has to agree first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from agenda.actions import schedule
from disputes.actions.deciding import AlreadyDecided, write_decision
from disputes.models import HeldRejection
from disputes.queries import batch_counts
from disputes.rules import brake_holds
from tasks import actions as tasks
from tasks.actions.holding import lock_assignment
from tasks.actions.reviewing import accept, lock_for_review, newest_submission
from tasks.models import Assignment, Batch, Review, Submission, record


class RejectionIsHeld(Exception):
    """You rejected this already; an operator looks at it first."""


@transaction.atomic
def reject(
    *, assignment_id: int, by: User, reason_code: str, text: str, now: datetime
) -> Review | HeldRejection:
    """Refuse the work with a reason, or let an operator look first when the brake holds.

    The batch is locked before the task, so that two rejections at once count each other.
    Raises NothingToReview, ARejectionNeedsAReason or RejectionIsHeld.
    """
    assignment = lock_batch_and_assignment(assignment_id, by)
    submission = newest_submission(assignment)
    if HeldRejection.objects.filter(submission=submission).exists():
        raise RejectionIsHeld
    if not is_braked(assignment):
        return tasks.turn_down(assignment, by=by, reason_code=reason_code, text=text, now=now)
    if reason_code not in Review.Reason.values or not text.strip():
        raise tasks.ARejectionNeedsAReason
    held = HeldRejection.objects.create(
        submission=submission,
        reason_code=reason_code,
        text=text.strip(),
        asked_by=by,
        asked_at=now,
        due_at=now + timedelta(days=settings.DECISION_DAYS),
    )
    tell(held, assignment, "rejection_held", by, now)
    schedule("held_rejection_overdue", held.pk, at=held.due_at)
    return held


def lock_batch_and_assignment(assignment_id: int, by: User) -> Assignment:
    found = Assignment.objects.select_related("task").get(pk=assignment_id, task__client__user=by)
    if found.task.batch_id:
        Batch.objects.select_for_update(no_key=True).get(pk=found.task.batch_id)
    return lock_for_review(assignment_id, by)


def is_braked(assignment: Assignment) -> bool:
    handed_in, rejected = batch_counts(assignment.task)
    return brake_holds(
        handed_in=handed_in,
        rejected=rejected,
        percent=settings.BRAKE_PERCENT,
        at_least=settings.BRAKE_AT_LEAST,
    )


@transaction.atomic
def decide_held_rejection(
    *, held_id: int, outcome: str, reason: str, by: User, now: datetime
) -> HeldRejection:
    """Let a held rejection take effect in the client's name, or pay the work.

    Raises AlreadyDecided, ADecisionNeedsAReason or NotForYouToDecide.
    """
    asked = HeldRejection.objects.select_related("submission", "asked_by").get(pk=held_id)
    assignment = lock_assignment(asked.submission.assignment_id)
    held = HeldRejection.objects.select_for_update(of=("self",)).get(pk=held_id)
    if Review.objects.filter(submission=held.submission_id).exists():
        raise AlreadyDecided
    write_decision(held, outcome=outcome, reason=reason, by=by, now=now)
    if outcome == HeldRejection.Outcome.AGREED:
        tell(held, assignment, "rejection_agreed", by, now)
        tasks.turn_down(
            assignment, by=asked.asked_by, reason_code=held.reason_code, text=held.text, now=now
        )
    else:
        tell(held, assignment, "rejection_refused", by, now)
        accept(assignment, by=by, text=held.reason, now=now)
    return held


@transaction.atomic
def approve_when_time_is_up(*, submission_id: int, now: datetime) -> None:
    """Approve what the client left lying; a rejection that waits for an operator is an answer."""
    submission = Submission.objects.get(pk=submission_id)
    lock_assignment(submission.assignment_id)
    if not HeldRejection.objects.filter(submission=submission).exists():
        tasks.approve_automatically(submission_id=submission_id, now=now)


def tell(held: HeldRejection, assignment: Assignment, kind: str, by: User, now: datetime) -> None:
    record(
        assignment.task,
        kind,
        at=now,
        by=by,
        assignment=assignment,
        worker=assignment.worker,
        question=held.pk,
    )
