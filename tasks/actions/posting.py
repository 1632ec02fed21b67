"""Posting a task or a batch, closing and cancelling it, and giving back unused escrow."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from agenda.actions import schedule_many
from allocation.engine.catalogue import card_of
from allocation.engine.seeds import commitment
from clients.models import Client
from ledger import actions as ledger
from ledger.models import Account, Transfer
from marketplace.copying import copy_rows
from marketplace.prepared import Prepared
from marketplace.queue import ring_on_commit
from provisions.rules import is_for_a_client_to_say, letters_for
from screening.rules import rule_that_holds
from tasks import rules
from tasks.actions.following import state_after, wake_followers
from tasks.models import Batch, Task, TaskEvent, record
from tasks.queries import free_slots_of
from workers.models import Worker


class ClosingIsInThePast(Exception):
    """The closing time and the deadline have to be in the future."""


class NoRoundIsOn(ClosingIsInThePast):
    """No round of your class is on now, so nothing can be posted."""


class NotInAClass(ClosingIsInThePast):
    """A round is too short for that: in a class, post single tasks."""


class AnotherRuleIsPlayed(NotInAClass):
    """This round is played under one rule, for everybody. Post under that one."""


class PostedAlready(Exception):
    """You had posted this already. Here it is."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task


class NotForAClientToSay(Exception):
    """A client says what they, or an agency or co-op, provide; the rest follows from the task."""


class TaskIsNotOpen(Exception):
    """This task is not open any more."""


class WorkIsHandedIn(TaskIsNotOpen):
    """Workers have handed in work for this contest, so it runs to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a client fills in. Money in cents per slot, time in seconds.

    `provided` is what the client says that they, or an organisation, provide: function → provider.
    """

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
    proofs: tuple[str, ...] = ()
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float = 10.0
    extra_reserve_cents: int = 0
    starts_after_id: int | None = None
    provided: Mapping[str, str] = field(default_factory=dict)

    @property
    def reserve_cents(self) -> int:
        """What posting this puts in escrow."""
        slot = rules.reserve_cents(self.pay_cents, settings.FEE_BASIS_POINTS)
        return self.slot_count * slot + self.extra_reserve_cents

    @property
    def provided_by(self) -> str:
        """Who provides each function: as usual with these terms, but for what the client says."""
        return letters_for(
            tuple(sorted(self.provided.items())),
            is_on_site=self.latitude is not None,
            names_a_price=card_of(self.mechanism).traits.entry == "bid",
            is_booked=self.kind == Task.Kind.BOOKING,
        )


SAID_APART = ("provided", "starts_after_id")
WRITTEN = tuple(one.name for one in fields(NewTask) if one.name not in SAID_APART)


@transaction.atomic
def post_task(*, client: Client, new: NewTask, now: datetime, once: str = "") -> Task:
    """Write the task, its slots, its escrow and the due work in one transaction, then ring.

    The same text in `once` posts once: after that it raises PostedAlready, with the first task.
    Raises ClosingIsInThePast, UnknownMechanism, NotForAClientToSay, what `state_after` raises, or
    ledger.NotEnoughMoney when the wallet does not hold the escrow.
    """
    key = key_of_posting(client, once) if once else None
    new = within_the_round(new, client, now)
    check(new, now)
    state = state_after(new.starts_after_id, client)
    escrow = fill_escrow(client, new.reserve_cents, now, f"escrow for “{new.title}”", key)
    task = Task(**task_fields(client, new, escrow, now))
    task.starts_after_id = new.starts_after_id
    if task.state != Task.State.HELD:
        task.state = state
    task.save()
    OPEN.rows(
        task=task.pk,
        slots=task.slot_count,
        by=client.user_id,
        now=now,
        closes_at=task.closes_at,
    )
    if task.state == Task.State.HELD:
        TaskEvent.objects.bulk_create(notes_of_holding([task], now))
    ring_on_commit()
    return task


