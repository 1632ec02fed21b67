"""The doors of a class: everybody's way in, the teacher's buttons, and what strangers do not see."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from accounts.models import Room, User
from agenda.actions import drain
from allocation import actions as allocation
from classroom import actions, limits
from classroom.crowds import let_crowds_act
from classroom.models import Classroom, Pupil
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.classroom.people import open_class, sit, soon, start, start_any
from tests.people import make_user

pytestmark = pytest.mark.django_db


GIVEN = {
    "title": "A box", "description": "Up.", "mechanism": "first_come", "pay_cents": "30", "place": "leuven",
    "estimate_minutes": 60, "slot_count": 1, "closes_in": "120", "accepts_low_pay": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick(settings):
    settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()


@pytest.fixture
def classroom(db) -> Classroom:
    return open_class(make_user("ada"))


@pytest.fixture
def teacher(classroom) -> Browser:
    return browser_of(classroom.teacher)


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def page(name: str, classroom: Classroom, *more: object) -> str:
    return reverse(name, args=[classroom.code, *more])


def come_in(browser: Browser, classroom: Classroom, nickname: str, role: str = "worker", **change):
    given = {"code": classroom.code, "nickname": nickname, "role": role} | change
    return browser.post(reverse("class_join"), given)


def test_a_teacher_opens_a_class_and_reads_its_code(stan):
    browser = browser_of(stan)
    answer = browser.post(reverse("class_open"), {"title": "4b", "agents": 3}, follow=True)
    classroom = Classroom.objects.get(teacher=stan)
    assert answer.status_code == 200 and classroom.code in answer.content.decode()
    assert classroom.code in browser.get(reverse("classes")).content.decode()
    assert browser.post(reverse("class_open"), {"title": "", "agents": 99}).status_code == 422
    assert Browser().post(reverse("class_open"), {"title": "4b", "agents": 3}).status_code == 302
    assert Classroom.objects.count() == 1


def test_a_pupil_comes_in_with_code_and_nickname_and_is_on_the_market_of_the_class(classroom):
    sit(classroom, "Omar")
    browser = Browser()
    assert "Take a seat" in browser.get(page("classroom", classroom)).content.decode()
    answer = come_in(browser, classroom, "Noor", code=f" {classroom.code.lower()} ")
    assert answer.url == page("classroom", classroom)
    seat = Pupil.objects.get(nickname="Noor")
    assert seat.word in browser.get(answer.url).content.decode()
    start(classroom)
    for name in ("market", "worker_home", "decisions"):
        shown = browser.get(reverse(name)).content.decode()
        assert "the round ends in" in shown and "data-until" in shown
    assert "An hour of the market takes" in browser.get(answer.url).content.decode()
    assert browser.get(page("classroom_moving", classroom)).status_code == 200


def test_the_client_of_a_class_posts_what_is_decided_while_the_round_lasts(classroom):
    browser = Browser()
    come_in(browser, classroom, "Mira", "client")
    start(classroom)
    form = browser.get(reverse("task_new")).content.decode()
    assert 'value="120" selected' in form
    given = GIVEN | {"deadline_at": soon(days=2).strftime("%Y-%m-%dT%H:%M")}
    assert browser.post(reverse("task_new"), given).status_code == 302
    task = Task.objects.get()
    assert task.room == classroom.room
    actions.end_round(classroom_id=classroom.pk, by=classroom.teacher, now=timezone.now())
    refused = browser.post(reverse("task_new"), given).content.decode()
    assert "No round of your class is on now" in refused and Task.objects.count() == 1


def in_the_form(page: str, name: str) -> str:
    return re.search(f'name="{name}"[^>]*? value="([^"]*)"', page)[1]


def end_the_round_in(classroom, **span) -> datetime:
    ends = soon(**span)
    Room.objects.filter(pk=classroom.room_id).update(closes_at=ends)
    return ends


def test_the_form_begins_with_the_deadline_and_the_time_that_are_kept(classroom):
    browser = Browser()
    come_in(browser, classroom, "Mira", "client")
    start(classroom, "sealed_first_price")
    ends = end_the_round_in(classroom, seconds=40)
    form = browser.get(reverse("task_new")).content.decode()
    deadline = in_the_form(form, "deadline_at")
    shown = timezone.make_aware(datetime.fromisoformat(deadline))
    assert timedelta() < shown - ends <= timedelta(seconds=1)
    assert re.search('<option value="60" selected>(39|40) s</option>', form)
    given = GIVEN | {"deadline_at": deadline, "closes_in": "60", "mechanism": "sealed_first_price"}
    assert browser.post(reverse("task_new"), given).status_code == 302
    task = Task.objects.get()
    assert task.closes_at == task.deadline_at == ends


def test_the_form_of_a_pupil_is_held_to_the_rule_the_work_and_the_time_of_the_round(classroom):
    browser = Browser()
    come_in(browser, classroom, "Mira", "client")
    free = browser.get(reverse("task_new")).content.decode()
    assert 'class="kinds"' in free and "More ways" in free
    start(classroom, "sealed_first_price", preset="elance")
    form = browser.get(reverse("task_new") + "?kind=contest").content.decode()
    assert "A project brief · Sealed bids, lowest wins" in form and 'class="kinds"' not in form
    assert re.findall('name="mechanism" value="([a-z_]+)"', form) == ["sealed_first_price"]
    assert 'value="60" selected' in form and 'value="120"' not in form
    given = GIVEN | {"deadline_at": soon(days=2).strftime("%Y-%m-%dT%H:%M"), "closes_in": "60"}
    for change in ({"mechanism": "first_come"}, {"mechanism": "contest", "kind": "contest"}):
        refused = browser.post(reverse("task_new"), given | change).content.decode()
        assert "This round is played under one rule" in refused and not Task.objects.exists()
    given |= {"mechanism": "sealed_first_price", "kind": "microtask"}
    assert browser.post(reverse("task_new"), given).status_code == 302
    task = Task.objects.get()
    assert (task.kind, task.mechanism) == ("brief", "sealed_first_price")
    assert (task.closes_at - task.posted_at).total_seconds() == 60


def test_a_task_like_an_earlier_one_is_posted_under_the_rule_of_this_round(classroom):
    browser = Browser()
    come_in(browser, classroom, "Mira", "client")
    start(classroom, "first_come")
    given = GIVEN | {"deadline_at": soon(days=2).strftime("%Y-%m-%dT%H:%M")}
    browser.post(reverse("task_new"), given)
    actions.end_round(classroom_id=classroom.pk, by=classroom.teacher, now=timezone.now())
    start(classroom, "lottery")
    form = browser.get(reverse("task_new") + f"?again={Task.objects.get().pk}").content.decode()
    assert 'value="A box"' in form and "Begins after" not in form
    assert re.search('value="lottery"[^>]* checked', form)


@pytest.mark.parametrize("code", ["WRONG", "%00", "é", "a b", "A" * 12])
def test_a_wrong_code_is_said_and_found_nowhere(code):
    answer = Browser().post(
        reverse("class_join"), {"code": code, "nickname": "Noor", "role": "worker"}
    )
    assert answer.status_code == 422 and not Pupil.objects.exists()
    assert "There is no class with this code" in answer.content.decode()
    for end in ("", "moving/"):
        assert Browser().get(f"/class/{code}/{end}").status_code == 404


def test_codes_are_not_guessed_by_trying(classroom, monkeypatch):
    monkeypatch.setitem(limits.MOST, "wrong", 3)
    browser = Browser()
    for _ in range(3):
        assert come_in(browser, classroom, "Noor", code="WRONG").status_code == 422
    assert come_in(browser, classroom, "Noor").status_code == 429
    back = {"nickname": "Noor", "word": "WRONG6"}
    assert browser.post(page("class_back", classroom), back).status_code == 302
    assert not Pupil.objects.exists()


def test_a_class_that_is_over_says_so_and_its_results_stay(classroom, teacher):
    browser = Browser()
    come_in(browser, classroom, "Noor")
    start(classroom)
    assert teacher.post(page("class_close", classroom)).status_code == 302
    assert "This class is over" in Browser().get(page("classroom", classroom)).content.decode()
    assert come_in(Browser(), classroom, "Omar").status_code == 422
    assert browser.get(page("round_results", classroom, 1)).status_code == 200
    assert teacher.get(page("round_results", classroom, 1)).status_code == 200


def test_a_pupil_leaves_and_comes_back_in_another_browser(classroom, stan):
    browser = browser_of(stan)
    come_in(browser, classroom, "Noor")
    seat = Pupil.objects.get()
    assert seat.account == stan
    left = browser.post(page("class_leave", classroom), follow=True).content.decode()
    assert seat.word in left
    assert browser.get(reverse("worker_home")).status_code == 302  # logged out
    other = Browser()
    back = {"nickname": "noor", "word": seat.word}
    assert other.post(page("class_back", classroom), back).status_code == 302
    assert "You are Noor, a worker." in other.get(page("classroom", classroom)).content.decode()
    # Logged in with their own account they need no word.
    own = browser_of(stan)
    assert "Back to my seat" in own.get(page("classroom", classroom)).content.decode()
    come_in(own, classroom, "Stan")
    assert Pupil.objects.count() == 1


def test_the_teacher_starts_ends_and_sees_who_is_there(classroom, teacher):
    sit(classroom, "Noor")
    given = {"preset": "mturk", "mechanism": "first_come", "minutes": 10}
    assert teacher.post(page("round_start", classroom), given | {"minutes": 0}).status_code == 422
    for _ in range(2):
        assert teacher.post(page("round_start", classroom), given).status_code == 302
    assert classroom.rounds.count() == 1
    for address in (page("classroom", classroom), page("classroom_moving", classroom)):
        shown = teacher.get(address).content.decode()
        assert "Noor" in shown and "End the round" in shown
    for _ in range(2):
        assert teacher.post(page("round_end", classroom)).status_code == 302
    assert not classroom.rounds.get().is_on(timezone.now())


@pytest.mark.parametrize("name", ["shift_new", "batch_new"])
def test_what_outlasts_a_round_is_refused_before_it_is_filled_in(classroom, name):
    browser = Browser()
    come_in(browser, classroom, "Mira", "client")
    answer = browser.get(reverse(name), follow=True)
    assert answer.redirect_chain == [(reverse("task_new"), 302)]
    assert "in a class, post single tasks" in answer.content.decode()


def test_a_nickname_that_is_taken_is_said_beside_the_form_to_come_back(classroom):
    seat = sit(classroom, "Noor")
    browser = Browser()
    answer = come_in(browser, classroom, "noor")
    shown = answer.content.decode()
    assert answer.status_code == 422 and "come back with your word" in shown
    assert f'action="{page("class_back", classroom)}"' in shown
    assert re.search('name="nickname" value="noor"[^>]* id="back_nickname"', shown)
    back = {"nickname": "noor", "word": seat.word}
    assert browser.post(page("class_back", classroom), back).status_code == 302
    assert classroom.pupils.count() == 1


@pytest.mark.parametrize("name", ["classroom", "round_start_moving"])
def test_the_button_that_starts_a_round_sleeps_while_one_is_on(classroom, teacher, name):
    asleep = re.compile(r"<button[^>]* disabled[^>]*>.*?Start</button>", re.DOTALL)
    later = "The next one can start when it ends"
    before = teacher.get(page(name, classroom)).content.decode()
    assert "Start</button>" in before and not asleep.search(before) and later not in before
    start(classroom)
    during = teacher.get(page(name, classroom)).content.decode()
    assert asleep.search(during) and during.count("Start</button>") == 1 and later in during
    teacher.post(page("round_end", classroom))
    assert not asleep.search(teacher.get(page(name, classroom)).content.decode())


def test_strangers_and_pupils_find_no_button_of_the_teacher_and_no_results(classroom, stan):
    pupil = sit(classroom, "Noor")
    other = sit(open_class(classroom.teacher), "Omar")
    start(classroom)
    actions.end_round(classroom_id=classroom.pk, by=classroom.teacher, now=timezone.now())
    given = {"preset": "mturk", "mechanism": "first_come", "minutes": 10}
    before = classroom.rounds.count()
    for user in (stan, pupil.user, other.user):
        browser = browser_of(user)
        for name in ("round_start", "round_end", "class_close"):
            assert browser.post(page(name, classroom), given).status_code == 404
        for address in (page("round_csv", classroom, 1), page("round_start_moving", classroom)):
            assert browser.get(address).status_code == 404
    for user in (stan, other.user):
        browser = browser_of(user)
        for address in (page("round_results", classroom, 1), page("classroom_moving", classroom)):
            assert browser.get(address).status_code == 404
        assert browser.post(page("class_leave", classroom)).status_code == 404
    assert browser_of(pupil.user).get(page("round_results", classroom, 2)).status_code == 404
    assert Browser().get(page("round_results", classroom, 1)).status_code == 302
    assert classroom.rounds.count() == before and classroom.is_open(timezone.now())
    assert browser_of(stan).get(page("classroom", classroom)).status_code == 200


def test_who_only_looks_at_what_changes_something_is_led_to_its_page(classroom, teacher):
    for name in ("class_back", "class_leave", "round_start", "round_end", "class_close"):
        assert teacher.get(page(name, classroom)).url == page("classroom", classroom)
    for name in ("class_join", "class_open"):
        assert teacher.get(reverse(name)).url == reverse("classes")
    assert classroom.is_open(timezone.now()) and not classroom.rounds.exists()


@pytest.fixture
def played(classroom):
    """A round of bids and claims that is over: Noor, five classmates, Mira posting, six agents."""
    classroom = open_class(classroom.teacher, agents=6)
    mira = sit(classroom, "Mira", "client")
    noor, *mates = [
        sit(classroom, name)
        for name in ("=Noor", "Boudewijn", "Cyriel", "Dimitra", "Edzard", "Florentine")
    ]
    since = timezone.now()
    begun = start_any(classroom, mechanism="sealed_first_price", now=since)
    new = tasks.NewTask(
        title="A shelf", description="Up.", mechanism="sealed_first_price", pay_cents=9000,
        estimate_seconds=7200, closes_at=soon(seconds=60), deadline_at=soon(hours=1),
    )  # fmt: skip
    mine = tasks.post_task(client=mira.user.client, new=new, now=since)
    quick = tasks.NewTask(
        title="A lamp", description="Up.", mechanism="first_come", pay_cents=9000, slot_count=7,
        estimate_seconds=7200, closes_at=soon(seconds=60), deadline_at=soon(hours=1),
    )  # fmt: skip
    for place, pupil in enumerate((noor, *mates)):
        allocation.place_bid(
            task_id=mine.pk, by=pupil.user.worker, amount_cents=500 + 700 * place, now=since
        )
    let_crowds_act(now=since, seconds=60)
    drain(soon(seconds=61))
    lamp = tasks.post_task(client=mira.user.client, new=quick, now=since)
    for place, pupil in enumerate(mates):
        allocation.claim_slot(task_id=lamp.pk, by=pupil.user.worker, now=soon(seconds=3 + place))
    held = Assignment.objects.get(task=mine)
    work = {"assignment_id": held.pk, "now": soon(minutes=3)}
    tasks.submit_work(by=noor.user.worker, content="Up.", **work)
    tasks.approve(by=mira.user, **work)
    begun.ends_at = soon(seconds=0)
    begun.save()
    return classroom, noor, mates, mira


def test_a_pupil_reads_own_decisions_beside_agents_and_classmates(played):
    classroom, noor, mates, _ = played
    shown = browser_of(noor.user).get(page("round_results", classroom, 1)).content.decode()
    assert "My bids, task by task" in shown and "How the simulated people behave" in shown
    assert shown.count("Classmates</span>") >= 1
    assert not any(mate.nickname in shown for mate in mates)
    assert shown.count('<svg class="strip"') == shown.count('<figure class="lane')
    mate = browser_of(mates[0].user).get(page("round_results", classroom, 1)).content.decode()
    assert "How soon after posting a task was claimed" in mate
    # Of the five classmates only four claimed anything: Noor did not.
    assert "fewer than five others" in mate


def test_a_client_reads_own_tasks_beside_those_of_agents(played):
    classroom, _, _, mira = played
    shown = browser_of(mira.user).get(page("round_results", classroom, 1)).content.decode()
    assert "Pay or budget per hour of work, as posted" in shown and "Tasks posted" in shown


def test_the_teacher_reads_everybody_and_takes_it_home(played, django_assert_max_num_queries):
    classroom, noor, mates, mira = played
    browser = browser_of(classroom.teacher)
    browser.get(page("round_results", classroom, 1))
    with django_assert_max_num_queries(19):
        shown = browser.get(page("round_results", classroom, 1)).content.decode()
    assert all(pupil.nickname in shown for pupil in (noor, *mates, mira))
    assert "(simulated)" in shown
    answer = browser.get(page("round_csv", classroom, 1))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert {row["role"] for row in rows} == {"worker", "client"}
    [own] = [row for row in rows if row["name"].endswith("=Noor")]
    assert own["name"] == "'=Noor"  # a spreadsheet must not run it
    assert own["won"] == "1" and own["earned_cents"] == "500" and own["simulated"] == "0"


def test_the_page_of_a_class_costs_the_same_with_twenty_pupils(
    classroom, teacher, django_assert_max_num_queries
):
    pupil = browser_of(sit(classroom, "Noor").user)
    start(classroom)
    for count in (1, 20):
        for number in range(count):
            sit(classroom, f"P{count}x{number}")
        for browser in (teacher, pupil):
            browser.get(page("classroom", classroom))
            with django_assert_max_num_queries(15):
                assert browser.get(page("classroom", classroom)).status_code == 200
