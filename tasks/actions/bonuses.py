"""A bonus: something extra from the client's wallet for work that was handed in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger import actions as ledger
from ledger.models import Transfer
from tasks.actions.holding import lock_assignment
from tasks.models import Assignment, record

HANDED_IN = (Assignment.State.SUBMITTED, Assignment.State.APPROVED, Assignment.State.REJECTED)


class GiveABonusForWork(Exception):
    """A bonus is for work that was handed in."""


class SayWhatTheBonusIsFor(Exception):
    """Say what the bonus is for: the worker reads it."""


@transaction.atomic
def give_bonus(
    *, assignment_id: int, by: User, amount_cents: int, text: str, key: str, now: datetime
) -> None:
    """Pay the worker extra, in cents, from the client's wallet. The same `key` pays once.

    The market takes no fee on a bonus. Raises GiveABonusForWork, SayWhatTheBonusIsFor or
    ledger.NotEnoughMoney.
    """
    assignment = lock_assignment(assignment_id, owner=by)
    task, once = assignment.task, ledger.key_for(f"bonus:{assignment.pk}:{key}")
    if assignment.state not in HANDED_IN or amount_cents <= 0:
        raise GiveABonusForWork
    if not text.strip():
        raise SayWhatTheBonusIsFor
    if ledger.is_moved(once):
        return
    ledger.move(
        kind=Transfer.Kind.BONUS,
        debit=ledger.wallet_of(by),
        credit=ledger.wallet_of(assignment.worker.user),
        amount_cents=amount_cents,
        now=now,
        key=once,
        about=f"task {task.pk}: {task.title}"[:120],
    )
    record(
        task,
        "bonus",
        at=now,
        by=by,
        assignment=assignment,
        worker=assignment.worker,
        cents=amount_cents,
        text=text.strip(),
    )
