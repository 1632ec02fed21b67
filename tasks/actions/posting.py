"""Posting a task or a batch, closing and cancelling it, and giving back unused escrow."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from agenda.actions import schedule, schedule_many
from allocation.engine.catalogue import card_of
from allocation.engine.seeds import commitment
from clients.models import Client
from ledger import actions as ledger
from ledger.models import Account, Transfer
from screening.rules import rule_that_holds
from tasks import rules
from tasks.models import Batch, Slot, Task, TaskEvent, record
from tasks.queries import free_slots_of


class ClosingIsInThePast(Exception):
    """The closing time and the deadline have to be in the future."""


class TaskIsNotOpen(Exception):
    """This task is not open any more."""


class WorkIsHandedIn(TaskIsNotOpen):
    """Workers have handed in work for this contest, so it runs to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a client fills in. Money in cents per slot, time in seconds."""

    title: str
    description: str
    mechanism: str
    pay_cents: int
    estimate_seconds: int
    closes_at: datetime
    deadline_at: datetime
    kind: str = Task.Kind.MICROTASK
    floor_cents: int = 0
    slot_count: int = 1
    skills: tuple[str, ...] = ()
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = 10.0
    extra_reserve_cents: int = 0

    @property
    def reserve_cents(self) -> int:
        """What posting this puts in escrow."""
        slot = rules.reserve_cents(self.pay_cents, settings.FEE_BASIS_POINTS)
        return self.slot_count * slot + self.extra_reserve_cents


@transaction.atomic
def post_task(*, client: Client, new: NewTask, now: datetime) -> Task:
    """Write the task, its slots, its escrow and the due work in one transaction, then ring.

    Raises ClosingIsInThePast, UnknownMechanism, or ledger.NotEnoughMoney when the wallet does not
    hold the escrow.
    """
    check(new, now)
    escrow = fill_escrow(client, new.reserve_cents, now, f"escrow for “{new.title}”")
    task = Task(**task_fields(client, new, escrow, now))
    task.save()
    Slot.objects.bulk_create(Slot(task=task, number=n) for n in range(1, new.slot_count + 1))
    record(task, "posted", at=now, by=client.user, slots=new.slot_count)
    TaskEvent.objects.bulk_create(notes_of_holding([task], now))
    schedule("task_posted", task.pk, at=now, wake=True)
    schedule("task_closes", task.pk, at=task.closes_at)
    return task


@transaction.atomic
def post_batch(*, client: Client, title: str, news: Sequence[NewTask], now: datetime) -> Batch:
    """Post many tasks together on one escrow account: all of them, or none.

    Raises what `post_task` raises.
    """
    for new in news:
        check(new, now)
    reserve = sum(new.reserve_cents for new in news)
    escrow = fill_escrow(client, reserve, now, f"escrow for batch “{title}”")
    batch = Batch.objects.create(
        client=client, title=title, escrow=escrow, task_count=len(news), created_at=now
    )
    tasks = Task.objects.bulk_create(
        (Task(batch=batch, **task_fields(client, new, escrow, now)) for new in news),
        batch_size=2000,
    )
    slots = (Slot(task=t, number=n) for t in tasks for n in range(1, t.slot_count + 1))
    Slot.objects.bulk_create(slots, batch_size=5000)
    events = (
        TaskEvent(task=t, kind="posted", at=now, by=client.user, facts={"slots": t.slot_count})
        for t in tasks
    )
    TaskEvent.objects.bulk_create(events, batch_size=5000)
    TaskEvent.objects.bulk_create(notes_of_holding(tasks, now), batch_size=5000)
    schedule_many("task_posted", {t.pk: now for t in tasks}, wake=True)
    schedule_many("task_closes", {t.pk: t.closes_at for t in tasks})
    return batch


def check(new: NewTask, now: datetime) -> None:
    card_of(new.mechanism)
    if not now < new.closes_at <= new.deadline_at:
        raise ClosingIsInThePast


def fill_escrow(client: Client, amount_cents: int, now: datetime, about: str) -> Account:
    escrow = ledger.open_escrow(client.user)
    ledger.move(
        kind=Transfer.Kind.ESCROW,
        debit=ledger.wallet_of(client.user),
        credit=escrow,
        amount_cents=amount_cents,
        now=now,
        about=about[:120],
    )
    return escrow


def task_fields(client: Client, new: NewTask, escrow: Account, now: datetime) -> dict[str, object]:
    seed = secrets.randbits(128)
    return asdict(new) | {
        "client": client,
        "skills": list(new.skills),
        "escrow": escrow,
        "state": first_state(new),
        "fee_basis_points": settings.FEE_BASIS_POINTS,
        "currency": settings.CURRENCY,
        "seed_hex": f"{seed:032x}",
        "seed_commitment": commitment(seed),
        "posted_at": now,
    }


def first_state(new: NewTask) -> str:
    """Open, or held for a person to look at when a rule of the screen says so."""
    held = rule_that_holds(new.title, new.description)
    return Task.State.HELD if held else Task.State.OPEN


def notes_of_holding(tasks: Iterable[Task], now: datetime) -> list[TaskEvent]:
    """An event for each held task that names the rule."""
    return [
        TaskEvent(task=task, kind="held", at=now, facts={"rule": rule.slug})
        for task in tasks
        if task.state == Task.State.HELD and (rule := rule_that_holds(task.title, task.description))
    ]


@transaction.atomic
def cancel_task(*, task_id: int, by: User, now: datetime) -> Task:
    """Stop giving out the free slots and give their escrow back; work in hand goes on.

    Raises TaskIsNotOpen, or WorkIsHandedIn when people have done work that they hope to win with.
    """
    # Only the task: a lock on the client's row would wait for, and be waited for by, a posting.
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id, client__user=by)
    if not task.is_open and task.state != Task.State.HELD:
        raise TaskIsNotOpen
    if task.events.filter(kind="entry").exists():
        raise WorkIsHandedIn
    task.cancelled_at = now
    task.save(update_fields=["cancelled_at"])
    record(task, "cancelled", at=now, by=by)
    return close_task(task, now)


def close_task(task: Task, now: datetime) -> Task:
    """Give nothing out any more. The caller holds the task's lock (FOR UPDATE).

    What the free slots held in escrow goes back to the client, and what was held beyond the slots.
    With nobody at work the task ends here; otherwise it stays allocated until the last verdict.
    """
    dropped = drop_free_slots(task, now)
    refund(task, dropped * task.slot_reserve_cents, now, f"{dropped} unfilled slots")
    refund(task, task.extra_reserve_cents, now, "fees that nobody was owed")
    hold_beyond_slots(task, 0)
    if task.slots.filter(worker__isnull=False).exists():
        return settle_state(task, now)
    return set_state(task, ended_empty(task), now)


def drop_free_slots(task: Task, now: datetime) -> int:
    """Give the free slots to nobody any more, and return how many they were."""
    return free_slots_of(task).update(dropped_at=now)


def hold_beyond_slots(task: Task, amount_cents: int) -> None:
    if task.extra_reserve_cents != amount_cents:
        task.extra_reserve_cents = amount_cents
        task.save(update_fields=["extra_reserve_cents"])


def ended_empty(task: Task) -> str:
    return Task.State.CANCELLED if task.cancelled_at else Task.State.EXPIRED


def settle_state(task: Task, now: datetime) -> Task:
    """Bring the task's state in line with its slots. The caller holds the task's lock."""
    if task.is_open and not free_slots_of(task).exists():
        set_state(task, Task.State.ALLOCATED, now)
    if task.state == Task.State.ALLOCATED and is_all_settled(task):
        set_state(task, Task.State.COMPLETED, now)
    return task


def is_all_settled(task: Task) -> bool:
    holding = task.assignments.filter(state__in=rules.HOLDING)
    return not holding.exclude(state__in=rules.SETTLED).exists()


def set_state(task: Task, state: str, now: datetime) -> Task:
    task.state = state
    task.save(update_fields=["state"])
    record(task, state, at=now)
    return task


def refund(task: Task, amount_cents: int, now: datetime, why: str) -> None:
    """Give escrow of this task back to its client."""
    ledger.move(
        kind=Transfer.Kind.REFUND,
        debit=task.escrow,
        credit=ledger.wallet_of(task.client.user),
        amount_cents=amount_cents,
        now=now,
        about=f"{why} of task {task.pk}",
    )
