"""One task begins after another: what the earlier one came to, and who is told when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from clients.models import Client
from marketplace.locks import lock
from marketplace.prepared import Prepared
from marketplace.queue import ring_on_commit
from tasks.models import Task
from tasks.rules import may_begin


class NotAnEarlierTaskOfYours(Exception):
    """A task can only begin after another task of your own."""


class NothingToBeginAfter(Exception):
    """The task that this one should begin after has ended without approved work."""


def state_after(earlier_id: int | None, client: Client) -> str:
    """Open, or waiting until the earlier task is approved. Holds that task while it asks: whoever
    settles it does so wholly before, or finds this one waiting.

    Raises NotAnEarlierTaskOfYours or NothingToBeginAfter.
    """
    if earlier_id is None:
        return Task.State.OPEN
    if not client.tasks.filter(pk=earlier_id).exists():
        raise NotAnEarlierTaskOfYours
    begins = outcome(lock(Task, earlier_id, "SHARE"))
    if begins is False:
        raise NothingToBeginAfter
    return Task.State.OPEN if begins else Task.State.WAITING


def outcome(earlier: Task) -> bool | None:
    """True when what follows this task may begin, False when it never will, None while it is open."""
    approved = earlier.assignments.filter(state="approved").exists()
    return may_begin(earlier.state, has_approved_work=approved)


def wake_followers(task_ids: Sequence[int], now: datetime) -> None:
    """Have a look taken at what waits for these tasks, which have just ended."""
    if WAKE.rows(tasks=list(task_ids), now=now):
        ring_on_commit()


WAKE = Prepared(
    """
INSERT INTO agenda_duework (topic, subject_id, due_at, attempts, last_error)
SELECT 'may_begin', id, %(now)s, 0, '' FROM tasks_task
 WHERE starts_after_id = ANY(%(tasks)s) AND state = 'waiting'
RETURNING id
""",
    tasks="bigint[]",
    now="timestamptz",
)
