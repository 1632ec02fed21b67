"""Seats that are given up, and what the agents of a class do, as jobs."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from agenda.actions import due
from classroom import actions
from classroom.crowds import SECONDS, let_crowds_act


@due("pupil_leaves")
def forget_pupil(pupil_id: int, now: datetime) -> None:
    actions.forget_pupil(pupil_id=pupil_id, now=now)


@shared_task(name="classroom.act")
def act(**_: object) -> None:
    """What agents do until the next message; a lost one costs them a moment."""
    let_crowds_act(now=timezone.now(), seconds=SECONDS)
