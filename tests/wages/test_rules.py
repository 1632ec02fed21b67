"""A floor holds from its first day to its last; exactly the floor is enough."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wages import rules

DAY = date(2026, 7, 1)


def a_floor(cents: int = 1330, begins: date | None = None, ends: date | None = None):
    return rules.Floor("BE", cents, "EUR", "a text", "C", DAY, begins, ends)


def test_exactly_the_floor_is_enough_and_a_cent_less_is_not():
    assert not rules.is_below(1330, a_floor(1330))
    assert rules.is_below(1329, a_floor(1330))
    assert not rules.is_below(1, None)


def test_a_floor_holds_on_its_first_and_on_its_last_day():
    floor = a_floor(begins=DAY, ends=DAY + timedelta(days=30))
    for days, holds in ((-1, False), (0, True), (30, True), (31, False)):
        assert (rules.in_force([floor], DAY + timedelta(days=days)) is floor) == holds


def test_the_one_that_began_last_holds_and_a_correction_wins():
    old, new = a_floor(1471, date(2026, 1, 1)), a_floor(1499, DAY)
    corrected = a_floor(1500, DAY)
    assert rules.in_force([new, old], DAY) is new
    assert rules.in_force([old, new, corrected], DAY) is corrected
    assert rules.in_force([old, new], DAY - timedelta(days=1)) is old


days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(st.tuples(days, days), max_size=6), st.dates(date(2019, 1, 1), date(2031, 1, 1)))
def test_what_is_in_force_has_begun_has_not_ended_and_nothing_later_has_begun(spans, on):
    floors = [a_floor(place + 1, begins, ends) for place, (begins, ends) in enumerate(spans)]
    found = rules.in_force(floors, on)
    holds = [f for f in floors if (f.valid_from or on) <= on <= (f.valid_to or on)]
    assert (found in holds) if found else not holds
    if found:
        first = found.valid_from or date.min
        assert all((f.valid_from or date.min) <= first for f in holds)
