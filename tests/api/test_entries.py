"""Contests over HTTP: entering, changing one's entry, and who reads which entry when."""

import pytest
from django.utils import timezone

from agenda.actions import drain
from allocation.models import Entry
from tasks.models import Task, TaskEvent
from tests.api.conftest import a_new_task
from tests.people import later

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest(as_clara):
    return as_clara.post("tasks", a_new_task(mechanism="contest")).json()["id"]


@pytest.fixture
def entered(contest, as_wim, as_yasmina):
    """Wim and then yasmina handed something in."""
    assert as_wim.post(f"tasks/{contest}/entries", {"content": "A lamp."}).status_code == 201
    as_yasmina.post(f"tasks/{contest}/entries", {"content": "A better lamp."})
    return contest


def close(contest):
    Task.objects.filter(pk=contest).update(closes_at=later(seconds=-1))
    drain(timezone.now())


def contents(program, contest):
    return [one["content"] for one in program.get(f"tasks/{contest}/entries").json()["results"]]


def test_before_closing_everybody_reads_their_own_entry_and_how_many_there_are(
    entered, as_clara, as_wim, as_yasmina, as_stan
):
    seen = as_stan.get(f"tasks/{entered}/entries").json()
    assert seen == {"is_closed": False, "count": 2, "next": None, "results": []}
    assert contents(as_clara, entered) == []
    assert contents(as_wim, entered) == ["A lamp."]
    assert contents(as_yasmina, entered) == ["A better lamp."]


def test_before_closing_the_client_does_not_learn_who_entered(entered, as_clara):
    told = as_clara.get(f"tasks/{entered}/events").json()["results"]
    assert [(e["kind"], e["worker"]) for e in told if e["kind"] == "entry"] == [("entry", None)] * 2


def test_after_closing_the_client_reads_all_in_order_and_gives_the_prize(
    entered, as_clara, as_wim, as_yasmina, as_stan, yasmina
):
    close(entered)

    assert as_clara.get(f"tasks/{entered}/entries").json()["is_closed"]
    assert contents(as_clara, entered) == ["A lamp.", "A better lamp."]
    assert (contents(as_wim, entered), contents(as_stan, entered)) == (["A lamp."], [])
    as_clara.post(f"tasks/{entered}/choose", {"workers": [yasmina.pk]})
    assert as_yasmina.get("assignments").json()["results"][0]["state"] == "approved"


def test_the_clients_list_comes_in_pages(entered, as_clara):
    close(entered)
    first = as_clara.get(f"tasks/{entered}/entries?page_size=1").json()
    second = as_clara.get(first["next"]).json()
    assert [p["results"][0]["content"] for p in (first, second)] == ["A lamp.", "A better lamp."]
    assert (first["count"], second["next"]) == (2, None)


def test_a_second_entry_replaces_the_first_and_keeps_its_place(entered, as_clara, as_wim):
    again = as_wim.post(f"tasks/{entered}/entries", {"content": "A lamp with a switch."}).json()
    assert again["revised_at"]
    assert [e["content"] for e in as_wim.get("entries").json()["results"]] == [again["content"]]
    close(entered)
    assert contents(as_clara, entered) == ["A lamp with a switch.", "A better lamp."]


def test_the_same_key_enters_once(contest, as_wim):
    for _ in range(2):
        answer = as_wim.post(
            f"tasks/{contest}/entries", {"content": "A lamp."}, HTTP_IDEMPOTENCY_KEY="lamp"
        )
    assert answer["Idempotent-Replayed"] == "true"
    assert TaskEvent.objects.filter(kind="entry").count() == 1


def test_a_closed_contest_takes_no_entry(contest, as_wim):
    close(contest)
    refused = as_wim.post(f"tasks/{contest}/entries", {"content": "A lamp."})
    assert (refused.status_code, refused.json()["code"]) == (409, "contest_has_closed")
    assert not Entry.objects.exists()


def test_only_a_contest_is_entered(as_clara, as_wim):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    refused = as_wim.post(f"tasks/{task}/entries", {"content": "A lamp."})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_way_in")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("body", [{}, {"content": " "}, {"content": "x" * 100_001}])
def test_an_empty_or_endless_entry_is_a_400(contest, as_wim, body):
    assert as_wim.post(f"tasks/{contest}/entries", body).status_code == 400
    assert not Entry.objects.exists()


def test_who_is_no_worker_is_told_how_to_become_one(contest, as_stan):
    refused = as_stan.post(f"tasks/{contest}/entries", {"content": "A lamp."})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_worker_yet")


def test_the_clients_own_contest_is_not_theirs_to_enter(contest, as_clara):
    as_clara.post("me/worker", {"name": "Clara"})
    refused = as_clara.post(f"tasks/{contest}/entries", {"content": "Mine."})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_eligible")
    assert not Entry.objects.exists()
