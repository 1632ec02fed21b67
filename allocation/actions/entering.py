"""A worker enters a contest by handing in work."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from allocation.actions.asking import NotEligible, WrongWayIn, database_now, lock_worker
from allocation.engine.catalogue import card_of
from allocation.models import Entry
from marketplace.locks import lock
from statuses.queries import limit_gates
from tasks.actions import SubmissionIsEmpty
from tasks.models import Task, record
from tasks.queries import closed_gates, must_share_room
from workers.models import Worker


class ContestHasClosed(Exception):
    """This contest has closed; nothing can be handed in any more."""


@transaction.atomic
def enter_contest(*, task_id: int, by: Worker, content: str, now: datetime) -> Entry:
    """Hand in an entry, or change one's own, until closing by the database's clock.

    A changed entry keeps its place in the order of arrival. Full hands do not keep anybody out: the
    work is done already. Raises WrongWayIn, SubmissionIsEmpty, ContestHasClosed or NotEligible.
    """
    task = lock(Task, task_id, "KEY SHARE")
    if card_of(task.mechanism).traits.entry != "entry":
        raise WrongWayIn
    content = content.strip()
    if not content:
        raise SubmissionIsEmpty
    by = lock_worker(by)
    must_share_room(task, by)
    if not task.is_open or task.closes_at <= max(now, database_now()):
        raise ContestHasClosed
    gates = closed_gates(task, by) + limit_gates(task, by, now)
    if gates:
        raise NotEligible(gates)
    return hand_in(task, by, content, now)


def hand_in(task: Task, by: Worker, content: str, now: datetime) -> Entry:
    """Write the entry; the worker's lock lets one request of theirs in after the other."""
    entry, is_new = Entry.objects.get_or_create(
        task=task, worker=by, defaults={"content": content, "received_at": now}
    )
    if is_new:
        record(task, "entry", at=now, by=by.user, worker=by)
    elif entry.content != content:
        entry.content, entry.revised_at = content, now
        entry.save(update_fields=["content", "revised_at"])
        record(task, "entry_revised", at=now, by=by.user, worker=by)
    return entry
