"""A class from the code to the forgetting."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from allocation.models import Bid
from classroom import actions, rules
from classroom.crowds import let_crowds_act
from classroom.models import Classroom, Pupil
from classroom.queries import bids_beside, clients_played, round_that_is_on, workers_played
from ledger.queries import trial_balance
from rights.models import Deletion
from tasks import actions as tasks
from tasks.actions import NewTask
from tasks.models import Assignment, Task
from tests.classroom.people import open_class, sit, soon, start
from tests.people import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def classroom(db) -> Classroom:
    return open_class(make_user("ada"))


def play(seconds: int, since, every: int = 2) -> None:
    """So many seconds of every class, with the engine's due work between."""
    for at in range(0, seconds, every):
        now = since + timedelta(seconds=at)
        let_crowds_act(now=now, seconds=every)
        drain(now + timedelta(seconds=1), most=500)


# --- the code and the seat -------------------------------------------------------------------------
def test_a_code_is_short_and_can_be_read(classroom):
    assert len(classroom.code) == 5 and set(classroom.code) <= set(rules.CODE_LETTERS)


def test_a_seat_is_an_account_of_the_class_without_a_password(classroom):
    pupil = sit(classroom, "Noor")
    assert pupil.user.room_id == classroom.room_id == pupil.user.worker.room_id
    assert not pupil.user.has_usable_password()
    pupil.user.worker.refresh_from_db()
    assert pupil.user.worker.capacity == 1 and pupil.user.worker.available_since


def test_a_wrong_code_and_a_class_that_is_over_let_nobody_in(classroom):
    before = User.objects.count()
    with pytest.raises(Classroom.DoesNotExist):
        sit(classroom, "Noor", code="WRONG")
    actions.close_class(classroom_id=classroom.pk, by=classroom.teacher, now=timezone.now())
    with pytest.raises(actions.ClassIsOver):
        sit(classroom, "Noor")
    with pytest.raises(actions.ClassIsOver):
        start(classroom)
    assert User.objects.count() == before


@pytest.mark.parametrize("name", ["", " x ", "\u200b\u200b", "y" * 25, "Bo (simulated)"])
def test_a_nickname_that_cannot_be_read_is_refused(classroom, name):
    with pytest.raises(actions.NicknameCannotBeRead):
        sit(classroom, name)
    assert not Pupil.objects.exists()


def test_a_nickname_is_given_once_whatever_its_case(classroom):
    sit(classroom, "Noor")
    with pytest.raises(actions.NicknameIsTaken):
        sit(classroom, "noor", "client")
    assert classroom.pupils.count() == 1
    sit(open_class(classroom.teacher), "Noor")


def test_the_last_seat_is_the_last(classroom, monkeypatch):
    monkeypatch.setattr(rules, "MOST_PUPILS", 1)
    sit(classroom, "Noor")
    with pytest.raises(actions.ClassIsFull):
        sit(classroom, "Mira")


def test_whoever_is_logged_in_has_one_seat_and_gets_it_back(classroom, stan):
    first = sit(classroom, "Stan", account=stan)
    assert sit(classroom, "Another", "client", account=stan) == first
    assert first.user != stan and stan.room_id is None


def test_a_pupil_opens_no_class(classroom):
    with pytest.raises(actions.OnlyOutsideAClass):
        open_class(sit(classroom, "Noor").user)


def test_five_open_classes_are_enough(classroom):
    for _ in range(4):
        open_class(classroom.teacher)
    with pytest.raises(actions.TooManyClasses):
        open_class(classroom.teacher)


def test_who_leaves_is_offered_nothing_until_they_come_back_with_their_word(classroom):
    pupil = sit(classroom, "Noor")
    for _ in range(2):
        actions.leave_class(by=pupil.user, now=timezone.now())
    pupil.user.worker.refresh_from_db()
    assert pupil.user.worker.available_since is None
    back = {"code": classroom.code.lower(), "nickname": "noor", "now": timezone.now()}
    with pytest.raises(actions.WrongWord):
        actions.come_back(word="WRONG6", **back)
    again = actions.come_back(word=pupil.word.lower(), **back)
    again.user.worker.refresh_from_db()
    assert again == pupil and again.left_at is None and again.user.worker.available_since


