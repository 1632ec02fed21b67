"""Everything a person can do with a task, through the API: post, ask for it, work, be paid."""

import pytest
from django.utils import timezone

from agenda.actions import drain
from allocation.engine.seeds import commitment
from ledger.queries import balance_cents, trial_balance
from tasks.models import Task
from tests.api.conftest import a_new_task
from tests.people import later, post

pytestmark = pytest.mark.django_db


def test_first_come_from_posting_to_payment(as_clara, as_wim, wim):
    task = as_clara.post("tasks", a_new_task()).json()
    assert (task["state"], task["free_slots"], task["seed"]) == ("open", 1, None)

    claim = as_wim.post(f"tasks/{task['id']}/claims")
    assert (claim.status_code, claim.json()["is_won"]) == (201, True)
    assignment = claim.json()["assignment"]
    handed_in = as_wim.post(f"assignments/{assignment}/submit", {"content": "Done."})
    assert (handed_in.status_code, handed_in.json()["number"]) == (201, 1)
    approved = as_clara.post(f"assignments/{assignment}/approve", {"text": "Thanks"})

    assert approved.json()["state"] == "approved"
    assert approved.json()["submissions"][0]["review"]["by"] == "Clara"
    assert balance_cents(wim.user) == 1000
    assert as_wim.get("me").json()["wallet_cents"] == 1000
    line = as_wim.get("me/statement").json()["results"][0]
    assert (line["kind"], line["amount_cents"]) == ("payout", 1000)
    task = as_clara.get(f"tasks/{task['id']}").json()
    assert (task["state"], commitment(int(task["seed"]))) == ("completed", task["seed_commitment"])
    assert trial_balance().is_right


def test_a_claim_after_the_last_place_is_kept_and_says_why(as_clara, as_wim, as_yasmina):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    as_wim.post(f"tasks/{task}/claims")

    late = as_yasmina.post(f"tasks/{task}/claims")

    assert (late.status_code, late.json()["is_won"]) == (201, False)
    assert as_yasmina.post(f"tasks/{task}/claims").json()["id"] == late.json()["id"]
    [decision] = as_yasmina.get("allocations").json()["results"]
    told = as_yasmina.get(f"allocations/{decision['id']}/explanation").json()["about_worker"]
    assert told["reason"] in ("came_later", "no_free_slot")


def test_a_claim_after_a_cancelling_is_refused_in_the_words_of_the_action(as_clara, as_yasmina):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    as_clara.post(f"tasks/{task}/cancel")

    late = as_yasmina.post(f"tasks/{task}/claims")

    assert late.status_code == 409
    assert late["Content-Type"] == "application/problem+json"
    assert late.json() == {
        "type": "urn:taakplein:problem:task_is_not_open",
        "title": "That is not possible now",
        "status": 409,
        "detail": "This task is not open any more.",
        "code": "task_is_not_open",
    }


def test_a_closed_gate_is_named_in_its_own_sentence(as_clara, as_wim):
    task = as_clara.post("tasks", a_new_task(skills=["welding"])).json()["id"]
    refused = as_wim.post(f"tasks/{task}/claims").json()
    assert refused["code"] == "not_eligible"
    assert refused["detail"] == "The task asks for a skill that is not on your profile."


def test_an_offer_is_accepted(as_clara, as_wim, wim):
    assert as_wim.post("me/availability").json()["available_since"]
    task = as_clara.post("tasks", a_new_task(mechanism="scored_offers")).json()["id"]
    drain(timezone.now())
    offer = as_wim.get("offers?state=open").json()["results"][0]
    assert (offer["task"], offer["title"]) == (task, "Carry a box")

    taken = as_wim.post(f"offers/{offer['id']}/accept").json()

    assert (taken["task"], taken["state"], taken["worker"]["id"]) == (task, "in_progress", wim.pk)
    assert as_wim.get("assignments?role=worker").json()["results"] == [taken]


def test_a_declined_offer_stays_declined(as_clara, as_wim):
    as_wim.post("me/availability")
    as_clara.post("tasks", a_new_task(mechanism="scored_offers"))
    drain(timezone.now())
    offer = as_wim.get("offers").json()["results"][0]["id"]
    assert as_wim.post(f"offers/{offer}/decline").json()["state"] == "declined"
    assert as_wim.post(f"offers/{offer}/accept").json()["code"] == "offer_is_gone"


def test_rework_then_rejection_with_a_reason(as_clara, as_wim, clara):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    assignment = as_wim.post(f"tasks/{task}/claims").json()["assignment"]
    as_wim.post(f"assignments/{assignment}/submit", {"content": "Half"})
    silent = as_clara.post(f"assignments/{assignment}/rework", {})
    assert (silent.status_code, silent.json()["code"]) == (409, "a_rejection_needs_a_reason")
    as_clara.post(f"assignments/{assignment}/rework", {"text": "The other half"})
    as_wim.post(f"assignments/{assignment}/submit", {"content": "Three quarters"})

    rejected = as_clara.post(
        f"assignments/{assignment}/reject", {"reason_code": "incomplete", "text": "A quarter"}
    ).json()

    assert rejected["state"] == "rejected"
    assert [s["review"]["verdict"] for s in rejected["submissions"]] == ["rejected", "rework"]
    assert balance_cents(clara.user) == 98_900  # in escrow while it can be disputed
    drain(later(days=15))
    assert balance_cents(clara.user) == 100_000


