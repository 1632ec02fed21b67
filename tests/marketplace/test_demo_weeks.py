"""The demo's past looks the same on whatever day one starts it."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.demo_weeks import wednesday_before

A_MONDAY = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("later", range(7))
def test_work_begins_on_a_wednesday_and_its_verdict_is_past_and_in_the_same_week(later):
    now = A_MONDAY + timedelta(days=later)
    day = wednesday_before(now)
    verdict = day + timedelta(hours=22)
    assert day.weekday() == 2
    assert timedelta(days=2) <= now - day < timedelta(days=9)
    assert verdict.isocalendar().week == day.isocalendar().week
