"""Times in human words."""

import pytest

from marketplace.templatetags.market import duration, milliseconds

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (119, "119 s"),
        (2 * DAY - 5, "2 days"),
        (2 * DAY - HOUR, "1 day 23 h"),
        (DAY - 5, "1 day"),
        (DAY + HOUR, "1 day 1 h"),
        (HOUR - 5, "1 h"),
        (80 * 60, "1 h 20 min"),
        (12 * 60, "12 min"),
        (None, "–"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0.14, "0.1\u00a0ms"),
        (999.9, "999.9\u00a0ms"),
        (42_398, "42.4\u00a0s"),
        (720_000, "12 min"),
        (None, "–"),
    ],
)
def test_a_latency_is_said_in_the_unit_that_fits_it(ms, words):
    assert milliseconds(ms) == words
