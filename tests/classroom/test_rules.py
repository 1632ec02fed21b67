"""Codes, nicknames, markets and bands: decided without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom import rules
from classroom.rules import Tally, band, band_of_classmates
from simulation.world.presets import load


@pytest.mark.parametrize("typed", ["k7pqm", " K7 PQM ", "K7-PQM", "k7\u00a0pqm"])
def test_a_code_is_read_as_people_type_it(typed):
    assert rules.code_of(typed) == "K7PQM"


def test_no_letter_of_a_code_is_mistaken_for_another():
    assert not set(rules.CODE_LETTERS) & set("0O1IL2Z5S8B")


def test_a_nickname_is_one_line_that_can_be_read():
    assert rules.nickname_of("  Wim \n de\x00 Boer\u202e ") == "Wim de Boer"
    assert rules.nickname_of("\u200b\u0007") == ""


@pytest.mark.parametrize("name", rules.MARKETS)
@pytest.mark.parametrize("way", rules.WAYS)
def test_a_task_of_every_market_takes_three_quarters_of_a_minute(name, way):
    preset = load(name)
    hours = preset.scenario.demand.estimate_hours
    assert hours * 3600 / rules.speed_of(preset) == pytest.approx(rules.WORK_SECONDS)
    market = rules.market_of(preset, way, workers=12).scenario
    # Two thirds of twelve people's time: eight pieces of work at any moment.
    assert market.demand.tasks_per_hour * market.demand.slots * hours == pytest.approx(8)
    assert market.rules.mechanism == way and market.population == preset.scenario.population


def test_pay_per_hour_counts_waiting_and_the_hours_of_the_market():
    # Ten minutes by the clock at 60 times its speed are ten hours.
    tally = Tally(
        asked=4, won=2, earned_cents=9000, worked_seconds=100, present_seconds=600, speed=60
    )
    assert (tally.cents_per_hour, tally.share_won, tally.wait_seconds) == (900, 0.5, 250.0)


def test_who_got_nothing_has_no_wait_and_no_share():
    nothing = Tally(0, 0, 0, 0.0, 0.0, 60.0)
    assert (nothing.cents_per_hour, nothing.share_won, nothing.wait_seconds) == (None, None, None)


def test_of_fewer_than_five_classmates_nothing_is_told():
    assert band_of_classmates([1, 2, 3, 4, 5, 6, 7, 8], people=4) is None
    assert band_of_classmates([], people=5) is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_a_band_lies_in_order_and_of_classmates_never_shows_the_ends(values):
    found = band(values)
    assert found.least <= found.begin <= found.middle <= found.end <= found.most
    assert (found.least, found.most) == (min(values), max(values))
    told = band_of_classmates(values, people=5)
    assert (told.least, told.most) == (found.begin, found.end)
