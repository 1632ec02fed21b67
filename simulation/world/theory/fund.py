"""A guarantee fund against the theory of ruin: how often it cannot pay for a client who does not."""

from __future__ import annotations

from collections.abc import Iterator

from simulation.world.run import run, seeds_for
from simulation.world.scenario import Demand, Population, Rules, Scenario, Spread
from simulation.world.theory import formulas
from simulation.world.theory.check import Check, mean_check

SEED = 1903
PAY_CENTS = 1_000


def checks(markets: int = 300) -> Iterator[Check]:
    """Markets of 200 tasks at one pay, so that a fund of some pays lasts for as many defaults."""
    for percent, share, reserve in ((5.0, 0.04, 1), (10.0, 0.05, 0), (5.0, 0.02, 3)):
        fund = Rules(fund_basis_points=round(percent * 100), fund_reserve_cents=reserve * PAY_CENTS)
        scenario = Scenario(
            tasks=200,
            demand=Demand(pay_cents=Spread("fixed", PAY_CENTS), default_share=share),
            population=Population(workers=30),
            rules=fund,
        )
        ruined = [is_ruined(scenario, seed) for seed in seeds_for(SEED, markets)]
        losses = {0.0: 1 - share, 1.0: share}
        expected = formulas.ruin(scenario.tasks, percent / 100, losses, reserve)
        yield mean_check("ruin", expected, ruined, p=percent, q=share * 100, u=reserve)


def is_ruined(scenario: Scenario, seed: int) -> float:
    """1 if the fund could not pay at least once."""
    tallies = run(scenario, seed, keep_records=False).tallies
    return float(tallies.covered_cents < tallies.defaulted_cents)
