"""Strangers see nothing, rivals see no sealed bids, clients see no gates."""

import pytest
from django.utils import timezone

from agenda.actions import drain
from allocation.models import Allocation
from notices.actions import tell_all
from tasks.models import Assignment, Task
from tests.api.conftest import a_new_task, program_for
from tests.people import later

pytestmark = pytest.mark.django_db
PRIVATE = [
    "me",
    "me/statement",
    "me/notices",
    "claims",
    "bids",
    "entries",
    "offers",
    "assignments",
    "allocations",
    "batches",
]


@pytest.fixture
def assignment(as_clara, as_wim):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    return as_wim.post(f"tasks/{task}/claims").json()["assignment"]


@pytest.mark.parametrize("address", PRIVATE)
def test_without_a_login_private_lists_are_shut(as_nobody, address):
    refused = as_nobody.get(address)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("address", ["tasks", "mechanisms", "mechanisms/first_come"])
def test_the_market_and_the_register_are_public(as_nobody, address):
    assert as_nobody.get(address).status_code == 200


def test_the_register_says_what_decides_among_equals(as_nobody):
    told = as_nobody.get("mechanisms/sealed_first_price").json()
    assert told["tie_rule"] == "Of two equal bids the earlier wins."


@pytest.mark.parametrize("verb", ["submit", "return", "approve", "rework", "reject"])
def test_a_strangers_assignment_is_not_there(as_stan, assignment, verb):
    as_stan.post("me/client", {"name": "Stan"})
    as_stan.post("me/worker", {"name": "Stan"})
    body = {"content": "x", "text": "x", "reason_code": "wrong"}
    assert as_stan.post(f"assignments/{assignment}/{verb}", body).status_code == 404
    assert as_stan.get(f"assignments/{assignment}").status_code == 404
    assert Assignment.objects.get().state == "in_progress"


def test_a_strangers_lists_and_decisions_are_empty(as_stan, assignment):
    as_stan.post("me/worker", {"name": "Stan"})
    for address in ["assignments", "allocations", "claims", "bids", "entries", "offers"]:
        assert as_stan.get(address).json()["results"] == []
    assert as_stan.get(f"allocations/{Allocation.objects.get().pk}").status_code == 404


def test_only_its_client_cancels_a_task(as_yasmina, as_clara):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    assert as_yasmina.post(f"tasks/{task}/cancel").status_code == 404
    assert Task.objects.get().is_open


def test_who_is_no_client_yet_is_told_how_to_become_one(as_stan):
    refused = as_stan.post("tasks", a_new_task())
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_client_yet")
    refused = as_stan.post("me/standby")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_worker_yet")


def test_a_held_task_is_its_clients_alone(as_clara, as_wim, clara):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    held = Task.objects.get()
    held.pk, held.state = None, Task.State.HELD
    held.save()
    assert as_wim.get(f"tasks/{held.pk}").status_code == 404
    assert as_clara.get(f"tasks/{held.pk}").json()["state"] == "held"
    assert [t["id"] for t in as_wim.get("tasks").json()["results"]] == [task]


def two_bids(as_clara, as_wim, as_yasmina, mechanism):
    task = as_clara.post("tasks", a_new_task(mechanism=mechanism)).json()["id"]
    assert as_wim.post(f"tasks/{task}/bids", {"amount_cents": 900}).status_code == 201
    assert as_yasmina.post(f"tasks/{task}/bids", {"amount_cents": 700}).status_code == 201
    return task


SEALED = ["sealed_first_price", "sealed_second_price", "best_value", "uniform_price"]


@pytest.mark.parametrize("mechanism", [*SEALED, "clients_choice"])
def test_a_sealed_bid_is_seen_by_nobody_else_before_closing(
    as_clara, as_wim, as_yasmina, as_stan, mechanism
):
    task = two_bids(as_clara, as_wim, as_yasmina, mechanism)

    seen = {name: p.get(f"tasks/{task}/bids").json() for name, p in
            {"clara": as_clara, "wim": as_wim, "stan": as_stan}.items()}  # fmt: skip

    assert all(one["count"] == 2 and one["is_sealed"] for one in seen.values())
    assert (seen["clara"]["bids"], seen["stan"]["bids"]) == ([], [])
    assert [bid["amount_cents"] for bid in seen["wim"]["bids"]] == [900]
    for program in (as_clara, as_stan):
        for address in (f"tasks/{task}", f"tasks/{task}/events", "allocations"):
            told = list(everything_but_ids(program.get(address).json()))
            assert not {"Wim", "Yasmina", 700, "700"} & set(told)


