"""Opening a class, sitting down in it, playing a round, and forgetting everybody afterwards."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.models import Room, User
from accounts.names import LABEL
from agenda.actions import schedule, schedule_many
from allocation import actions as allocation
from classroom import rules
from classroom.models import Classroom, Pupil, Round
from classroom.queries import round_that_is_on
from clients import actions as clients
from rights import actions as rights
from simulation.crowd import gather_crowd
from simulation.packing import HOME
from simulation.world.presets import load
from tasks.models import Task
from workers import actions as workers
from workers.models import Skill, Worker

OPEN_FOR = timedelta(hours=12)
KEPT_FOR = timedelta(days=8)  # a day more than a client has to judge work
TRY_AGAIN = timedelta(days=1)
MOST_OPEN_CLASSES = 5
PUPILS_MONEY_CENTS = 500_000
DOMAIN = "class.taakplein.example"


class OnlyOutsideAClass(Exception):
    """You sit in a class yourself. Log in with an account of your own to open one."""


class TooManyClasses(Exception):
    """You have five classes open. Close one first."""


class ClassIsOver(Exception):
    """This class is over."""


class ClassIsFull(Exception):
    """There is no free seat left in this class."""


class NicknameIsTaken(Exception):
    """Somebody in this class has that nickname. Choose another one, or come back with your word."""


class NicknameCannotBeRead(Exception):
    """A nickname has 2 to 24 letters."""


class WrongWord(Exception):
    """That nickname and that word do not belong together in this class."""


class RoundIsOn(Exception):
    """A round is on. End it before you start another."""


class NotPlayedInClass(Exception):
    """That market or that rule is not played in a class."""


@transaction.atomic
def open_classroom(*, by: User, title: str, agents: int, now: datetime) -> Classroom:
    """A class with a code of its own. Raises OnlyOutsideAClass or TooManyClasses."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if by.room_id is not None:
        raise OnlyOutsideAClass
    if Classroom.objects.filter(teacher=by, closes_at__gt=now).count() >= MOST_OPEN_CLASSES:
        raise TooManyClasses
    return Classroom.objects.create(
        room=Room.objects.create(opened_at=now, closes_at=now),
        teacher=by,
        code=new_code(),
        title=title,
        agents=min(agents, rules.MOST_AGENTS),
        opened_at=now,
        closes_at=now + OPEN_FOR,
    )


def new_code() -> str:
    """One that no class ever had. Two classes that draw the same at one moment: one fails."""
    while True:
        code = get_random_string(rules.CODE_LENGTH, rules.CODE_LETTERS)
        if not Classroom.objects.filter(code=code).exists():
            return code


# --- sitting down ----------------------------------------------------------------------------------


@transaction.atomic
def join_class(
    *, code: str, nickname: str, role: str, account: User | None, now: datetime
) -> Pupil:
    """Sit down, also in the middle of a round. Whoever is logged in gets their own seat back.

    Raises Classroom.DoesNotExist, ClassIsOver, ClassIsFull, NicknameCannotBeRead or NicknameIsTaken.
    """
    classroom = lock_class(code=rules.code_of(code))
    if not classroom.is_open(now):
        raise ClassIsOver
    if account and (seat := classroom.pupils.filter(account=account).first()):
        return sit_down(seat, now)
    nickname = rules.nickname_of(nickname)
    if not 2 <= len(nickname) <= 24 or nickname.endswith(LABEL.strip()):
        raise NicknameCannotBeRead
    if classroom.pupils.count() >= rules.MOST_PUPILS:
        raise ClassIsFull
    if classroom.pupils.filter(nickname__iexact=nickname).exists():
        raise NicknameIsTaken
    pupil = Pupil.objects.create(
        classroom=classroom,
        user=make_account(classroom, nickname),
        account=account,
        nickname=nickname,
        role=role,
        word=get_random_string(rules.WORD_LENGTH, rules.CODE_LETTERS),
        joined_at=now,
    )
    begin_as(pupil, now)
    schedule("pupil_leaves", pupil.pk, at=classroom.closes_at + KEPT_FOR)
    return pupil


def lock_class(**which: object) -> Classroom:
    """The class, one change after the other. Raises Classroom.DoesNotExist."""
    return Classroom.objects.select_for_update(of=("self",)).select_related("room").get(**which)


def make_account(classroom: Classroom, nickname: str) -> User:
    user = User(email=f"{secrets.token_hex(12)}@{DOMAIN}", name=nickname, room_id=classroom.room_id)
    user.set_unusable_password()
    user.save()
    return user


def begin_as(pupil: Pupil, now: datetime) -> None:
    """A worker who can do everything here, one task at a time; or a client with money to spend."""
    if pupil.role == Pupil.Role.CLIENT:
        client = clients.become_client(user=pupil.user, name=pupil.nickname, now=now)
        clients.deposit(client=client, amount_cents=PUPILS_MONEY_CENTS, now=now)
        return
    _, latitude, longitude = HOME
    worker = workers.become_worker(
        user=pupil.user,
        name=pupil.nickname,
        skills=list(Skill.objects.values_list("slug", flat=True)),
        latitude=latitude,
        longitude=longitude,
    )
    Worker.objects.filter(pk=worker.pk).update(capacity=1)
    allocation.go_available(by=worker, now=now)


