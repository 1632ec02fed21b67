"""A client calls off a shift: whoever held a place is paid what the schedule says."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from ledger import actions as ledger
from ledger.models import Transfer
from shifts.actions.reserves import ShiftHasBegun
from shifts.models import Cancellation, Shift
from shifts.queries import shift_of
from tasks import actions as tasks
from tasks.actions.holding import lay_down
from tasks.actions.posting import close_task, refund
from tasks.models import Assignment, Slot, Task, record


@transaction.atomic
def cancel_task(*, task_id: int, by: User, now: datetime) -> Task:
    """Call off a task. Of a shift, people who held a place are free again and are paid the fee.

    Raises tasks.TaskIsNotOpen, tasks.WorkIsHandedIn or ShiftHasBegun.
    """
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id, client__user=by)
    shift = shift_of(task)
    if shift is None:
        return tasks.cancel_task(task_id=task_id, by=by, now=now)
    if task.state not in (Task.State.OPEN, Task.State.ALLOCATED, Task.State.HELD):
        raise tasks.TaskIsNotOpen
    if shift.starts_at <= now:
        raise ShiftHasBegun
    held = task.assignments.select_for_update(of=("self",)).filter(state="in_progress")
    assignments = list(held.select_related("worker__user").order_by("worker_id"))
    tasks.lock_wallets(task, [assignment.worker for assignment in assignments])
    for assignment in assignments:
        call_off(task, shift, assignment, by, now)
    task.cancelled_at = now
    task.save(update_fields=["cancelled_at"])
    record(task, "cancelled", at=now, by=by)
    return close_task(task, now)


def call_off(task: Task, shift: Shift, assignment: Assignment, by: User, now: datetime) -> None:
    """Free one worker and pay them; what the place held beyond the fee goes back to the client."""
    fee = shift.fee_cents(assignment.pay_cents, now)
    lay_down(assignment)
    assignment.state, assignment.settled_at = Assignment.State.EXPIRED, now
    assignment.save(update_fields=["state", "settled_at"])
    Slot.objects.filter(pk=assignment.slot_id, lease=assignment.lease).update(
        worker=None, dropped_at=now
    )
    ledger.move(
        kind=Transfer.Kind.PAYOUT,
        debit=task.escrow,
        credit=ledger.wallet_of(assignment.worker.user),
        amount_cents=fee,
        now=now,
        key=ledger.key_for(f"cancellation:{assignment.pk}"),
        about=f"cancellation of task {task.pk}",
    )
    refund(task, task.slot_reserve_cents - fee, now, "a place that was called off")
    Cancellation.objects.create(assignment=assignment, fee_cents=fee, by=by, at=now)
    record(
        task, "called_off", at=now, by=by, assignment=assignment,
        worker=assignment.worker, cents=fee,
    )  # fmt: skip
