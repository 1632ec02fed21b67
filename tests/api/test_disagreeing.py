"""Bonuses, many approvals, disputes, reviews and problems, through the API."""

import pytest

from disputes import actions as disputes
from ledger.queries import balance_cents
from tasks.models import Assignment
from tests.disputes.conftest import hand_in, make_operator, reject
from tests.people import later, make_worker, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(clara, wim):
    return hand_in(post(clara), wim)


def test_a_bonus_with_the_same_key_pays_once(as_clara, handed_in, wim):
    said = {"amount_cents": 250, "text": "So neat."}
    for _ in range(2):
        answer = as_clara.post(f"assignments/{handed_in.pk}/bonus", said, HTTP_IDEMPOTENCY_KEY="k")
        assert answer.status_code == 200
    assert balance_cents(wim.user) == 250
    as_clara.post(f"assignments/{handed_in.pk}/bonus", said)
    assert balance_cents(wim.user) == 500


def test_a_bonus_beyond_the_wallet_is_a_conflict(as_clara, handed_in, wim):
    said = {"amount_cents": 99_999, "text": "So neat."}
    answer = as_clara.post(f"assignments/{handed_in.pk}/bonus", said)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_enough_money")
    assert balance_cents(wim.user) == 0


def test_many_are_approved_at_once_and_once(as_clara, as_stan, clara, wim, yasmina):
    ids = [hand_in(post(clara), worker).pk for worker in (wim, yasmina)]
    assert as_stan.post("assignments/approve", {"assignments": ids}).json() == {"approved": 0}
    for _ in range(2):
        answer = as_clara.post(
            "assignments/approve", {"assignments": ids}, HTTP_IDEMPOTENCY_KEY="k"
        )
        assert answer.json() == {"approved": 2}
    assert as_clara.post("assignments/approve", {"assignments": ids}).json() == {"approved": 0}
    assert as_clara.post("assignments/approve", {"assignments": []}).status_code == 400
    assert balance_cents(wim.user) == 1_000


def test_a_dispute_from_both_sides(as_clara, as_wim, as_stan, handed_in, clara, wim):
    reject(handed_in)
    opened = as_wim.post(f"assignments/{handed_in.pk}/dispute", {"text": "The task says blue."})
    assert opened.status_code == 201
    number = opened.json()["id"]
    said = as_clara.post(f"disputes/{number}/statements", {"text": "I asked for red."})
    assert [s["by"] for s in said.json()["statements"]] == ["client"]
    for program in (as_clara, as_wim):
        assert [d["id"] for d in program.get("disputes").json()["results"]] == [number]
    assert as_stan.get(f"disputes/{number}").status_code == 404
    assert as_stan.post(f"disputes/{number}/statements", {"text": "Me too."}).status_code == 404
    disputes.decide_dispute(
        dispute_id=number,
        outcome="overturned",
        reason="Blue it is.",
        by=make_operator("otto"),
        now=later(days=1),
    )
    read = as_wim.get(f"disputes/{number}").json()
    assert (read["outcome"], read["decided_by"]) == ("overturned", "Otto")
    assert balance_cents(wim.user) == 1_000


def test_a_held_rejection_leaves_the_work_submitted(as_clara, clara):
    task = post(clara, slot_count=6)
    work = [hand_in(task, make_worker(f"worker{n}")) for n in range(6)]
    said = {"reason_code": "wrong", "text": "Blue."}
    states = [as_clara.post(f"assignments/{w.pk}/reject", said).json()["state"] for w in work]
    assert states == ["rejected"] * 5 + ["submitted"]
    held = as_clara.get("held-rejections").json()["results"]
    assert [row["assignment"] for row in held] == [work[5].pk]
    again = as_clara.post(f"assignments/{work[5].pk}/reject", said)
    assert (again.status_code, again.json()["code"]) == (409, "rejection_is_held")


def test_asking_a_person_and_a_stranger_finding_nothing(as_wim, as_stan, handed_in):
    decision = handed_in.task.allocations.get().pk
    assert as_wim.post(f"allocations/{decision}/review", {"text": "Right?"}).status_code == 201
    assert as_wim.post(f"allocations/{decision}/review", {"text": "Right?"}).status_code == 409
    assert as_stan.post(f"allocations/{decision}/review", {"text": "Right?"}).status_code == 404
    assert len(as_wim.get("reviews").json()["results"]) == 1


def test_a_problem_and_its_answer(as_clara, as_wim, as_stan, handed_in):
    task = handed_in.task_id
    number = as_wim.post(f"tasks/{task}/problems", {"text": "A dead link."}).json()["id"]
    answer = {"outcome": "fixed", "reason": "A new link."}
    assert as_stan.post(f"problems/{number}/answer", answer).status_code == 404
    assert as_wim.post(f"problems/{number}/answer", answer).status_code == 404
    assert as_clara.post(f"problems/{number}/answer", answer).json()["outcome"] == "fixed"
    assert as_clara.post(f"problems/{number}/answer", answer).status_code == 409
    assert len(as_wim.get("problems").json()["results"]) == 1
    assert Assignment.objects.get().state == "submitted"
