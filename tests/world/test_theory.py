"""The engine and the simulated market agree with theory; the formulas with known values."""

import re
from dataclasses import replace

import pytest

from simulation.world.theory import formulas
from simulation.world.theory.all_checks import checks
from simulation.world.theory.laws import LAWS


@pytest.fixture(scope="module")
def rows():
    return {check.name: check for check in checks()}


def test_every_check_is_within_three_standard_errors(rows):
    failed = [check for check in rows.values() if not check.passes]
    assert len(rows) == 59
    assert failed == []
    assert {check.law for check in rows.values()} == set(LAWS)


def test_a_formula_is_read_in_every_language():
    words = {w for law in LAWS.values() for w in re.findall(r"[A-Za-z]{3,}", law.formula)}
    assert words <= {"min", "Beta"}


@pytest.mark.parametrize(
    ("paid_in", "anchor", "known"),
    [(0.005, 0.02, 0.79), (0.02, 0.02, 0.03), (0.02, 0.5, 0.14), (0.065, 0.5, 0.04)],
)
def test_one_large_client_ruins_a_fund_that_carries_many_small_ones(paid_in, anchor, known):
    """50 clients for 24 months; one client in 200 fails each month, and costs its month's volume."""
    losses = formulas.losses_of_clients(50, 0.005, anchor)
    assert sum(losses.values()) == pytest.approx(1, abs=1e-6)
    assert formulas.ruin(24, paid_in, losses) == pytest.approx(known, abs=0.02)


def test_a_wrong_expectation_fails(rows):
    """The check can fail: a price of 1/(n+1) where 2/(n+1) is right is far outside."""
    right = rows["Second price, 5 bidders"]
    wrong = replace(right, expected=formulas.naive_price(5))
    assert not wrong.passes


@pytest.mark.parametrize(
    ("found", "known"),
    [
        (formulas.expected_price(5), 0.333333),
        (formulas.expected_price(10), 0.181818),
        (formulas.erlang_c(10, 8), 0.409180),
        (formulas.mean_wait(10, 8), 0.204590),
        (formulas.erlang_c(50, 45), 0.363864),
        (formulas.mean_wait(50, 45), 0.072773),
        (formulas.erlang_c(2, 1.5), 0.642857),
        (formulas.mean_wait(2, 1.5), 1.285714),
        (formulas.abandonment(10, 12, 0.5), 0.199554),
        (formulas.abandonment(5, 5, 0.5), 0.166378),
        (formulas.optimal_matching_cost(5), 1.463611),
        (formulas.optimal_matching_cost(10), 1.549768),
        (formulas.first_come_matching_cost(5), 2.283333),
        (formulas.first_come_matching_cost(10), 2.928968),
        (formulas.contest_total_effort(3), 0.5),
        (formulas.contest_best_effort(5), 0.4),
        (formulas.gini_by_lot(4, 1), 0.75),  # one of four has all
        (formulas.gini_by_lot(4, 2), 0.5625),  # a quarter of the time one has both
        (formulas.without_work_by_lot(2, 2), 0.25),
        (formulas.beta_below(0.5, 1, 1), 0.5),
        (formulas.loss_by_another_ask(2, 1, 0.0, 1.0), 0.5),  # one rival with cost y: y is lost
    ],
)
def test_a_formula_gives_its_published_value(found, known):
    assert found == pytest.approx(known, abs=1e-6)
