"""Hours that are paid, fees that are owed, and the wall clock through summer time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shifts import rules
from shifts.rules import Step

BRUSSELS = ZoneInfo("Europe/Brussels")
START = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_the_break_is_not_paid_and_a_short_shift_is_paid_its_minimum():
    four_hours = START + timedelta(hours=4)
    assert rules.paid_seconds(START, four_hours, 30, 0) == 3.5 * 3600
    assert rules.paid_seconds(START, START + timedelta(hours=1), 0, 180) == 3 * 3600
    assert rules.paid_seconds(START, four_hours, 30, 180) == 3.5 * 3600


@pytest.mark.parametrize(("day", "hours"), [(29, 7), (28, 8)])
def test_the_night_the_clocks_go_forward_is_an_hour_shorter(day, hours):
    """From 22:00 to 06:00 on the wall of Brussels; summer time began on 29 March 2026 at 2:00."""
    ends = datetime(2026, 3, day, 6, tzinfo=BRUSSELS)
    starts = datetime(2026, 3, day - 1, 22, tzinfo=BRUSSELS)
    assert rules.paid_seconds(starts, ends, 0, 0) == hours * 3600


def test_the_night_the_clocks_go_back_is_an_hour_longer():
    starts = datetime(2026, 10, 24, 22, tzinfo=BRUSSELS)
    ends = datetime(2026, 10, 25, 6, tzinfo=BRUSSELS)
    assert rules.paid_seconds(starts, ends, 0, 0) == 9 * 3600


def test_every_week_at_the_same_time_on_the_wall():
    first = datetime(2026, 10, 20, 19, tzinfo=BRUSSELS)
    found = rules.weekly(first.astimezone(UTC), 3, BRUSSELS)
    assert [start.astimezone(BRUSSELS).hour for start in found] == [19, 19, 19]
    assert [start.hour for start in found] == [17, 18, 18]


def test_the_later_it_is_called_off_the_more_is_owed():
    steps = rules.SCHEDULES["stepped"]
    owed = [
        rules.cancellation_cents(9001, steps, timedelta(hours=hours))
        for hours in (100, 72, 71.9, 24, 23, 4, 3)
    ]
    assert owed == [0, 0, 2250, 2250, 4501, 4501, 9001]


def test_the_published_schedules_are_schedules():
    assert all(rules.is_a_schedule(steps) for steps in rules.SCHEDULES.values())


@pytest.mark.parametrize(
    "steps", [[Step(24, 101)], [Step(24, 50), Step(4, 20)], [Step(0, 10)], [Step(5, -1)]]
)
def test_a_schedule_that_is_cheaper_later_or_above_the_pay_is_none(steps):
    assert not rules.is_a_schedule(steps)


steps_of_any_kind = st.lists(st.builds(Step, st.integers(1, 200), st.integers(0, 100)), max_size=5)


@given(steps_of_any_kind, st.integers(0, 10**7), st.integers(0, 300), st.integers(0, 300))
def test_less_notice_never_costs_less_and_never_more_than_the_pay(steps, pay, long, short):
    long, short = max(long, short), min(long, short)
    fees = [rules.cancellation_cents(pay, steps, timedelta(hours=h)) for h in (long, short)]
    assert 0 <= fees[0] <= fees[1] <= pay


@given(
    st.integers(0, 2 * 365 * 24),
    st.integers(1, 24 * 60),
    st.integers(0, 600),
    st.integers(0, 600),
)
def test_paid_time_is_never_below_the_minimum_nor_above_both(start, minutes, pause, minimum):
    start = START + timedelta(hours=start)
    paid = rules.paid_seconds(start, start + timedelta(minutes=minutes), pause, minimum)
    assert minimum * 60 <= paid <= max(minutes, minimum) * 60
