"""Places that nobody took or kept: called off, left over or lost, and each said to be just that."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from allocation import actions as allocation
from notices.actions import tell_all
from notices.words import line
from tasks import actions as tasks
from tasks.words import sentence
from tests.people import NOW, later, post

pytestmark = pytest.mark.django_db
CALLED_OFF = "No place is open any more: 2 were called off."
LEFT_EMPTY = "No place is open any more: 1 was left empty."


def page_of(task, name, user=None) -> str:
    browser = Browser()
    if user:
        browser.force_login(user)
    return browser.get(reverse(name, args=[task.pk])).content.decode()


def told(person) -> list[str]:
    tell_all(NOW)
    return [line(notice) for notice in person.notices.order_by("id")]


@pytest.fixture
def called_off(clara, wim):
    """Of three places one is taken when clara stops giving out the others."""
    task = post(clara, slot_count=3)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    tasks.cancel_task(task_id=task.pk, by=clara.user, now=later(minutes=1))
    return task


def test_places_that_were_called_off_are_not_said_to_be_taken(called_off, clara, yasmina):
    assert sentence(called_off.events.get(kind="allocated")) == CALLED_OFF
    for page in (page_of(called_off, "task"), page_of(called_off, "client_task", clara.user)):
        assert CALLED_OFF in page and "Every place is taken." not in page
    assert "places free" not in page_of(called_off, "task", yasmina.user)


def test_who_called_places_off_is_told_nothing_of_it(called_off, clara):
    assert told(clara.user) == []


def test_a_place_left_over_at_closing_is_not_said_to_be_taken(clara, wim):
    task = post(clara, mechanism="sealed_first_price", slot_count=2)
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=700, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=1))
    assert sentence(task.events.get(kind="allocated")) == LEFT_EMPTY
    assert LEFT_EMPTY in page_of(task, "task")
    [filled] = told(clara.user)
    assert filled == "No place of “Carry a box” is open any more: 1 was left empty."


def let_it_run_out(task):
    for held in task.assignments.filter(state="in_progress"):
        tasks.expire_assignment(assignment_id=held.pk, now=task.deadline_at)


@pytest.mark.parametrize(
    ("slot_count", "said"),
    [
        (1, "The task ended: 1 place had been given, and nobody holds it any more."),
        (2, "The task ended: 2 places had been given, and nobody holds them any more."),
        (3, "The task ended: 2 places had been given, and nobody holds them any more."),
    ],
)
def test_a_place_that_was_given_is_not_said_to_be_given_to_nobody(
    clara, wim, yasmina, slot_count, said
):
    task = post(clara, slot_count=slot_count)
    for worker in (wim, yasmina)[:slot_count]:
        allocation.claim_slot(task_id=task.pk, by=worker, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=task.closes_at)
    let_it_run_out(task)
    page = page_of(task, "client_task", clara.user)
    assert said in page and "no place was given" not in page
    assert (
        "“Carry a box” ended: whoever had a place of it does not hold it any more. What was left in "
        "escrow came back."
    ) in told(clara.user)


def test_of_two_places_one_lost_and_one_kept_the_log_counts_what_is_empty(clara, wim, yasmina):
    task = post(clara, slot_count=2)
    for worker in (wim, yasmina):
        allocation.claim_slot(task_id=task.pk, by=worker, now=NOW)
    tasks.submit_work(
        assignment_id=task.assignments.get(worker=wim).pk, by=wim, content="Done.", now=NOW
    )
    let_it_run_out(task)
    assert LEFT_EMPTY in page_of(task, "task", wim.user)


def test_where_every_place_is_taken_that_is_what_is_said(clara, wim, yasmina):
    task = post(clara, slot_count=2)
    for worker in (wim, yasmina):
        allocation.claim_slot(task_id=task.pk, by=worker, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="returned", now=NOW)
    assert sentence(task.events.get(kind="allocated")) == "Every place is taken."
    assert "0 of 2 places free" in page_of(task, "task")
    assert told(clara.user) == ["Every place of “Carry a box” is taken."]
