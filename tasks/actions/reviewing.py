"""The client's verdicts, and the money that follows them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import User
from agenda.actions import schedule
from agenda.queries import is_scheduled
from ledger import actions as ledger
from ledger.models import Account, Transfer
from tasks import rules
from tasks.actions.holding import lock_assignment
from tasks.actions.posting import refund, settle_state
from tasks.models import Assignment, Review, Submission, record
from workers.models import Worker

REWORK_DAYS = 2  # at least this long for another try, whatever the deadline was


class NothingToReview(Exception):
    """There is no submission here that waits for a verdict."""


class ARejectionNeedsAReason(Exception):
    """Say what was wrong: the worker has a right to a reason they can answer."""


@transaction.atomic
def approve(*, assignment_id: int, by: User, now: datetime, text: str = "") -> Review:
    """Accept the work and pay it from escrow. Raises NothingToReview."""
    assignment = lock_for_review(assignment_id, by)
    return accept(assignment, by=by, text=text, now=now)


@transaction.atomic
def approve_automatically(*, submission_id: int, now: datetime) -> Review | None:
    """Approve what the client left lying past the clock. Harmless twice."""
    submission = Submission.objects.get(pk=submission_id)
    assignment = lock_assignment(submission.assignment_id)
    is_newest = newest_submission(assignment).pk == submission_id
    if assignment.state != Assignment.State.SUBMITTED or not is_newest:
        return None
    return accept(assignment, by=None, text="", now=now)


@transaction.atomic
def ask_for_rework(*, assignment_id: int, by: User, text: str, now: datetime) -> Review:
    """Ask for another try, saying what is missing.

    Rework does not count towards the worker's capacity: they had the work first.
    Raises NothingToReview or ARejectionNeedsAReason.
    """
    assignment = lock_for_review(assignment_id, by)
    review = write_review(assignment, Review.Verdict.REWORK, by=by, text=text, now=now)
    assignment.due_at = max(assignment.due_at, now + timedelta(days=REWORK_DAYS))
    assignment.state = Assignment.State.REWORK
    assignment.save(update_fields=["state", "due_at"])
    schedule("work_due", assignment.pk, at=assignment.due_at)
    return review


@transaction.atomic
def reject(*, assignment_id: int, by: User, reason_code: str, text: str, now: datetime) -> Review:
    """Refuse the work with a reason, at once. Doors reject through `disputes.actions`.

    Raises NothingToReview or ARejectionNeedsAReason.
    """
    assignment = lock_for_review(assignment_id, by)
    return turn_down(assignment, by=by, reason_code=reason_code, text=text, now=now)


def turn_down(
    assignment: Assignment, *, by: User, reason_code: str, text: str, now: datetime
) -> Review:
    """Write the rejection. What the work would have cost stays in escrow while it can be disputed.

    In the caller's transaction, under the assignment's lock. Raises ARejectionNeedsAReason.
    """
    if reason_code not in Review.Reason.values:
        raise ARejectionNeedsAReason
    review = write_review(
        assignment,
        Review.Verdict.REJECTED,
        by=by,
        reason_code=reason_code,
        text=text,
        now=now,
    )
    settle(assignment, Assignment.State.REJECTED, now)
    Worker.objects.filter(pk=assignment.worker_id).update(rejected_count=F("rejected_count") + 1)
    schedule("rejection_final", assignment.pk, at=now + timedelta(days=settings.DISPUTE_DAYS))
    settle_state(assignment.task, now)
    return review


def release_rejected(assignment: Assignment, now: datetime) -> None:
    """Give the client back what a rejected assignment still holds in escrow. Harmless twice.

    In the caller's transaction, under the assignment's lock.
    """
    task, key = assignment.task, ledger.key_for(f"rejected:{assignment.pk}")
    refund(task, task.slot_reserve_cents, now, "rejected work", key)


def overturn_rejection(assignment: Assignment, *, by: User, now: datetime) -> None:
    """Pay rejected work after all, from the escrow that was held for this.

    In the caller's transaction, under the assignment's lock.
    """
    settle(assignment, Assignment.State.APPROVED, now)
    Worker.objects.filter(pk=assignment.worker_id).update(
        approved_count=F("approved_count") + 1, rejected_count=F("rejected_count") - 1
    )
    pay(assignment, now)
    record(
        assignment.task,
        "overturned",
        at=now,
        by=by,
        assignment=assignment,
        worker=assignment.worker,
    )


def lock_for_review(assignment_id: int, by: User) -> Assignment:
    assignment = lock_assignment(assignment_id, owner=by)
    if assignment.state != Assignment.State.SUBMITTED:
        raise NothingToReview
    return assignment


def newest_submission(assignment: Assignment) -> Submission:
    return assignment.submissions.order_by("-number")[0]


def accept(assignment: Assignment, *, by: User | None, text: str, now: datetime) -> Review:
    review = write_review(assignment, Review.Verdict.APPROVED, by=by, text=text, now=now)
    settle(assignment, Assignment.State.APPROVED, now)
    Worker.objects.filter(pk=assignment.worker_id).update(approved_count=F("approved_count") + 1)
    pay(assignment, now)
    settle_state(assignment.task, now)
    measure_soon(assignment.task.client_id, now)
    return review


def measure_soon(client_id: int, now: datetime) -> None:
    """Have it worked out within a minute what this client's tasks really pay, once for many."""
    if not is_scheduled("pay_changed", client_id, after=now):
        schedule("pay_changed", client_id, at=now + timedelta(minutes=1))


def write_review(
    assignment: Assignment,
    verdict: Review.Verdict,
    *,
    by: User | None,
    text: str,
    now: datetime,
    reason_code: str = "",
) -> Review:
    if verdict != Review.Verdict.APPROVED and not text.strip():
        raise ARejectionNeedsAReason
    review = Review.objects.create(
        submission=newest_submission(assignment),
        verdict=verdict,
        reason_code=reason_code,
        text=text.strip(),
        by=by,
        at=now,
    )
    record(
        assignment.task,
        verdict,
        at=now,
        by=by,
        assignment=assignment,
        worker=assignment.worker,
    )
    return review


def settle(assignment: Assignment, state: str, now: datetime) -> None:
    assignment.state = state
    assignment.settled_at = now
    assignment.save(update_fields=["state", "settled_at"])


def pay(assignment: Assignment, now: datetime) -> None:
    """Pay the worker and the fee from escrow, once; what the budget left over goes back."""
    task = assignment.task
    fee = rules.fee_cents(assignment.pay_cents, task.fee_basis_points)
    wallet = ledger.wallet_of(assignment.worker.user)
    ledger.lock_accounts(task.escrow, wallet, ledger.wallet_of(task.client.user))
    ledger.move(
        kind=Transfer.Kind.PAYOUT,
        debit=task.escrow,
        credit=wallet,
        amount_cents=assignment.pay_cents,
        now=now,
        key=ledger.key_for(f"payout:{assignment.pk}"),
        about=f"task {task.pk}: {task.title}"[:120],
    )
    ledger.move(
        kind=Transfer.Kind.FEE,
        debit=task.escrow,
        credit=ledger.market_account(Account.Kind.FEES),
        amount_cents=fee,
        now=now,
        key=ledger.key_for(f"fee:{assignment.pk}"),
        about=f"task {task.pk}",
    )
    left = task.slot_reserve_cents - assignment.pay_cents - fee
    refund(task, left, now, "what the budget left over")
