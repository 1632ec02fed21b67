"""Choosing from the shortlist: after closing, among as many as there are places, by one's own hand."""

import pytest
from django.urls import reverse

from allocation import actions as allocation
from allocation.models import Allocation
from tasks.models import Task
from tests.people import NOW, later, post

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
