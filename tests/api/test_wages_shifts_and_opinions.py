"""Wages, shifts, hours and opinions over HTTP: one happy path each, and a stranger."""

import pytest
from rest_framework.test import APIClient

from allocation import actions as allocation
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, make_worker, post

pytestmark = pytest.mark.django_db


def as_(user):
    api = APIClient()
    api.force_authenticate(user)
    return api


def a_shift(**changes):
    return {
        "title": "Till on Saturday", "description": "The reading brings a queue.",
        "mechanism": "first_come", "pay_cents": 8000,
        "starts_at": later(days=2).isoformat(), "ends_at": later(days=2, hours=4).isoformat(),
        "break_minutes": 30, "cancellation": [{"hours": 72, "percent": 50}],
    } | changes  # fmt: skip


def test_a_shift_from_posting_to_the_reserve_list_and_calling_off(clara, wim, yasmina, stan):
    posted = as_(clara.user).post("/api/v1/shifts", a_shift())
    assert posted.status_code == 201
    number = posted.json()["task"]["id"]
    assert (posted.json()["paid_seconds"], posted.json()["task"]["kind"]) == (12_600, "shift")
    assert as_(stan).get(f"/api/v1/shifts/{number}").json()["reserve_count"] == 0
    assert as_(wim.user).post(f"/api/v1/tasks/{number}/claims").status_code == 201
    busy = as_(clara.user).post("/api/v1/shifts", a_shift()).json()["task"]["id"]
    refused = as_(wim.user).post(f"/api/v1/tasks/{busy}/claims").json()
    assert refused["code"] == "not_eligible"
    assert "overlaps" in refused["detail"]
    joined = as_(yasmina.user).post(f"/api/v1/shifts/{number}/reserve")
    assert joined.json()["reserve_count"] == 1
    held = Assignment.objects.get(worker=wim)
    early = as_(wim.user).post(f"/api/v1/assignments/{held.pk}/submit", {"content": "Done."})
    assert early.json()["code"] == "not_yet"
    assert as_(wim.user).post(f"/api/v1/assignments/{held.pk}/return").status_code == 200
    assert Assignment.objects.get(task=number, state="in_progress").worker == yasmina
    off = as_(clara.user).post(f"/api/v1/tasks/{number}/cancel")
    assert off.json()["state"] == "cancelled"
    assert as_(yasmina.user).get("/api/v1/me").json()["wallet_cents"] == 4000


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"ends_at": later(days=1).isoformat()}, 409),
        ({"time_zone": "Moon/Tranquility"}, 400),
        ({"cancellation": [{"hours": 24, "percent": 101}]}, 400),
        ({"cancellation": [{"hours": 24, "percent": 50}, {"hours": 2, "percent": 10}]}, 409),
        ({"mechanism": "contest"}, 409),
        ({"starts_at": NOW.isoformat()}, 409),
    ],
)
def test_a_wrong_shift_is_refused(clara, wrong, status):
    assert as_(clara.user).post("/api/v1/shifts", a_shift(**wrong)).status_code == status


def test_a_plain_task_cannot_call_itself_a_shift(clara):
    body = a_shift(kind="shift", estimate_seconds=60, closes_at=later(days=1).isoformat(),
                   deadline_at=later(days=2).isoformat())  # fmt: skip
    assert as_(clara.user).post("/api/v1/tasks", body).status_code == 400


def test_hours_are_published_and_booked(clara, wim):
    sent = {
        "title": "An hour of Dutch", "description": "Conversation.", "minutes": 60,
        "starts_at": later(days=3).isoformat(), "pay_cents": 3000, "weeks": 2,
    }  # fmt: skip
    assert len(as_(wim.user).post("/api/v1/hours", sent).json()) == 2
    found = APIClient().get("/api/v1/hours").json()["results"]
    booked = as_(clara.user).post(f"/api/v1/hours/{found[0]['id']}/book")
    assert booked.json()["task"]["kind"] == "booking"
    again = as_(clara.user).post(f"/api/v1/hours/{found[0]['id']}/book")
    assert again.json()["code"] == "hour_is_gone"
    assert as_(wim.user).post(f"/api/v1/hours/{found[1]['id']}/book").status_code == 403


def done_by(worker, client):
    task = post(client, kind="microtask")
    allocation.claim_slot(task_id=task.pk, by=worker, now=NOW)
    done = Assignment.objects.get(task=task)
    tasks.submit_work(assignment_id=done.pk, by=worker, content="Done.", now=later(minutes=30))
    tasks.approve(assignment_id=done.pk, by=client.user, now=later(minutes=40))
    return done


def test_ones_own_wages_and_diary_and_nobody_elses(clara, wim, yasmina):
    done_by(wim, clara)
    line = {"kind": "transport", "day": NOW.date().isoformat(), "seconds": 1800, "cost_cents": 250}
    written = as_(wim.user).post("/api/v1/me/time", line)
    assert written.status_code == 201
    wages = as_(wim.user).get("/api/v1/me/wages").json()["last_30_days"]
    assert (wages["per_paid_hour"], wages["per_hour"], wages["net_per_hour"]) == (2000, 1000, 750)
    empty = as_(yasmina.user).get("/api/v1/me/wages").json()["last_30_days"]
    assert empty["per_paid_hour"] is None
    assert as_(yasmina.user).get("/api/v1/me/time").json()["results"] == []
    url = f"/api/v1/me/time/{written.json()['id']}"
    assert as_(yasmina.user).delete(url).status_code == 404
    assert as_(wim.user).delete(url).status_code == 200
    assert as_(clara.user).get("/api/v1/me/wages").status_code == 403


def test_facts_and_opinions(clara, wim, stan):
    done = done_by(wim, clara)
    url = f"/api/v1/assignments/{done.pk}/opinion"
    said = {"score": 5, "reason": "Clear."}
    assert as_(wim.user).post(url, said).json()["revealed_at"] is None
    assert as_(wim.user).post(url, said).json()["code"] == "already_said"
    assert as_(stan).post(url, said).status_code == 404
    assert as_(clara.user).post(url, said | {"score": 4}).json()["revealed_at"] is not None
    page = APIClient().get(f"/api/v1/clients/{clara.pk}").json()
    assert page["facts"]["reply_share"] == 1.0
    assert page["facts"]["hourly_cents"] is None
    assert [one["score"] for one in page["opinions"]] == [5]
    seen = as_(clara.user).get(f"/api/v1/workers/{wim.pk}").json()
    assert (seen["facts"]["approved_share"], seen["opinions"][0]["score"]) == (1.0, 4)
    for who in (stan, make_worker("noor").user):
        assert as_(who).get(f"/api/v1/workers/{wim.pk}").status_code == 404
