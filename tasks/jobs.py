"""Clocks that run while work is in hand or waits for a verdict."""

from datetime import datetime

from agenda.actions import due
from tasks import actions


@due("work_due")
def work_due(assignment_id: int, now: datetime) -> None:
    actions.expire_assignment(assignment_id=assignment_id, now=now)


@due("approval_due")
def approval_due(submission_id: int, now: datetime) -> None:
    actions.approve_automatically(submission_id=submission_id, now=now)
