"""What changes about people's hours, and that the other side said how it went, is told."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from notices.actions import tell_all
from notices.links import target
from notices.models import Notice
from notices.words import line
from reputation.actions import reveal_opinions
from shifts import actions as shifts
from tests.people import NOW, later
from tests.reputation.test_opinions import say, work
from tests.shifts.test_shifts import TOMORROW, claim
from tests.shifts.test_shifts import post as post_shift

pytestmark = pytest.mark.django_db


def told(person) -> list[str]:
    """Tell what waits, and read this person's new notices of these two kinds, oldest first."""
    tell_all(NOW)
    news = person.notices.filter(kind__in=["shift", "opinion"], read_at=None).order_by("id")
    return [line(notice) for notice in news]


# --- shifts and bookings --------------------------------------------------------------------------
def test_who_published_an_hour_is_told_that_it_was_booked(clara, wim):
    [hour] = shifts.publish_hours(
        by=wim, title="Dutch lesson", description="B1.", starts_at=TOMORROW, minutes=60,
        pay_cents=3000, weeks=1, now=NOW,
    )  # fmt: skip
    shifts.book_hour(hour_id=hour.pk, by=clara, now=NOW)
    assert told(wim.user) == ["Your hour “Dutch lesson” was booked, for €30.00."]
    assert target(wim.user.notices.get()) == f"/today/{wim.assignments.get().pk}/"


def test_who_held_a_place_is_told_that_it_was_called_off_and_what_is_paid(clara, wim, yasmina):
    task = post_shift(clara, later(hours=2))
    claim(task, wim)
    shifts.join_reserve(task_id=task.pk, by=yasmina, now=NOW)
    shifts.cancel_task(task_id=task.pk, by=clara.user, now=NOW)
    assert told(wim.user) == [
        "“Carry a box” was called off by its client. You are paid €80.00 for your place."
    ]
    # Who waited on the reserve list is told that there will be no place.
    assert told(yasmina.user) == []
    assert line(yasmina.user.notices.get()) == "“Carry a box” was cancelled by its client."


def test_called_off_in_time_says_nothing_of_money(clara, wim):
    task = post_shift(clara, later(days=20))
    claim(task, wim)
    shifts.cancel_task(task_id=task.pk, by=clara.user, now=NOW)
    assert told(wim.user) == ["“Carry a box” was cancelled by its client."]


def test_a_reserve_is_told_of_the_place_that_came_free(clara, wim, yasmina):
    task = post_shift(clara)
    held = claim(task, wim)
    shifts.join_reserve(task_id=task.pk, by=yasmina, now=NOW)
    shifts.give_back(assignment_id=held.pk, by=wim, now=NOW)
    assert told(yasmina.user) == ["A place of “Carry a box” came free, and it is yours."]
    assert told(wim.user) == []


def test_a_worker_who_was_not_there_is_told_once_and_not_that_time_ran_out(clara, wim):
    held = claim(post_shift(clara), wim)
    shifts.record_no_show(
        assignment_id=held.pk,
        by=clara.user,
        reason="Nobody came.",
        now=TOMORROW + timedelta(hours=1),
    )
    said = "The client says that you were not there for “Carry a box”. You can answer."
    assert told(wim.user) == [said]
    assert wim.user.notices.count() == 1
    assert not clara.user.notices.filter(kind="returned").exists()


def test_a_client_who_was_not_there_is_told(clara, wim):
    held = claim(post_shift(clara), wim)
    shifts.record_no_show(
        assignment_id=held.pk, by=wim.user, reason="A shut door.", now=TOMORROW + timedelta(hours=1)
    )
    assert told(clara.user) == ["Wim says that nobody was there for “Carry a box”. You can answer."]
    assert told(wim.user) == []


# --- opinions -------------------------------------------------------------------------------------
def test_the_other_side_is_told_that_it_is_time_to_say_how_it_went(clara, wim):
    done = work(clara, wim)
    say(done, wim.user)
    assert told(clara.user) == [
        "The other side said how “Carry a box” went. Once you say it too, you both read it."
    ]
    assert told(wim.user) == []
    assert target(clara.user.notices.get(kind="opinion")) == f"/opinions/{done.pk}/"


def test_who_said_it_first_is_told_when_both_can_be_read(clara, wim):
    done = work(clara, wim)
    say(done, wim.user)
    say(done, clara.user)
    shown = "What was said of you about “Carry a box” can be read now."
    assert told(wim.user) == [shown]
    assert shown not in told(clara.user)  # she reads it where she has just written


def test_when_the_time_is_over_only_who_something_was_said_of_is_told(clara, wim):
    done = work(clara, wim)
    say(done, clara.user)
    told(wim.user)
    Notice.objects.all().delete()
    reveal_opinions(assignment_id=done.pk, now=done.settled_at + timedelta(days=14))
    reveal_opinions(assignment_id=done.pk, now=done.settled_at + timedelta(days=15))
    assert told(wim.user) == ["What was said of you about “Carry a box” can be read now."]
    assert [notice.count for notice in wim.user.notices.all()] == [1]
    assert told(clara.user) == []


# --- how one hears of it --------------------------------------------------------------------------
def test_both_kinds_can_be_chosen_by_clients_and_workers(clara, wim):
    for person in (clara.user, wim.user):
        browser = Browser()
        browser.force_login(person)
        page = browser.get("/inbox/preferences/").content.decode()
        assert "A shift or booking changed" in page
        assert "The other side said how it went" in page
