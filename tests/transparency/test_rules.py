"""What may be published: no small number, and nothing that two figures give away."""

from hypothesis import given
from hypothesis import strategies as st

from transparency.rules import (
    FEW,
    Ended,
    Facts,
    Filling,
    counted,
    gini,
    middle,
    publish,
    quantile,
    share,
    two_figures,
)

COUNTS = st.integers(0, 10_000)


def test_fewer_than_five_is_never_a_number_none_included():
    assert [counted(n) for n in (0, 1, 4, 5, 9, 10)] == [FEW, FEW, FEW, 5, 5, 10]


def known(published) -> range:
    """Every number that a published count may stand for."""
    return range(5) if published == FEW else range(published, published + 5)


@given(COUNTS, COUNTS)
def test_a_total_less_its_other_part_never_gives_a_small_number_away(small, other):
    """Whoever knows the total and all other parts still has four values to choose from, or more."""
    small %= 5
    total, rest = counted(small + other), counted(other)
    possible = {part for part in range(5) for o in known(rest) if o + part in known(total)}
    assert small in possible and len(possible) >= 4


@given(COUNTS, st.integers(0, 4))
def test_between_two_looks_a_number_grows_by_nothing_or_by_at_least_five(before, more):
    one, two = (0 if n == FEW else n for n in (counted(before), counted(before + more)))
    assert two - one in (0, 5)


@given(COUNTS, COUNTS)
def test_a_share_says_nothing_that_the_two_counts_do_not_say(part, whole):
    part = min(part, whole)
    found = share(counted(part), counted(whole))
    same = share(counted(part // 5 * 5), counted(whole // 5 * 5))
    assert found == same
    assert found is None or 0 < found <= 1


def test_a_share_of_a_small_number_is_not_told():
    assert share(counted(4), counted(100)) is None
    assert share(counted(10), counted(100)) == 0.1


def test_a_quantile_needs_five_on_either_side():
    assert quantile(123.4, 9, 0.5) is None
    assert quantile(123.4, 10, 0.5) == 120
    assert quantile(123.4, 99, 0.95) is None
    assert quantile(123.4, 100, 0.95) == 120
    assert quantile(None, 1000, 0.5) is None


def test_two_figures():
    assert [two_figures(x) for x in (0, 0.0123, 7, 99.6, 1234, -1234)] == [
        0.0, 0.012, 7, 100, 1200, -1200,
    ]  # fmt: skip


def test_the_middle_of_nine_people_is_not_told():
    assert middle([1000.0] * 9) is None
    assert middle([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]) == 550


def test_gini_by_hand():
    assert gini([3] * 10) == 0
    assert gini([0] * 9 + [10]) == 0.9
    assert gini([1, 3] * 5) == 0.25
    assert gini([1] * 9) is None
    assert gini([0] * 10) is None


def facts(**changes) -> Facts:
    usual = {
        "fillings": (Filling("lottery", 12, 30, 40, 10, 61.0, 3700.0),),
        "wages": tuple((1234, 1111, 1000) for _ in range(10)),
        "approved": 90,
        "rejected": 11,
        "judged_workers": 6,
        "questions": (Ended("dispute", 12, 11, 6, 5),),
        "awards": (3,) * 10,
        "first_awards": (60.0,) * 6 + (None,) * 4,
        "joined_long_ago": 10,
        "within_a_week": 6,
    }
    return Facts(**usual | changes)


def test_a_whole_group_by_hand():
    assert publish(facts()) == {
        "mechanisms": [
            {
                "mechanism": "lottery",
                "tasks": 10,
                "slots": 40,
                "fill_share": 0.75,
                "filled_tasks": 10,
                "fill_p50_seconds": 61,
                "fill_p95_seconds": None,
            }
        ],
        "wages": {
            "workers": 10,
            "workers_all_time": 10,
            "per_paid_hour_cents": 1200,
            "per_hour_cents": 1100,
            "net_per_hour_cents": 1000,
        },
        "verdicts": {"verdicts": 100, "rejected": 10, "rejected_share": 0.1},
        "questions": [
            {
                "kind": "dispute",
                "asked": 10,
                "decided": 10,
                "overturned": 5,
                "overturned_share": 0.5,
                "late": 5,
                "late_share": 0.5,
            }
        ],
        "awards": {"workers": 10, "awards": 30, "gini": 0},
        "newcomers": {
            "workers": 10,
            "first_award_p50_seconds": 60,
            "joined_a_week_ago": 10,
            "within_a_week": 5,
            "within_a_week_share": 0.5,
        },
    }


def test_work_of_four_people_is_not_told_however_much_it_is():
    assert publish(facts(judged_workers=4))["verdicts"] == {
        "verdicts": FEW, "rejected": FEW, "rejected_share": None,
    }  # fmt: skip


def test_when_most_newcomers_still_wait_the_middle_is_not_made_up():
    waits = (60.0,) * 4 + (None,) * 6
    assert publish(facts(first_awards=waits))["newcomers"]["first_award_p50_seconds"] is None


def test_a_mechanism_with_four_tasks_tells_nothing_of_its_slots():
    told = publish(facts(fillings=(Filling("lottery", 4, 300, 400, 4, 61.0, 99.0),)))
    assert set(told["mechanisms"][0].values()) == {"lottery", FEW, None}
