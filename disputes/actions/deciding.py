"""What all decisions of a person have in common: who may, a reason, once, and by when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from disputes.models import Dispute, HeldRejection, HumanReview, ProblemTicket, Question
from tasks.models import record

KINDS: dict[str, Any] = {
    "held_rejection": HeldRejection,
    "dispute": Dispute,
    "human_review": HumanReview,
    "problem": ProblemTicket,
}


class AlreadyDecided(Exception):
    """This was decided already, and a decision stays as it is."""


class ADecisionNeedsAReason(Exception):
    """Say why, in your own words: both sides read it."""


class NotForYouToDecide(Exception):
    """Only an operator decides this, and nobody decides in their own matter."""


def write_decision(
    question: Question, *, outcome: str, reason: str, by: User, now: datetime
) -> None:
    """Write down a person's decision. In the caller's transaction, under the question's lock.

    Who may decide is the database's own rule. Raises AlreadyDecided, ADecisionNeedsAReason or
    NotForYouToDecide.
    """
    if question.is_decided:
        raise AlreadyDecided
    if not reason.strip() or outcome not in question.OUTCOMES.values:
        raise ADecisionNeedsAReason
    question.outcome, question.reason = outcome, reason.strip()
    question.decided_by, question.decided_at = by, now
    try:
        with transaction.atomic():
            question.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    except IntegrityError as error:
        if "not theirs to decide" in str(error):
            raise NotForYouToDecide from error
        raise


@transaction.atomic
def note_overdue(*, kind: str, question_id: int, now: datetime) -> None:
    """Put in the task's history that nobody decided in time. Harmless twice."""
    question = KINDS[kind].objects.select_for_update(of=("self",)).get(pk=question_id)
    is_late = not question.is_decided and question.due_at <= now
    known = question.task.events.filter(kind=f"{kind}_overdue", facts__question=question.pk)
    if is_late and not known.exists():
        record(question.task, f"{kind}_overdue", at=now, question=question.pk)
