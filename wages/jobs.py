"""The clock of what work really paid."""

from datetime import datetime

from agenda.actions import due
from wages import actions


@due("pay_changed")
def pay_changed(client_id: int, now: datetime) -> None:
    actions.measure_pay(client_id=client_id, now=now)
