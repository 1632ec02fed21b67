"""Statuses are the worker's word, limits are dated facts, and neither is seen by what gives out work."""

import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agenda.actions import drain
from allocation import actions as allocation
from allocation.engine.catalogue import CATALOGUE, decide
from allocation.models import Allocation
from allocation.queries import case_for, look_at
from allocation.queries.shortlist import who_can_be_asked
from shifts import actions as shifts
from statuses import actions
from statuses.models import StatusLimit, WorkedAs
from statuses.queries import limit_gates, over_the_limit, standings_of
from statuses.rules import Used
from tasks.models import Assignment
from tests.api.conftest import program_for
from tests.people import make_operator, post
from tests.refusals import refused
from wages import actions as wages
from wages.queries import day_of
from workers.models import Worker

HOUR = 3600


@given(st.integers(0, 10**7), st.integers(1, 5000), st.integers(1, 10**6))
def test_there_is_room_exactly_as_long_as_the_hours_last(used, most, more):
    assert Used(used, most).has_room_for(more) == (used + more <= most * HOUR)


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def belgium(db):
    """The market goes by the facts of Belgium: a student works 650 hours a year at most."""
    now = timezone.now()
    wages.choose_floor(
        country="BE", response="warn", reason="Here.", valid_from=now, by=make_operator("otto"), now=now
    )  # fmt: skip
    return StatusLimit.objects.get(status="student", hours=650)


@pytest.fixture
def student(belgium, wim):
    return be(wim, "student")


def be(worker, status, to_day=None) -> Worker:
    now = timezone.now()
    actions.hold_status(worker=worker, status=status, from_day=day_of(now), to_day=to_day, now=now)
    worker.refresh_from_db()
    return worker


def work(clara, worker, hours) -> Assignment:
    """One piece of work of so many agreed hours."""
    now = timezone.now()
    task = post(
        clara, now, estimate_seconds=hours * HOUR, closes_at=now + timedelta(hours=1),
        deadline_at=now + timedelta(days=90),
    )  # fmt: skip
    allocation.claim_slot(task_id=task.pk, by=worker, now=now)
    return Assignment.objects.get(task=task)


@pytest.mark.django_db
def test_each_assignment_is_recorded_under_the_status_of_that_moment(clara, student):
    first = work(clara, student, 1)
    be(student, "freelancer")
    actions.work_as(worker=student, status="freelancer", now=timezone.now())
    student.refresh_from_db()
    second = work(clara, student, 2)
    kept = dict(WorkedAs.objects.values_list("assignment", "status"))
    assert kept == {first.pk: "student", second.pk: "freelancer"}
    with refused("statuses_workedas is append-only"):
        WorkedAs.objects.update(status="student")
    with refused("statuses_statuslimit is append-only"):
        StatusLimit.objects.update(hours=9999)


@pytest.mark.django_db
def test_what_does_not_fit_into_the_year_is_closed_and_the_worker_reads_why(clara, student):
    Worker.objects.filter(pk=student.pk).update(capacity=20)
    work(clara, student, 600)
    now = timezone.now()
    fits, too_long = (
        post(clara, now, estimate_seconds=hours * HOUR, deadline_at=now + timedelta(days=90))
        for hours in (50, 51)
    )
    assert limit_gates(fits, student, now) == ()
    assert limit_gates(too_long, student, now) == ("status_limit",)
    with pytest.raises(allocation.NotEligible) as refusal:
        allocation.claim_slot(task_id=too_long.pk, by=student, now=now)
    assert refusal.value.gates == ("status_limit",)
    browser = Browser()
    browser.force_login(student.user)
    page = browser.get(reverse("task", args=[too_long.pk])).content.decode()
    assert "A limit on hours or income of your work status was reached." in page
    [mine] = standings_of(student, now)
    assert mine.used.is_near and mine.limit.hours == 650


@pytest.mark.django_db
def test_work_that_was_given_back_and_other_statuses_do_not_count(clara, student):
    given_back = work(clara, student, 640)
    shifts.give_back(assignment_id=given_back.pk, by=student, now=timezone.now())
    student.refresh_from_db()
    task = post(clara, timezone.now(), estimate_seconds=600 * HOUR, deadline_at=timezone.now() + timedelta(days=90))  # fmt: skip
    assert limit_gates(task, student, timezone.now()) == ()


@pytest.mark.django_db
def test_without_a_country_or_a_status_nothing_is_looked_up(clara, wim, django_assert_num_queries):
    task = post(clara, timezone.now(), estimate_seconds=10_000 * HOUR)
    with django_assert_num_queries(0):
        assert over_the_limit(task, [wim], timezone.now()) == set()
    be(wim, "student")
    assert over_the_limit(task, [wim], timezone.now()) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("mechanism", ["scored_offers", "sealed_first_price"])
def test_a_closed_gate_stands_in_the_record(clara, student, yasmina, mechanism):
    now = timezone.now()
    for worker in (student, yasmina):
        allocation.go_available(by=worker, now=now)
    task = post(clara, now, mechanism=mechanism, estimate_seconds=651 * HOUR, deadline_at=now + timedelta(days=90))  # fmt: skip
    case = case_for(task, look_at(task), now) if mechanism == "scored_offers" else None
    if case is None:
        with pytest.raises(allocation.NotEligible):
            allocation.place_bid(task_id=task.pk, by=student, amount_cents=900, now=now)
        return
    closed = {c.worker: c.failed_gates for c in case.candidates}
    assert closed == {student.pk: ("status_limit",), yasmina.pk: ()}
    drain(now)
    assert list(task.offers.values_list("worker", flat=True)) == [yasmina.pk]
    assert Allocation.objects.filter(task=task).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("mechanism", ["scored_offers", "rotation", "standby_queue"])
