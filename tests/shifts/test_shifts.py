"""Shifts: nobody twice at once, reserves at once, fees that move, and who was not there."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.test import Client as Browser

from agenda.actions import drain
from allocation import actions as allocation
from allocation.models import Allocation, Offer
from ledger.queries import balance_cents, trial_balance
from shifts import actions, queries
from shifts.calendar import calendar_of
from shifts.models import Attendance, Cancellation, NoShow, PublishedHour, Reserve, Shift
from shifts.rules import SCHEDULES, Step
from tasks import actions as tasks
from tasks.models import Assignment, Task
from tests.clients.test_posting_form import answers
from tests.people import NOW, a_task, later, make_client, make_worker
from tests.refusals import refused

pytestmark = pytest.mark.django_db
TOMORROW = later(days=1)


def terms(starts_at=TOMORROW, hours=4, **changes):
    facts = {"steps": SCHEDULES["stepped"]} | changes
    return actions.ShiftTerms(
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **facts
    )


def post(client, starts_at=TOMORROW, hours=4, now=NOW, more=None, pay_cents=8000, **changes):
    return actions.post_shift(
        client=client,
        new=a_task(pay_cents=pay_cents, **changes),
        terms=terms(starts_at, hours, **(more or {})),
        now=now,
    )


def claim(task, worker, now=NOW):
    allocation.claim_slot(task_id=task.pk, by=worker, now=now)
    return Assignment.objects.get(task=task, worker=worker, state="in_progress")


# --- posting --------------------------------------------------------------------------------------
def test_what_a_task_needs_follows_from_the_hours(clara):
    task = post(clara, more={"break_minutes": 30, "minimum_paid_minutes": 180})
    assert (task.kind, task.estimate_seconds) == ("shift", 3.5 * 3600)
    assert (task.closes_at, task.deadline_at) == (TOMORROW, TOMORROW + timedelta(days=2, hours=4))
    assert task.hourly_cents == 8000 * 3600 // 12_600


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"starts_at": NOW}, actions.ShiftIsInThePast),
        ({"hours": 0}, actions.ShiftTooLong),
        ({"hours": -1}, actions.ShiftTooLong),
        ({"hours": 25}, actions.ShiftTooLong),
        ({"more": {"break_minutes": 240}}, actions.ShiftTooLong),
        ({"more": {"steps": (Step(24, 101),)}}, actions.StrangeSchedule),
        ({"mechanism": "contest"}, actions.CannotBeAShift),
        ({"mechanism": "clients_choice"}, actions.CannotBeAShift),
    ],
)
def test_a_shift_that_cannot_be_worked_is_refused(clara, wrong, refusal):
    with pytest.raises(refusal):
        post(clara, **wrong)
    assert not Task.objects.exists()


def test_what_was_agreed_stays_as_it_was_agreed(clara):
    post(clara)
    with refused("append-only"):
        Shift.objects.update(break_minutes=60)
    with refused("a_shift_ends_after_it_starts"):
        task = post(clara)
        Shift.objects.create(task=task, starts_at=NOW, ends_at=NOW, time_zone="UTC")


# --- nobody twice at once -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("begins", "hours", "fits"),
    [(0, 4, False), (3.9, 4, False), (-3.9, 4, False), (1, 1, False), (4, 4, True), (-4, 4, True)],
)
def test_overlapping_shifts_are_refused_and_adjacent_ones_are_not(clara, wim, begins, hours, fits):
    claim(post(clara), wim)
    other = post(clara, TOMORROW + timedelta(hours=begins), hours)
    if fits:
        assert claim(other, wim)
    else:
        with pytest.raises(allocation.NotEligible, match="overlaps"):
            claim(other, wim)


def test_the_database_itself_refuses_two_at_once(clara, wim):
    """Past every check of ours: the slot is handed over by the house's own statement."""
    claim(post(clara), wim)
    other = post(clara)
    with refused("nobody_works_two_shifts_at_once"):
        tasks.give_slot(task=other, slot_number=1, worker=wim, pay_cents=1, now=NOW)
    assert not Assignment.objects.filter(task=other).exists()


def test_hours_given_back_are_free_again(clara, wim):
    first = claim(post(clara), wim)
    actions.give_back(assignment_id=first.pk, by=wim, now=later(minutes=1))
    assert claim(post(clara), wim, later(minutes=2))


