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


# --- the three wages ------------------------------------------------------------------------------
def work(cents=1000, seconds=3600, days=0):
    return rules.Work(DAY + timedelta(days=days), cents, seconds)


def spent(seconds=0, cents=0, days=0):
    return rules.Spent(DAY + timedelta(days=days), seconds, cents)


def test_the_three_wages_of_one_day():
    """An hour's work for €10.00, an hour of searching, €4.00 for the tram: 10, 5 and 3 an hour."""
    wages = rules.three_wages([work()], [spent(3600, 400)])
    assert (wages.per_paid_hour, wages.per_hour, wages.net_per_hour) == (1000, 500, 300)


def test_without_hours_there_is_no_data_and_never_a_zero():
    nothing = rules.three_wages([], [])
    assert (nothing.per_paid_hour, nothing.per_hour, nothing.net_per_hour) == (None, None, None)
    only_costs = rules.three_wages([], [spent(0, 500)])
    assert only_costs.net_per_hour is None


def test_an_hour_of_searching_without_work_is_a_wage_of_zero_and_has_no_paid_hour():
    wages = rules.three_wages([], [spent(3600)])
    assert (wages.per_paid_hour, wages.per_hour) == (None, 0)


def test_rejected_work_is_unpaid_time():
    wages = rules.three_wages([work(), work(cents=0)], [])
    assert (wages.per_paid_hour, wages.per_hour) == (1000, 500)


def test_pay_for_work_of_unknown_length_is_left_out_and_counted():
    wages = rules.three_wages([work(), work(cents=99_999, seconds=None)], [])
    assert (wages.per_paid_hour, wages.left_out) == (1000, 1)


def test_costs_above_the_pay_make_a_wage_below_zero():
    assert rules.three_wages([work()], [spent(3600, 2500)]).net_per_hour == -750


def test_without_any_time_beside_the_work_all_time_is_not_known():
    wages = rules.three_wages([work()], [spent(0, 500)])
    assert (wages.per_paid_hour, wages.per_hour, wages.net_per_hour) == (1000, None, None)


def test_a_week_runs_from_monday_to_sunday():
    monday = DAY - timedelta(days=DAY.weekday())
    works = [rules.Work(monday, 100, 3600), rules.Work(monday + timedelta(days=6), 200, 3600),
             rules.Work(monday - timedelta(days=1), 5000, 3600)]  # fmt: skip
    weeks = rules.by_week(works, [], DAY, 2)
    assert [first for first, _ in weeks] == [monday - timedelta(days=7), monday]
    assert [wages.money_cents for _, wages in weeks] == [5000, 300]


works_of_any_kind = st.lists(
    st.builds(
        rules.Work,
        st.dates(DAY - timedelta(days=20), DAY),
        st.integers(0, 10**6),
        st.none() | st.integers(1, 10**5),
    ),
    max_size=20,
)
spent_of_any_kind = st.lists(
    st.builds(
        rules.Spent,
        st.dates(DAY - timedelta(days=20), DAY),
        st.integers(0, 86_400),
        st.integers(0, 10**5),
    ),
    max_size=20,
)


@given(works_of_any_kind, spent_of_any_kind)
def test_each_wage_is_at_most_the_one_before_it(works, spent):
    wages = rules.three_wages(works, spent)
    known = [w for w in (wages.per_paid_hour, wages.per_hour, wages.net_per_hour) if w is not None]
    assert known == sorted(known, reverse=True)


@given(works_of_any_kind, spent_of_any_kind)
def test_the_weeks_add_up_to_the_whole(works, spent):
    whole = rules.three_wages(works, spent)
    weeks = [wages for _, wages in rules.by_week(works, spent, DAY, 5)]
    for name in ("money_cents", "paid_seconds", "unpaid_seconds", "cost_cents", "left_out"):
        assert sum(getattr(week, name) for week in weeks) == getattr(whole, name)


def test_a_beat_counts_the_time_since_the_last_unless_it_was_long_ago():
    assert [rules.counted_seconds(s) for s in (None, 0, -5, 30, 75, 75.1)] == [0, 0, 0, 30, 75, 0]
