"""Turning what happened into notices: one place, which reads events and is asked by nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from agenda.actions import schedule
from agenda.queries import is_scheduled
from batches.models import Upload
from clients.models import Client
from notices import rules
from notices.actions.writing import News, write
from notices.models import Untold
from notices.queries import (
    approvals_near,
    events_to_tell,
    next_approval,
    paid_to_entrants_cents,
    whom_it_concerns,
)
from tasks.models import TaskEvent

TELLER_LOCK = 7_215_003  # any number nobody else locks; held until commit
BATCH = 200
NEAR = timedelta(days=1)  # before work is approved by itself, its client is told


def tell_all(now: datetime, *, most_batches: int = 20) -> int:
    """Tell what waits, in batches; the rest is for the next sweep. Returns how much was told."""
    told = 0
    for _ in range(most_batches):
        batch = tell_some(now)
        told += batch
        if batch < BATCH:
            break
    return told


@transaction.atomic
def tell_some(now: datetime) -> int:
    """Take what nobody was told yet, oldest first, and write the notices, in one transaction.

    One process does this at a time, so that people are told in order. 0 when another is at it.
    """
    if not is_the_teller():
        return 0
    waiting = Untold.objects.order_by("pk")[:BATCH]
    taken = [(row.pk, row.what, row.number) for row in waiting]
    if not taken:
        return 0
    news: list[News] = []
    for event in events_to_tell([n for _, what, n in taken if what == Untold.What.EVENT]):
        news += news_of(event, now)
    for upload in uploads([n for _, what, n in taken if what == Untold.What.UPLOAD]):
        news.append(news_of_upload(upload, now))
    write(news, now)
    Untold.objects.filter(pk__in=[pk for pk, _, _ in taken]).delete()
    return len(taken)


def is_the_teller() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TELLER_LOCK])
        return bool(cursor.fetchone()[0])


def news_of(event: TaskEvent, now: datetime) -> list[News]:
    happened = whom_it_concerns(event)
    if event.kind == "submitted":
        watch_the_clock(event.task.client, event.at + clock() - NEAR, now)
    told = rules.whom_to_tell(happened)
    in_batch = event.task.batch_id is not None
    return [
        news_for(event, person, kind, rules.step_of(happened, kind))
        for person, kind in told
        if not (in_batch and kind in rules.NOT_PER_ROW)
    ]


def news_for(event: TaskEvent, person: int, kind: str, step: str) -> News:
    task, facts = event.task, event.facts
    batch = task.batch if kind in rules.PER_BATCH else None
    if batch:  # its line counts many rows: it says what is true of each
        step = event.kind
    return News(
        person=person,
        kind=kind,
        about=f"batch:{batch.pk}" if batch else f"task:{task.pk}",
        task=task.pk,
        cents=cents_of(event, kind),
        at=event.at,
        facts={
            "title": batch.title if batch else task.title,
            "name": event.worker.name if event.worker and person == task.client.user_id else "",
            "step": step,
            "batch": batch.pk if batch else None,
            "assignment": event.assignment_id,
            "allocation": facts.get("allocation"),
            "question": facts.get("question"),
            "given": facts.get("given"),
            "given_to_nobody": facts.get("given_to_nobody"),
        },
    )


def cents_of(event: TaskEvent, kind: str) -> int:
    if event.kind in ("approved", "overturned") and event.assignment:
        return event.assignment.pay_cents
    if kind == "offer":
        return int(event.offered_cents)  # type: ignore[attr-defined]
    if kind == "nobody":
        return paid_to_entrants_cents(event.task)
    return int(event.facts.get("pay_cents") or event.facts.get("cents") or 0)


def uploads(ids: list[int]) -> list[Upload]:
    if not ids:
        return []
    return list(Upload.objects.filter(pk__in=ids).select_related("client").order_by("pk"))


def news_of_upload(upload: Upload, now: datetime) -> News:
    return News(
        person=upload.client.user_id,
        kind="batch",
        about=f"batch:{upload.batch_id}",
        task=None,
        cents=0,
        at=upload.posted_at or now,
        facts={"title": upload.title, "upload": upload.pk, "tasks": upload.row_count},
    )


def clock() -> timedelta:
    return timedelta(days=settings.APPROVAL_DAYS)


def watch_the_clock(client: Client, at: datetime, now: datetime) -> None:
    """Have this client told in time; one row per client is enough, however much was handed in."""
    if not is_scheduled("approval_near", client.pk, after=now):
        schedule("approval_near", client.pk, at=max(at, now + timedelta(seconds=1)))


@transaction.atomic
def tell_of_approvals(*, client_id: int, now: datetime) -> None:
    """Say how much work is approved by itself within a day, and look again before the next."""
    client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
    count = approvals_near(client, now, clock(), NEAR)
    if count:
        about = f"client:{client.pk}"
        news = News(client.user_id, "approval_near", about, None, 0, now, {"near": count})
        write([news], now)
    if upcoming := next_approval(client, now, clock(), NEAR):
        watch_the_clock(client, upcoming - NEAR, now)