def test_an_ordinary_task_has_no_hours(clara, wim):
    from tests.people import post as post_ordinary

    allocation.claim_slot(task_id=post_ordinary(clara).pk, by=wim, now=NOW)
    assert not Attendance.objects.exists()


def test_an_offer_that_overlaps_meanwhile_cannot_be_accepted(clara, wim):
    allocation.go_available(by=wim, now=NOW)
    asked = post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    offer = Offer.objects.get(task=asked)
    claim(post(clara), wim)
    with pytest.raises(allocation.NotEligible):
        allocation.accept_offer(offer_id=offer.pk, by=wim, now=later(seconds=2))
    offer.refresh_from_db()
    assert offer.state == "open"


def test_the_engine_does_not_ask_who_is_busy_then_and_says_why(clara, wim, yasmina):
    for worker in (wim, yasmina):
        allocation.go_available(by=worker, now=NOW)
    claim(post(clara), wim)
    asked = post(clara, mechanism="scored_offers")
    drain(later(seconds=1))
    assert Offer.objects.get(task=asked).worker == yasmina
    ranking = Allocation.objects.get(task=asked).case["candidates"]
    assert "overlap" in str(ranking)


# --- the reserve list -----------------------------------------------------------------------------
@pytest.fixture
def full(clara, wim):
    task = post(clara)
    return task, claim(task, wim)


def test_who_gives_back_is_followed_by_the_first_reserve_in_the_same_moment(full, wim, yasmina):
    task, held = full
    bram = make_worker("bram")
    for worker in (yasmina, bram):
        actions.join_reserve(task_id=task.pk, by=worker, now=later(minutes=1))
    before = Allocation.objects.count()
    actions.give_back(assignment_id=held.pk, by=wim, now=later(minutes=2))
    task.refresh_from_db()
    assert Assignment.objects.get(task=task, state="in_progress").worker == yasmina
    assert Allocation.objects.count() == before + 1  # the engine decided it, and it can be replayed
    assert list(queries.reserves_waiting(task).values_list("worker__name", flat=True)) == ["Bram"]
    assert task.slots.get().worker == yasmina


def test_a_reserve_who_is_busy_by_then_is_passed_over_and_keeps_the_place(
    full, clara, wim, yasmina
):
    task, held = full
    bram = make_worker("bram")
    for worker in (yasmina, bram):
        actions.join_reserve(task_id=task.pk, by=worker, now=later(minutes=1))
    claim(post(clara), yasmina, later(minutes=2))
    actions.give_back(assignment_id=held.pk, by=wim, now=later(minutes=3))
    assert Assignment.objects.get(task=task, state="in_progress").worker == bram
    assert Reserve.objects.get(worker=yasmina).served_at is None


def test_only_as_many_reserves_claim_as_places_came_free(clara, wim, yasmina):
    task = post(clara, slot_count=2)
    held = claim(task, wim)
    claim(task, yasmina)
    for name in ("bram", "lotte"):
        actions.join_reserve(task_id=task.pk, by=make_worker(name), now=later(minutes=1))
    actions.give_back(assignment_id=held.pk, by=wim, now=later(minutes=2))
    assert [r.worker.name for r in queries.reserves_waiting(task)] == ["Lotte"]
    assert not task.claims.filter(is_won=False).exists()


def test_joining_twice_is_harmless_and_leaving_takes_one_off(full, yasmina):
    task, _ = full
    for _ in range(2):
        actions.join_reserve(task_id=task.pk, by=yasmina, now=later(minutes=1))
    assert Reserve.objects.count() == 1
    actions.leave_reserve(task_id=task.pk, by=yasmina, now=later(minutes=2))
    assert not queries.reserves_waiting(task).exists()


def test_with_a_free_place_one_claims_instead(clara, yasmina):
    with pytest.raises(actions.PlaceIsFree):
        actions.join_reserve(task_id=post(clara).pk, by=yasmina, now=NOW)


def test_no_reserve_list_for_ones_own_shift_another_rule_or_one_that_has_begun(
    full, clara, wim, yasmina
):
    task, _ = full
    own = make_worker("own")
    own.user = clara.user
    own.save()
    with pytest.raises(allocation.NotEligible):
        actions.join_reserve(task_id=task.pk, by=own, now=NOW)
    with pytest.raises(actions.ShiftHasBegun):
        actions.join_reserve(task_id=task.pk, by=yasmina, now=TOMORROW)
    with pytest.raises(actions.NotAShift):
        lottery = post(clara, mechanism="lottery")
        actions.join_reserve(task_id=lottery.pk, by=yasmina, now=NOW)