@pytest.mark.django_db(transaction=True)
def test_of_two_pupils_with_one_nickname_at_one_moment_one_sits_down(classroom):
    """The window is held open: the class is locked until both have asked."""
    refused, asked = [], threading.Barrier(3)

    def come_in() -> None:
        asked.wait(10)
        try:
            sit(classroom, "Noor")
        except actions.NicknameIsTaken as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    both = [threading.Thread(target=come_in) for _ in range(2)]
    with transaction.atomic():
        actions.lock_class(pk=classroom.pk)
        for one in both:
            one.start()
        asked.wait(10)
    for one in both:
        one.join(10)
    assert len(refused) == 1 and classroom.pupils.count() == 1


# --- the round -------------------------------------------------------------------------------------
def test_only_the_teacher_starts_and_ends_and_one_round_is_on(classroom, stan):
    with pytest.raises(Classroom.DoesNotExist):
        actions.start_round(
            classroom_id=classroom.pk, by=stan, preset="mturk", mechanism="first_come",
            minutes=5, now=timezone.now(),
        )  # fmt: skip
    start(classroom)
    with pytest.raises(actions.RoundIsOn):
        start(classroom)
    with pytest.raises(Classroom.DoesNotExist):
        actions.end_round(classroom_id=classroom.pk, by=stan, now=timezone.now())
    assert classroom.rounds.count() == 1
    assert round_that_is_on(classroom, timezone.now())


def test_a_market_that_is_not_played_in_class_is_refused(classroom):
    for change in ({"preset": "firm"}, {"mechanism": "contest"}):
        with pytest.raises(actions.NotPlayedInClass):
            start(classroom, **change)
    assert not classroom.rounds.exists()


def test_a_round_is_over_by_the_clock_also_when_every_process_was_dead(classroom):
    begun = start(classroom, minutes=15)
    classroom.room.refresh_from_db()
    late = soon(minutes=16)
    assert round_that_is_on(classroom, late) is None
    assert not classroom.room.is_open(late) and not begun.is_on(late)
    assert start(classroom, now=late).number == 2


def test_ringing_early_closes_the_board_and_decides_the_bids(classroom):
    mira, noor = sit(classroom, "Mira", "client"), sit(classroom, "Noor")
    start(classroom, "sealed_first_price")
    now = timezone.now()
    new = NewTask(
        title="A box", description="Up.", mechanism="sealed_first_price", pay_cents=1000,
        estimate_seconds=3600, closes_at=soon(minutes=10), deadline_at=soon(minutes=12),
    )  # fmt: skip
    auction = tasks.post_task(client=mira.user.client, new=new, now=now)
    idle = tasks.post_task(client=mira.user.client, new=new, now=now)
    allocation.place_bid(task_id=auction.pk, by=noor.user.worker, amount_cents=700, now=now)
    for _ in range(2):
        actions.end_round(classroom_id=classroom.pk, by=classroom.teacher, now=soon(seconds=1))
    drain(soon(seconds=2))
    assert Assignment.objects.get(task=auction).worker == noor.user.worker
    idle.refresh_from_db()
    assert idle.state == Task.State.EXPIRED
    assert trial_balance().is_right


def test_the_agents_of_a_class_live_in_it_and_play_every_round(classroom):
    classroom = open_class(classroom.teacher, agents=6)
    sit(classroom, "Noor")
    since = timezone.now()
    for way in ("first_come", "sealed_first_price", "scored_offers"):
        begun = start(classroom, way, now=since, minutes=4)
        play(150, since, every=5)
        assert any(p.tally.won for p in workers_played(begun, begun.ends_at)), way
        since += timedelta(minutes=5)
    agents = User.objects.filter(is_simulated=True)
    assert agents.count() == 7
    assert {user.room_id for user in agents} == {classroom.room_id}
    assert set(classroom.room.worker_set.values_list("capacity", flat=True)) == {1}
    assert set(Task.objects.values_list("room", flat=True)) == {classroom.room_id}
    assert trial_balance().is_right


def test_a_class_without_agents_and_a_round_that_is_over_cost_one_look(
    classroom, django_assert_num_queries
):
    start(classroom)
    with django_assert_num_queries(1):
        assert let_crowds_act(now=timezone.now(), seconds=2) == 0
    with django_assert_num_queries(1):
        assert let_crowds_act(now=soon(hours=1), seconds=2) == 0


