"""A task says who provides what, and it stays as it was posted."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from allocation.models import Allocation
from allocation.queries import case_for, look_at
from provisions.rules import Provider
from tasks.actions import NotForAClientToSay
from tasks.models import Task
from tests.api.conftest import program_for
from tests.people import later, post
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_what_the_client_says_is_kept_with_the_task(clara):
    task = post(clara, provided={"insurance": "organisation", "equipment": "client"})
    found = Task.objects.get(pk=task.pk).who_provides
    assert found["insurance"] is Provider.ORGANISATION and found["equipment"] is Provider.CLIENT
    assert found["training"] is Provider.WORKER


def test_a_client_cannot_promise_what_is_not_theirs(clara):
    with pytest.raises(NotForAClientToSay):
        post(clara, provided={"payment_risk": "client"})
    assert not Task.objects.exists()


def test_the_database_keeps_it_as_it_was_posted(clara):
    task = post(clara, provided={"insurance": "client"})
    with refused("the terms of a posted task stay as they were posted"):
        Task.objects.filter(pk=task.pk).update(provided_by="c" * 15)
    Task.objects.filter(pk=task.pk).update(title="A heavier box")
    assert Task.objects.get(pk=task.pk).who_provides["insurance"] is Provider.CLIENT


@pytest.mark.parametrize("letters", ["", "c" * 14, "x" * 15, "CCCCCCCCCCCCCCC"])
def test_the_database_knows_the_letters(clara, letters):
    task = post(clara)
    other = {f.attname: getattr(task, f.attname) for f in Task._meta.concrete_fields if f.name != "id"}  # fmt: skip
    Task.objects.create(**other)
    with refused("a_task_says_who_provides_what"):
        Task.objects.create(**other | {"provided_by": letters})


def test_no_mechanism_sees_it(clara, wim):
    now = timezone.now()
    plain, cared_for = (post(clara, now, provided=said) for said in ({}, {"insurance": "client"}))
    cases = [case_for(task, look_at(task), now) for task in (plain, cared_for)]
    assert "provided" not in str(cases) and "insurance" not in str(cases)
    assert not Allocation.objects.exists()


def test_a_worker_reads_it_before_taking_part(clara, wim):
    task = post(clara, provided={"insurance": "client"})
    page = browser_of(wim.user).get(reverse("task", args=[task.pk])).content.decode()
    assert "7 are left to the worker or to nobody (50 %)" in page
    board = Browser().get(reverse("market")).content.decode()
    assert "with insurance" in board


def test_a_program_posts_and_reads_it(clara):
    program = program_for(clara.user)
    new = {
        "title": "Carry a box", "description": "To the attic.", "mechanism": "first_come",
        "pay_cents": 1000, "estimate_seconds": 1800, "closes_at": later(days=400).isoformat(),
        "deadline_at": later(days=401).isoformat(), "provided": {"insurance": "organisation"},
    }  # fmt: skip
    posted = program.post("tasks", new).json()
    assert posted["provided_by"]["insurance"] == "organisation"
    assert posted["provided_by"]["transport"] == "not_needed"
    assert posted["decoupling_index"] == 0.5
    answer = program.post("tasks", new | {"provided": {"voice": "client"}})
    assert answer.status_code == 400 and "Not for a client to say: voice." in str(answer.json())
    answer = program.post("tasks", new | {"provided": {"insurance": "market"}})
    assert answer.status_code == 400