def test_short_notice_is_written_down(full, wim):
    task, held = full
    actions.give_back(assignment_id=held.pk, by=wim, now=TOMORROW - timedelta(hours=5))
    assert task.events.get(kind="returned_late").facts == {"hours_before": 5}


def test_a_shift_that_has_begun_is_not_given_back(full, wim):
    with pytest.raises(actions.ShiftHasBegun):
        actions.give_back(assignment_id=full[1].pk, by=wim, now=TOMORROW)


# --- calling it off -------------------------------------------------------------------------------
@pytest.mark.parametrize(("hours", "fee"), [(80, 0), (48, 2000), (10, 4000), (1, 8000)])
def test_the_fee_moves_from_escrow_to_the_worker_and_the_rest_comes_back(clara, wim, hours, fee):
    starts_at = later(days=5)
    task = post(clara, starts_at, slot_count=2)
    held = claim(task, wim)
    when = starts_at - timedelta(hours=hours)
    actions.cancel_task(task_id=task.pk, by=clara.user, now=when)
    task.refresh_from_db()
    wim.refresh_from_db()
    assert task.state == "cancelled"
    assert balance_cents(wim.user) == fee
    assert balance_cents(clara.user) == 100_000 - fee
    assert (Cancellation.objects.get(assignment=held).fee_cents, wim.active) == (fee, 0)
    assert not Attendance.objects.get(assignment=held).is_held
    assert trial_balance().is_right
    assert task.escrow.balance_cents == 0 or Task.objects.get(pk=task.pk).escrow.balance_cents == 0


def test_called_off_twice_pays_once(clara, wim):
    task = post(clara)
    claim(task, wim)
    actions.cancel_task(task_id=task.pk, by=clara.user, now=later(hours=1))
    with pytest.raises(tasks.TaskIsNotOpen):
        actions.cancel_task(task_id=task.pk, by=clara.user, now=later(hours=2))
    assert balance_cents(wim.user) == 4000


def test_a_shift_that_has_begun_is_not_called_off(full, clara):
    with pytest.raises(actions.ShiftHasBegun):
        actions.cancel_task(task_id=full[0].pk, by=clara.user, now=TOMORROW)


def test_somebody_else_cannot_call_it_off(full):
    with pytest.raises(Task.DoesNotExist):
        actions.cancel_task(task_id=full[0].pk, by=make_client("mira").user, now=NOW)


# --- working it, and not being there --------------------------------------------------------------
def test_a_shift_is_handed_in_once_it_has_begun_and_then_paid(full, clara, wim):
    task, held = full
    with pytest.raises(actions.NotYet):
        actions.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=NOW)
    with refused("a shift is handed in once it has begun"):
        tasks.submit_work(assignment_id=held.pk, by=wim, content="Done.", now=NOW)
    end = TOMORROW + timedelta(hours=4)
    actions.submit_work(assignment_id=held.pk, by=wim, content="Four hours.", now=end)
    tasks.approve(assignment_id=held.pk, by=clara.user, now=end)
    assert balance_cents(wim.user) == 8000


def test_a_worker_who_was_not_there_loses_the_place_and_may_answer(full, clara, wim):
    _, held = full
    late = TOMORROW + timedelta(minutes=30)
    said = {"assignment_id": held.pk, "reason": "We waited half an hour."}
    with pytest.raises(actions.NotYet):
        actions.record_no_show(by=clara.user, now=NOW, **said)
    with pytest.raises(actions.NoShowNeedsAReason):
        actions.record_no_show(by=clara.user, now=late, **said | {"reason": " "})
    noted = actions.record_no_show(by=clara.user, now=late, **said)
    assert (noted.side, noted.by) == ("worker", clara.user)
    while drain(late + timedelta(seconds=1)):
        pass
    assert balance_cents(clara.user) == 100_000
    assert trial_balance().is_right
    with pytest.raises(actions.NothingToAnswer):
        actions.answer_no_show(assignment_id=held.pk, by=clara.user, answer="No.", now=late)
    actions.answer_no_show(assignment_id=held.pk, by=wim.user, answer="Wrong door.", now=late)
    with pytest.raises(actions.NothingToAnswer):
        actions.answer_no_show(assignment_id=held.pk, by=wim.user, answer="Again.", now=late)
    assert NoShow.objects.get().answer == "Wrong door."