def test_returning_gives_the_slot_back(as_clara, as_wim):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    assignment = as_wim.post(f"tasks/{task}/claims").json()["assignment"]
    assert as_wim.post(f"assignments/{assignment}/return").json()["state"] == "returned"
    assert as_wim.get(f"tasks/{task}").json()["free_slots"] == 1


def test_cancelling_gives_the_escrow_back(as_clara, clara):
    task = as_clara.post("tasks", a_new_task()).json()["id"]
    assert as_clara.post(f"tasks/{task}/cancel").json()["state"] == "cancelled"
    assert balance_cents(clara.user) == 100_000


def test_a_batch_is_posted_and_claimed_one_by_one(as_clara, as_wim):
    batch = as_clara.post("batches", {"title": "Boxes", "tasks": [a_new_task()] * 3}).json()
    assert (batch["task_count"], batch["open_count"]) == (3, 3)

    claims = [as_wim.post(f"batches/{batch['id']}/claim").json() for _ in range(3)]
    nothing = as_wim.post(f"batches/{batch['id']}/claim")

    assert len({claim["task"] for claim in claims}) == 3
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_left")
    assert as_wim.get(f"batches/{batch['id']}").json()["open_count"] == 0


def test_one_person_has_no_more_of_a_batch_than_it_says(as_clara, as_wim):
    news = {"title": "Boxes", "tasks": [a_new_task()] * 3, "most_per_worker": 1}
    batch = as_clara.post("batches", news).json()
    assert batch["most_per_worker"] == 1
    assert as_wim.post(f"batches/{batch['id']}/claim").status_code == 201
    refused = as_wim.post(f"batches/{batch['id']}/claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_eligible")
    assert "as one person may have" in refused.json()["detail"]


def test_a_wrong_row_refuses_the_whole_batch(as_clara):
    tasks = [a_new_task(), a_new_task(pay_cents=0)]
    refused = as_clara.post("batches", {"title": "Boxes", "tasks": tasks})
    assert refused.status_code == 400
    assert "pay_cents" in str(refused.json()["errors"])
    assert not Task.objects.exists()


def test_an_empty_wallet_posts_nothing(as_stan):
    as_stan.post("me/client", {"name": "Stan"})
    refused = as_stan.post("tasks", a_new_task(pay_cents=90_000_000))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_enough_money")
    assert not Task.objects.exists()


def test_play_money_comes_in_portions(as_clara):
    assert as_clara.post("me/deposits", {"amount_cents": 500}).json()["wallet_cents"] == 100_500
    assert as_clara.post("me/deposits", {"amount_cents": 1_000_001}).status_code == 400


def test_one_account_becomes_client_and_worker(as_stan):
    as_stan.post("me/client", {"name": "Stan Ltd"})
    as_stan.post("me/worker", {"name": "Stan", "skills": ["dutch"]})
    as_stan.put("me/skills", {"skills": ["french", "dutch"]})
    as_stan.post("me/standby")
    me = as_stan.get("me").json()
    assert me["client"]["name"] == "Stan Ltd"
    assert me["worker"]["skills"] == ["dutch", "french"]
    assert me["worker"]["standby_since"]
    assert as_stan.delete("me/standby").json()["standby_since"] is None


def test_the_client_chooses_from_the_shortlist(as_clara, as_wim, wim):
    task = as_clara.post("tasks", a_new_task(mechanism="clients_choice")).json()["id"]
    as_wim.post(f"tasks/{task}/bids", {"amount_cents": 900})
    Task.objects.filter(pk=task).update(closes_at=later(seconds=-1))
    drain(timezone.now())

    as_clara.post(f"tasks/{task}/choose", {"workers": [wim.pk]})

    assert as_wim.get("assignments").json()["results"][0]["pay_cents"] == 900


def test_filters_narrow_the_market(as_nobody, clara):
    plain = post(clara)
    rich = post(clara, pay_cents=5000, skills=("dutch",), latitude=50.85, longitude=4.35)

    def found(query):
        return {task["id"] for task in as_nobody.get(f"tasks?{query}").json()["results"]}

    assert found("") == {plain.pk, rich.pk}
    assert found("skill=dutch") == found("min_pay_cents=5000") == {rich.pk}
    assert found("on_site=true") == found("min_hourly_cents=10000") == {rich.pk}
    assert found("on_site=false") == {plain.pk}
    assert found("min_hourly_cents=10001") == found("state=completed") == set()
    assert found("mechanism=first_come&kind=microtask") == {plain.pk, rich.pk}
    assert found("mine=posted") == set()
