"""A worker says "mine": the engine settles it at once, while the person waits.

This is the busiest action of the market, so it takes four statements, won or lost: lock the task,
lock the worker, look, write. Who may have to wait for others looks again after that. Everything
else in the house that gives out slots goes through `tasks.actions.give_slot`; this does the same
and writes the record in the same breath.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from agenda.actions import schedule
from allocation import queries
from allocation.actions.asking import NotEligible, NothingLeft, WrongWayIn, lock_worker
from allocation.actions.keeping import KEPT, KEPT_TYPES, RECORD, TOLD, Trigger, record_of
from allocation.engine.card import Card
from allocation.engine.catalogue import card_of
from allocation.engine.contract import Award, Case, Decision
from allocation.models import Claim, MechanismVersion
from marketplace.locks import lock
from marketplace.prepared import Prepared
from shifts.queries import overlap_gates
from statuses.queries import limit_gates
from tasks import rules
from tasks.actions import HAND_OVER, SlotIsTaken, TaskIsNotOpen
from tasks.models import Batch, Task, record
from tasks.queries import free_slots_of, must_share_room, needs_of, offers_of
from workers.models import Worker


@transaction.atomic
def claim_slot(*, task_id: int, by: Worker, now: datetime, is_picked: bool = True) -> Claim:
    """Say "mine": the engine settles it at once, or at closing where chance decides.

    The claim is kept, won or lost, also when the last place is gone by now: the worker may ask why.
    Claiming again what one holds or has entered gives the same claim; so does what one has lost,
    until somebody takes a place since. Whoever has not picked this task, but takes any of its kind,
    waits for nobody and leaves no lost claim.
    Raises WrongWayIn, TaskIsNotOpen or NotEligible; SlotIsTaken only where it is not picked.
    """
    task = lock(Task, task_id, "KEY SHARE")
    card = card_of(task.mechanism)
    if card.traits.entry != "claim":
        raise WrongWayIn
    by = lock_worker(by)
    must_share_room(task, by)
    seen = look(task, by)
    earlier = standing_claim(task, by, card, seen.holds)
    if earlier:
        return earlier
    if not (task.is_open or is_picked and is_full(task, card, seen)) or task.closes_at <= now:
        raise TaskIsNotOpen
    needs = needs_of(task, seen.client_user)
    offers = offers_of(by, was_on_task=bool(seen.holds), has_share=seen.has_share)
    gates = rules.closed_gates(needs, offers)
    gates += overlap_gates(task, by) + limit_gates(task, by, now)
    if gates:
        raise NotEligible(gates)
    if card.traits.decides == "on_entry":
        if seen.free_slot is None and not is_picked:
            raise SlotIsTaken
        return settle_claim(task, needs, by, seen, now)
    record(task, "entered", at=now, by=by.user, worker=by)
    return Claim.objects.create(task=task, worker=by, received_at=now)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a claim finds under its locks: the states this worker has or had on the task, the number
    of a free slot, locked for this claim (None when all are held or being taken), the client's
    account, whether the worker may have more of the batch, whether places were called off, the
    version of the mechanism that was in force when the task was posted, and `LAST` of a task that is
    open no more."""

    holds: frozenset[str]
    free_slot: int | None
    client_user: int
    has_share: bool
    has_dropped: bool
    version: MechanismVersion
    last: tuple[Any, ...]


# When the last place was claimed, when it was taken, and what this worker lost since, or ever.
LAST = """SELECT (SELECT max(received_at) FROM allocation_claim WHERE task_id = %(task)s AND is_won),
       (SELECT max(started_at) FROM tasks_assignment WHERE task_id = %(task)s),
       lost.id, lost.received_at
  FROM (SELECT) one
  LEFT JOIN LATERAL (SELECT id, received_at FROM allocation_claim
                      WHERE task_id = %(task)s AND worker_id = %(worker)s AND NOT is_won
                      ORDER BY id DESC LIMIT 1) lost ON true"""
FREE = f"SELECT number {queries.FREE_SLOTS} LIMIT 1 FOR UPDATE"  # nosec B608: a constant
SEEN = f"""
SELECT ARRAY(SELECT state FROM tasks_assignment WHERE task_id = %(task)s AND worker_id = %(worker)s),
       (SELECT number FROM ({FREE} SKIP LOCKED) free),
       (SELECT user_id FROM clients_client WHERE id = %(client)s),
       NOT EXISTS (SELECT FROM tasks_share
                    WHERE batch_id = %(batch)s AND worker_id = %(worker)s AND held >= most),
       EXISTS (SELECT FROM tasks_slot WHERE task_id = %(task)s AND dropped_at IS NOT NULL),
       version.id, version.parameters"""  # nosec B608: a constant
