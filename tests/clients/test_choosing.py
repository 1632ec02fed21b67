"""Choosing from the shortlist: after closing, among as many as there are places, by one's own hand."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.timezone import localtime

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation, Bid
from tasks import actions as tasks
from tasks.models import Task
from tests.people import NOW, later, make_worker, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(clara, wim, yasmina):
    task = post(clara, mechanism="clients_choice", pay_cents=2000, slot_count=2)
    for worker, cents in ((wim, 1500), (yasmina, 1234)):
        allocation.place_bid(task_id=task.pk, by=worker, amount_cents=cents, now=NOW)
    return task


def close(task):
    Task.objects.filter(pk=task.pk).update(closes_at=later(seconds=-1))


def test_nobody_is_chosen_while_the_bids_are_sealed(client, task, clara, wim):
    client.force_login(clara.user)
    page = client.post(reverse("task_choose", args=[task.pk]), {"worker": wim.pk}, follow=True)
    assert "Choose after that." in page.content.decode()
    answer = client.post(
        f"/api/v1/tasks/{task.pk}/choose", {"workers": [wim.pk]}, content_type="application/json"
    )
    assert answer.status_code == 409
    assert not Allocation.objects.exists()
    close(task)
    client.post(reverse("task_choose", args=[task.pk]), {"worker": wim.pk})
    assert Allocation.objects.get().awarded_count == 1


def test_nobody_is_chosen_when_the_time_to_choose_is_over(client, clara, wim):
    """Also in the moment before the engine has come to close the task."""
    for mechanism in ("clients_choice", "contest"):
        task = post(clara, mechanism=mechanism)
        if mechanism == "contest":
            allocation.enter_contest(task_id=task.pk, by=wim, content="A lamp.", now=NOW)
        else:
            allocation.place_bid(task_id=task.pk, by=wim, amount_cents=700, now=NOW)
        allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=1))
        ends_at = task.allocations.get().choosing_ends_at
        with pytest.raises(allocation.TimeToChooseIsOver):
            allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=ends_at)
        assert not task.assignments.exists()
        assert task.allocations.count() == 1
        in_time = ends_at - timedelta(seconds=1)
        allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=in_time)
        assert task.assignments.count() == 1


@pytest.mark.parametrize(
    ("due_in", "least_left"),
    [
        (timedelta(hours=23), timedelta(minutes=30)),  # the estimate
        (timedelta(minutes=40), timedelta(minutes=20)),  # half of what there is
    ],
)
def test_who_is_chosen_at_the_last_moment_has_time_for_the_work(clara, wim, due_in, least_left):
    closes_at = later(hours=1)
    task = post(clara, mechanism="clients_choice", deadline_at=closes_at + due_in)
    allocation.place_bid(task_id=task.pk, by=wim, amount_cents=700, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=closes_at)
    ends_at = task.allocations.get().choosing_ends_at
    assert task.deadline_at - ends_at == least_left
    at_last = ends_at - timedelta(seconds=1)
    allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=at_last)
    assert task.assignments.get().due_at == task.deadline_at


def test_a_place_that_comes_free_too_late_to_be_done_is_not_given_again(clara, wim, yasmina):
    task = post(clara, mechanism="clients_choice")
    for worker in (wim, yasmina):
        allocation.place_bid(task_id=task.pk, by=worker, amount_cents=700, now=NOW)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=later(hours=1))
    allocation.choose(task_id=task.pk, workers=[wim.pk], by=clara.user, now=later(hours=2))
    held = task.assignments.get()
    now = task.deadline_at - timedelta(minutes=29)
    tasks.return_assignment(assignment_id=held.pk, by=wim, now=now)
    drain(now)
    task.refresh_from_db()
    assert task.state == Task.State.EXPIRED


def test_choosing_too_late_is_refused_in_a_sentence(client, task, clara, wim):
    soon = later(minutes=30 - 1)  # the work is estimated to take half an hour
    Task.objects.filter(pk=task.pk).update(closes_at=later(hours=-2), deadline_at=soon)
    client.force_login(clara.user)
    page = client.post(reverse("task_choose", args=[task.pk]), {"worker": wim.pk}, follow=True)
    assert "The time to choose is over." in page.content.decode()
    answer = client.post(
        f"/api/v1/tasks/{task.pk}/choose", {"workers": [wim.pk]}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["detail"]) == (409, "The time to choose is over.")
    assert not Allocation.objects.exists()


@pytest.mark.parametrize("sent", ["9" * 5_000, "9" * 20, "-1", "x", ""])
def test_a_worker_that_cannot_be_is_refused_in_a_sentence(client, task, clara, sent):
    close(task)
    client.force_login(clara.user)
    page = client.post(reverse("task_choose", args=[task.pk]), {"worker": sent}, follow=True)
    assert page.status_code == 200
    assert "Pick at least one of them." in page.content.decode()


def test_a_secret_seed_is_secret_in_the_api_too(client, clara, wim, stan):
    """One of two places is taken: the task is open, and its seed is not told yet."""
    task = post(clara, slot_count=2)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    stan.is_staff = stan.is_superuser = True
    stan.save()
    client.force_login(stan)
    number = Allocation.objects.get().pk
    shown = client.get(f"/api/v1/allocations/{number}").json()
    assert shown["case"]["candidates"]
    assert str(task.seed) not in str(shown)


def test_the_shortlist_says_on_which_score_it_stands(client, task, clara):
    close(task)
    drain(later(hours=2))
    client.force_login(clara.user)
    page = client.get(reverse("client_task", args=[task.pk])).content.decode()
    scores = [row["score"] for row in Allocation.objects.latest("id").decision["ranking"]]
    assert len(scores) == 2
    assert all(f">{score:.2f}<" in page for score in scores)
    assert "How “The client chooses” decides" in page
    assert "closes in" not in page
    assert "You may choose up to 2." in page
    assert page.count(f"€{12.34}") == 1  # a bid stands once on the page


def test_what_is_said_with_a_sealed_bid_is_sealed_for_operators_too(
    client, task, clara, wim, yasmina, stan
):
    allocation.place_bid(
        task_id=task.pk, by=wim, amount_cents=1400, message="Fourteen euros.", now=NOW
    )
    stan.is_staff = stan.is_superuser = True
    stan.save()
    client.force_login(stan)
    number = Bid.objects.get(worker=wim, state="live").pk
    address = reverse("admin:allocation_bid_change", args=[number])
    assert "Fourteen euros." not in client.get(address).content.decode()
    close(task)
    both = [wim.pk, yasmina.pk]
    allocation.choose(task_id=task.pk, workers=both, by=clara.user, now=later(hours=1))
    assert "Fourteen euros." in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("mechanism", "tie"),
    [
        ("best_value", "Of two equal scores the earlier bid wins."),
        ("sealed_first_price", "Of two equal bids the earlier wins."),
        (
            "clients_choice",
            "The client decides. Of two equal scores the earlier bid stands higher on the list.",
        ),
    ],
)
def test_limits_and_tie_rule_stand_beside_the_bid(client, clara, wim, mechanism, tie):
    task = post(clara, mechanism=mechanism, pay_cents=2000)
    client.force_login(wim.user)
    page = client.get(reverse("task", args=[task.pk])).content.decode()
    for said in (
        "At most",
        "There is no lowest price.",
        tie,
        reverse("mechanism", args=[mechanism]),
    ):
        assert said in page


def test_what_was_told_before_the_choice_stays_true_after_it(client, task, clara, wim, yasmina):
    close(task)
    drain(later(seconds=1))
    before = task.allocations.latest("id")
    allocation.choose(task_id=task.pk, workers=[yasmina.pk], by=clara.user, now=later(hours=1))
    assert task.allocations.latest("id") != before
    client.force_login(wim.user)
    page = client.get(reverse("why", args=[before.pk])).content.decode()
    assert escape("At that moment you were on the client's list") in page
    client.force_login(clara.user)
    page = client.get(reverse("task_why", args=[task.pk])).content.decode()
    assert "At that moment you had not chosen yet." in page


def test_whoever_chose_one_of_two_is_not_said_to_have_chosen_nobody(
    client, task, clara, wim, yasmina
):
    close(task)
    allocation.choose(task_id=task.pk, workers=[yasmina.pk], by=clara.user, now=later(hours=1))
    client.force_login(wim.user)
    page = client.get(reverse("why", args=[task.allocations.get().pk])).content.decode()
    assert "had chosen somebody else and could still choose you. Places left: 1." in page
    client.force_login(clara.user)
    page = client.get(reverse("task_why", args=[task.pk])).content.decode()
    assert "you had chosen somebody and could still choose for the places that were left." in page
    page = client.get(reverse("client_task", args=[task.pk])).content.decode()
    assert "You may choose one." in page
    assert "had not chosen yet" not in page


def test_while_the_client_chooses_workers_read_that_and_until_when(client, task, clara, wim):
    close(task)
    allocation.settle_task(task_id=task.pk, trigger="closing", now=NOW)
    ends_at = task.allocations.get().choosing_ends_at
    for reader in (wim.user, make_worker("noor").user):
        client.force_login(reader)
        page = client.get(reverse("task", args=[task.pk])).content.decode()
        assert "The client is choosing" in page and "Client is choosing" in page
        until = date_format(localtime(ends_at), "DATETIME_FORMAT")
        assert f"Nobody can come in any more. The client has until {until} to choose." in page
        assert "not open any more" not in page
    both = [bid.worker_id for bid in task.bids.order_by("pk")]
    allocation.choose(task_id=task.pk, workers=both, by=clara.user, now=NOW)
    page = client.get(reverse("task", args=[task.pk])).content.decode()
    assert "This task is not open any more" in page and "is choosing" not in page
