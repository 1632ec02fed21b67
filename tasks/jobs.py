"""Clocks that run while work is in hand or waits for a verdict."""

from datetime import datetime

from agenda.actions import due
from disputes.actions import approve_when_time_is_up
from tasks import actions


@due("may_begin")
def may_begin(task_id: int, now: datetime) -> None:
    actions.begin_task(task_id=task_id, now=now)


@due("work_due")
def work_due(assignment_id: int, now: datetime) -> None:
    actions.expire_assignment(assignment_id=assignment_id, now=now)


@due("approval_due")
def approval_due(submission_id: int, now: datetime) -> None:
    approve_when_time_is_up(submission_id=submission_id, now=now)
