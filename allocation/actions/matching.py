"""Closing a window: the tasks gathered since the last one are decided together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from agenda.actions import schedule
from allocation import queries
from allocation.actions.keeping import Trigger, write_down
from allocation.actions.settling import carry_out, look_again_later
from allocation.engine.catalogue import card_of, decide_window
from allocation.engine.contract import Case
from allocation.models import Allocation, Gathered, MechanismVersion
from tasks.models import Task

MOST_TASKS = 200  # in one window; the rest is for another one, a second later


@transaction.atomic
def settle_window(*, mechanism: str, now: datetime) -> list[Allocation]:
    """Decide all tasks whose window has closed together, and carry it out. Harmless twice.

    A task that somebody else holds locked is left for a moment later.
    """
    tasks = [
        task for task in take_gathered(mechanism, now) if task.is_open and now < task.closes_at
    ]
    started = time.perf_counter()
    seen = {task.pk: queries.look_at(task) for task in tasks}
    versions = {pk: one.version for pk, one in seen.items()}
    cases = [queries.case_for(task, seen[task.pk], now) for task in tasks]
    return decide_together(mechanism, tasks, versions, cases, now, started)


def take_gathered(mechanism: str, now: datetime) -> list[Task]:
    """Lock the tasks whose window has closed, by id, and take their places in it away."""
    locked = list(
        Task.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(gathered__mechanism=mechanism, gathered__due_at__lte=now)
        .select_related("client__user", "escrow")
        .order_by("pk")[:MOST_TASKS]
    )
    # Looked at again now that the tasks are ours: another process may have just decided them.
    due = Gathered.objects.filter(mechanism=mechanism, due_at__lte=now)
    ours = set(due.filter(task__in=locked).values_list("task_id", flat=True))
    due.filter(task__in=ours).delete()
    rest = due.order_by("due_at").values_list("task_id", flat=True).first()
    if rest is not None:
        schedule("window_closes", rest, at=now + timedelta(seconds=1))
    return [task for task in locked if task.pk in ours]


def decide_together(
    mechanism: str,
    tasks: Sequence[Task],
    versions: dict[int, MechanismVersion],
    cases: Sequence[Case],
    now: datetime,
    started: float,
) -> list[Allocation]:
    """One allocation per task that has a slot to give, in the order of the cases, one window."""
    window, of_id, kept = uuid4(), {task.pk: task for task in tasks}, []
    to_decide = [case for case in cases if case.free_slots]
    decisions = decide_window(mechanism, to_decide)
    seconds = (time.perf_counter() - started) / max(len(to_decide), 1)
    for case, decision in zip(to_decide, decisions, strict=True):
        task, version = of_id[case.task], versions[case.task]
        allocation = write_down(task, version, Trigger.WINDOW, case, decision, now, seconds, window)
        carry_out(task, allocation, decision, now)
        look_again_later(task, card_of(mechanism), case, decision, now)
        kept.append(allocation)
    return kept
