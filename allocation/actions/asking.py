"""A worker asks for work with a price: bids. What claims share with bids is here too."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

from agenda.actions import schedule
from allocation import queries
from allocation.engine.card import Card
from allocation.engine.catalogue import card_of
from allocation.engine.gates import sentence
from allocation.engine.mechanisms.open_descending import (
    closing_time_after_bid,
    highest_allowed_ask,
)
from allocation.models import Bid
from marketplace.locks import lock
from shifts.queries import overlap_gates
from statuses.queries import limit_gates
from tasks.models import Task, record
from tasks.queries import closed_gates, must_share_room
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


def lock_worker(worker: Worker) -> Worker:
    """The worker as they are now, one request of theirs after the other.

    Two requests of one person at the same instant would each find no earlier claim or bid, and room
    for one more.
    """
    locked = lock(Worker, worker.pk, "NO KEY UPDATE")
    locked.user = worker.user
    return locked


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
    must_share_room(task, by)
    if not task.is_open or task.closes_at <= max(now, database_now()):
        raise BiddingHasClosed
    gates = closed_gates(task, by) + overlap_gates(task, by) + limit_gates(task, by, now)
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
    return lock(Task, task_id, "KEY SHARE")


def check_amount(task: Task, card: Card, amount_cents: int, by: Worker, now: datetime) -> None:
    highest = task.pay_cents
    if card.slug == "open_descending":
        highest = highest_allowed_ask(queries.case_for(task, queries.look_at(task), now))
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
    task = lock(Task, bid.task_id, "KEY SHARE")
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
