"""Time is kept only where a worker wants it, by the server's clock; the diary is theirs alone."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib import admin
from django.test import Client as Browser

from allocation import actions as allocation
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, post
from tests.refusals import refused
from wages import actions, queries
from wages.chart import chart_of
from wages.models import TimeEntry, TimeKeeping
from wages.rules import Wages

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeping(wim):
    return actions.switch_time_keeping(by=wim, is_on=True, now=NOW)


def beats(worker, kind, *seconds, **also):
    """Open a page and let it beat at these moments after NOW."""
    return [
        actions.beat(by=worker, kind=kind, now=later(seconds=s), is_start=place == 0, **also)
        for place, s in enumerate(seconds)
    ]


def held_by(worker, client, **changes):
    task = post(client, **changes)
    allocation.claim_slot(task_id=task.pk, by=worker, now=NOW)
    return Assignment.objects.get(task=task)


def settled(worker, client, minutes=30, verdict=tasks.approve, **changes):
    held = held_by(worker, client, **changes)
    done = later(minutes=minutes)
    tasks.submit_work(assignment_id=held.pk, by=worker, content="Done.", now=done)
    also = {} if verdict is tasks.approve else {"reason_code": "wrong", "text": "Not this one."}
    verdict(assignment_id=held.pk, by=client.user, now=done, **also)
    return held


# --- keeping time ---------------------------------------------------------------------------------
def test_nothing_is_kept_unless_it_is_switched_on(wim):
    assert beats(wim, "searching", 0, 30, 60) == [0, 0, 0]
    assert not TimeEntry.objects.exists()


def test_a_page_in_sight_adds_up_on_one_row(wim, keeping):
    assert beats(wim, "searching", 0, 30, 60) == [0, 30, 30]
    entry = TimeEntry.objects.get()
    assert (entry.kind, entry.seconds, entry.is_automatic) == ("searching", 60, True)


def test_a_long_silence_is_not_counted(wim, keeping):
    assert beats(wim, "searching", 0, 30, 3600, 3630) == [0, 30, 0, 30]


def test_two_pages_side_by_side_share_the_time(wim, keeping):
    beats(wim, "searching", 0)
    for second in range(10, 301, 10):
        actions.beat(
            by=wim, kind=("searching", "bidding")[second % 20 > 0], now=later(seconds=second)
        )
    assert sum(TimeEntry.objects.values_list("seconds", flat=True)) == 300


def test_waiting_counts_only_while_one_takes_offers(wim, keeping):
    beats(wim, "waiting", 0, 30)
    assert not TimeEntry.objects.exists()
    allocation.go_available(by=wim, now=NOW)
    wim.refresh_from_db()
    assert beats(wim, "waiting", 60, 90) == [0, 30]


def test_working_counts_only_for_ones_own_work_in_hand(wim, yasmina, clara, keeping):
    held = held_by(wim, clara)
    assert beats(wim, "working", 0, 30, assignment_id=held.pk) == [0, 30]
    actions.switch_time_keeping(by=yasmina, is_on=True, now=NOW)
    assert beats(yasmina, "working", 0, 30, assignment_id=held.pk) == [0, 0]
    tasks.return_assignment(assignment_id=held.pk, by=wim, now=later(minutes=1))
    assert beats(wim, "working", 60, 90, assignment_id=held.pk) == [0, 0]


def test_switched_off_it_stops_and_what_was_kept_can_be_deleted(wim, yasmina, keeping):
    beats(wim, "searching", 0, 30)
    actions.switch_time_keeping(by=wim, is_on=False, now=later(minutes=1))
    assert beats(wim, "searching", 60, 90) == [0, 0]
    entry = TimeEntry.objects.get()
    actions.delete_entry(entry_id=entry.pk, by=yasmina)
    assert TimeEntry.objects.exists()
    actions.delete_entry(entry_id=entry.pk, by=wim)
    assert not TimeEntry.objects.exists()


def test_a_page_beats_only_for_who_switched_it_on(wim, clara):
    browser = Browser()
    browser.force_login(wim.user)
    assert "data-beat" not in browser.get("/work/").content.decode()
    browser.post("/earnings/time/")
    assert "data-beat" in browser.get("/work/").content.decode()
    assert browser.post("/earnings/time/beat/", {"kind": "searching"}).status_code == 204
    assert browser.post("/earnings/time/beat/", {"assignment": "x"}).status_code == 400
    browser.post("/earnings/time/", {"stop": ""})
    assert not TimeKeeping.objects.get().is_on


def test_operators_have_no_page_of_the_diary():
    assert not {TimeEntry, TimeKeeping} & set(admin.site._registry)


# --- by hand --------------------------------------------------------------------------------------
def write(worker, kind="transport", seconds=1800, cost_cents=250, day=None, **also):
    day = day or queries.day_of(NOW)
    return actions.write_entry(
        by=worker, kind=kind, seconds=seconds, cost_cents=cost_cents, day=day, now=NOW, **also
    )


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"seconds": 0, "cost_cents": 0}, actions.EntryIsEmpty),
        ({"seconds": 86_401}, actions.EntryIsTooLong),
        ({"day": NOW.date() + timedelta(days=2)}, actions.DayIsNotYet),
        ({"kind": "working"}, actions.NotYourWork),
    ],
)
def test_a_line_that_cannot_be_is_refused(wim, wrong, refusal):
    with pytest.raises(refusal):
        write(wim, **wrong)
    assert not TimeEntry.objects.exists()


def test_nobody_writes_time_on_somebody_elses_work(wim, yasmina, clara):
    held = held_by(wim, clara)
    with pytest.raises(actions.NotYourWork):
        write(yasmina, kind="working", assignment_id=held.pk)


def test_the_database_refuses_what_no_diary_can_say(wim):
    line = {"worker": wim, "kind": "other", "day": NOW.date()}
    with refused("an_entry_holds_time_or_costs"):
        TimeEntry.objects.create(**line)
    with refused("a_day_has_at_most_24_hours"):
        TimeEntry.objects.create(seconds=86_401, **line)
    with refused("the_site_keeps_time_not_costs"):
        TimeEntry.objects.create(cost_cents=1, is_automatic=True, **line)
    with refused("working_time_names_the_work"):
        TimeEntry.objects.create(seconds=1, **line | {"kind": "working"})


# --- what comes of it -----------------------------------------------------------------------------
def test_from_claim_to_wage(wim, clara):
    """€10.00 for half an hour, half an hour in the tram for €2.50: 20, 10 and 7.50 an hour."""
    settled(wim, clara, kind="microtask")
    write(wim)
    month = queries.wages_since(wim, later(hours=1), days=30)
    assert (month.per_paid_hour, month.per_hour, month.net_per_hour) == (2000, 1000, 750)


def test_rejected_work_is_time_without_pay(wim, clara):
    settled(wim, clara, kind="microtask")
    settled(wim, clara, kind="microtask", verdict=tasks.reject)
    month = queries.wages_since(wim, later(hours=1), days=30)
    assert (month.per_paid_hour, month.per_hour) == (2000, 1000)


def test_recorded_time_goes_before_the_time_between_getting_and_handing_in(wim, clara):
    held = settled(wim, clara, kind="microtask")
    write(wim, kind="working", seconds=600, cost_cents=0, assignment_id=held.pk)
    assert queries.wages_since(wim, later(hours=1), days=30).per_paid_hour == 6000


def test_an_errand_of_unknown_length_is_left_out_until_its_time_is_written_down(wim, clara):
    held = settled(wim, clara, kind="errand")
    month = queries.wages_since(wim, later(hours=1), days=30)
    assert (month.per_paid_hour, month.left_out) == (None, 1)
    write(wim, kind="working", seconds=3600, cost_cents=0, assignment_id=held.pk)
    assert queries.wages_since(wim, later(hours=1), days=30).per_paid_hour == 1000


def test_the_page_says_no_data_before_there_is_any(wim):
    browser = Browser()
    browser.force_login(wim.user)
    page = browser.get("/earnings/wages/").content.decode()
    assert page.count(">no data<") == 3


def test_the_page_writes_down_shows_the_picture_and_the_table(wim, clara):
    settled(wim, clara, kind="microtask")
    browser = Browser()
    browser.force_login(wim.user)
    today = queries.day_of(NOW).isoformat()
    sent = {"kind": "transport", "day": today, "minutes": "30", "cost_cents": "2,50"}
    assert browser.post("/earnings/wages/", sent).status_code == 302
    page = browser.get("/earnings/wages/").content.decode()
    for said in ("chart-paid", "€20.00/h", "transport", "Delete"):
        assert said in page
    rows = list(csv.DictReader(io.StringIO(browser.get("/earnings/wages.csv").content.decode())))
    assert [row["per_paid_hour"] for row in rows] == ["2000"]
    assert rows[0]["cost_cents"] == "250"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"minutes": "", "cost_cents": ""}, "Write down some time or some costs."),
        ({"day": "2999-01-01"}, "This day has not come yet."),
        ({"kind": "working"}, "Say which work the time was for."),
        ({"minutes": "1441"}, "less than or equal to 1440"),
    ],
)
def test_a_wrong_line_gets_a_sentence(wim, wrong, sentence):
    browser = Browser()
    browser.force_login(wim.user)
    sent = {"kind": "transport", "day": NOW.date().isoformat(), "minutes": "30"} | wrong
    assert sentence in browser.post("/earnings/wages/", sent).content.decode()
    assert not TimeEntry.objects.exists()


def test_the_page_costs_the_same_with_many_lines(wim, django_assert_max_num_queries):
    browser = Browser()
    browser.force_login(wim.user)
    for _ in range(60):
        write(wim)
    browser.get("/earnings/wages/")
    with django_assert_max_num_queries(12):
        browser.get("/earnings/wages/")


def test_a_week_without_data_breaks_the_line():
    def week(cents):
        return Wages(cents or 0, 3600 if cents else 0, 60 if cents else 0, 0, 0)

    days = [NOW.date() + timedelta(weeks=n) for n in range(5)]
    values = zip(days, map(week, (1000, 1200, None, 900, 950)), strict=True)
    chart = chart_of(list(values), None)
    assert [len(line.runs) for line in chart.lines] == [2, 2, 2]
    assert chart_of([(days[0], week(None))], None) is None
