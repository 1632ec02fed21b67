"""A dispute about rejected work: the worker opens it, the client answers, an operator decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from agenda.actions import schedule
from agenda.queries import is_scheduled
from disputes.actions.asking import SayWhatIsWrong
from disputes.actions.deciding import AlreadyDecided, write_decision
from disputes.models import Dispute, Statement, Verdict
from tasks import actions as tasks
from tasks.actions.holding import lock_assignment
from tasks.models import Assignment, record
from workers.models import Worker


class CannotBeDisputed(Exception):
    """Only rejected work can be disputed, once, and within the time that the rejection names."""


class DisputeIsDecided(AlreadyDecided):
    """This dispute is decided."""


@transaction.atomic
def open_dispute(*, assignment_id: int, by: Worker, text: str, now: datetime) -> Dispute:
    """Say that a rejection was wrong. Its pay stays in escrow until an operator has decided.

    Raises CannotBeDisputed or SayWhatIsWrong.
    """
    if not text.strip():
        raise SayWhatIsWrong
    assignment = lock_assignment(assignment_id, worker=by)
    # The refund lies ahead in due work, so its money is certainly still in escrow.
    is_held = is_scheduled("rejection_final", assignment.pk, after=now)
    is_new = not Dispute.objects.filter(assignment=assignment).exists()
    if assignment.state != Assignment.State.REJECTED or not is_held or not is_new:
        raise CannotBeDisputed
    dispute = Dispute.objects.create(
        assignment=assignment,
        text=text.strip(),
        asked_by=by.user,
        asked_at=now,
        answer_due_at=now + timedelta(hours=settings.ANSWER_HOURS),
        due_at=now + timedelta(days=settings.DECISION_DAYS),
    )
    tell(dispute, assignment, "disputed", by.user, now)
    schedule("dispute_answer_overdue", dispute.pk, at=dispute.answer_due_at)
    schedule("dispute_overdue", dispute.pk, at=dispute.due_at)
    return dispute


@transaction.atomic
def add_statement(*, dispute_id: int, by: User, text: str, now: datetime) -> Statement:
    """Answer, or add to what one said. For the client and the worker of the dispute only.

    Raises Dispute.DoesNotExist, DisputeIsDecided or SayWhatIsWrong.
    """
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    assignment = Assignment.objects.select_related("task__client", "worker").get(
        pk=dispute.assignment_id
    )
    is_client = by.pk == assignment.task.client.user_id
    if not is_client and by.pk != assignment.worker.user_id:
        raise Dispute.DoesNotExist
    if dispute.is_decided:
        raise DisputeIsDecided
    if not text.strip():
        raise SayWhatIsWrong
    said = Statement.objects.create(
        dispute=dispute, by=by, is_client=is_client, text=text.strip(), at=now
    )
    tell(dispute, assignment, "dispute_answered" if is_client else "dispute_added", by, now)
    return said


@transaction.atomic
def decide_dispute(
    *, dispute_id: int, outcome: str, reason: str, by: User, now: datetime
) -> Dispute:
    """Uphold the rejection and give the client the escrow back, or overturn it and pay the worker.

    The deciding operator is neither the client nor the worker nor whoever agreed to the rejection.
    Raises AlreadyDecided, ADecisionNeedsAReason or NotForYouToDecide.
    """
    assignment = lock_assignment(Dispute.objects.get(pk=dispute_id).assignment_id)
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    write_decision(dispute, outcome=outcome, reason=reason, by=by, now=now)
    if outcome == Verdict.OVERTURNED:
        tasks.overturn_rejection(assignment, by=by, now=now)
    else:
        tasks.release_rejected(assignment, now)
        tell(dispute, assignment, "dispute_upheld", by, now)
    return dispute


@transaction.atomic
def close_window(*, assignment_id: int, now: datetime) -> None:
    """The time to dispute a rejection is over: without a dispute its escrow goes back.

    Harmless twice; a disputed rejection's escrow waits for the operator's decision.
    """
    assignment = lock_assignment(assignment_id)
    if assignment.state != Assignment.State.REJECTED:
        return
    if not Dispute.objects.filter(assignment=assignment).exists():
        tasks.release_rejected(assignment, now)


@transaction.atomic
def note_no_answer(*, dispute_id: int, now: datetime) -> None:
    """Put in the task's history that the client did not answer in time. Harmless twice."""
    dispute = Dispute.objects.select_for_update(of=("self",)).get(pk=dispute_id)
    said = dispute.statements.filter(is_client=True)
    known = dispute.task.events.filter(kind="dispute_unanswered", facts__question=dispute.pk)
    if not (dispute.is_decided or said.exists() or known.exists()):
        record(
            dispute.task,
            "dispute_unanswered",
            at=now,
            assignment=dispute.assignment,
            worker=dispute.assignment.worker,
            question=dispute.pk,
        )


def tell(dispute: Dispute, assignment: Assignment, kind: str, by: User, now: datetime) -> None:
    record(
        assignment.task,
        kind,
        at=now,
        by=by,
        assignment=assignment,
        worker=assignment.worker,
        question=dispute.pk,
    )
