"""Reading a class: its rounds, who sits there, and what everybody did in a round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from allocation.models import Bid, Claim, Entry, Offer
from classroom.models import Classroom, Pupil, Round
from classroom.rules import Tally
from clients.models import Client
from tasks.models import Assignment, Task
from workers.models import Worker


def round_that_is_on(classroom: Classroom, now: datetime) -> Round | None:
    return classroom.rounds.filter(started_at__lte=now, ends_at__gt=now).order_by("-number").first()


def rounds_that_are_on(now: datetime) -> QuerySet[Round]:
    """Of every class, for the crowds that act in them."""
    on = Round.objects.filter(ends_at__gt=now, started_at__lte=now)
    return on.select_related("classroom").order_by("pk")


def worker_count(classroom: Classroom) -> int:
    """Pupils who are there as workers, and the agents."""
    there = classroom.pupils.filter(role=Pupil.Role.WORKER, left_at=None).count()
    return there + classroom.agents


def classes_of(teacher: User) -> QuerySet[Classroom]:
    return Classroom.objects.filter(teacher=teacher).order_by("-opened_at", "-pk")


def tasks_of(found: Round) -> QuerySet[Task]:
    return Task.objects.filter(
        room=found.classroom.room_id,
        posted_at__gte=found.started_at,
        posted_at__lte=found.ends_at,
    )


@dataclass(frozen=True, slots=True)
class WorkerPlayed:
    """One worker's round: what came of it, and each decision they took.

    `bids` are shares of the budget; `claims` and `answers` are seconds of the clock after the task
    or the offer came.
    """

    person: Worker
    tally: Tally
    bids: tuple[float, ...]
    claims: tuple[float, ...]
    answers: tuple[float, ...]


def workers_played(found: Round, now: datetime) -> list[WorkerPlayed]:
    """Every worker who was there in this round so far, in six queries."""
    tasks = tasks_of(found)
    bids = by_worker(Bid.objects.filter(task__in=tasks, state=Bid.State.LIVE))
    claims = by_worker(Claim.objects.filter(task__in=tasks))
    entries = by_worker(Entry.objects.filter(task__in=tasks))
    offers = by_worker(Offer.objects.filter(task__in=tasks))
    held = by_worker(Assignment.objects.filter(task__in=tasks))
    until = min(now, found.ends_at)
    return [
        WorkerPlayed(
            person=worker,
            tally=tally_of(
                found,
                present=seconds(came_at(worker.user, found), until),
                asked=[r for rows in (bids, claims, entries, offers) for r in rows[worker.pk]],
                held=held[worker.pk],
                until=until,
            ),
            bids=tuple(bid.amount_cents / bid.task.pay_cents for bid in bids[worker.pk]),
            claims=tuple(seconds(c.task.posted_at, c.received_at) for c in claims[worker.pk]),
            answers=tuple(
                seconds(offer.made_at, offer.answered_at)
                for offer in offers[worker.pk]
                if offer.state in (Offer.State.ACCEPTED, Offer.State.DECLINED)
            ),
        )
        for worker in people_of(Worker, found)
        if came_at(worker.user, found) < until
    ]


def by_worker(rows: QuerySet[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("task").order_by("pk"):
        found[row.worker_id].append(row)
    return found


def people_of(side: type[Any], found: Round) -> QuerySet[Any]:
    """The workers or the clients of the class, agents too, in the order they came."""
    here: QuerySet[Any] = side.objects.filter(user__room=found.classroom.room_id)
    return here.select_related("user__pupil").order_by("pk")


def came_at(user: User, found: Round) -> datetime:
    """When this person came into the round: agents and early pupils at its beginning."""
    pupil = getattr(user, "pupil", None)
    return max(found.started_at, pupil.joined_at) if pupil else found.started_at


def seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())


def tally_of(
    found: Round, *, present: float, asked: list[Any], held: list[Assignment], until: datetime
) -> Tally:
    paid = [one for one in held if one.state == Assignment.State.APPROVED]
    worked = sum(
        seconds(one.started_at, min(until, one.submitted_at or one.due_at)) for one in held
    )
    return Tally(
        asked=len({row.task_id for row in asked} | {one.task_id for one in held}),
        won=len(held),
        earned_cents=sum(one.pay_cents for one in paid),
        worked_seconds=worked,
        present_seconds=present,
        speed=found.speed,
    )


@dataclass(frozen=True, slots=True)
class ClientPlayed:
    """One client's round. `pays` are cents per hour of estimated work, as posted; `waits` are
    seconds of the clock until somebody had the work. `spent_cents` is what workers were paid.
    """

    person: Client
    posted: int
    taken: int
    spent_cents: int
    pays: tuple[float, ...]
    waits: tuple[float, ...]

    @property
    def share_taken(self) -> float | None:
        return self.taken / self.posted if self.posted else None

    @property
    def wait_seconds(self) -> float | None:
        return median(self.waits) if self.waits else None


def clients_played(found: Round) -> list[ClientPlayed]:
    """Every client of the class in this round, in three queries."""
    posted: defaultdict[int, list[Task]] = defaultdict(list)
    for task in tasks_of(found).prefetch_related("assignments").order_by("pk"):
        posted[task.client_id].append(task)
    return [client_played(client, posted[client.pk]) for client in people_of(Client, found)]


def client_played(client: Client, tasks: Iterable[Task]) -> ClientPlayed:
    mine = list(tasks)
    held = [list(task.assignments.all()) for task in mine]
    first = [min(one.started_at for one in ones) for ones in held if ones]
    taken = [task for task, ones in zip(mine, held, strict=True) if ones]
    return ClientPlayed(
        person=client,
        posted=len(mine),
        taken=len(taken),
        spent_cents=sum(
            one.pay_cents for ones in held for one in ones if one.state == one.State.APPROVED
        ),
        pays=tuple(float(task.hourly_cents) for task in mine),
        waits=tuple(seconds(task.posted_at, at) for task, at in zip(taken, first, strict=True)),
    )


@dataclass(frozen=True, slots=True)
class BesideBid:
    """A bid of one's own, and what the agents asked for the same task. Amounts in cents."""

    task: Task
    mine_cents: int
    simulated_cents: tuple[int, ...]
    is_won: bool


def bids_beside(found: Round, worker: Worker) -> list[BesideBid]:
    """Only of tasks that are decided: before, a sealed price is nobody's business."""
    decided = tasks_of(found).exclude(state=Task.State.OPEN)
    mine = list(
        Bid.objects.filter(worker=worker, state=Bid.State.LIVE, task__in=decided)
        .select_related("task")
        .order_by("pk")
    )
    theirs: defaultdict[int, list[int]] = defaultdict(list)
    of_agents = Bid.objects.filter(
        task__in=[bid.task_id for bid in mine],
        state=Bid.State.LIVE,
        worker__user__is_simulated=True,
    )
    for task_id, cents in of_agents.values_list("task", "amount_cents").order_by("amount_cents"):
        theirs[task_id].append(cents)
    won = set(
        Assignment.objects.filter(worker=worker, task__in=decided).values_list("task", flat=True)
    )
    return [
        BesideBid(bid.task, bid.amount_cents, tuple(theirs[bid.task_id]), bid.task_id in won)
        for bid in mine
    ]
