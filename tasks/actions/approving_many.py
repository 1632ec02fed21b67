"""Approving many pieces of work at once: the same rows as one by one, in a dozen statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from accounts.models import User
from ledger import actions as ledger
from ledger.models import Account, Transfer
from tasks import rules
from tasks.actions.following import wake_followers
from tasks.actions.posting import settle_state
from tasks.models import Assignment, Review, Submission, Task, TaskEvent
from workers.models import Worker


@transaction.atomic
def approve_many(*, assignment_ids: Sequence[int], by: User, now: datetime) -> int:
    """Accept and pay all of these that still wait for a verdict; return how many they were.

    Rows are locked in the order that all actions keep, each kind by id, so that two people who
    approve overlapping lists wait for each other instead of for ever.
    """
    mine = Assignment.objects.filter(pk__in=assignment_ids, task__client__user=by)
    tasks = Task.objects.filter(pk__in=mine.values("task_id")).order_by("pk")
    locked = {task.pk: task for task in tasks.select_for_update(no_key=True)}
    waiting = mine.filter(state=Assignment.State.SUBMITTED, task__in=locked).order_by("pk")
    found = list(waiting.select_for_update(of=("self",)).select_related("worker__user"))
    for assignment in found:
        assignment.task = locked[assignment.task_id]
    wallets = lock_payees(found, by)
    write_approvals(found, by, now)
    pay_all(found, wallets, ledger.wallet_of(by), now)
    complete({assignment.task_id: assignment.task for assignment in found}, now)
    return len(found)


def lock_payees(assignments: Sequence[Assignment], by: User) -> dict[int, Account]:
    """Lock the workers, then the accounts; return each worker's wallet."""
    workers = {assignment.worker_id: assignment.worker for assignment in assignments}
    list(Worker.objects.select_for_update(no_key=True).filter(pk__in=workers).order_by("pk"))
    wallets = {pk: ledger.wallet_of(worker.user) for pk, worker in workers.items()}
    escrows = Account.objects.filter(pk__in={a.task.escrow_id for a in assignments})
    ledger.lock_accounts(*escrows, *wallets.values(), ledger.wallet_of(by))
    return wallets


def write_approvals(assignments: Sequence[Assignment], by: User, now: datetime) -> None:
    """The reviews, the new states, the events and the workers' counts."""
    ids = [assignment.pk for assignment in assignments]
    submissions = Submission.objects.filter(assignment__in=ids).order_by("number")
    newest = {submission.assignment_id: submission for submission in submissions}
    approved = Review.Verdict.APPROVED
    Review.objects.bulk_create(
        Review(submission=newest[pk], verdict=approved, by=by, at=now) for pk in ids
    )
    Assignment.objects.filter(pk__in=ids).update(state=Assignment.State.APPROVED, settled_at=now)
    TaskEvent.objects.bulk_create(
        TaskEvent(task=a.task, kind=approved, at=now, by=by, assignment=a, worker=a.worker)
        for a in assignments
    )
    for worker, count in sorted(Counter(a.worker_id for a in assignments).items()):
        Worker.objects.filter(pk=worker).update(approved_count=F("approved_count") + count)


def pay_all(
    assignments: Sequence[Assignment], wallets: dict[int, Account], client: Account, now: datetime
) -> None:
    fees = ledger.market_account(Account.Kind.FEES)
    transfers = [
        transfer
        for assignment in assignments
        for transfer in transfers_for(assignment, wallets[assignment.worker_id], fees, client, now)
    ]
    Transfer.objects.bulk_create(transfers)


def transfers_for(
    assignment: Assignment, wallet: Account, fees: Account, client: Account, now: datetime
) -> Iterator[Transfer]:
    """What `pay` moves for one assignment: the payout, the fee, and what the budget left over."""
    task = assignment.task
    fee = rules.fee_cents(assignment.pay_cents, task.fee_basis_points)
    left = task.slot_reserve_cents - assignment.pay_cents - fee
    moves = (
        (Transfer.Kind.PAYOUT, wallet, assignment.pay_cents, f"task {task.pk}: {task.title}"),
        (Transfer.Kind.FEE, fees, fee, f"task {task.pk}"),
        (Transfer.Kind.REFUND, client, left, f"what the budget left over of task {task.pk}"),
    )
    for kind, credit, cents, about in moves:
        if cents:
            yield Transfer(
                id=ledger.key_for(f"{kind}:{assignment.pk}"),
                kind=kind,
                debit_id=task.escrow_id,
                credit=credit,
                amount_cents=cents,
                currency=task.currency,
                about=about[:120],
                at=now,
            )


def complete(tasks: dict[int, Task], now: datetime) -> None:
    """Complete the tasks that have nothing left to settle; open ones are looked at one by one."""
    for task in tasks.values():
        if task.is_open:
            settle_state(task, now)
    unsettled = Assignment.objects.filter(task=OuterRef("pk"), state__in=rules.HOLDING).exclude(
        state__in=rules.SETTLED
    )
    allocated = Task.objects.filter(pk__in=tasks, state=Task.State.ALLOCATED)
    done = list(allocated.exclude(Exists(unsettled)).values_list("pk", flat=True))
    Task.objects.filter(pk__in=done).update(state=Task.State.COMPLETED)
    TaskEvent.objects.bulk_create(
        TaskEvent(task_id=pk, kind=Task.State.COMPLETED, at=now) for pk in done
    )
    wake_followers(done, now)
