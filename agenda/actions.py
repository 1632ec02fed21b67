"""Writing down what is due, and doing it: every row once, under a lock, each in its transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from agenda.models import DueWork, Heartbeat
from marketplace.copying import copy_rows
from marketplace.prepared import Prepared
from marketplace.queue import ring_aside_on_commit, ring_on_commit

logger = logging.getLogger(__name__)
Handler = Callable[[int, datetime], None]
Chore = Callable[[datetime], object]
HANDLERS: dict[str, Handler] = {}
ASIDE: dict[str, Handler] = {}  # work that waits until the market has nothing to do
CHORES: list[Chore] = []


def due(topic: str, *, aside: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does the due work of one topic. It may be called twice.

    Work that takes seconds (simulations) is put `aside`: no drain of the market meets it, and each
    process does what the market waits for before every row of it.
    """

    def register(handler: Handler) -> Handler:
        (ASIDE if aside else HANDLERS)[topic] = handler
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
        (ring_aside_on_commit if topic in ASIDE else ring_on_commit)()


def call_off(topic: str, subject_ids: Iterable[int]) -> None:
    """Forget due work that has lost its point; what a process is just doing stays its business."""
    rows = DueWork.objects.filter(topic=topic, subject_id__in=list(subject_ids))
    with transaction.atomic():
        free = rows.select_for_update(skip_locked=True).values_list("pk", flat=True)
        DueWork.objects.filter(pk__in=list(free)).delete()


def drain(now: datetime, *, most: int = 50, aside: bool = False) -> int:
    """Do what is due, oldest first, and return how many rows were done.

    Any number of processes may drain at once: a row that another process has locked is skipped.
    """
    done = 0
    while done < most and do_next(now, ASIDE if aside else HANDLERS):
        done += 1
    return done


def do_next(now: datetime, handlers: dict[str, Handler] = HANDLERS) -> bool:
    """Do the next due row in its own transaction. False when nothing is due."""
    row = None
    try:
        with transaction.atomic():
            for row in TAKE.rows(now=now, topics=list(handlers)):
                _, topic, subject_id = row
                handlers[topic](subject_id, now)
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
