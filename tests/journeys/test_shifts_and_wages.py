"""A shift changes hands by the reserve list, and an open page keeps its worker's time."""

from datetime import timedelta

import pytest

from shifts.models import Shift
from tests.people import make_client, make_operator, make_worker
from tests.shifts.test_shifts import later
from wages.models import TimeEntry
from workers.models import Worker

pytestmark = pytest.mark.browser


def test_a_shift_is_posted_claimed_given_back_and_taken_over_by_the_reserve(walk_in):
    clara = walk_in(make_client("clara").user)
    wim, yasmina = walk_in(make_worker("wim").user), walk_in(make_worker("yasmina").user)
    clara.open("/tasks/new/shift/")
    starts_at = later(days=3)
    clara.fill(
        title="Till on Saturday",
        description="The reading brings a queue.",
        pay_cents="80",
        starts_at=starts_at.strftime("%Y-%m-%dT%H:%M"),
        ends_at=(starts_at + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M"),
    )
    clara.page.locator("[data-cost-hourly]", has_text="€20.00").wait_for()
    clara.press("Post the shift")
    clara.gets("Your shift is on the board.")
    task = Shift.objects.get().task_id

    wim.open(f"/work/{task}/")
    wim.press("Claim this task")
    wim.gets("It is yours.")
    yasmina.open(f"/work/{task}/")
    yasmina.press("Join the reserve list")
    yasmina.gets("You are number 1 on the reserve list")

    wim.page.once("dialog", lambda dialog: dialog.accept())
    wim.press("Give it back")
    wim.press("Yes, do it")
    wim.gets("Given back, without any consequence.")
    yasmina.sees("It is yours")
    clara.sees("Yasmina came in from the reserve list.")
    yasmina.open("/shifts/")
    yasmina.sees("Till on Saturday")


def test_an_open_page_keeps_the_time_of_who_wants_it(walk_in):
    wim = walk_in(make_worker("wim").user, alone=True)  # its clock is turned
    wim.open("/earnings/wages/")
    wim.sees("Your time is not kept")
    wim.press("Keep my time")
    wim.gets("Your time is kept")
    wim.page.clock.install()
    wim.open("/work/")
    form = wim.page.locator("form[data-beat]")
    assert form.get_attribute("data-beat") == "30"
    with wim.page.expect_response("**/earnings/time/beat/") as told:
        wim.page.clock.fast_forward(31_000)
    assert told.value.status == 204
    assert Worker.objects.get().time_keeping.last_beat_at is not None
    # A second passed for the server, thirty for the page: the server's clock counts.
    assert sum(TimeEntry.objects.values_list("seconds", flat=True)) <= 5


def test_a_held_task_is_released_by_an_operator_and_appears_on_the_board(walk_in):
    clara, otto = walk_in(make_client("clara").user), walk_in(make_operator("otto"))
    wim = walk_in(make_worker("wim").user)
    wim.open("/work/")
    clara.open("/tasks/new/")
    clara.fill(
        title="Create 40 accounts", description="For the pupils of our school.", pay_cents="9"
    )
    clara.press("Post the task")
    clara.gets("A person looks at this first")
    wim.does_not_see("Create 40 accounts")
    otto.decide("/admin/screening/heldtask/", "released", "A school may do that.")
    wim.sees("Create 40 accounts")
    clara.sees("Otto released this task.")
