"""What a mechanism is shown: the case of a task, built from rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from django.conf import settings
from django.db.models import OuterRef, QuerySet

from allocation.engine.card import Card
from allocation.engine.catalogue import card_of
from allocation.engine.contract import Answer, Candidate, Case
from allocation.models import Allocation, Bid, Claim, Entry, MechanismVersion, Offer
from allocation.queries.shortlist import (
    Stopped,
    able_workers,
    in_this_order,
    shortlist,
    who_can_be_asked,
)
from marketplace.prepared import Prepared, columns_of
from shifts.queries import busy_then
from statuses.queries import over_the_limit
from tasks import queries as tasks
from tasks import rules
from tasks.models import Task
from workers.models import Worker


@dataclass(frozen=True, slots=True)
class Entrant:
    """One worker on the way into a case: who, since when, at what price."""

    worker: Worker
    received_at: datetime
    ask_cents: int | None = None


def version_for(task: Task) -> MechanismVersion:
    """The version of the task's mechanism that was in force when the task was posted."""
    return version_in_force(task.mechanism, task.posted_at)


# The one in force at a moment, and before the first one's date the first one.
THE_ONE_IN_FORCE = """FROM allocation_mechanismversion
 WHERE mechanism = %(mechanism)s AND (valid_from <= %(at)s OR number = 1)
 ORDER BY valid_from <= %(at)s DESC, valid_from DESC, number DESC LIMIT 1"""
IN_FORCE = Prepared(
    f"SELECT {columns_of(MechanismVersion)} {THE_ONE_IN_FORCE}",  # nosec B608: column names
    mechanism="text",
    at="timestamptz",
)


def version_in_force(mechanism: str, at: datetime) -> MechanismVersion:
    [version] = IN_FORCE.instances(MechanismVersion, mechanism=mechanism, at=at)
    return version


def notice_days(mechanism: str) -> int:
    """How long before it decides a version has to be announced: 0 while nobody posted under it."""
    is_in_use = Task.objects.filter(mechanism=mechanism).exists()
    return int(settings.NOTICE_DAYS) if is_in_use else 0


def time_to_pick(mechanism: str, at: datetime) -> timedelta:
    """How long a client has to pick after a task closes that is posted now."""
    said = card_of(mechanism).defaults | version_in_force(mechanism, at).parameters
    return timedelta(seconds=said["choose_seconds"])


def extra_reserve_cents(mechanism: str, at: datetime) -> int:
    """What a task posted now may cost beyond the pay and the fee of its slots."""
    most = card_of(mechanism).extra_reserve_cents
    return most(version_in_force(mechanism, at).parameters) if most else 0


# The slots of a task that nobody holds, that were not called off and that no open offer reserves.
FREE_SLOTS = """FROM tasks_slot
 WHERE task_id = %(task)s AND worker_id IS NULL AND dropped_at IS NULL
   AND number NOT IN (SELECT slot_number FROM allocation_offer
                       WHERE task_id = %(task)s AND state = 'open')
 ORDER BY number"""