VERSION = f"FROM (SELECT id, parameters {queries.THE_ONE_IN_FORCE}) version"  # nosec B608: a constant
SEEN_TYPES = {
    "task": "bigint",
    "worker": "bigint",
    "client": "bigint",
    "batch": "bigint",
    "mechanism": "text",
    "at": "timestamptz",
}
LOOK = Prepared(f"{SEEN} {VERSION}", **SEEN_TYPES)
# Whoever finds the task open no more is told when the last place went; nobody else pays for asking.
LOOK_BACK = Prepared(f"{SEEN}, went.* {VERSION}, ({LAST}) went", **SEEN_TYPES)


def look(task: Task, worker: Worker) -> Seen:
    [row] = (LOOK if task.is_open else LOOK_BACK).rows(
        task=task.pk,
        worker=worker.pk,
        client=task.client_id,
        batch=task.batch_id,
        mechanism=task.mechanism,
        at=task.posted_at,
    )
    states, number, client_user, has_share, has_dropped, version_id, parameters = row[:7]
    version = MechanismVersion(
        pk=version_id, mechanism=task.mechanism, parameters=json.loads(parameters)
    )
    return Seen(frozenset(states), number, client_user, has_share, has_dropped, version, row[7:])


def is_full(task: Task, card: Card, seen: Seen) -> bool:
    """All places are taken, none was called off, and whoever comes first gets what is free again."""
    is_given_out = task.state == Task.State.ALLOCATED and not seen.has_dropped
    return is_given_out and card.traits.decides == "on_entry"


def free_after_all(task: Task) -> int | None:
    """Wait for those who are taking the last slots this moment: one of them may not get that far.

    They hold their slots and wait for nothing that a claim holds, so nobody waits in a circle.
    """
    return next((number for (number,) in WAIT.rows(task=task.pk)), None)


WAIT = Prepared(FREE, task="bigint")
LAST_AFTER_ALL = Prepared(LAST, task="bigint", worker="bigint")


def standing_claim(task: Task, worker: Worker, card: Card, holds: frozenset[str]) -> Claim | None:
    """The claim that already answers this one: an entry in a draw, or a slot in hand."""
    if holds & set(rules.HOLDING):
        return task.claims.filter(worker=worker).order_by("-is_won", "-id").first()
    if card.traits.decides == "at_closing":
        return task.claims.filter(worker=worker).first()
    return None


def settle_claim(
    task: Task,
    needs: rules.TaskNeeds,
    worker: Worker,
    seen: Seen,
    now: datetime,
) -> Claim:
    """Let the engine decide this one claim, and write down what follows."""
    started = time.perf_counter()
    version = seen.version
    slot, taken_at = seen.free_slot, None
    if slot is None and task.is_open:
        slot = free_after_all(task)
    if slot is None:
        taken_at, lost_before = when_the_last_went(task, worker, seen)
        if lost_before is not None:
            return lost_before
    case = queries.case_of_a_claim(task, needs, version, worker, slot, taken_at, now)
    decision = card_of(task.mechanism).decide(case)
    spent = time.perf_counter() - started
    if not decision.awards:
        return lose(task, worker, version, case, decision, now, spent)
    claim = win(task, worker, version, case, decision, now, spent)
    note_when_full(task, now)
    return claim


def when_the_last_went(
    task: Task, worker: Worker, seen: Seen
) -> tuple[datetime | None, Claim | None]:
    """When the last place was claimed, and the claim that this worker has lost since.

    The moment is None where whoever was on standby got it, before anybody could claim: coming
    earlier would not have helped.
    """
    last = seen.last
    if task.is_open:  # whoever was waited for has taken it since
        [last] = LAST_AFTER_ALL.rows(task=task.pk, worker=worker.pk)
    claimed_at, taken_at, lost, received_at = last
    went_at = claimed_at if claimed_at == taken_at else None
    if lost is None or (went_at and received_at < went_at):
        return went_at, None
    return went_at, Claim(pk=lost, task=task, worker=worker, received_at=received_at)


def lose(
    task: Task,
    worker: Worker,
    version: MechanismVersion,
    case: Case,
    decision: Decision,
    now: datetime,
    seconds: float,
) -> Claim:
    """Keep a claim that came too late, with its decision: the worker may ask why."""
    record = record_of(task, version, Trigger.CLAIM, case, decision, now, seconds)
    [(pk,)] = LOSE.rows(**record, worker=worker.pk)
    return Claim(pk=pk, task=task, worker=worker, received_at=now)