def key_of_posting(client: Client, once: str) -> UUID:
    """The key of the move into escrow, by which the task is found again. Raises PostedAlready.

    The lock, held until commit, lets a second request wait here until the first is done.
    """
    key = ledger.key_for(f"posting:{client.pk}:{once}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    if posted := Task.objects.filter(escrow__credits=key).first():
        raise PostedAlready(posted)
    return key


# What a posted task needs to be given out: its slots, its first event, its place in the agenda.
OPEN = Prepared(
    """
WITH slots AS (
    INSERT INTO tasks_slot (task_id, number, lease)
    SELECT %(task)s, number, 0 FROM generate_series(1, %(slots)s) number
), told AS (
    INSERT INTO tasks_taskevent (task_id, kind, by_id, at, facts)
    VALUES (%(task)s, 'posted', %(by)s, %(now)s, jsonb_build_object('slots', %(slots)s))
)
INSERT INTO agenda_duework (topic, subject_id, due_at, attempts, last_error)
VALUES ('task_posted', %(task)s, %(now)s, 0, ''),
       ('task_closes', %(task)s, %(closes_at)s, 0, '')
""",
    task="bigint",
    slots="int",
    by="bigint",
    now="timestamptz",
    closes_at="timestamptz",
)


@transaction.atomic
def post_batch(
    *,
    client: Client,
    title: str,
    news: Sequence[NewTask],
    now: datetime,
    escrow: Account | None = None,
    most_per_worker: int | None = None,
    tell: Callable[[int], None] | None = None,
) -> Batch:
    """Post many tasks together on one escrow account: all of them, or none.

    The ids of the tasks rise in the order of `news`. `escrow` is given when it was filled before;
    `most_per_worker` is how many of them one person may have; `tell` hears now and then how many
    tasks are written. Raises what `post_task` raises.
    """
    news = [within_the_round(new, client, now) for new in news]
    for new in news:
        check(new, now)
    if escrow is None:
        reserve = sum(new.reserve_cents for new in news)
        escrow = fill_escrow(client, reserve, now, f"escrow for batch “{title}”")
    batch = Batch.objects.create(
        client=client,
        title=title,
        escrow=escrow,
        task_count=len(news),
        most_per_worker=most_per_worker,
        created_at=now,
    )
    write_tasks(batch, news, now, tell)
    held = batch.tasks.filter(state=Task.State.HELD).order_by("pk")
    TaskEvent.objects.bulk_create(notes_of_holding(held, now), batch_size=5000)
    schedule_batch(batch, news, now)
    return batch


def write_tasks(
    batch: Batch, news: Sequence[NewTask], now: datetime, tell: Callable[[int], None] | None
) -> None:
    """The tasks of a batch with their slots and first events, in three statements."""
    client, escrow = batch.client, batch.escrow
    first = task_fields(client, news[0], escrow, now) | {"batch": batch}
    same: dict[str, int | None] = {
        "client": client.pk,
        "escrow": escrow.pk,
        "batch": batch.pk,
        "room": client.user.room_id,
    }
    columns = [name for name in first if name.removesuffix("_id") not in same]
    copy_rows(
        Task,
        [*same, *columns],
        (
            [*same.values(), *(fields[name] for name in columns)]
            for fields in (task_fields(client, new, escrow, now) for new in telling(news, tell))
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(WRITE_SLOTS, [batch.pk])
        cursor.execute(WRITE_EVENTS, {"batch": batch.pk, "by": client.user_id})
        # The commit looks up every row's task and client by plans that this connection may have made
        # when the tables were all but empty: ten thousand scans of ten thousand rows.
        cursor.execute("DISCARD PLANS")


def telling(
    news: Sequence[NewTask], tell: Callable[[int], None] | None, every: int = 1000
) -> Iterator[NewTask]:
    for count, new in enumerate(news):
        if tell and count % every == 0:
            tell(count)
        yield new


WRITE_SLOTS = """
INSERT INTO tasks_slot (task_id, number, lease)
SELECT task.id, number, 0
  FROM tasks_task task, generate_series(1, task.slot_count) number
 WHERE task.batch_id = %s ORDER BY task.id, number
"""
WRITE_EVENTS = """
INSERT INTO tasks_taskevent (task_id, kind, by_id, at, facts)
SELECT id, 'posted', %(by)s, posted_at, jsonb_build_object('slots', slot_count)
  FROM tasks_task WHERE batch_id = %(batch)s ORDER BY id
"""


def schedule_batch(batch: Batch, news: Sequence[NewTask], now: datetime) -> None:
    """Let the engine look at each task, and close each in its time.

    Where nothing is decided before somebody claims, a first look can only serve workers on standby,
    each once. So no more tasks are looked at than these can take: ten thousand looks at nothing
    would keep everybody else's tasks waiting for a minute.
    """
    ids = list(batch.tasks.order_by("pk").values_list("pk", flat=True))
    looked_at, most = [], standby_count() + LOOKED_AT_ANYHOW
    for pk, new in zip(ids, news, strict=True):
        if card_of(new.mechanism).traits.decides != "on_entry":
            looked_at.append(pk)
        elif most > 0:
            looked_at.append(pk)
            most -= 1
    schedule_many("task_posted", dict.fromkeys(looked_at, now), wake=True)
    closing = {pk: new.closes_at for pk, new in zip(ids, news, strict=True)}
    schedule_many("task_closes", closing)


LOOKED_AT_ANYHOW = 100  # for workers who go on standby while the batch is being written


def standby_count() -> int:
    return Worker.objects.filter(standby_since__isnull=False).count()


def within_the_round(new: NewTask, client: Client, now: datetime) -> NewTask:
    """In a room nothing outlasts the round, one rule decides, and bidding takes the same time for all.

    Raises NoRoundIsOn, NotInAClass or AnotherRuleIsPlayed. Elsewhere the task as it is.
    """
    room = client.user.room
    if room is None:
        return new
    if not room.is_open(now):
        raise NoRoundIsOn
    if new.kind in (Task.Kind.SHIFT, Task.Kind.BOOKING) or new.starts_after_id:
        raise NotInAClass
    if room.mechanism and new.mechanism != room.mechanism:
        raise AnotherRuleIsPlayed
    until, closes_at = room.closes_at, new.closes_at
    if room.bidding_seconds and card_of(new.mechanism).traits.decides == "at_closing":
        closes_at = now + timedelta(seconds=room.bidding_seconds)
    return replace(new, closes_at=min(closes_at, until), deadline_at=min(new.deadline_at, until))


def check(new: NewTask, now: datetime) -> None:
    card_of(new.mechanism)
    if not now < new.closes_at <= new.deadline_at:
        raise ClosingIsInThePast
    if not is_for_a_client_to_say(new.provided):
        raise NotForAClientToSay


def fill_escrow(
    client: Client, amount_cents: int, now: datetime, about: str, key: UUID | None = None
) -> Account:
    return ledger.fill_escrow(
        owner=client.user, amount_cents=amount_cents, now=now, about=about[:120], key=key
    )


def task_fields(client: Client, new: NewTask, escrow: Account, now: datetime) -> dict[str, object]:
    seed = secrets.randbits(128)
    return {name: getattr(new, name) for name in WRITTEN} | {
        "client": client,
        "room_id": client.user.room_id,
        "skills": list(new.skills),
        "proofs": list(new.proofs),
        "provided_by": new.provided_by,
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
    """An event for each of these held tasks that names the rule."""
    return [
        TaskEvent(task=task, kind="held", at=now, facts={"rule": rule.slug})
        for task in tasks
        if (rule := rule_that_holds(task.title, task.description))
    ]


@transaction.atomic
def cancel_task(*, task_id: int, by: User, now: datetime) -> Task:
    """Stop giving out the free slots and give their escrow back; work in hand goes on.

    Raises TaskIsNotOpen, or WorkIsHandedIn when people have done work that they hope to win with.
    """
    # Only the task: a lock on the client's row would wait for, and be waited for by, a posting.
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id, client__user=by)
    if task.state not in (Task.State.OPEN, Task.State.HELD, Task.State.WAITING):
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
    given = task.assignments.values("slot").distinct().count()
    return set_state(task, ended_empty(task), now, **({"given": given} if given else {}))


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
        dropped = task.slots.filter(dropped_at__isnull=False).count()
        left = {"called_off" if task.cancelled_at else "given_to_nobody": dropped}
        set_state(task, Task.State.ALLOCATED, now, **(left if dropped else {}))
    if task.state == Task.State.ALLOCATED and is_all_settled(task):
        set_state(task, Task.State.COMPLETED, now)
    return task


def is_all_settled(task: Task) -> bool:
    holding = task.assignments.filter(state__in=rules.HOLDING)
    return not holding.exclude(state__in=rules.SETTLED).exists()


def set_state(task: Task, state: str, now: datetime, **facts: Any) -> Task:
    task.state = state
    task.save(update_fields=["state"])
    record(task, state, at=now, **facts)
    if state in rules.ENDED:
        wake_followers([task.pk], now)
    return task


def refund(task: Task, amount_cents: int, now: datetime, why: str, key: UUID | None = None) -> None:
    """Give escrow of this task back to its client; with a key at most once."""
    ledger.move(
        kind=Transfer.Kind.REFUND,
        debit=task.escrow,
        credit=ledger.wallet_of(task.client.user),
        amount_cents=amount_cents,
        now=now,
        about=f"{why} of task {task.pk}",
        key=key,
    )