def test_a_client_who_was_not_there_pays_as_for_any_work(full, clara, wim):
    _, held = full
    late = TOMORROW + timedelta(minutes=30)
    actions.record_no_show(
        assignment_id=held.pk, by=wim.user, reason="The door was locked.", now=late
    )
    held.refresh_from_db()
    assert held.state == "submitted"
    assert NoShow.objects.get().side == "client"
    while drain(late + timedelta(days=8)):
        pass
    assert balance_cents(wim.user) == 8000


def test_a_stranger_says_nothing_about_it(full, stan):
    with pytest.raises(Assignment.DoesNotExist):
        actions.record_no_show(assignment_id=full[1].pk, by=stan, reason="I saw it.", now=TOMORROW)


# --- hours to book --------------------------------------------------------------------------------
def publish(worker, **changes):
    facts = {
        "title": "An hour of Dutch", "description": "Conversation.", "starts_at": TOMORROW,
        "minutes": 60, "pay_cents": 3000, "weeks": 1, "now": NOW,
    }  # fmt: skip
    return actions.publish_hours(by=worker, **facts | changes)


def test_a_booked_hour_is_the_workers_at_once_and_nobody_elses(clara, wim):
    [hour] = publish(wim)
    task = actions.book_hour(hour_id=hour.pk, by=clara, now=later(minutes=1))
    assert (task.kind, Assignment.objects.get(task=task).worker) == ("booking", wim)
    assert balance_cents(clara.user) == 100_000 - 3300
    with pytest.raises(actions.HourIsGone):
        actions.book_hour(hour_id=hour.pk, by=make_client("mira"), now=later(minutes=2))


def test_a_worker_who_is_busy_then_cannot_be_booked_and_nothing_happens(clara, wim):
    [hour] = publish(wim)
    claim(post(clara), wim)
    with pytest.raises(allocation.NotEligible):
        actions.book_hour(hour_id=hour.pk, by=make_client("mira"), now=later(minutes=1))
    assert Task.objects.count() == 1
    assert PublishedHour.objects.get().task is None


def test_hours_of_several_weeks_keep_their_time_on_the_wall_and_do_not_repeat(wim):
    publish(wim, starts_at=datetime(2027, 3, 22, 18, tzinfo=UTC), weeks=2)
    assert [h.starts_at.hour for h in PublishedHour.objects.order_by("id")] == [18, 17]
    with pytest.raises(actions.HourIsTaken):
        publish(wim, starts_at=datetime(2027, 3, 29, 17, tzinfo=UTC))


def test_a_withdrawn_hour_or_ones_own_is_not_booked(clara, wim):
    [hour] = publish(wim)
    wim.user.client = make_client("wim2")
    own = wim.user.client
    own.user = wim.user
    own.save()
    with pytest.raises(actions.OwnHour):
        actions.book_hour(hour_id=hour.pk, by=own, now=NOW)
    actions.withdraw_hour(hour_id=hour.pk, by=wim, now=NOW)
    with pytest.raises(actions.HourIsGone):
        actions.book_hour(hour_id=hour.pk, by=clara, now=NOW)


# --- the calendar ---------------------------------------------------------------------------------
def events(worker=None, client=None):
    body = calendar_of(
        queries.attendances_of(worker, NOW) if worker else (),
        queries.shifts_of(client, NOW) if client else (),
        lambda name, number: f"https://example.org/{name}/{number}",
        NOW,
    )
    return icalendar.Calendar.from_ical(body)


def test_both_sides_have_the_shift_in_their_calendar_with_its_time_zone(clara, wim):
    starts_at = datetime(2027, 7, 1, 16, tzinfo=UTC)
    claim(post(clara, starts_at, title="Summer fair"), wim)
    for calendar in (events(worker=wim), events(client=clara)):
        [event] = calendar.walk("VEVENT")
        assert str(event["summary"]) == "Summer fair"
        assert event["dtstart"].dt == starts_at
        assert event["dtstart"].params["TZID"] == "Europe/Brussels"
        assert event["dtstart"].dt.hour == 18
        assert calendar.walk("VTIMEZONE")


