"""A contest's end: the winners' finished work is accepted and paid, the others may be consoled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from ledger import actions as ledger
from ledger.models import Transfer
from tasks.actions.holding import SlotIsTaken
from tasks.actions.posting import drop_free_slots, hold_beyond_slots
from tasks.actions.reviewing import accept
from tasks.models import Assignment, Slot, Submission, Task, record
from workers.models import Worker


def lock_wallets(task: Task, workers: Sequence[Worker]) -> None:
    """Lock the escrow, the client's wallet and all who are to be paid, before the first is paid."""
    wallets = [ledger.wallet_of(worker.user) for worker in workers]
    ledger.lock_accounts(task.escrow, ledger.wallet_of(task.client.user), *wallets)


def award_entry(
    *,
    task: Task,
    slot_number: int,
    worker: Worker,
    pay_cents: int,
    content: str,
    entered_at: datetime,
    by: User,
    now: datetime,
) -> Assignment:
    """Give a slot for work that is finished already, accept it and pay it from escrow.

    In the caller's transaction, under the task's lock. The work was done before, so it never counts
    towards the worker's capacity. Raises SlotIsTaken.
    """
    slot = Slot.objects.select_for_update().get(task=task, number=slot_number)
    if slot.worker_id or slot.dropped_at:
        raise SlotIsTaken
    slot.worker, slot.lease = worker, slot.lease + 1
    slot.save(update_fields=["worker", "lease"])
    Worker.objects.filter(pk=worker.pk).update(last_served_at=now)
    assignment = Assignment.objects.create(
        task=task,
        slot=slot,
        lease=slot.lease,
        worker=worker,
        pay_cents=pay_cents,
        state=Assignment.State.SUBMITTED,
        started_at=now,
        due_at=task.deadline_at,
        submitted_at=entered_at,
    )
    Submission.objects.create(
        assignment=assignment, number=1, content=content, submitted_at=entered_at
    )
    record(task, "awarded", at=now, assignment=assignment, worker=worker, pay_cents=pay_cents)
    accept(assignment, by=by, text="", now=now)
    return assignment


def console(*, task: Task, fees: Sequence[tuple[Worker, int]], now: datetime) -> None:
    """Pay workers, in cents, for taking part without winning; each at most once per task.

    In the caller's transaction, under the task's lock. The contest is over: its free slots are
    dropped, and what they held pays first a shared prize. The market takes no fee on any of this.
    """
    held = task.extra_reserve_cents + drop_free_slots(task, now) * task.slot_reserve_cents
    for worker, cents in fees:
        ledger.move(
            kind=Transfer.Kind.CONSOLATION,
            debit=task.escrow,
            credit=ledger.wallet_of(worker.user),
            amount_cents=cents,
            now=now,
            key=ledger.key_for(f"consolation:{task.pk}:{worker.pk}"),
            about=f"task {task.pk}: {task.title}"[:120],
        )
        record(task, "consoled", at=now, worker=worker, cents=cents)
    hold_beyond_slots(task, held - sum(cents for _, cents in fees))
