"""Clients as persons: whose tasks they are, who fails, and what a fund makes of it."""

from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.world.clients import MONTH_HOURS, Clients
from simulation.world.levers import UnusableValue, pull
from simulation.world.measures import measures
from simulation.world.presets import load
from simulation.world.run import run, seeds_for
from simulation.world.scenario import Demand, Population, Rules, Scenario, Spread


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.sampled_from([0.0, 0.3, 0.9, 1.0]), st.integers(0, 99))
def test_every_task_is_somebodys(count, anchor, seed):
    found = Clients(Demand(clients=count, anchor_share=anchor), seed).of_tasks(500)
    assert set(found) <= set(range(count))


def test_an_anchor_posts_its_share_and_the_others_alike():
    found = Clients(Demand(clients=5, anchor_share=0.6), 7).of_tasks(20_000)
    shares = [found.count(client) / len(found) for client in range(5)]
    assert shares == pytest.approx([0.6, 0.1, 0.1, 0.1, 0.1], abs=0.015)


def test_a_failure_lasts_for_a_month_and_comes_as_often_as_it_says():
    clients = Clients(Demand(clients=2_000, failing_share=0.1), 3)
    first = [times[0] for times in clients.failures]
    assert mean(first) == pytest.approx(MONTH_HOURS / 0.1, rel=0.1)
    assert clients.pays(0, first[0] - 1e-6) and not clients.pays(0, first[0])
    assert not clients.pays(0, first[0] + MONTH_HOURS - 1e-6)
    assert clients.pays(0, min(first[0] + MONTH_HOURS, clients.failures[0][1] - 1e-6))


def test_an_anchor_or_a_failure_alone_means_fifty_clients():
    assert len(Clients(Demand(failing_share=0.01), 1).failures) == 50
    assert set(Clients(Demand(anchor_share=0.5), 1).of_tasks(2_000)) == set(range(50))


@pytest.mark.parametrize("lever", ["anchor_share", "failing_share", "default_share", "clients"])
def test_more_than_all_of_them_is_refused_in_words(lever):
    with pytest.raises(UnusableValue, match=f"{lever} must be between 0 and 1"):
        pull(load("agency").scenario, lever, "10001" if lever == "clients" else "1.5")


def test_nobody_fails_where_nobody_does():
    assert Clients(Demand(clients=3), 1).pays(2, 1e9)


def covered(anchor: float) -> float:
    """The share of what failed clients owed that a fund of eight percent paid, over 60 markets."""
    scenario = Scenario(
        hours=3_000,
        demand=Demand(
            tasks_per_hour=1, pay_cents=Spread("fixed", 1_000), work_hours=Spread("fixed", 1.0),
            clients=50, anchor_share=anchor, failing_share=0.05,
        ),
        population=Population(workers=10),
        rules=Rules(fund_basis_points=800),
    )  # fmt: skip
    found = [measures(run(scenario, seed)) for seed in seeds_for(1, 60)]
    owed = [one for one in found if one["defaulted_cents"]]
    return sum(one["default_covered_share"] * one["defaulted_cents"] for one in owed) / sum(
        one["defaulted_cents"] for one in owed
    )


def test_concentration_ruins_what_the_average_would_carry():
    assert covered(0.5) < 0.85 < 0.97 < covered(0.0)


def test_no_rule_changes_whose_tasks_they_are_or_who_fails():
    scenario = pull(pull(load("agency").scenario, "clients", "8"), "failing_share", "0.2")
    other = pull(scenario, "mechanism", "standby_queue")
    one, two = (Clients(each.demand, 5) for each in (scenario, other))
    assert one.failures == two.failures and one.of_tasks(200) == two.of_tasks(200)