def test_whoever_a_limit_stops_hides_nobody(clara, student, yasmina, mechanism, monkeypatch):
    module = sys.modules[who_can_be_asked.__module__]
    monkeypatch.setattr(module, "SHORTLIST", 1)
    monkeypatch.setattr(module, "PER_SLOT", 1)
    now = timezone.now()
    wait = allocation.join_standby if mechanism == "standby_queue" else allocation.go_available
    wait(by=student, now=now - timedelta(hours=9))
    wait(by=yasmina, now=now)
    task = post(clara, now, mechanism=mechanism, estimate_seconds=651 * HOUR, deadline_at=now + timedelta(days=90))  # fmt: skip
    case = case_for(task, look_at(task), now)
    closed = {c.worker: c.failed_gates for c in case.candidates}
    assert closed == {student.pk: ("status_limit",), yasmina.pk: ()}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", CATALOGUE)
def test_swapping_the_statuses_changes_no_case_and_no_decision(clara, wim, yasmina, slug):
    now = timezone.now()
    task = post(clara, now, mechanism=slug)
    for worker, ask in ((wim, 900), (yasmina, 700)):
        allocation.go_available(by=worker, now=now)
        if CATALOGUE[slug].traits.entry == "bid":
            allocation.place_bid(task_id=task.pk, by=worker, amount_cents=ask, now=now)

    def seen():
        case = replace(case_for(task, look_at(task), now), now=task.closes_at.timestamp())
        return case, decide(slug, case)

    be(wim, "freelancer"), be(yasmina, "pensioner")
    before = seen()
    Worker.objects.filter(pk=wim.pk).update(work_status="pensioner")
    Worker.objects.filter(pk=yasmina.pk).update(work_status="freelancer")
    assert seen() == before
    assert "freelancer" not in str(before) and "pensioner" not in str(before)


@pytest.mark.django_db
def test_a_status_that_is_over_is_not_worked_under(wim):
    today = day_of(timezone.now())
    be(wim, "student", to_day=today)
    assert wim.work_status == "student"
    drain(timezone.now() + timedelta(days=2))
    wim.refresh_from_db()
    assert wim.work_status == ""


@pytest.mark.django_db
def test_wrong_words_about_a_status_are_refused(wim):
    now, today = timezone.now(), day_of(timezone.now())
    be(wim, "student")
    hold = {"worker": wim, "now": now, "to_day": None}
    with pytest.raises(actions.StatusIsHeldAlready):
        actions.hold_status(status="student", from_day=today, **hold)
    with pytest.raises(actions.StatusEndsBeforeItBegins):
        actions.hold_status(status="pensioner", from_day=today, **hold | {"to_day": date(2020, 1, 1)})  # fmt: skip
    with pytest.raises(actions.StatusIsNotHeld):
        actions.work_as(worker=wim, status="pensioner", now=now)
    assert wim.statuses.count() == 1


@pytest.mark.django_db
def test_the_page_adds_chooses_and_ends_and_a_stranger_ends_nothing(wim, yasmina, belgium):
    browser, other = Browser(), Browser()
    browser.force_login(wim.user)
    other.force_login(yasmina.user)
    url = reverse("statuses")
    browser.post(url, {"status": "student", "from_day": "2020-01-01", "to_day": ""})
    page = browser.get(url).content.decode()
    assert "of 650 h." in page and "Not legal advice." in page
    held = wim.statuses.get()
    assert other.post(reverse("status_end", args=[held.pk])).status_code == 404
    browser.post(reverse("status_choose"), {"status": ""})
    wim.refresh_from_db()
    assert wim.work_status == ""
    browser.post(reverse("status_end", args=[held.pk]))
    held.refresh_from_db()
    assert held.to_day == day_of(timezone.now())
    wrong = browser.post(url, {"status": "king", "from_day": "soon"}).content.decode()
    assert "Enter a valid date." in wrong and wim.statuses.count() == 1


@pytest.mark.django_db
def test_a_program_does_the_same(wim, yasmina, belgium):
    program, stranger = program_for(wim.user), program_for(yasmina.user)
    added = program.post("me/statuses", {"status": "student", "from_day": "2020-01-01"})
    [mine] = added.json()
    assert (added.status_code, mine["is_chosen"], mine["used_seconds"]) == (201, True, 0)
    assert mine["limit"]["hours"] == 650
    again = program.post("me/statuses", {"status": "student", "from_day": "2020-01-01"})
    assert (again.status_code, again.json()["code"]) == (409, "status_is_held_already")
    assert program.post("me/statuses/choose", {"status": "pensioner"}).status_code == 409
    assert program.post("me/statuses/choose", {"status": ""}).json()[0]["is_chosen"] is False
    assert stranger.post(f"me/statuses/{mine['id']}/end", {}).status_code == 404
    assert program.post(f"me/statuses/{mine['id']}/end", {}).status_code == 200
    assert program.post("me/statuses", {"status": "king", "from_day": "x"}).status_code == 400
