"""Posting a task that has a start and an end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from allocation import actions as allocation
from allocation.engine.catalogue import card_of
from clients.models import Client
from shifts import rules
from shifts.models import Shift
from tasks.actions import NewTask
from tasks.models import Task

HAND_IN_DAYS = 2  # after the end, to say that the shift was worked


class ShiftIsInThePast(Exception):
    """A shift has to start in the future."""


class ShiftTooLong(Exception):
    """A shift ends after it starts, within 24 hours, and its break is shorter than itself."""


class StrangeSchedule(Exception):
    """The fee for cancelling is between nothing and the whole pay, and never less the later it is."""


class CannotBeAShift(Exception):
    """A shift cannot be given out by this rule: its worker has to be known before it starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTerms:
    """When it is worked, what is paid at least, and what is owed when the client calls it off."""

    starts_at: datetime
    ends_at: datetime
    break_minutes: int = 0
    minimum_paid_minutes: int = 0
    notice_hours: int = 24
    steps: tuple[rules.Step, ...] = ()
    time_zone: str = settings.TIME_ZONE

    @property
    def paid_seconds(self) -> int:
        return rules.paid_seconds(
            self.starts_at, self.ends_at, self.break_minutes, self.minimum_paid_minutes
        )


@transaction.atomic
def post_shift(
    *,
    client: Client,
    new: NewTask,
    terms: ShiftTerms,
    now: datetime,
    kind: str = Task.Kind.SHIFT,
    accepts_low_pay: bool = False,
    once: str = "",
) -> Task:
    """Post a task with hours. Its pay is for the whole shift; it is given out until it starts.

    Of `new`, the time estimate, closing time and deadline follow from the hours. Raises
    ShiftIsInThePast, ShiftTooLong, StrangeSchedule, CannotBeAShift, and what `post_task` raises.
    """
    check(new, terms, now)
    task = allocation.post_task(
        client=client,
        new=replace(
            new,
            kind=kind,
            estimate_seconds=terms.paid_seconds,
            closes_at=terms.starts_at,
            deadline_at=terms.ends_at + timedelta(days=HAND_IN_DAYS),
        ),
        accepts_low_pay=accepts_low_pay,
        now=now,
        once=once,
    )
    Shift.objects.create(
        task=task,
        starts_at=terms.starts_at,
        ends_at=terms.ends_at,
        break_minutes=terms.break_minutes,
        minimum_paid_minutes=terms.minimum_paid_minutes,
        notice_hours=terms.notice_hours,
        cancellation=[[step.hours, step.percent] for step in terms.steps],
        time_zone=terms.time_zone,
    )
    return task


def check(new: NewTask, terms: ShiftTerms, now: datetime) -> None:
    traits = card_of(new.mechanism).traits
    if traits.entry == "entry" or traits.batched or traits.decides == "by_client":
        raise CannotBeAShift
    if terms.starts_at <= now:
        raise ShiftIsInThePast
    long = rules.length(terms.starts_at, terms.ends_at)
    if not timedelta(minutes=terms.break_minutes) < long <= rules.LONGEST:
        raise ShiftTooLong
    if not rules.is_a_schedule(terms.steps):
        raise StrangeSchedule
