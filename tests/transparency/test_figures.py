"""The published figures are counted from the market's own rows, aside, for two groups apart."""

import json
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from agenda.actions import do_chores, drain
from agenda.models import DueWork
from allocation import actions as allocation
from disputes import actions as disputes
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, make_operator, make_worker, post
from transparency.actions import COUNT, count_figures, keep_fresh
from transparency.models import Figures
from transparency.queries import DAYS, facts_about

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


def hand_in(clara, worker, **terms) -> Assignment:
    task = post(clara, **terms)
    allocation.claim_slot(task_id=task.pk, by=worker, now=later(minutes=1))
    held = Assignment.objects.get(task=task)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=later(minutes=31))
    return held


def approve(held: Assignment, at) -> None:
    tasks.approve(assignment_id=held.pk, by=held.task.client.user, now=at)


def crowd(count: int, prefix: str = "w", **user):
    workers = [make_worker(f"{prefix}{number}") for number in range(count)]
    for worker in workers:
        for name, value in user.items():
            setattr(worker.user, name, value)
        worker.user.save()
    return workers


def test_every_figure_equals_a_recount_by_hand(clara):
    """Eleven workers: ten are paid €10 for half an hour, the eleventh asks and gets nothing."""
    workers = crowd(11)
    for worker in workers[:10]:
        approve(hand_in(clara, worker), later(minutes=40))
    late = post(clara)
    allocation.claim_slot(task_id=late.pk, by=workers[0], now=later(minutes=2))
    auction = post(clara, mechanism="sealed_first_price")  # still open, so it does not count
    allocation.place_bid(task_id=auction.pk, by=workers[10], amount_cents=900, now=timezone.now())
    facts = facts_about(later(hours=1), simulated=False)
    (filling,) = facts.fillings
    assert (filling.mechanism, filling.tasks, filling.taken, filling.slots, filling.filled) == (
        "first_come", 11, 11, 11, 11,
    )  # fmt: skip
    assert (filling.p50_seconds, round(filling.p95_seconds)) == (60, 90)  # 60 ten times, once 120
    assert facts.wages == ((2000, None, None),) * 10, "nobody wrote down any unpaid time"
    assert (facts.approved, facts.rejected, facts.judged_workers) == (10, 0, 10)
    assert sorted(facts.awards) == [0] + [1] * 9 + [2]
    assert len(facts.first_awards) == 11 and facts.first_awards.count(None) == 1


def test_disputes_are_counted_with_how_they_ended_and_whether_in_time(clara, wim):
    otto = make_operator("otto")
    for decided_after, outcome in ((days_(1), "overturned"), (days_(30), "upheld")):
        held = hand_in(clara, wim)
        disputes.reject(assignment_id=held.pk, by=clara.user, reason_code="wrong", text="Blue.",
                        now=later(minutes=40))  # fmt: skip
        asked = disputes.open_dispute(
            assignment_id=held.pk, by=wim, text="You asked for blue.", now=later(minutes=50)
        )
        disputes.decide_dispute(
            dispute_id=asked.pk, by=otto, outcome=outcome, reason="I looked.",
            now=later(minutes=50) + decided_after,
        )  # fmt: skip
    dispute = facts_about(later(days=40), simulated=False).questions[0]
    assert (dispute.kind, dispute.asked, dispute.decided, dispute.overturned, dispute.late) == (
        "dispute", 2, 2, 1, 1,
    )  # fmt: skip


def days_(count: int) -> timedelta:
    return timedelta(days=count)


def test_a_question_that_waits_too_long_is_late(clara, wim):
    held = hand_in(clara, wim)
    disputes.reject(assignment_id=held.pk, by=clara.user, reason_code="wrong", text="Blue.",
                    now=later(minutes=40))  # fmt: skip
    disputes.open_dispute(assignment_id=held.pk, by=wim, text="No!", now=later(minutes=50))
    assert facts_about(later(days=1), simulated=False).questions[0].late == 0
    assert facts_about(later(days=30), simulated=False).questions[0].late == 1


