"""Measures are right on markets small enough to check by hand, and the codebook covers them."""

from dataclasses import replace
from statistics import stdev

import pytest

from simulation.world import codebook
from simulation.world.comparing import compare
from simulation.world.dependence import by_dependence
from simulation.world.measures import gini, measures, top_share, worker_rows
from simulation.world.pictures import pictures
from simulation.world.records import COLUMNS
from simulation.world.run import Interval, interval, run, seeds_for
from simulation.world.scenario import Behaviour, Demand, Population, Rules, Scenario, Spread


def one_worker(**rules):
    return Scenario(
        tasks=4,
        demand=Demand(work_hours=Spread("fixed", 2.0), pay_cents=Spread("fixed", 1200)),
        population=Population(workers=1, cost_cents_per_hour=50),
        behaviour=Behaviour(search_seconds=Spread("fixed", 3600)),
        rules=Rules(**rules),
    )


def test_the_codebook_covers_every_exported_column_and_nothing_else():
    market = run(one_worker(), 1, keep_records=True)
    assert [e.name for e in codebook.MEASURES] == list(measures(market))
    assert [e.name for e in codebook.WORKER_COLUMNS] == list(worker_rows(market)[0])
    assert [e.name for e in codebook.TASK_COLUMNS] == list(COLUMNS)
    for entry in codebook.MEASURES + codebook.WORKER_COLUMNS + codebook.TASK_COLUMNS:
        assert entry.unit and entry.definition.endswith(".") and entry.source


def test_the_three_wages_by_hand():
    """Four tasks of two hours at 12.00 each, an hour of search for each, costs of 0.50 an hour."""
    found = measures(run(one_worker(), 1))
    assert found["wage_paid_hour_cents"] == 600
    assert found["wage_all_hours_cents"] == 400
    assert found["wage_net_cents"] == pytest.approx((4800 - 400) / 12)
    assert found["unpaid_time_share"] == pytest.approx(1 / 3)


def test_fees_come_on_top_of_pay():
    found = measures(run(one_worker(fee_basis_points=2000), 1))
    assert (found["worker_pay_cents"], found["fee_cents"]) == (4800, 960)
    assert found["client_spend_cents"] == 5760


def test_a_guarantee_by_hours_of_work_tops_up_to_the_cent():
    found = measures(run(one_worker(guaranteed_cents_per_hour=700, guarantee_counts="work"), 1))
    assert found["top_up_cents"] == 8 * 700 - 4800


def test_gini_and_top_share_by_hand():
    assert gini([5, 5, 5, 5]) == 0
    assert gini([0, 0, 0, 8]) == 0.75
    assert gini([]) is gini([0, 0]) is None
    assert top_share([10] + [10] * 9, 0.1) == 0.1


def test_an_interval_by_hand_and_a_paired_difference():
    assert interval([1.0, 2.0, 3.0]).half_width == pytest.approx(4.302653 / 3**0.5)
    assert interval([5.0]).half_width is None
    many = [float(n % 2) for n in range(60)]  # 59 degrees of freedom: 2.000995, not 1.96
    assert interval(many).half_width == pytest.approx(2.000995 * stdev(many) / 60**0.5)
    rows, base = [{"m": 3.0}, {"m": 5.0}], [{"m": 1.0}, {"m": 3.0}]
    assert compare(rows, base, "m").difference == Interval(2, 0, 2)


def test_replications_have_their_own_seeds_and_the_first_few_stay_the_same():
    assert len(set(seeds_for(1, 50))) == 50
    assert seeds_for(1, 50)[:5] == seeds_for(1, 5)


def test_a_replication_without_a_value_is_left_out_and_counted():
    arm = [{"m": 3.0}, {"m": None}, {"m": 5.0}, {}]
    base = [{"m": 1.0}, {"m": 9.0}, {"m": None}, {"m": 2.0}]
    found = compare(arm, base, "m")
    assert (found.arm.mean, found.arm.count) == (4.0, 2)
    assert (found.base, found.difference) == (4.0, Interval(2.0, None, 1))
    assert (found.effect, found.is_clear) == (None, False)
    nothing = compare([{"m": None}], base[:1], "m")
    assert (nothing.arm, nothing.difference) == (Interval(None, None, 0),) * 2
    assert (nothing.relative, nothing.is_clear) == (None, False)


def nobody_comes(**demand):
    """Everybody wants more than is paid, and one hour later every task is closed."""
    return Scenario(
        tasks=20,
        demand=Demand(pay_cents=Spread("fixed", 100), patience_hours=1, **demand),
        population=Population(workers=5, reservation_cents=Spread("fixed", 5000)),
    )


def test_a_mean_over_nothing_is_nothing_and_not_0():
    found = measures(run(nobody_comes(), 1))
    assert (found["slots_filled"], found["fill_share"], found["without_work_share"]) == (0, 0, 1)
    for name in ("wait_hours_mean", "wait_hours_sd", "price_cents_mean", "rejected_share",
                 "wage_paid_hour_cents", "gini_awards", "gini_earnings", "top_10_share",
                 "decline_share", "newcomer_wait_hours"):  # fmt: skip
        assert found[name] is None, name


def test_the_codebook_says_of_every_measure_that_may_be_empty_when_it_is():
    """An engineer's null is a reader's empty cell."""
    no_demand = Scenario(hours=1, demand=Demand(tasks_per_hour=0.001))
    worlds = (nobody_comes(), no_demand, one_worker(), Scenario(hours=0))
    found = [measures(run(world, 1)) for world in worlds]
    assert not found[1]["tasks_posted"]
    for entry in codebook.MEASURES:
        is_empty = any(row[entry.name] is None for row in found)
        assert ("Empty if" in entry.definition) >= is_empty, entry.name
    never = [e.name for e in codebook.MEASURES if "Empty if" in e.definition
             and all(row[e.name] is not None for row in found)]  # fmt: skip
    assert never == []


def test_the_thirds_and_the_pictures_of_a_market_without_work_are_empty_too():
    world = replace(nobody_comes(), population=Population(
        workers=30, reservation_cents=Spread("uniform", 4000, 9000)))  # fmt: skip
    market = run(world, 1, keep_records=True)
    for third in by_dependence(market).values():
        assert third["gini_earnings"] is None and third["without_work_share"] == 1
    assert pictures(market)["lorenz"] == []