def test_a_shift_given_back_is_cancelled_in_the_calendar(clara, wim):
    held = claim(post(clara), wim)
    [before] = events(worker=wim).walk("VEVENT")
    actions.give_back(assignment_id=held.pk, by=wim, now=later(minutes=1))
    [after] = events(worker=wim).walk("VEVENT")
    assert (str(before["status"]), str(after["status"])) == ("CONFIRMED", "CANCELLED")
    assert before["uid"] == after["uid"]


# --- pages ----------------------------------------------------------------------------------------
def browser_of(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def typed(moment):
    return moment.astimezone().strftime("%Y-%m-%dT%H:%M")


def shift_answers(**changes):
    starts_at = later(days=3)
    kept = {
        k: v
        for k, v in answers().items()
        if k not in ("closes_in", "estimate_minutes", "deadline_at")
    }
    return kept | {
        "starts_at": starts_at.strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (starts_at + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M"),
        "break_minutes": "30", "minimum_paid_minutes": "180", "notice_hours": "24",
        "schedule": "stepped",
    } | changes  # fmt: skip


def test_a_client_posts_a_shift_on_its_own_form(clara):
    browser = browser_of(clara.user)
    assert "Unpaid break" in browser.get("/tasks/new/shift/").content.decode()
    assert browser.post("/tasks/new/shift/", shift_answers()).status_code == 302
    shift = Shift.objects.get()
    assert (shift.paid_seconds, shift.cancellation) == (4.5 * 3600, [[72, 25], [24, 50], [4, 100]])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_at": "2020-01-01T10:00"}, "A shift ends after it starts."),
        ({"starts_at": "2020-01-01T10:00"}, "A shift has to start in the future."),
        ({"break_minutes": "-1"}, "greater than or equal to 0"),
        ({"schedule": "free"}, "Select a valid choice."),
        ({"starts_at": ""}, "This field is required."),
        ({"mechanism": "contest"}, "A shift cannot be given out by this rule"),
    ],
)
def test_a_wrong_shift_gets_a_sentence_and_posts_nothing(clara, wrong, sentence):
    page = browser_of(clara.user).post("/tasks/new/shift/", shift_answers(**wrong))
    assert sentence in page.content.decode()
    assert not Task.objects.exists()


def test_the_pages_of_both_sides(full, clara, wim, yasmina):
    task, held = full
    worker, client, other = map(browser_of, (wim.user, clara.user, yasmina.user))
    assert "If called off" in other.get(f"/work/{task.pk}/").content.decode()
    other.post(f"/shifts/{task.pk}/reserve/")
    assert "You are number 1 on the reserve list" in other.get(f"/work/{task.pk}/").content.decode()
    assert task.title in worker.get("/shifts/").content.decode()
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "Call off the shift" in page
    assert "1 worker is on the reserve list." in page
    assert "BEGIN:VCALENDAR" in worker.get("/shifts/calendar.ics").content.decode()
    client.post(f"/tasks/{task.pk}/cancel/")
    assert Cancellation.objects.filter(assignment=held).exists()


def test_an_hour_is_published_and_booked_by_hand(clara, wim):
    sent = {
        "title": "An hour of Dutch", "description": "Conversation.", "minutes": "60",
        "starts_at": later(days=2).strftime("%Y-%m-%dT%H:%M"), "pay_cents": "30", "weeks": "2",
    }  # fmt: skip
    assert browser_of(wim.user).post("/shifts/", sent).status_code == 302
    client = browser_of(clara.user)
    assert "An hour of Dutch" in client.get("/hours/").content.decode()
    hour = PublishedHour.objects.earliest("starts_at")
    client.post(f"/hours/{hour.pk}/book/")
    assert Assignment.objects.get(task__kind="booking").worker == wim


def test_my_shifts_cost_the_same_with_many(clara, wim, django_assert_max_num_queries):
    wim.capacity = 40
    wim.save()
    for day in range(1, 15):
        claim(post(clara, later(days=day), 1, pay_cents=100), wim)
    browser = browser_of(wim.user)
    browser.get("/shifts/")
    with django_assert_max_num_queries(10):
        browser.get("/shifts/")