def test_simulated_people_are_counted_apart(clara):
    (wim,) = crowd(1)
    (bot,) = crowd(1, "bot", is_simulated=True)
    for worker in (wim, bot, bot):
        approve(hand_in(clara, worker), later(minutes=40))
    people = facts_about(later(hours=1), simulated=False)
    simulated = facts_about(later(hours=1), simulated=True)
    assert (people.fillings[0].tasks, simulated.fillings[0].tasks) == (1, 2)
    assert (people.approved, simulated.approved) == (1, 2)
    assert (people.awards, simulated.awards) == ((1,), (2,))
    clara.user.is_simulated = True
    clara.user.save()
    assert facts_about(later(hours=1), simulated=False).fillings == ()


def test_what_is_older_than_the_period_does_not_count(clara, wim):
    approve(hand_in(clara, wim), later(minutes=40))
    facts = facts_about(NOW + timedelta(days=DAYS + 1), simulated=False)
    assert (facts.fillings, facts.approved, facts.awards) == ((), 0, ())


def test_counting_is_put_aside_once_while_the_figures_are_old(clara):
    keep_fresh(NOW)
    keep_fresh(NOW)
    assert DueWork.objects.filter(topic=COUNT).count() == 1
    assert drain(NOW) == 0, "the market's own drain does not meet it"
    drain(NOW, aside=True)
    assert Figures.objects.get().counted_at == NOW
    keep_fresh(later(minutes=5))
    assert not DueWork.objects.filter(topic=COUNT).exists()
    do_chores(later(minutes=11))
    assert DueWork.objects.filter(topic=COUNT).exists()


def test_the_page_before_the_first_counting_says_so():
    page = Browser().get(reverse("transparency"))
    assert page.status_code == 200
    assert "Not counted yet" in page.content.decode()
    assert Browser().get("/transparency.json").json()["people"] is None


def test_small_numbers_reach_neither_the_page_nor_the_json(clara):
    for worker in crowd(3):
        approve(hand_in(clara, worker), later(minutes=40))
    count_figures(later(hours=1))
    found = Browser().get("/transparency.json").json()
    assert found["people"]["mechanisms"] == [
        {
            "mechanism": "first_come",
            "tasks": "<5",
            "slots": "<5",
            "fill_share": None,
            "filled_tasks": "<5",
            "fill_p50_seconds": None,
            "fill_p95_seconds": None,
        }
    ]
    stored = json.dumps(Figures.objects.get().figures)
    assert "1000" not in stored and "2000" not in stored, "not even in the database"
    page = Browser().get(reverse("transparency")).content.decode()
    assert "&lt;5" in page


def test_every_published_figure_has_a_definition(clara):
    count_figures(NOW)
    document = Browser().get("/transparency.json").json()
    defined = set(document["definitions"])
    assert set(document["people"]) <= defined
    assert document["period"]["days"] == DAYS
    parts = {
        name for group in document["people"].values() if isinstance(group, dict) for name in group
    }
    explained = {name.rpartition(".")[2] for name in defined}
    assert {name for name in parts if name.endswith(("cents", "gini", "seconds"))} <= explained


def test_the_page_costs_the_same_whatever_was_counted(clara, django_assert_num_queries):
    browser = Browser()
    for worker in crowd(12):
        approve(hand_in(clara, worker), later(minutes=40))
    count_figures(timezone.now())
    browser.get(reverse("transparency"))
    with django_assert_num_queries(2):  # the row, and the wage floor
        page = browser.get(reverse("transparency")).content.decode()
    assert "100" in page
    with django_assert_num_queries(1):
        browser.get("/transparency.json")


def test_simulated_people_have_a_page_of_their_own(clara):
    (bot,) = crowd(1, "bot", is_simulated=True)
    for _ in range(6):
        approve(hand_in(clara, bot), later(minutes=40))
    count_figures(later(hours=1))
    people = Browser().get(reverse("transparency")).content.decode()
    simulated = Browser().get(reverse("transparency") + "?of=simulated").content.decode()
    assert "No task of this group" in people
    assert "simulated people only" in simulated and "No task of this group" not in simulated
