"""The clock of opinions."""

from datetime import datetime

from agenda.actions import due
from reputation import actions


@due("opinions_due")
def opinions_due(assignment_id: int, now: datetime) -> None:
    actions.reveal_opinions(assignment_id=assignment_id, now=now)
