"""Writing down what is due, and doing it: every row once, under a lock, each in its transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from agenda.models import DueWork, Heartbeat
from marketplace.copying import copy_rows
from marketplace.prepared import Prepared
from marketplace.queue import ring_on_commit

logger = logging.getLogger(__name__)
Handler = Callable[[int, datetime], None]
Chore = Callable[[datetime], object]
HANDLERS: dict[str, Handler] = {}
CHORES: list[Chore] = []


def due(topic: str) -> Callable[[Handler], Handler]:
    """Register the function that does the due work of one topic. It may be called twice."""

    def register(handler: Handler) -> Handler:
        HANDLERS[topic] = handler
        return handler

    return register


def every_sweep(chore: Chore) -> Chore:
    """Register something that each sweep does. It has to be cheap when there is nothing to do."""
    CHORES.append(chore)
    return chore


def schedule(topic: str, subject_id: int, *, at: datetime, wake: bool = False) -> None:
    """Write due work in the caller's transaction; `wake` rings the doorbell after commit."""
    PUT_DOWN.rows(topic=topic, subject=subject_id, at=at)
    if wake:
        ring_on_commit()


PUT_DOWN = Prepared(
    """
INSERT INTO agenda_duework (topic, subject_id, due_at, attempts, last_error)
VALUES (%(topic)s, %(subject)s, %(at)s, 0, '')
""",
    topic="text",
    subject="bigint",
    at="timestamptz",
)


def schedule_many(topic: str, due_at: dict[int, datetime], *, wake: bool = False) -> None:
    """Write due work for many subjects at once: subject id → when."""
    fields = ("topic", "subject_id", "due_at", "attempts", "last_error")
    copy_rows(DueWork, fields, ((topic, pk, at, 0, "") for pk, at in due_at.items()))
    if wake:
        ring_on_commit()


def drain(now: datetime, *, most: int = 50) -> int:
    """Do what is due, oldest first, and return how many rows were done.

    Any number of processes may drain at once: a row that another process has locked is skipped.
    """
    done = 0
    while done < most and do_next(now):
        done += 1
    return done


def do_next(now: datetime) -> bool:
    """Do the next due row in its own transaction. False when nothing is due."""
    row = None
    try:
        with transaction.atomic():
            for row in TAKE.rows(now=now, topics=list(HANDLERS)):
                _, topic, subject_id = row
                HANDLERS[topic](subject_id, now)
    except Exception as error:
        if row is None:
            raise
        logger.exception("due work failed: %s %s", *row[1:])
        put_off(row[0], now, error)
    return row is not None


# The oldest row is locked and deleted at once; it comes back when what has to be done fails.
TAKE = Prepared(
    """
DELETE FROM agenda_duework WHERE id = (
    SELECT id FROM agenda_duework WHERE due_at <= %(now)s AND topic = ANY(%(topics)s)
     ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, topic, subject_id
""",
    now="timestamptz",
    topics="text[]",
)


def put_off(row_id: int, now: datetime, error: Exception) -> None:
    """Try again after 1, 2, 4 … 512 seconds, so that one bad row never stops the others.

    A row that another process has taken up meanwhile is that process's business.
    """
    with transaction.atomic():
        row = DueWork.objects.select_for_update(skip_locked=True).filter(pk=row_id).first()
        if row is None:
            return
        row.due_at = now + timedelta(seconds=2 ** min(row.attempts, 9))
        row.attempts = min(row.attempts + 1, 1000)
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
        row.save(update_fields=["due_at", "attempts", "last_error"])


def do_chores(now: datetime) -> None:
    """Do what every sweep does; one that fails is logged and does not stop the others."""
    for chore in CHORES:
        try:
            chore(now)
        except Exception:
            logger.exception("a chore of the sweep failed: %s", chore.__name__)


def beat(name: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})
