"""A task that begins after another waits, opens when that is approved, and ends when it never is."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from agenda.actions import drain
from allocation import actions as allocation
from ledger.queries import money_of, trial_balance
from screening.actions import release_task
from tasks import actions as tasks
from tasks.models import Task
from tasks.queries import open_tasks, people_of, project_of
from tests.people import NOW, later, make_client, make_operator, post

pytestmark = pytest.mark.django_db


def do_what_is_due(now=NOW):
    while drain(now):
        """Until nothing is."""


def hand_in(task, worker, now=NOW):
    allocation.claim_slot(task_id=task.pk, by=worker, now=now)
    held = worker.assignments.get(task=task)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="done", now=now)
    return held


@pytest.fixture
def first(clara):
    return post(clara, title="Draw the plan")


@pytest.fixture
def second(clara, first):
    return post(clara, title="Build it", starts_after_id=first.pk)


def test_what_begins_after_another_waits_with_its_escrow_held(clara, second):
    do_what_is_due()
    second.refresh_from_db()
    assert second.state == "waiting"
    assert money_of(clara.user)[1] == 2 * 1100
    assert second not in open_tasks()


def test_nobody_can_take_a_task_that_waits(second, wim):
    with pytest.raises(tasks.TaskIsNotOpen):
        allocation.claim_slot(task_id=second.pk, by=wim, now=NOW)
    assert not wim.assignments.exists()


@pytest.mark.parametrize("bidding", ["sealed_first_price", "open_descending"])
def test_nobody_can_bid_on_a_task_that_waits(clara, first, wim, bidding):
    task = post(clara, mechanism=bidding, starts_after_id=first.pk)
    with pytest.raises(allocation.BiddingHasClosed):
        allocation.place_bid(task_id=task.pk, by=wim, amount_cents=900, message="", now=NOW)
    assert not task.bids.exists()


def test_approval_of_the_one_opens_the_other_with_as_much_time_as_it_had(
    clara, first, second, wim, yasmina
):
    held, at = hand_in(first, wim), NOW + timedelta(minutes=30)
    do_what_is_due(at)
    second.refresh_from_db()
    assert second.state == "waiting"
    tasks.approve(assignment_id=held.pk, by=clara.user, now=at)
    do_what_is_due(at)
    second.refresh_from_db()
    assert second.is_open
    assert second.closes_at == later(hours=1, minutes=30)
    assert second.deadline_at == later(days=1, minutes=30)
    allocation.claim_slot(task_id=second.pk, by=yasmina, now=at)
    assert [list(person["titles"]) for person in people_of(project_of(first))] == [
        ["Draw the plan"],
        ["Build it"],
    ]


def test_many_approved_at_once_open_what_follows_them(clara, first, second, wim):
    held = hand_in(first, wim)
    tasks.approve_many(assignment_ids=[held.pk], by=clara.user, now=NOW)
    do_what_is_due()
    second.refresh_from_db()
    assert second.is_open


def test_the_clock_that_approves_opens_what_follows(first, second, wim):
    held = hand_in(first, wim)
    do_what_is_due(later(days=8))
    held.refresh_from_db()
    second.refresh_from_db()
    assert (held.state, second.is_open) == ("approved", True)


def test_when_the_one_ends_without_approved_work_the_others_end_and_give_their_escrow_back(
    clara, first, second
):
    third = post(clara, starts_after_id=second.pk)
    tasks.cancel_task(task_id=first.pk, by=clara.user, now=NOW)
    do_what_is_due()
    states = Task.objects.filter(pk__in=[second.pk, third.pk]).values_list("state", flat=True)
    assert list(states) == ["cancelled", "cancelled"]
    assert money_of(clara.user) == (100_000, 0)
    assert trial_balance().is_right


def test_a_rejection_ends_what_follows(clara, first, second, wim):
    held = hand_in(first, wim)
    tasks.reject(
        assignment_id=held.pk, by=clara.user, reason_code="wrong", text="Not a plan.", now=NOW
    )
    do_what_is_due()
    second.refresh_from_db()
    assert second.state == "cancelled"


def test_a_task_that_nobody_took_in_time_ends_what_follows(first, second):
    do_what_is_due(later(hours=2))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("expired", "cancelled")


def test_closing_does_not_end_a_task_that_waits(clara, first, second, wim):
    held = hand_in(first, wim)
    do_what_is_due(later(hours=3))
    second.refresh_from_db()
    assert second.state == "waiting"
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(hours=3))
    do_what_is_due(later(hours=3))
    second.refresh_from_db()
    assert second.is_open


def test_a_waiting_task_can_be_cancelled(clara, second):
    tasks.cancel_task(task_id=second.pk, by=clara.user, now=NOW)
    second.refresh_from_db()
    assert second.state == "cancelled"
    assert money_of(clara.user)[1] == 1100


def test_looking_twice_changes_nothing(second):
    before = second.events.count()
    for _ in range(2):
        tasks.begin_task(task_id=second.pk, now=NOW)
    assert second.events.count() == before


def test_what_is_held_waits_after_its_release_too(clara, first):
    held = post(
        clara,
        title="Create 10,000 e-mail accounts",
        description="Create 10,000 e-mail accounts for me.",
        starts_after_id=first.pk,
    )
    assert held.state == "held"
    release_task(task_id=held.pk, by=make_operator("olga"), reason="For a test bed.", now=NOW)
    do_what_is_due()
    held.refresh_from_db()
    assert held.state == "waiting"


def test_only_an_own_task_can_come_before(first):
    carl = make_client("carl")
    with pytest.raises(tasks.NotAnEarlierTaskOfYours):
        post(carl, starts_after_id=first.pk)
    assert money_of(carl.user) == (100_000, 0)


def test_nothing_begins_after_what_ended_in_vain(clara, first):
    tasks.cancel_task(task_id=first.pk, by=clara.user, now=NOW)
    with pytest.raises(tasks.NothingToBeginAfter):
        post(clara, starts_after_id=first.pk)
    assert money_of(clara.user) == (100_000, 0)


def test_what_begins_after_approved_work_is_open_at_once(clara, first, wim):
    held = hand_in(first, wim)
    tasks.approve(assignment_id=held.pk, by=clara.user, now=NOW)
    assert post(clara, starts_after_id=first.pk).is_open


@pytest.mark.parametrize("wrong", ["self", "later", "moved"])
def test_the_database_refuses_every_circle(first, second, wrong):
    changed, to = {
        "self": (second, second.pk),
        "later": (first, second.pk),
        "moved": (second, None),
    }[wrong]
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=changed.pk).update(starts_after_id=to)


def test_a_project_is_everything_that_hangs_together_and_nothing_else(clara, first, second):
    third = post(clara, starts_after_id=second.pk)
    beside = post(clara, starts_after_id=first.pk)
    post(clara)
    for task in (first, second, third, beside):
        assert project_of(task) == [first, second, third, beside]


@pytest.mark.django_db(transaction=True)
def test_an_approval_while_a_follower_is_being_posted_is_not_missed(clara, first, wim):
    held = hand_in(first, wim)
    with transaction.atomic():
        second = post(clara, starts_after_id=first.pk)

        def approve():
            try:
                tasks.approve(assignment_id=held.pk, by=clara.user, now=NOW)
            finally:
                connection.close()

        approving = threading.Thread(target=approve)
        approving.start()
        approving.join(0.3)
        assert approving.is_alive()  # it waits for the posting
    approving.join(5)
    do_what_is_due()
    second.refresh_from_db()
    assert second.is_open