LOOK_AT = Prepared(
    f"""
SELECT ARRAY(SELECT number {FREE_SLOTS}),
       (SELECT max(started_at) FROM tasks_assignment WHERE task_id = %(task)s),
       ARRAY(SELECT DISTINCT worker_id FROM tasks_assignment WHERE task_id = %(task)s),
       ARRAY(SELECT worker_id FROM allocation_offer WHERE task_id = %(task)s AND state = 'declined'),
       ARRAY(SELECT worker_id FROM allocation_offer WHERE task_id = %(task)s AND state = 'expired'),
       (SELECT user_id FROM clients_client WHERE id = %(client)s),
       version.id, version.number, version.parameters
  FROM (SELECT id, number, parameters {THE_ONE_IN_FORCE}) version
""",  # nosec B608: constants
    task="bigint",
    client="bigint",
    mechanism="text",
    at="timestamptz",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What has happened on a task: the slots that nobody holds and no open offer reserves, when the
    newest was taken, who had one, who said no to an offer, the client's account, and the version
    of the mechanism that was in force when it was posted."""

    free_slots: tuple[int, ...]
    last_taken_at: float | None
    were_on_task: frozenset[int]
    answers: Mapping[int, Answer]
    client_user: int
    version: MechanismVersion


def look_at(task: Task) -> Seen:
    [row] = LOOK_AT.rows(
        task=task.pk,
        client=task.client_id,
        mechanism=task.mechanism,
        at=task.posted_at,
    )
    free, taken_at, holders, declined, expired, client_user, *version = row
    pk, number, parameters = version
    return Seen(
        free_slots=tuple(free),
        last_taken_at=taken_at.timestamp() if taken_at else None,
        were_on_task=frozenset(holders),
        answers=dict.fromkeys(declined, Answer.DECLINED) | dict.fromkeys(expired, Answer.EXPIRED),
        client_user=client_user,
        version=MechanismVersion(
            pk=pk, mechanism=task.mechanism, number=number, parameters=json.loads(parameters)
        ),
    )


def case_for(task: Task, seen: Seen, now: datetime, *, chosen: Sequence[int] = ()) -> Case:
    """Everything the mechanism may know about this task now."""
    version = seen.version
    card, doors = card_of(task.mechanism), Doors(task, now)
    entrants = entrants_for(task, card, seen, doors, now)
    return Case(
        task=task.pk,
        free_slots=seen.free_slots,
        pay_cents=task.pay_cents,
        floor_cents=task.floor_cents,
        now=now.timestamp(),
        closes_at=task.closes_at.timestamp(),
        seed=task.seed,
        parameters=version.parameters,
        chosen=tuple(chosen),
        slot_count=task.slot_count,
        last_taken_at=seen.last_taken_at,
        deadline_at=last_choice_at(task, card),
        candidates=candidates(task, entrants, seen, doors, now),
    )


def last_choice_at(task: Task, card: Card) -> float | None:
    """When picking ends whatever the mechanism says. An entry is finished work: nothing is due."""
    if card.traits.decides != "by_client" or card.traits.entry == "entry":
        return None
    return task.choosing_ends_at.timestamp()


def case_of_a_claim(
    task: Task,
    needs: rules.TaskNeeds,
    version: MechanismVersion,
    worker: Worker,
    free_slot: int | None,
    last_taken_at: datetime | None,
    now: datetime,
) -> Case:
    """The case of one eligible claim for the slot that is locked for it, or for none.

    Less is looked up than in `case_for`, because a person waits: whoever claims has passed the
    gates already, and when the last slot went matters only to whoever finds none.
    """
    mine = Candidate(
        worker=worker.pk,
        received=0,
        received_at=now.timestamp(),
        features=features(needs, worker, now),
    )
    return Case(
        task=task.pk,
        free_slots=() if free_slot is None else (free_slot,),
        pay_cents=task.pay_cents,
        floor_cents=task.floor_cents,
        now=now.timestamp(),
        closes_at=task.closes_at.timestamp(),
        seed=task.seed,
        parameters=version.parameters,
        slot_count=task.slot_count,
        last_taken_at=last_taken_at.timestamp() if last_taken_at else None,
        candidates=(mine,),
    )


class Doors:
    """The gates that other rows close for workers; each worker is looked up once."""

    def __init__(self, task: Task, now: datetime) -> None:
        self.task, self.now = task, now
        self.closed: dict[int, frozenset[str]] = {}

    def closed_for(self, workers: Sequence[Worker]) -> Mapping[int, frozenset[str]]:
        """Which of `share`, `overlap` and `status_limit`, for these workers and earlier ones."""
        new = [worker for worker in workers if worker.pk not in self.closed]
        ids = [worker.pk for worker in new]
        gates = {
            "share": tasks.had_their_share(self.task, ids),
            "overlap": busy_then(self.task, ids),
            "status_limit": over_the_limit(self.task, new, self.now),
        }
        for pk in ids:
            self.closed[pk] = frozenset(gate for gate, stopped in gates.items() if pk in stopped)
        return self.closed


def entrants_for(task: Task, card: Card, seen: Seen, doors: Doors, now: datetime) -> list[Entrant]:
    """Who takes part, in order of arrival, by the way into this mechanism.

    Whoever said no stays in the case, so that they can read why; they take nobody's place in it.
    """
    if card.traits.entry == "bid":
        return [Entrant(b.worker, b.received_at, b.amount_cents) for b in live_bids(task)]
    if card.traits.entry == "entry":
        return [Entrant(e.worker, e.received_at) for e in entries_in_order(task)]
    if card.traits.entry == "claim" and card.traits.decides == "at_closing":
        return [Entrant(c.worker, c.received_at) for c in claims_in_order(task)]
    had_turn = seen.were_on_task | seen.answers.keys()

    def stopped(workers: Sequence[Worker]) -> set[int]:
        closed = doors.closed_for(workers)
        return {w.pk for w in workers if w.pk in had_turn or closed[w.pk]}

    if card.traits.serves_standby:
        found = standby_queue(task, stopped, len(had_turn))
        return [Entrant(w, w.standby_since or now) for w in found]
    if card.traits.entry == "none":
        found = shortlist(task, seen.version.parameters, now, stopped, len(had_turn))
        return [Entrant(w, w.available_since or now) for w in found]
    return []


def with_counts(found: QuerySet[Task]) -> QuerySet[Task]:
    """The same tasks with how many places are free and how many were dropped, and how many bids
    stand, claims and entries."""
    own = {"task": OuterRef("pk")}
    return tasks.with_dropped_count(tasks.with_free_count(found)).annotate(
        bids_count=tasks.counted(Bid.objects.filter(state=Bid.State.LIVE, **own)),
        claims_count=tasks.counted(Claim.objects.filter(**own)),
        entries_count=tasks.counted(Entry.objects.filter(**own)),
    )


def live_bids(task: Task) -> QuerySet[Bid]:
    return (
        task.bids.filter(state=Bid.State.LIVE)
        .select_related("worker")
        .order_by("received_at", "id")
    )


def claims_in_order(task: Task) -> QuerySet[Claim]:
    return task.claims.select_related("worker").order_by("received_at", "id")


def entries_in_order(task: Task) -> QuerySet[Entry]:
    return task.entries.select_related("worker").order_by("received_at", "id")


def standby_queue(task: Task, stopped: Stopped, turns: int) -> list[Worker]:
    """The head of the standby queue for this task, longest wait first."""
    waiting = able_workers(task).filter(standby_since__isnull=False)
    look = in_this_order(waiting.order_by("standby_since", "id"))
    found = who_can_be_asked(look, task.slot_count, stopped, turns)
    return sorted(found, key=lambda worker: (worker.standby_since, worker.pk))


def candidates(
    task: Task, entrants: Sequence[Entrant], seen: Seen, doors: Doors, now: datetime
) -> tuple[Candidate, ...]:
    """The entrants as the engine sees them: place in line, ask, features, gates, answer."""
    if not entrants:
        return ()
    needs = tasks.needs_of(task, seen.client_user)
    in_line = enumerate((entrant.worker.pk, entrant) for entrant in entrants)
    closed = doors.closed_for([entrant.worker for entrant in entrants])
    needs_room = card_of(task.mechanism).traits.entry != "entry"  # an entry is finished work
    return tuple(
        Candidate(
            worker=worker,
            received=place,
            received_at=e.received_at.timestamp(),
            ask_cents=e.ask_cents,
            features=features(needs, e.worker, now),
            failed_gates=rules.closed_gates(
                needs,
                tasks.offers_of(
                    e.worker,
                    was_on_task=worker in seen.were_on_task,
                    has_share="share" not in closed[worker],
                    needs_room=needs_room,
                ),
            )
            + tuple(gate for gate in ("overlap", "status_limit") if gate in closed[worker]),
            answer=seen.answers.get(worker, Answer.NONE),
        )
        for place, (worker, e) in in_line
    )


def features(needs: rules.TaskNeeds, worker: Worker, now: datetime) -> dict[str, float]:
    """What may count in a score, each 0…1, rounded so that a record stays readable."""
    km = rules.kilometres_between(
        needs.latitude, needs.longitude, worker.latitude, worker.longitude
    )
    waited = (now - worker.available_since).total_seconds() if worker.available_since else 0.0
    rested = (now - worker.last_served_at).total_seconds() if worker.last_served_at else None
    exact = {
        "skill_match": rules.skill_match(needs.skills, frozenset(worker.skills)),
        "distance": rules.closeness(km, needs.radius_km),
        "reputation": rules.reputation(worker.approved_count, worker.rejected_count),
        "waiting": rules.waiting(waited),
        "since_served": rules.since_served(rested),
    }
    return {name: round(value, 9) for name, value in exact.items()}


# The next few open tasks of the batch from a random place on, and round again from the front; both
# ends and both walks are short steps in the partial index `open_tasks_of_a_batch`. Only those few
# are then held against what the worker had already: asking that of all open tasks is slow.
NEAR = Prepared(
    """
WITH ends AS (
    SELECT min(id) + floor(%(place)s * (max(id) - min(id) + 1))::bigint AS start
      FROM tasks_task WHERE batch_id = %(batch)s AND state = 'open'
), near AS MATERIALIZED (
    (SELECT id FROM tasks_task
      WHERE batch_id = %(batch)s AND state = 'open' AND id >= (SELECT start FROM ends)
      ORDER BY id LIMIT %(window)s)
    UNION ALL
    (SELECT id FROM tasks_task
      WHERE batch_id = %(batch)s AND state = 'open' AND id < (SELECT start FROM ends)
      ORDER BY id LIMIT %(window)s)
)
SELECT id FROM near
 WHERE (SELECT a.id FROM tasks_assignment a
         WHERE a.task_id = near.id AND a.worker_id = %(worker)s LIMIT 1) IS NULL
 LIMIT %(most)s
""",
    batch="bigint",
    place="float8",
    window="int",
    worker="bigint",
    most="int",
)
WINDOWS = (20, 1_000_000)  # a short look first; all of the batch only when it found nothing


def claimable_in_batch(batch_id: int, worker: Worker, most: int = 5) -> list[int]:
    """A few open tasks of a batch that this worker never had, from a random place on.

    Two claimers who start at different places do not stand in each other's way.
    """
    place = SystemRandom().random()
    values = {"batch": batch_id, "worker": worker.pk, "place": place, "most": most}
    for window in WINDOWS:
        if found := [pk for (pk,) in NEAR.rows(**values, window=window)]:
            return found
    return []


def allocations_of(task: Task) -> QuerySet[Allocation]:
    return task.allocations.select_related("version").order_by("id")


def open_offers(worker: Worker, now: datetime) -> QuerySet[Offer]:
    return (
        worker.offers.filter(
            state=Offer.State.OPEN, expires_at__gt=now, task__state=Task.State.OPEN
        )
        .select_related("task__client")
        .order_by("expires_at")
    )


def bids_of(worker: Worker) -> QuerySet[Bid]:
    return (
        worker.bids.filter(state=Bid.State.LIVE)
        .select_related("task__client")
        .order_by("-received_at")
    )
