"""Running the engine on one task and carrying out what it answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import transaction

from agenda.actions import schedule
from agenda.queries import is_scheduled
from allocation import queries
from allocation.actions.gathering import gather
from allocation.actions.keeping import Trigger, write_down
from allocation.engine.card import Card
from allocation.engine.catalogue import card_of
from allocation.engine.contract import Case, Decision, OfferTo
from allocation.models import Allocation
from marketplace.locks import lock
from marketplace.prepared import Prepared
from shifts.queries import busy_then
from tasks.actions import award_entry, close_task, console, give_slot, lock_wallets, settle_state
from tasks.models import Task
from workers.models import Worker

TRIES = 3  # how often a decision is taken anew because a winner had no room left


class WinnersAreGone(Exception):
    """Whoever won had found other work meanwhile. Please try again."""


@transaction.atomic(savepoint=False)  # whoever takes up due work has begun the transaction
def settle_task(*, task_id: int, trigger: str, now: datetime) -> Allocation | None:
    """Decide one task under its lock, as far as there is something to decide. Harmless twice."""
    task = lock(Task, task_id, "UPDATE")
    if not task.is_open:
        return None
    allocation, card = None, card_of(task.mechanism)
    if is_time_to_decide(task, card, trigger, now):
        if card.traits.batched:
            gather(task, now)
        else:
            allocation = decide_and_carry_out(task, trigger, now)
    if chooses_until := time_to_choose(task, allocation, now):
        schedule("task_closes", task.pk, at=chooses_until)
    elif task.closes_at <= now:
        close_task(task, now)
    elif allocation is None or changed_the_slots(allocation):
        settle_state(task, now)
    return allocation


def changed_the_slots(allocation: Allocation) -> bool:
    """False when slots are as free as before: then the task is in the state it was in."""
    return allocation.awarded_count > 0 or not allocation.case["free_slots"]


def is_time_to_decide(task: Task, card: Card, trigger: str, now: datetime) -> bool:
    if card.traits.decides in ("at_closing", "by_client"):
        return task.closes_at <= now
    return now < task.closes_at


def time_to_choose(task: Task, allocation: Allocation | None, now: datetime) -> datetime | None:
    """Until when the client may choose: as the mechanism says, or until the deadline; or None."""
    if allocation is None or not allocation.decision.get("asks_client"):
        return None
    until = allocation.choosing_ends_at
    return until if now < until else None


def decide_and_carry_out(
    task: Task, trigger: str, now: datetime, *, chosen: tuple[int, ...] = ()
) -> Allocation | None:
    """Build the case, decide, lock the winners; decide anew when a winner has gone meanwhile."""
    card = card_of(task.mechanism)
    for _ in range(TRIES):
        started = time.perf_counter()
        seen = queries.look_at(task)
        case = queries.case_for(task, seen, now, chosen=chosen)
        decision = card.decide(case)
        winners = [award.worker for award in decision.awards]
        if winners_are_still_there(decision, card) and not busy_then(task, winners):
            break
    else:
        raise WinnersAreGone
    if not case.candidates and trigger == Trigger.RETRY:
        look_again_later(task, card, case, decision, now)
        return None
    late = now - moment_it_was_due(task, card, trigger, now)
    spent = late.total_seconds() + time.perf_counter() - started
    allocation = write_down(task, seen.version, trigger, case, decision, now, spent)
    carry_out(task, allocation, decision, now)
    look_again_later(task, card, case, decision, now)
    return allocation


def winners_are_still_there(decision: Decision, card: Card) -> bool:
    """Lock the winners by id and look again: they may have won elsewhere a moment ago.

    Who stood in line once is served once, however much room they have.
    """
    ids = [award.worker for award in decision.awards]
    if not ids:
        return True
    locked = Worker.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return all(
        has_room(worker, card) and (worker.is_on_standby or not card.traits.serves_standby)
        for worker in locked
    )


def moment_it_was_due(task: Task, card: Card, trigger: str, now: datetime) -> datetime:
    """What the latency counts from: posting, closing, or else the moment somebody acted.

    A client's time to choose is not the engine's.
    """
    if trigger == Trigger.POSTED:
        return min(task.posted_at, now)
    has_chosen_time = card.traits.decides == "by_client" and task.allocations.exists()
    return now if trigger != Trigger.CLOSING or has_chosen_time else min(task.closes_at, now)


def has_room(worker: Worker, card: Card) -> bool:
    """Work that is finished already asks for no room."""
    return worker.active < worker.capacity or card.traits.entry == "entry"


def carry_out(task: Task, allocation: Allocation, decision: Decision, now: datetime) -> None:
    """Turn offers into rows that expire, awards into assignments, consolations into money."""
    for offer in decision.offers:
        make_offer(allocation, offer, now)
    ids = [award.worker for award in decision.awards]
    ids += [consolation.worker for consolation in decision.consolations]
    if not ids:
        return
    workers = Worker.objects.select_related("user").in_bulk(ids)
    if card_of(task.mechanism).traits.entry == "entry":
        pay_entrants(task, decision, workers, now)
        return
    for award in decision.awards:
        give_slot(
            task=task,
            slot_number=award.slot,
            worker=workers[award.worker],
            pay_cents=award.pay_cents,
            now=now,
        )


def make_offer(allocation: Allocation, offer: OfferTo, now: datetime) -> None:
    """Ask one worker: the offer, the event that tells it, and the moment when it expires."""
    OFFER.rows(
        task=allocation.task_id,
        allocation=allocation.pk,
        worker=offer.worker,
        slot=offer.slot,
        pay=offer.pay_cents,
        now=now,
        until=datetime.fromtimestamp(offer.until, tz=UTC),
    )


OFFER = Prepared(
    """
