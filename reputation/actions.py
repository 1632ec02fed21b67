"""Writing opinions, showing them together, and hiding abusive ones."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from agenda.actions import schedule
from reputation import rules
from reputation.models import Opinion
from tasks.models import Assignment, record


class NothingToSayYet(Exception):
    """You can say how it went once there is a verdict."""


class TimeIsOver(Exception):
    """The time for saying how it went is over."""


class AlreadySaid(Exception):
    """You have said how it went already."""


class OpinionNeedsAReason(Exception):
    """Say why, in a few words: the other side reads it and so does everybody else."""


class HidingNeedsAnOperator(Exception):
    """An opinion is hidden by a named operator who is neither side of it."""


class HidingNeedsAReason(Exception):
    """Say why it is hidden: everybody sees that it was."""


def side_of(assignment: Assignment, user: User) -> str:
    """On which side of it this person stands. Raises DoesNotExist for anybody else."""
    if user.pk == assignment.worker.user_id:
        return Opinion.Side.WORKER
    if user.pk == assignment.task.client.user_id:
        return Opinion.Side.CLIENT
    raise Assignment.DoesNotExist


@transaction.atomic
def write_opinion(
    *, assignment_id: int, by: User, score: int, reason: str, now: datetime
) -> Opinion:
    """Say how it went, 1 to 5 and why. With the second opinion both are shown.

    Raises NothingToSayYet, TimeIsOver, AlreadySaid, OpinionNeedsAReason; DoesNotExist for somebody
    who was on neither side.
    """
    assignment = (
        Assignment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("worker", "task__client")
        .get(pk=assignment_id)
    )
    side = side_of(assignment, by)
    settled_at = assignment.settled_at
    if settled_at is None or assignment.state not in ("approved", "rejected"):
        raise NothingToSayYet
    if now >= rules.closes_at(settled_at):
        raise TimeIsOver
    if assignment.opinions.filter(side=side).exists():
        raise AlreadySaid
    if not reason.strip():
        raise OpinionNeedsAReason
    opinion = Opinion.objects.create(
        assignment=assignment, side=side, by=by, score=score, reason=reason.strip(), written_at=now
    )
    if not show_when_due(assignment, now, by):
        schedule("opinions_due", assignment.pk, at=rules.closes_at(settled_at))
        note(assignment, "opinion_written", now, by)
    opinion.refresh_from_db()
    return opinion


@transaction.atomic
def reveal_opinions(*, assignment_id: int, now: datetime) -> bool:
    """Show what was written when the time is over. Harmless twice and when it is too early."""
    locked = Assignment.objects.select_for_update(of=("self",), no_key=True)
    return show_when_due(locked.get(pk=assignment_id), now)


def show_when_due(assignment: Assignment, now: datetime, by: User | None = None) -> bool:
    if assignment.settled_at is None:
        return False
    sides = list(assignment.opinions.order_by("side").values_list("side", flat=True))
    if not rules.is_revealed(len(sides), assignment.settled_at, now):
        return False
    if assignment.opinions.filter(revealed_at__isnull=True).update(revealed_at=now):
        note(assignment, "opinions_shown", now, by, sides=sides)
    return True


def note(
    assignment: Assignment, kind: str, now: datetime, by: User | None, **facts: object
) -> None:
    """Leave an event, from which the other side is told."""
    worker = assignment.worker
    record(assignment.task, kind, at=now, by=by, assignment=assignment, worker=worker, **facts)


@transaction.atomic
def hide_opinion(*, opinion_id: int, by: User, reason: str, now: datetime) -> Opinion:
    """Hide abusive words, not the fact that something was said. Harmless twice.

    Raises HidingNeedsAnOperator or HidingNeedsAReason.
    """
    opinion = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion_id)
    assignment = opinion.assignment
    sides = (assignment.worker.user_id, assignment.task.client.user_id)
    if not (by.is_staff and by.is_active) or by.pk in sides:
        raise HidingNeedsAnOperator
    if not reason.strip():
        raise HidingNeedsAReason
    if not opinion.is_hidden:
        opinion.hidden_at, opinion.hidden_by = now, by
        opinion.hidden_because = reason.strip()
        opinion.save(update_fields=["hidden_at", "hidden_by", "hidden_because"])
    return opinion