# --- what came of it -------------------------------------------------------------------------------
def test_what_one_decided_is_counted_and_stands_beside_the_agents(classroom):
    classroom = open_class(classroom.teacher, agents=6)
    mira, noor = sit(classroom, "Mira", "client"), sit(classroom, "Noor")
    since = timezone.now()
    begun = start(classroom, "sealed_first_price", now=since)
    new = NewTask(
        title="A shelf", description="Up.", mechanism="sealed_first_price", pay_cents=9000,
        estimate_seconds=7200, closes_at=soon(seconds=70), deadline_at=soon(hours=1),
    )  # fmt: skip
    mine = tasks.post_task(client=mira.user.client, new=new, now=since)
    allocation.place_bid(task_id=mine.pk, by=noor.user.worker, amount_cents=500, now=since)
    play(60, since, every=5)
    assert bids_beside(begun, noor.user.worker) == []  # still sealed
    play(30, since + timedelta(seconds=70), every=5)
    [beside] = bids_beside(begun, noor.user.worker)
    assert beside.is_won and beside.mine_cents == 500 and beside.simulated_cents
    held = Assignment.objects.get(task=mine)
    tasks.submit_work(
        assignment_id=held.pk, by=noor.user.worker, content="Up.", now=since + timedelta(minutes=4)
    )
    tasks.approve(assignment_id=held.pk, by=mira.user, now=since + timedelta(minutes=4))
    played = {p.person.pk: p for p in workers_played(begun, since + timedelta(minutes=5))}
    own = played[noor.user.worker.pk]
    assert (own.tally.asked, own.tally.won, own.tally.earned_cents) == (1, 1, 500)
    # Five minutes at 160 times the clock are 13 hours and 20 minutes.
    assert own.tally.cents_per_hour == pytest.approx(500 / (300 * 160 / 3600), abs=1)
    assert own.bids == (500 / 9000,)
    [client] = [c for c in clients_played(begun) if c.person.user == mira.user]
    assert (client.posted, client.taken, client.spent_cents) == (1, 1, 500)
    assert client.pays == (4500.0,)


def test_who_came_late_is_measured_by_the_time_they_were_there(classroom):
    since = timezone.now()
    begun = start(classroom, now=since, minutes=10)
    sit(classroom, "Noor", now=since + timedelta(minutes=6))
    sit(classroom, "Omar", now=since + timedelta(minutes=11))
    [noor] = workers_played(begun, since + timedelta(minutes=20))
    assert noor.tally.present_seconds == 240


# --- afterwards ------------------------------------------------------------------------------------
def test_after_a_week_a_pupil_is_a_number_without_a_name(classroom, stan):
    pupil = sit(classroom, "Noor", account=stan)
    over = classroom.closes_at + actions.KEPT_FOR
    drain(over - timedelta(seconds=1))
    pupil.refresh_from_db()
    assert pupil.nickname == "Noor"
    for _ in range(2):
        drain(over)
    pupil.refresh_from_db()
    pupil.user.refresh_from_db()
    assert (pupil.nickname, pupil.word, pupil.account) == ("", "", None)
    assert not pupil.user.is_active and pupil.user.name == "a former member"
    assert Deletion.objects.filter(user=pupil.user).count() == 1
    assert not Deletion.objects.filter(user=stan).exists()


def test_a_seat_that_is_still_in_use_is_asked_again_a_day_later(classroom):
    mira, noor = sit(classroom, "Mira", "client"), sit(classroom, "Noor")
    start(classroom)
    new = NewTask(
        title="A box", description="Up.", mechanism="first_come", pay_cents=1000,
        estimate_seconds=60, closes_at=soon(minutes=10), deadline_at=soon(minutes=12),
    )  # fmt: skip
    task = tasks.post_task(client=mira.user.client, new=new, now=timezone.now())
    allocation.claim_slot(task_id=task.pk, by=noor.user.worker, now=timezone.now())
    over = classroom.closes_at + actions.KEPT_FOR
    actions.forget_pupil(pupil_id=noor.pk, now=over)
    noor.refresh_from_db()
    assert noor.forgotten_at is None
    again = DueWork.objects.filter(topic="pupil_leaves", subject_id=noor.pk).latest("due_at")
    assert again.due_at == over + timedelta(days=1)
    assert not Bid.objects.exists()