def come_back(*, code: str, nickname: str, word: str, now: datetime) -> Pupil:
    """The seat again, on another device. Raises WrongWord, also for a class that is not there."""
    seat = Pupil.objects.filter(
        classroom__code=rules.code_of(code),
        nickname__iexact=rules.nickname_of(nickname),
        word=rules.code_of(word),
        forgotten_at=None,
    ).first()
    if seat is None:
        raise WrongWord
    return sit_down(seat, now)


@transaction.atomic
def sit_down(seat: Pupil, now: datetime) -> Pupil:
    if seat.left_at:
        seat.left_at = None
        seat.save(update_fields=["left_at"])
        if seat.role == Pupil.Role.WORKER:
            allocation.go_available(by=seat.user.worker, now=now)
    return seat


@transaction.atomic
def leave_class(*, by: User, now: datetime) -> None:
    """Get up: no more offers, until one comes back. Harmless twice."""
    pupil = Pupil.objects.select_for_update(of=("self",)).get(user=by)
    if pupil.left_at is None:
        pupil.left_at = now
        pupil.save(update_fields=["left_at"])
        if pupil.role == Pupil.Role.WORKER:
            allocation.go_off(by=by.worker)


# --- a round ---------------------------------------------------------------------------------------


@transaction.atomic
def start_round(
    *, classroom_id: int, by: User, preset: str, mechanism: str, minutes: int, now: datetime
) -> Round:
    """Open the room for so many minutes, with its agents in it.

    Raises ClassIsOver, RoundIsOn or NotPlayedInClass.
    """
    classroom = lock_class(pk=classroom_id, teacher=by)
    if not classroom.is_open(now):
        raise ClassIsOver
    if round_that_is_on(classroom, now):
        raise RoundIsOn
    if preset not in rules.MARKETS or mechanism not in rules.WAYS:
        raise NotPlayedInClass
    market = load(preset)
    minutes = max(rules.LEAST_MINUTES, min(minutes, rules.MOST_MINUTES))
    begun = Round.objects.create(
        classroom=classroom,
        number=classroom.rounds.count() + 1,
        preset=preset,
        mechanism=mechanism,
        speed=rules.speed_of(market),
        started_at=now,
        ends_at=min(now + timedelta(minutes=minutes), classroom.closes_at),
    )
    room = classroom.room
    room.opened_at, room.closes_at, room.speed = now, begun.ends_at, begun.speed
    room.mechanism, room.kind = mechanism, market.kind
    room.bidding_seconds = rules.BIDDING_SECONDS
    room.save()
    if classroom.agents:
        market = rules.market_of(market, mechanism, classroom.agents)
        gather_crowd(preset=market, people=classroom.agents, now=now, room_id=room.pk)
    return begun


@transaction.atomic
def end_round(*, classroom_id: int, by: User, now: datetime) -> None:
    """Ring the bell early: what is open closes now, and bids are decided. Harmless twice."""
    classroom = lock_class(pk=classroom_id, teacher=by)
    begun = round_that_is_on(classroom, now)
    if begun is None:
        return
    begun.ends_at = classroom.room.closes_at = now
    begun.save(update_fields=["ends_at"])
    classroom.room.save(update_fields=["closes_at"])
    still_open = Task.objects.open().filter(room=classroom.room_id, closes_at__gt=now)
    # In the order of their ids, as whoever locks several tasks does.
    ids = list(
        still_open.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
    )
    Task.objects.filter(pk__in=ids).update(closes_at=now)
    schedule_many("task_closes", dict.fromkeys(ids, now), wake=True)


@transaction.atomic
def close_class(*, classroom_id: int, by: User, now: datetime) -> Classroom:
    """Nobody comes in any more and no round begins. Harmless twice."""
    end_round(classroom_id=classroom_id, by=by, now=now)
    classroom = lock_class(pk=classroom_id, teacher=by)
    if classroom.is_open(now):
        classroom.closes_at = now
        classroom.save(update_fields=["closes_at"])
    return classroom


# --- afterwards ------------------------------------------------------------------------------------


@transaction.atomic
def forget_pupil(*, pupil_id: int, now: datetime) -> Pupil:
    """Delete the account of this seat as anybody may delete theirs; a day later while it is in use.

    Harmless twice. What they did stays as numbers, without a name.
    """
    pupil = Pupil.objects.select_for_update(of=("self",)).get(pk=pupil_id)
    if pupil.forgotten_at:
        return pupil
    try:
        with transaction.atomic():
            rights.delete_account(by=pupil.user, now=now)
    except rights.AccountIsInUse:
        schedule("pupil_leaves", pupil.pk, at=now + TRY_AGAIN)
        return pupil
    pupil.nickname = pupil.word = ""
    pupil.account = None
    pupil.forgotten_at = now
    pupil.save(update_fields=["nickname", "word", "account", "forgotten_at"])
    return pupil
