"""A worker asks for work: claims a slot, or bids."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial

from django.db import connection, transaction

from agenda.actions import schedule
from allocation import queries
from allocation.actions.settling import Trigger, facts_of, write_down
from allocation.engine.card import Card
from allocation.engine.catalogue import card_of
from allocation.engine.contract import Award
from allocation.engine.gates import sentence
from allocation.engine.mechanisms.open_descending import (
    closing_time_after_bid,
    highest_allowed_ask,
)
from allocation.models import Bid, Claim
from marketplace.locks import lock_key_share
from tasks import rules
from tasks.actions import TaskIsNotOpen, take
from tasks.models import Batch, Task, TaskEvent, event, record
from tasks.queries import closed_gates, free_slots_of, needs_of, offers_of
from workers.models import Worker


class NotEligible(Exception):
    """You cannot take part in this task."""

    def __init__(self, gates: tuple[str, ...]) -> None:
        self.gates = gates
        self.sentences = tuple(sentence(gate) for gate in gates)
        super().__init__(" ".join(self.sentences))


class WrongWayIn(Exception):
    """This task is not given out that way."""


class BiddingHasClosed(Exception):
    """Bidding on this task has closed."""


class BidIsTooHigh(Exception):
    """Your bid is above what this task allows now."""


class BidIsTooLow(Exception):
    """Your bid is below the lowest price that this task allows."""


class NothingLeft(Exception):
    """There is no free task left in this batch that you can do."""


@transaction.atomic
def claim_slot(*, task_id: int, by: Worker, now: datetime) -> Claim:
    """Say "mine": the engine settles it at once, or at closing where chance decides.

    The claim is kept, won or lost. Claiming again what one holds or has entered gives the same
    claim. Raises WrongWayIn, TaskIsNotOpen or NotEligible.
    """
    task = lock_key_share(Task, task_id)
    card = card_of(task.mechanism)
    if card.traits.entry != "claim":
        raise WrongWayIn
    by = lock_worker(by)
    holds = set(task.assignments.filter(worker=by).values_list("state", flat=True))
    earlier = standing_claim(task, by, card, holds)
    if earlier:
        return earlier
    if not task.is_open or task.closes_at <= now:
        raise TaskIsNotOpen
    gates = rules.closed_gates(needs_of(task), offers_of(by, was_on_task=bool(holds)))
    if gates:
        raise NotEligible(gates)
    if card.traits.decides == "on_entry":
        return settle_claim(task, by, card, now)
    record(task, "entered", at=now, by=by.user, worker=by)
    return Claim.objects.create(task=task, worker=by, received_at=now)


def lock_worker(worker: Worker) -> Worker:
    """The worker as they are now, one request of theirs after the other.

    Two requests of one person at the same instant would each find no earlier claim or bid, and room
    for one more.
    """
    return (
        Worker.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user")
        .get(pk=worker.pk)
    )


def standing_claim(task: Task, worker: Worker, card: Card, holds: set[str]) -> Claim | None:
    """The claim that already answers this one: an entry in a draw, or a slot in hand."""
    claims = task.claims.filter(worker=worker)
    if holds & set(rules.HOLDING):
        return claims.order_by("-is_won", "-id").first()
    return claims.first() if card.traits.decides == "at_closing" else None


def settle_claim(task: Task, worker: Worker, card: Card, now: datetime) -> Claim:
    """Let the engine decide this one claim for a slot that is locked for it, if any is free."""
    started = time.perf_counter()
    slot = queries.free_slot_now(task)
    version = queries.version_for(task)
    case = queries.case_of_a_claim(task, version, worker, slot, now)
    decision = card.decide(case)
    spent = time.perf_counter() - started
    allocation = write_down(task, version, Trigger.CLAIM, case, decision, now, spent)
    decided = event(task, "decided", at=now, **facts_of(allocation, decision))
    claim = Claim(task=task, worker=worker, received_at=now, is_won=bool(decision.awards))
    claim.save(force_insert=True)
    if decision.awards:
        carry_out_claim(task, worker, decision.awards[0], decided, now)
    else:
        decided.save(force_insert=True)
    return claim


def carry_out_claim(
    task: Task, worker: Worker, award: Award, decided: TaskEvent, now: datetime
) -> None:
    """Hand over the slot and write the events in one go, the closing of the task among them."""
    held = take(task, award.slot, worker, award.pay_cents, now)
    awarded = event(
        task, "awarded", at=now, assignment=held, worker=worker, pay_cents=held.pay_cents
    )
    schedule("work_due", held.pk, at=held.due_at)
    happened = [decided, awarded]
    if task.slot_count == 1:
        happened.append(event(task, "allocated", at=now))
    TaskEvent.objects.bulk_create(happened)
    note_when_full(task, now)


def note_when_full(task: Task, now: datetime) -> None:
    """Close the task with its last slot; of a single one, the caller writes the event.

    With several slots, two last claims do not see each other before they commit: each looks again
    afterwards, and whichever commits last sees that nothing is left. Looking must not lock a free
    slot, or the next claim would skip it and lose what was still there.
    """
    if task.slot_count == 1:
        task.state = Task.State.ALLOCATED
        task.save(update_fields=["state"])
    elif not settle_when_full(task, now):
        transaction.on_commit(partial(settle_when_full, task, now), robust=True)


def settle_when_full(task: Task, now: datetime) -> bool:
    """Let the drain settle the task, under its lock, when no slot is free any more."""
    is_full = not free_slots_of(task).exists()
    if is_full:
        schedule("slots_taken", task.pk, at=now, wake=True)
    return is_full


def claim_next(*, batch: Batch, by: Worker, now: datetime) -> Claim:
    """Claim some open task of a batch, starting at a random place so that claimers spread out.

    Raises NothingLeft.
    """
    for task_id in queries.claimable_in_batch(batch, by):
        try:
            claim = claim_slot(task_id=task_id, by=by, now=now)
        except (TaskIsNotOpen, NotEligible):
            continue
        if claim.is_won:
            return claim
    raise NothingLeft


@transaction.atomic
def place_bid(
    *, task_id: int, by: Worker, amount_cents: int, now: datetime, message: str = ""
) -> Bid:
    """Bid, or revise one's bid, until closing by the database's clock.

    Raises WrongWayIn, BiddingHasClosed, NotEligible, BidIsTooHigh or BidIsTooLow.
    """
    card = card_of(Task.objects.values_list("mechanism", flat=True).get(pk=task_id))
    if card.traits.entry != "bid":
        raise WrongWayIn
    task = lock_for_bid(task_id, card)
    by = lock_worker(by)
    if not task.is_open or task.closes_at <= max(now, database_now()):
        raise BiddingHasClosed
    gates = closed_gates(task, by)
    if gates:
        raise NotEligible(gates)
    check_amount(task, card, amount_cents, by, now)
    task.bids.filter(worker=by, state=Bid.State.LIVE).update(state=Bid.State.REVISED)
    bid = Bid.objects.create(
        task=task,
        worker=by,
        amount_cents=amount_cents,
        message=message,
        received_at=now,
    )
    record(task, "bid", at=now, by=by.user, worker=by, bid=bid.pk)
    if card.slug == "open_descending":
        extend_closing(task, now)
    return bid


def lock_for_bid(task_id: int, card: Card) -> Task:
    """Sealed bids come in side by side; open ones look at each other, so one after the other."""
    if card.slug == "open_descending":
        return Task.objects.select_for_update().get(pk=task_id)
    return lock_key_share(Task, task_id)


def check_amount(task: Task, card: Card, amount_cents: int, by: Worker, now: datetime) -> None:
    highest = task.pay_cents
    if card.slug == "open_descending":
        highest = highest_allowed_ask(queries.case_for(task, queries.version_for(task), now))
    if amount_cents > highest:
        raise BidIsTooHigh
    if amount_cents < max(1, task.floor_cents):
        raise BidIsTooLow


def extend_closing(task: Task, now: datetime) -> None:
    """The soft close: leave the others time to answer, but never past the deadline."""
    parameters = queries.version_for(task).parameters
    later = closing_time_after_bid(parameters, task.closes_at.timestamp(), now.timestamp())
    closes_at = min(datetime.fromtimestamp(later, tz=UTC), task.deadline_at)
    if closes_at > task.closes_at:
        task.closes_at = closes_at
        task.save(update_fields=["closes_at"])
        record(task, "closing_extended", at=now, closes_at=closes_at.isoformat())
        schedule("task_closes", task.pk, at=closes_at)


@transaction.atomic
def withdraw_bid(*, bid_id: int, by: Worker, now: datetime) -> Bid:
    """Take a bid back before closing. Raises BiddingHasClosed."""
    bid = Bid.objects.select_related("task").get(pk=bid_id, worker=by)
    task = lock_key_share(Task, bid.task_id)
    if not task.is_open or task.closes_at <= max(now, database_now()):
        raise BiddingHasClosed
    live = Bid.objects.filter(pk=bid_id, state=Bid.State.LIVE)
    if live.update(state=Bid.State.WITHDRAWN):
        record(task, "bid_withdrawn", at=now, by=by.user, worker=by, bid=bid.pk)
    bid.refresh_from_db()
    return bid


def database_now() -> datetime:
    """The one clock that every bidder shares."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
