"""The reserve list: whoever joined first is served when a place comes free."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from allocation import actions as allocation
from shifts.models import Reserve, Shift
from shifts.queries import overlap_gates, reserves_waiting, shift_of
from statuses.queries import limit_gates
from tasks import actions as tasks
from tasks.models import Assignment, Task, record
from tasks.queries import closed_gates, free_slots_of, must_share_room
from workers.models import Worker

PASSED_OVER = (
    allocation.NotEligible,
    allocation.WrongWayIn,
    tasks.SlotIsTaken,
    tasks.TaskIsNotOpen,
    tasks.WorkerIsFull,
)


class NotAShift(Exception):
    """Only a first-come shift has a reserve list."""


class PlaceIsFree(Exception):
    """There is a free place: you can claim it now."""


class ShiftHasBegun(Exception):
    """The shift has begun."""


@transaction.atomic
def join_reserve(*, task_id: int, by: Worker, now: datetime) -> Reserve:
    """Say yes beforehand to a place that comes free. Harmless twice.

    Raises NotAShift, ShiftHasBegun, PlaceIsFree, or allocation.NotEligible.
    """
    task = Task.objects.select_for_update(of=("self",)).select_related("client").get(pk=task_id)
    must_share_room(task, by)
    shift = shift_of(task)
    if shift is None or task.mechanism != "first_come":
        raise NotAShift
    if shift.starts_at <= now or task.state not in (Task.State.OPEN, Task.State.ALLOCATED):
        raise ShiftHasBegun
    if free_slots_of(task).exists():
        raise PlaceIsFree
    gates = closed_gates(task, by) + overlap_gates(task, by) + limit_gates(task, by, now)
    if gates:
        raise allocation.NotEligible(gates)
    reserve, is_new = Reserve.objects.get_or_create(
        task=task, worker=by, left_at=None, served_at=None, defaults={"joined_at": now}
    )
    if is_new:
        record(task, "reserve_joined", at=now, by=by.user, worker=by)
    return reserve


@transaction.atomic
def leave_reserve(*, task_id: int, by: Worker, now: datetime) -> None:
    """Take the yes back. Harmless twice."""
    mine = Reserve.objects.filter(task=task_id, worker=by, left_at=None, served_at=None)
    if mine.update(left_at=now):
        task = Task.objects.get(pk=task_id)
        record(task, "reserve_left", at=now, by=by.user, worker=by)


@transaction.atomic
def give_back(*, assignment_id: int, by: Worker, now: datetime) -> Assignment:
    """Give work back; of a shift, the first on the reserve list has the place in the same moment.

    A shift can be given back until it begins; with less notice than it asks for, the event says so.
    Raises tasks.NotInHand or ShiftHasBegun.
    """
    task = Task.objects.get(assignments=assignment_id, assignments__worker=by)
    shift = shift_of(task)
    if shift and shift.starts_at <= now:
        raise ShiftHasBegun
    assignment = tasks.return_assignment(assignment_id=assignment_id, by=by, now=now)
    if shift:
        note_short_notice(shift, assignment, now)
        serve_reserves(assignment.task, now)
    return assignment


def note_short_notice(shift: Shift, assignment: Assignment, now: datetime) -> None:
    notice = shift.starts_at - now
    if notice < timedelta(hours=shift.notice_hours):
        hours = int(notice.total_seconds() // 3600)
        record(
            assignment.task, "returned_late", at=now, worker=assignment.worker, hours_before=hours
        )


def serve_reserves(task: Task, now: datetime) -> None:
    """Let the engine give the free places to the reserves, in the order they joined.

    Each is a claim like any other, decided and kept by the engine. Who cannot take it now (other
    hours, full hands) keeps the place on the list, and the next is served. In the caller's
    transaction, before anybody else can see the free place.
    """
    for reserve in reserves_waiting(task):
        if not free_slots_of(task).exists():
            return
        try:
            with transaction.atomic():
                claim = allocation.claim_slot(task_id=task.pk, by=reserve.worker, now=now)
        except PASSED_OVER:
            continue
        if not claim.is_won:  # an open offer holds the place
            return
        reserve.served_at = now
        reserve.save(update_fields=["served_at"])
        record(task, "reserve_served", at=now, worker=reserve.worker)
