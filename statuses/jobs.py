"""A status ends with its last day."""

from datetime import datetime

from agenda.actions import due
from statuses import actions


@due("status_ends")
def status_ends(held_id: int, now: datetime) -> None:
    actions.leave_status_that_ended(held_id=held_id, now=now)
