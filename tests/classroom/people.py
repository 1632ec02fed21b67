"""A class with clara as its teacher, and who sits in it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import Room, User
from classroom import actions
from classroom.models import Classroom, Pupil


def open_class(teacher: User, *, agents: int = 0) -> Classroom:
    return actions.open_classroom(
        by=teacher, title="Economics 4b", agents=agents, now=timezone.now()
    )


def sit(classroom: Classroom, nickname: str, role: str = "worker", **change: object) -> Pupil:
    asked = {"code": classroom.code, "nickname": nickname, "role": role}
    return actions.join_class(**asked | {"account": None, "now": timezone.now()} | change)


def start(classroom: Classroom, mechanism: str = "first_come", **change: object):
    asked = {"preset": "taskrabbit_2013", "mechanism": mechanism, "minutes": 15}
    return actions.start_round(
        classroom_id=classroom.pk, by=classroom.teacher, **asked | {"now": timezone.now()} | change
    )


def start_any(classroom: Classroom, **change: object):
    """A round whose room has no rule and no time of its own, as a room may."""
    begun = start(classroom, **change)
    Room.objects.filter(pk=classroom.room_id).update(mechanism="", kind="", bidding_seconds=0)
    return begun


def soon(**span: float):
    return timezone.now() + timedelta(**span)