LOSE = Prepared(
    KEPT  # nosec B608: a constant
    + """
INSERT INTO allocation_claim (task_id, worker_id, received_at, is_won)
SELECT %(task)s, %(worker)s, %(decided_at)s, false FROM kept
RETURNING id
""",
    worker="bigint",
    **KEPT_TYPES,
)


# The hand-over that every slot goes through, and behind it the record, the events, the clock of the
# work, the closing of a task with a single slot. All of it or nothing.
WIN = Prepared(
    f"""{HAND_OVER}, kept AS ({RECORD} FROM made RETURNING id
), told AS (
    INSERT INTO tasks_taskevent (task_id, assignment_id, worker_id, kind, at, facts)
    SELECT %(task)s, e.assignment_id, e.worker_id, e.kind, %(now)s, e.facts
      FROM (SELECT 1 AS place, NULL::bigint AS assignment_id, NULL::bigint AS worker_id,
                   'decided' AS kind,
                   {TOLD} AS facts
              FROM kept
            UNION ALL
            SELECT 2, made.id, %(worker)s, 'awarded', jsonb_build_object('pay_cents', %(pay)s)
              FROM made
            UNION ALL
            SELECT 3, NULL, NULL, 'allocated', jsonb_build_object() FROM made WHERE %(is_single)s) e
     ORDER BY e.place
), clock AS (
    INSERT INTO agenda_duework (topic, subject_id, due_at, attempts, last_error)
    SELECT 'work_due', made.id, %(due)s, 0, '' FROM made
), closed AS (
    UPDATE tasks_task SET state = 'allocated'
     WHERE id = %(task)s AND %(is_single)s AND EXISTS (SELECT FROM made)
)
INSERT INTO allocation_claim (task_id, worker_id, received_at, is_won)
SELECT %(task)s, %(worker)s, %(now)s, true FROM made
RETURNING id, (SELECT id FROM made)
""",  # nosec B608: constants
    number="int",
    worker="bigint",
    pay="int",
    due="timestamptz",
    now="timestamptz",
    is_single="boolean",
    **KEPT_TYPES,
)


def win(
    task: Task,
    worker: Worker,
    version: MechanismVersion,
    case: Case,
    decision: Decision,
    now: datetime,
    seconds: float,
) -> Claim:
    """Hand over the slot and keep the record of it; the claim names its `assignment_id`.

    Raises SlotIsTaken, and changes nothing then.
    """
    [award] = decision.awards
    record = record_of(task, version, Trigger.CLAIM, case, decision, now, seconds)
    made = WIN.rows(**record | place_of(task, worker, award, now))
    if not made:
        raise SlotIsTaken
    [(pk, assignment)] = made
    claim = Claim(pk=pk, task=task, worker=worker, received_at=now, is_won=True)
    claim.assignment_id = assignment  # type: ignore[attr-defined]
    if task.slot_count == 1:
        task.state = Task.State.ALLOCATED
    return claim


def place_of(task: Task, worker: Worker, award: Award, now: datetime) -> dict[str, Any]:
    return {
        "number": award.slot,
        "worker": worker.pk,
        "pay": award.pay_cents,
        "due": task.deadline_at,
        "now": now,
        "is_single": task.slot_count == 1,
    }


def note_when_full(task: Task, now: datetime) -> None:
    """Close a task with several slots when the last one is gone.

    Two last claims do not see each other before they commit: each looks again afterwards, and
    whichever commits last sees that nothing is left. Looking must not lock a free slot, or the next
    claim would skip it and lose what was still there.
    """
    if task.slot_count > 1 and not settle_when_full(task, now):
        transaction.on_commit(partial(settle_when_full, task, now), robust=True)


def settle_when_full(task: Task, now: datetime) -> bool:
    """Let the drain settle the task, under its lock, when no slot is free any more."""
    is_full = not free_slots_of(task).exists()
    if is_full:
        schedule("slots_taken", task.pk, at=now, wake=True)
    return is_full


def claim_next(*, batch_id: int, by: Worker, now: datetime) -> Claim:
    """Claim some open task of a batch, starting at a random place so that claimers spread out.

    Raises NothingLeft, Batch.DoesNotExist, or NotEligible for whoever had their share of it.
    """
    for task_id in queries.claimable_in_batch(batch_id, by):
        try:
            claim = claim_slot(task_id=task_id, by=by, now=now, is_picked=False)
        except NotEligible as refusal:
            if "share" in refusal.gates:
                raise
        except (TaskIsNotOpen, SlotIsTaken):
            continue
        else:
            if claim.is_won:
                return claim
    Batch.objects.get(pk=batch_id)
    raise NothingLeft
