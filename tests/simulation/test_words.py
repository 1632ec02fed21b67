"""What a lever says: its exact value, right for none, one and many, in each language."""

import pytest
from django.utils import translation

from simulation.forms import choices_for
from simulation.words import LEVER_WORDS, arm_words, lever_words
from simulation.world import presets


@pytest.mark.parametrize(
    ("lever", "value", "says"),
    [
        ("tasks_per_hour", "0.25", "0.25 tasks an hour"),
        ("tasks_per_hour", "1", "1 task an hour"),
        ("tasks_per_hour", "1.5", "1.5 tasks an hour"),
        ("tasks_per_hour", "12345.678", "12,345.678 tasks an hour"),
        ("population.workers", "1", "1 worker"),
        ("workers", "1000", "1,000 workers"),
        ("minimum_shift_hours", "0", "no least pay per shift"),
        ("minimum_shift_hours", "1.0", "1 hour paid per shift"),
        ("minimum_shift_hours", "2.75", "2.75 hours paid per shift"),
        ("most_assignments", "0", "as many tasks each as can be had"),
        ("most_assignments", "1", "1 task each at most"),
        ("surge_most", "1", "prices do not rise"),
        ("surge_most", "1.25", "prices up to 1.25 times"),
        ("fee_basis_points", "875", "a fee of 8.75\u00a0%"),
        ("fee_basis_points", "0", "no fee"),
        ("acceptance", "0.07", "7\u00a0% say yes"),
        ("acceptance", "0.125", "12.5\u00a0% say yes"),
        ("acceptance", "1", "everybody says yes"),
        ("skill_kinds", "1", "each task asks for the same skill"),
        ("floor_cents_per_hour", "800", "at least €8.00/h"),
        ("floor_cents_per_hour", "800.4", "floor_cents_per_hour = 800.4"),
        ("markup", "1.25", "markup = 1.25"),
        ("rhythm", "1,2", "rhythm = 1,2"),
        ("pay_is_shown", "False", "pay is not shown"),
    ],
)
def test_a_lever_says_its_exact_value_in_words_that_fit(lever, value, says):
    assert lever_words(lever, value) == says


@pytest.mark.parametrize("lever", LEVER_WORDS)
def test_two_values_of_a_lever_never_say_the_same(lever):
    values = ("0", "1", "2", "0.12", "0.123", "0.1234", "1.12", "1.123", "100", "100.5")
    assert len({lever_words(lever, value) for value in values}) == len(values)


@pytest.mark.parametrize(("language", "says"), [("nl", "0,25"), ("fr", "0,25")])
def test_a_lever_says_its_value_as_the_language_writes_it(language, says):
    with translation.override(language):
        assert says in lever_words("tasks_per_hour", "0.25")


def test_an_arm_that_differs_only_in_what_goes_without_saying_says_it_all_the_same():
    assert arm_words({"hours": "4"}, {"hours": "4"}) == "As it is"
    assert arm_words({"hours": "8"}, {"hours": "4"}) == "Hours = 8"
    bots = {"hours": "4", "bots": "1", "bot_speed": "20"}
    assert arm_words(bots, {"hours": "4"}) == "1 claim bot"


def test_the_choices_of_the_lab_say_what_is_now_in_whole_words():
    now, offered = choices_for(presets.load("agency").scenario)["shift"]
    assert now == "3 hours paid per shift"
    assert ("minimum_shift_hours=0", "No least pay per shift") in offered