WITH made AS (
    INSERT INTO allocation_offer
           (task_id, allocation_id, worker_id, slot_number, pay_cents, state, made_at, expires_at)
    VALUES (%(task)s, %(allocation)s, %(worker)s, %(slot)s, %(pay)s, 'open', %(now)s, %(until)s)
    RETURNING id
), told AS (
    INSERT INTO tasks_taskevent (task_id, worker_id, kind, at, facts)
    SELECT %(task)s, %(worker)s, 'offered', %(now)s, jsonb_build_object('offer', id) FROM made
)
INSERT INTO agenda_duework (topic, subject_id, due_at, attempts, last_error)
SELECT 'offer_expires', id, %(until)s, 0, '' FROM made
""",
    task="bigint",
    allocation="bigint",
    worker="bigint",
    slot="int",
    pay="int",
    now="timestamptz",
    until="timestamptz",
)


def pay_entrants(
    task: Task, decision: Decision, workers: Mapping[int, Worker], now: datetime
) -> None:
    """Accept and pay what won, console others: choosing is the acceptance, all in one transaction."""
    lock_wallets(task, list(workers.values()))
    entries = {entry.worker_id: entry for entry in task.entries.filter(worker__in=workers)}
    for award in decision.awards:
        award_entry(
            task=task,
            slot_number=award.slot,
            worker=workers[award.worker],
            pay_cents=award.pay_cents,
            content=entries[award.worker].content,
            entered_at=entries[award.worker].handed_in_at,
            by=task.client.user,
            now=now,
        )
    fees = [(workers[one.worker], one.pay_cents) for one in decision.consolations]
    if fees:
        console(task=task, fees=fees, now=now)


def look_again_later(task: Task, card: Card, case: Case, decision: Decision, now: datetime) -> None:
    """Where the engine looks for workers itself, let it look again while slots stay free.

    Each time after as long as the task has been open (15 s … 1 h), so a task nobody wants costs
    ever less, and never with more than one look ahead. Somebody becoming available, or an answer to
    an offer, comes sooner.
    """
    if card.traits.decides != "on_posting" or len(decision.given) >= len(case.free_slots):
        return
    open_for = now - task.posted_at
    wait = min(max(open_for, timedelta(seconds=15)), timedelta(hours=1))
    if now + wait < task.closes_at and not is_scheduled("look_again", task.pk, after=now):
        schedule("look_again", task.pk, at=now + wait)
