"""The demo's handful: whoever comes alone meets somebody, and the board does not overflow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.names import shown, simulated_name
from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Bid, Offer
from ledger.queries import trial_balance
from marketplace.templatetags.market import avatar
from simulation.handful import PACE, PRESETS, let_handful_act
from tasks.actions import submit_work
from tasks.models import Assignment, Submission, Task
from tests.people import NOW, later, post
from workers.models import Skill

pytestmark = pytest.mark.django_db


def live(seconds: int, since: int = 0, every: int = 5) -> None:
    """So many seconds of the demo, with the engine's due work between the rounds."""
    for at in range(since, since + seconds, every):
        now = NOW + timedelta(seconds=at)
        let_handful_act(people=9, now=now, seconds=every, seed=at)
        drain(now + timedelta(seconds=1), most=500)


def test_a_lone_client_sees_bids_and_gets_work_back_within_two_minutes(clara):
    Skill.objects.create(slug="dutch", name="Dutch")
    live(5)
    fixed = post(clara, pay_cents=1500, estimate_seconds=1800, skills=("dutch",))
    auction = post(clara, mechanism="sealed_first_price", pay_cents=6000, estimate_seconds=3600)
    offered = post(clara, mechanism="scored_offers", pay_cents=4500, estimate_seconds=1800)
    drain(NOW + timedelta(seconds=6))
    live(120, since=5)
    assert Submission.objects.filter(assignment__task=fixed).exists()
    assert Bid.objects.filter(task=auction).count() >= 3
    assert Offer.objects.filter(task=offered).exclude(state="open").exists()
    others = Assignment.objects.filter(task__client=clara).exclude(worker__user__is_simulated=True)
    assert not others.exists()


def test_a_lone_worker_finds_tasks_and_is_paid_for_one(wim):
    live(60)
    board = Task.objects.open()
    assert board.filter(mechanism="first_come").exists() and board.count() >= 6
    mine = board.filter(mechanism="first_come").last()
    allocation.claim_slot(task_id=mine.pk, by=wim, now=NOW + timedelta(seconds=61))
    held = Assignment.objects.get(worker=wim)
    submit_work(assignment_id=held.pk, by=wim, content="A cat.", now=NOW + timedelta(seconds=70))
    live(5, since=75)
    held.refresh_from_db()
    assert held.state == Assignment.State.APPROVED


def test_the_board_does_not_overflow_and_money_stays_right():
    live(900, every=30)
    open_tasks = Task.objects.filter(state__in=["open", "allocated"])
    assert open_tasks.count() <= PACE.most_open * len(PRESETS)
    assert Task.objects.count() < 300
    assert trial_balance().is_right


def test_what_was_on_the_board_before_they_came_stays_for_people(clara):
    before = post(clara, now=NOW - timedelta(hours=1), pay_cents=9000, estimate_seconds=1800)
    live(120)
    before.refresh_from_db()
    assert before.is_open


def test_nobody_acts_by_schedule_unless_there_are_agents():
    assert settings.AGENTS == 0
    assert "agents" not in settings.CELERY_BEAT_SCHEDULE


def test_every_page_and_the_api_say_who_is_simulated(client, clara):
    post(clara, mechanism="sealed_first_price", pay_cents=6000, floor_cents=1)
    live(15)
    drain(later(hours=1, seconds=1), most=500)
    live(10, since=3605)
    client.force_login(clara.user)
    theirs = Task.objects.exclude(client=clara).first()
    won = Assignment.objects.get(task__client=clara)
    named = (
        reverse("market"),
        reverse("client_page", args=[theirs.client_id]),
        reverse("task", args=[theirs.pk]),
        reverse("worker_page", args=[won.worker_id]),
        reverse("client_task", args=[won.task_id]),
        reverse("task_why", args=[won.task_id]),
        f"/api/v1/tasks/{theirs.pk}",
    )
    for address in named:
        assert "(simulated)" in client.get(address).content.decode(), address


def test_the_label_is_kept_apart_from_the_name():
    assert shown(simulated_name("Ada")) == "Ada (simulated)"
    assert shown("Ada") == "Ada"
    assert ">A<" in avatar(simulated_name("Ada"))
