"""Hours that workers publish, and clients book."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from allocation import actions as allocation
from clients.models import Client
from shifts import rules
from shifts.actions.posting import ShiftIsInThePast, ShiftTerms, ShiftTooLong, post_shift
from shifts.models import PublishedHour
from tasks.actions import NewTask
from tasks.models import Task, record
from workers.models import Worker

MOST_WEEKS = 26


class HourIsGone(Exception):
    """This hour was booked by somebody else or withdrawn."""


class HourIsTaken(Exception):
    """You have published an hour at that time already."""


class OwnHour(Exception):
    """This is your own hour."""


@transaction.atomic
def publish_hours(
    *,
    by: Worker,
    title: str,
    description: str,
    starts_at: datetime,
    minutes: int,
    pay_cents: int,
    weeks: int,
    now: datetime,
) -> list[PublishedHour]:
    """Offer an hour, or the same hour on the clock of this place for several weeks; all or none.

    Raises ShiftIsInThePast, ShiftTooLong or HourIsTaken.
    """
    if starts_at <= now:
        raise ShiftIsInThePast
    if not timedelta(0) < timedelta(minutes=minutes) <= rules.LONGEST:
        raise ShiftTooLong
    starts = rules.weekly(starts_at, min(weeks, MOST_WEEKS), ZoneInfo(settings.TIME_ZONE))
    try:
        with transaction.atomic():
            return PublishedHour.objects.bulk_create(
                PublishedHour(
                    worker=by,
                    title=title,
                    description=description,
                    starts_at=start,
                    ends_at=start + timedelta(minutes=minutes),
                    pay_cents=pay_cents,
                )
                for start in starts
            )
    except IntegrityError as error:
        if "one_published_hour_at_a_time" not in str(error):
            raise
        raise HourIsTaken from error


def withdraw_hour(*, hour_id: int, by: Worker, now: datetime) -> None:
    """Offer an hour no longer. Harmless twice; a booked one stays booked."""
    mine = PublishedHour.objects.filter(pk=hour_id, worker=by, task__isnull=True)
    mine.filter(withdrawn_at__isnull=True).update(withdrawn_at=now)


@transaction.atomic
def book_hour(*, hour_id: int, by: Client, now: datetime, accepts_low_pay: bool = False) -> Task:
    """Book a published hour: a task is posted and its publisher's standing claim on it is decided.

    Both in one transaction, so nobody else can claim it. Raises HourIsGone, OwnHour, and what
    `post_shift` and `claim_slot` raise, in particular NotEligible when the worker is busy then.
    """
    hour = (
        PublishedHour.objects.select_for_update(of=("self",))
        .select_related("worker__user")
        .get(pk=hour_id)
    )
    if hour.task_id or hour.withdrawn_at or hour.starts_at <= now:
        raise HourIsGone
    if hour.worker.user_id == by.user_id:
        raise OwnHour
    new = NewTask(
        title=hour.title,
        description=hour.description,
        mechanism="first_come",
        pay_cents=hour.pay_cents,
        estimate_seconds=1,  # follows from the hours
        closes_at=hour.starts_at,
        deadline_at=hour.ends_at,
    )
    terms = ShiftTerms(
        starts_at=hour.starts_at, ends_at=hour.ends_at, steps=rules.SCHEDULES["half_day"]
    )
    task = post_shift(
        client=by, new=new, terms=terms, kind=Task.Kind.BOOKING,
        accepts_low_pay=accepts_low_pay, now=now,
    )  # fmt: skip
    allocation.claim_slot(task_id=task.pk, by=hour.worker, now=now)
    held = task.assignments.get(worker=hour.worker)
    record(
        task, "booked", at=now, by=by.user, assignment=held,
        worker=hour.worker, cents=held.pay_cents,
    )  # fmt: skip
    hour.task = task
    hour.save(update_fields=["task"])
    return task
