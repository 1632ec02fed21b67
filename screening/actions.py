"""An operator looks at a held task: it goes on the board, or its escrow goes back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from screening.models import Ruling
from screening.queries import holding_rule
from tasks.actions import close_task, release_held
from tasks.models import Task, record

MOST_ALIKE = 200  # rulings in one go, so that a request stays short


class TaskIsNotHeld(Exception):
    """This task is not held any more."""


class RulingNeedsAnOperator(Exception):
    """A held task is released or refused by a named operator."""


class NobodyRulesOnTheirOwnTask(Exception):
    """This is your own task: another operator has to look at it."""


class RulingNeedsAReason(Exception):
    """Say why, in your own words: the client reads it."""


@transaction.atomic
def release_task(*, task_id: int, by: User, reason: str, now: datetime) -> Ruling:
    """Put a held task on the board. The time it was held is added to its closing and its deadline,
    except for work with hours of its own: a shift starts when it starts. What begins after another
    task that is not approved yet waits for that.

    Raises TaskIsNotHeld, RulingNeedsAnOperator, NobodyRulesOnTheirOwnTask or RulingNeedsAReason.
    """
    task = lock_held(task_id, by, reason)
    ruling = write_ruling(task, Ruling.Verdict.RELEASED, by, reason, now)
    release_held(task, now)
    return ruling


@transaction.atomic
def refuse_task(*, task_id: int, by: User, reason: str, now: datetime) -> Ruling:
    """Keep a held task off the board: it is cancelled and its whole escrow goes back to the client.

    Raises what `release_task` raises.
    """
    task = lock_held(task_id, by, reason)
    ruling = write_ruling(task, Ruling.Verdict.REFUSED, by, reason, now)
    task.cancelled_at = now
    task.save(update_fields=["cancelled_at"])
    close_task(task, now)
    return ruling


def rule_alike(*, ruling: Ruling, now: datetime) -> int:
    """Rule in the same way on the other held tasks of the same batch that the same rule holds.

    At most MOST_ALIKE at a time. Returns how many are still held.
    """
    alike = Task.objects.filter(
        batch=ruling.task.batch_id,
        state=Task.State.HELD,
        events__kind="held",
        events__facts__rule=ruling.rule,
    )
    if ruling.task.batch_id is None:
        return 0
    is_released = ruling.verdict == Ruling.Verdict.RELEASED
    rule_on = release_task if is_released else refuse_task
    for task_id in list(alike.order_by("pk").values_list("pk", flat=True)[:MOST_ALIKE]):
        rule_on(task_id=task_id, by=ruling.by, reason=ruling.reason, now=now)
    return alike.count()


def lock_held(task_id: int, by: User, reason: str) -> Task:
    """The task under its lock, when this person may rule on it now."""
    task = (
        Task.objects.select_for_update(of=("self",)).select_related("client__user").get(pk=task_id)
    )
    if task.state != Task.State.HELD:
        raise TaskIsNotHeld
    if not (by.is_staff and by.is_active):
        raise RulingNeedsAnOperator
    if task.client.user_id == by.pk:
        raise NobodyRulesOnTheirOwnTask
    if not reason.strip():
        raise RulingNeedsAReason
    return task


def write_ruling(
    task: Task, verdict: Ruling.Verdict, by: User, reason: str, now: datetime
) -> Ruling:
    rule = holding_rule(task)
    record(task, verdict, at=now, by=by)
    return Ruling.objects.create(
        task=task,
        rule=rule.slug if rule else "",
        verdict=verdict,
        reason=reason.strip(),
        by=by,
        at=now,
    )