def everything_but_ids(answer):
    """Every name, number and text in an answer; an id may happen to equal the amount of a bid."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from () if key in ("id", "task", "allocation") else everything_but_ids(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from everything_but_ids(value)
    else:
        yield answer


def test_after_closing_the_client_reads_the_sealed_bids_and_a_rival_only_their_own(
    as_clara, as_wim, as_yasmina
):
    task = two_bids(as_clara, as_wim, as_yasmina, "sealed_first_price")
    Task.objects.filter(pk=task).update(closes_at=later(seconds=-1))
    drain(timezone.now())

    bids = as_clara.get(f"tasks/{task}/bids").json()
    assert [(b["worker"]["name"], b["amount_cents"]) for b in bids["bids"]] == [
        ("Yasmina", 700), ("Wim", 900),
    ]  # fmt: skip
    assert [b["amount_cents"] for b in as_wim.get(f"tasks/{task}/bids").json()["bids"]] == [900]


def test_an_open_auction_shows_amounts_without_names(as_clara, as_wim, as_yasmina):
    task = two_bids(as_clara, as_wim, as_yasmina, "open_descending")
    for program in (as_clara, as_wim):
        bids = program.get(f"tasks/{task}/bids").json()["bids"]
        assert [bid["amount_cents"] for bid in bids] == [700, 900]
        assert bids[0]["worker"] is None
    assert "Yasmina" not in as_clara.get(f"tasks/{task}/events").content.decode()


def test_a_withdrawn_bid_is_gone(as_clara, as_wim, as_yasmina):
    task = two_bids(as_clara, as_wim, as_yasmina, "sealed_first_price")
    bid = as_wim.get("bids").json()["results"][0]["id"]
    assert as_yasmina.post(f"bids/{bid}/withdraw").status_code == 404
    assert as_wim.post(f"bids/{bid}/withdraw").json()["state"] == "withdrawn"
    assert as_clara.get(f"tasks/{task}/bids").json()["count"] == 1


def test_a_decision_shows_the_client_all_a_worker_one_row_and_an_operator_the_case(
    as_clara, as_wim, as_yasmina, stan
):
    task = two_bids(as_clara, as_wim, as_yasmina, "sealed_first_price")
    Task.objects.filter(pk=task).update(closes_at=later(seconds=-1))
    drain(timezone.now())
    stan.is_staff = True
    stan.save()

    clients, wims, operators = (
        p.get("allocations").json()["results"][0] for p in (as_clara, as_wim, program_for(stan))
    )

    assert [(r["name"], r["rank"], r["outcome"]) for r in clients["ranking"]] == [
        ("Yasmina", 1, "awarded"), ("Wim", 2, "not_awarded"),
    ]  # fmt: skip
    assert [r["name"] for r in wims["ranking"]] == ["Wim"]
    assert wims["candidate_count"] == 2
    assert "case" not in clients and "case" not in wims
    assert operators["case"]["candidates"][0]["ask_cents"] == 900


def test_a_worker_reads_what_is_public_and_what_is_theirs(as_clara, as_wim, as_yasmina):
    task = as_clara.post("tasks", a_new_task(slot_count=2)).json()["id"]
    as_wim.post(f"tasks/{task}/claims")
    mine = [e["kind"] for e in as_wim.get(f"tasks/{task}/events").json()["results"]]
    others = [e["kind"] for e in as_yasmina.get(f"tasks/{task}/events").json()["results"]]
    assert (mine, others) == (["posted", "awarded"], ["posted"])


def test_notices_are_read_by_their_person_only(as_clara, as_wim, as_stan, clara):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    as_wim.post(f"tasks/{task}/claims")
    tell_all(timezone.now())
    [notice] = as_clara.get("me/notices", {"unread": True}).json()["results"]
    assert (notice["kind"], notice["page"]) == ("filled", f"/tasks/{task}/")
    assert as_stan.post(f"me/notices/{notice['id']}/read").status_code == 404
    assert as_clara.post(f"me/notices/{notice['id']}/read").json()["read_at"]
    assert as_clara.get("me/notices", {"unread": True}).json()["results"] == []
