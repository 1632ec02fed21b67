"""A worker's diary of time and costs: kept by the site where they want it, and by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tasks.models import Assignment
from wages import queries, rules
from wages.models import TimeEntry, TimeKeeping
from workers.models import Worker

KEPT = ("searching", "waiting", "bidding", "working")


class EntryIsEmpty(Exception):
    """Write down some time or some costs."""


class EntryIsTooLong(Exception):
    """A day has 24 hours."""


class DayIsNotYet(Exception):
    """This day has not come yet."""


class NotYourWork(Exception):
    """This is not work of yours."""


@transaction.atomic
def switch_time_keeping(*, by: Worker, is_on: bool, now: datetime) -> TimeKeeping:
    """Let the site keep one's time, or stop it. What was kept stays until it is deleted."""
    keeping, _ = TimeKeeping.objects.update_or_create(
        worker=by, defaults={"is_on": is_on, "changed_at": now, "last_beat_at": None}
    )
    return keeping


# One row per worker, kind, work and day grows; a day has no more than 24 hours.
ADD = """
INSERT INTO wages_timeentry
       (worker_id, kind, assignment_id, day, seconds, cost_cents, note, is_automatic)
VALUES (%(worker)s, %(kind)s, %(assignment)s, %(day)s, %(seconds)s, 0, '', true)
ON CONFLICT (worker_id, day, kind, assignment_id) WHERE is_automatic
DO UPDATE SET seconds = least(86400, wages_timeentry.seconds + excluded.seconds)
"""


@transaction.atomic
def beat(
    *,
    by: Worker,
    kind: str,
    now: datetime,
    assignment_id: int | None = None,
    is_start: bool = False,
) -> int:
    """An open page says that its reader is still there. Returns the seconds that were added.

    Nothing is kept unless the worker switched it on. The server's clock counts, and pages that are
    open side by side share the time between them. Waiting counts only while one takes offers or
    stands in line, working only for work in hand.
    """
    keeping = TimeKeeping.objects.select_for_update().filter(worker=by, is_on=True).first()
    if keeping is None or kind not in KEPT:
        return 0
    since = (now - keeping.last_beat_at).total_seconds() if keeping.last_beat_at else None
    keeping.last_beat_at = now
    keeping.save(update_fields=["last_beat_at"])
    seconds = 0 if is_start else rules.counted_seconds(since)
    if not seconds or not is_so(by, kind, assignment_id):
        return 0
    values: dict[str, Any] = {
        "worker": by.pk,
        "kind": kind,
        "assignment": assignment_id if kind == "working" else None,
        "day": queries.day_of(now),
        "seconds": seconds,
    }
    with connection.cursor() as cursor:
        cursor.execute(ADD, values)
    return seconds


def is_so(by: Worker, kind: str, assignment_id: int | None) -> bool:
    """Does what the page says fit with what the market knows?"""
    if kind == "waiting":
        return by.is_available or by.is_on_standby
    if kind == "working":
        mine = Assignment.objects.filter(pk=assignment_id or 0, worker=by)
        return any(held.is_in_hand for held in mine)
    return True


def write_entry(
    *,
    by: Worker,
    kind: str,
    day: Any,
    seconds: int,
    cost_cents: int,
    now: datetime,
    note: str = "",
    assignment_id: int | None = None,
) -> TimeEntry:
    """Write down time (in seconds) and costs (in cents) of one day by hand.

    Raises EntryIsEmpty, EntryIsTooLong, DayIsNotYet or NotYourWork.
    """
    if seconds <= 0 and cost_cents <= 0:
        raise EntryIsEmpty
    if timedelta(seconds=seconds) > timedelta(days=1):
        raise EntryIsTooLong
    if day > queries.day_of(now):
        raise DayIsNotYet
    if kind == TimeEntry.Kind.WORKING and assignment_id is None:
        raise NotYourWork
    if assignment_id and not Assignment.objects.filter(pk=assignment_id, worker=by).exists():
        raise NotYourWork
    return TimeEntry.objects.create(
        worker=by,
        kind=kind,
        assignment_id=assignment_id,
        day=day,
        seconds=seconds,
        cost_cents=cost_cents,
        note=note,
    )


def delete_entry(*, entry_id: int, by: Worker) -> None:
    """Take one line out of one's own diary. Harmless twice."""
    TimeEntry.objects.filter(pk=entry_id, worker=by).delete()
