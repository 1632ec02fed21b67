"""The same key and body: the same answer, and nothing done again."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from api import idempotency
from api.models import IdempotentAnswer
from clients import actions as clients
from ledger.queries import balance_cents
from tasks.models import Task
from tests.api.conftest import a_new_task, program_for

KEY = {"HTTP_IDEMPOTENCY_KEY": "monday-1"}


@pytest.mark.django_db
def test_the_same_key_and_body_give_the_same_answer_and_post_once(as_clara):
    body = a_new_task()
    first = as_clara.post("tasks", body, **KEY)
    second = as_clara.post("tasks", body, **KEY)
    assert (second.status_code, second.json()) == (201, first.json())
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused(as_clara, clara):
    as_clara.post("me/deposits", {"amount_cents": 100}, **KEY)
    other = as_clara.post("me/deposits", {"amount_cents": 200}, **KEY)
    assert (other.status_code, other.json()["code"]) == (422, "key_used_for_something_else")
    assert balance_cents(clara.user) == 100_100


@pytest.mark.django_db
def test_two_people_may_use_the_same_key(as_clara, as_stan):
    as_stan.post("me/client", {"name": "Stan"})
    as_clara.post("me/deposits", {"amount_cents": 100}, **KEY)
    assert "Idempotent-Replayed" not in as_stan.post("me/deposits", {"amount_cents": 100}, **KEY)


@pytest.mark.django_db
def test_a_refusal_leaves_the_key_free(as_clara, as_wim):
    task = as_clara.post("tasks", a_new_task(skills=["dutch"])).json()["id"]
    assert as_wim.post(f"tasks/{task}/claims", **KEY).status_code == 409
    as_wim.put("me/skills", {"skills": ["dutch"]})
    assert as_wim.post(f"tasks/{task}/claims", **KEY).status_code == 201


@pytest.mark.django_db
def test_a_key_is_forgotten_after_a_day(as_clara, clara):
    as_clara.post("me/deposits", {"amount_cents": 100}, **KEY)
    IdempotentAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotent-Replayed" not in as_clara.post("me/deposits", {"amount_cents": 100}, **KEY)
    idempotency.forget_old_answers(timezone.now())
    assert IdempotentAnswer.objects.count() == 1
    idempotency.forget_old_answers(timezone.now() + timedelta(hours=25))
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "caf\xe9", "a\tb"])
def test_an_impossible_key_is_a_400(as_clara, key):
    refused = as_clara.post("me/deposits", {"amount_cents": 1}, HTTP_IDEMPOTENCY_KEY=key)
    assert refused.status_code == 400


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_at_once_waits_for_the_first_and_repeats_it(clara, monkeypatch):
    entered = threading.Event()
    really_deposit = clients.deposit

    def slow_deposit(**given):
        really_deposit(**given)
        entered.set()
        time.sleep(0.4)

    monkeypatch.setattr(clients, "deposit", slow_deposit)
    answers = []

    def ask():
        program = program_for(clara.user)
        answers.append(program.post("me/deposits", {"amount_cents": 100}, **KEY))
        connection.close()

    first = threading.Thread(target=ask)
    first.start()
    assert entered.wait(5)
    ask()
    first.join()

    assert [a.status_code for a in answers] == [201, 201]
    assert sum("Idempotent-Replayed" in a for a in answers) == 1
    assert balance_cents(clara.user) == 100_100
