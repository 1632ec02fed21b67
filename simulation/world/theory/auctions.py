"""Prices of the simulated auctions against Vickrey and Krishna."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from simulation.world.records import End
from simulation.world.run import run
from simulation.world.scenario import Behaviour, Demand, Population, Rules, Scenario, Spread
from simulation.world.theory import formulas
from simulation.world.theory.check import Check, mean_check, variance_check

UNIT = 1_000_000  # cents that stand for a cost of 1
SEED = 1961


def checks(tasks: int = 1500) -> Iterator[Check]:
    """Each auction has bidders of its own with fresh costs, so prices are independent draws."""
    for n in (2, 3, 5, 10):
        expected = formulas.expected_price(n)
        second = prices("sealed_second_price", n, tasks)
        first = prices("sealed_first_price", n, tasks, bidding="equilibrium")
        naive = prices("sealed_first_price", n, tasks)
        yield mean_check("second_price", expected, second, n=n)
        yield mean_check("first_price", expected, first, n=n)
        yield mean_check("naive_price", formulas.naive_price(n), naive, n=n)
        variance = formulas.second_price_variance(n)
        yield variance_check("second_price_variance", variance, second, n=n)
        variance = formulas.first_price_variance(n)
        yield variance_check("first_price_variance", variance, first, n=n)
    yield mean_check("open_price", formulas.expected_price(3), open_prices(3, 300), n=3)
    for n, reserve in ((3, 0.5), (5, 0.2)):
        trades = [float(pay > 0) for pay in outcomes("sealed_second_price", n, tasks, reserve)]
        expected = formulas.trade_with_reserve(n, reserve)
        yield mean_check("trade_with_reserve", expected, trades, n=n, r=reserve)
    for n, slots in ((5, 2), (10, 4)):
        paid = prices("uniform_price", n, tasks, slots=slots)[::slots]
        expected = formulas.uniform_price(n, slots)
        yield mean_check("uniform_price", expected, paid, n=n, k=slots)


def prices(
    mechanism: str,
    n: int,
    tasks: int,
    *,
    bidding: Literal["naive", "equilibrium"] = "naive",
    slots: int = 1,
) -> list[float]:
    """What each filled slot was paid, as a share of the highest possible cost."""
    return outcomes(mechanism, n, tasks, 1.0, bidding=bidding, slots=slots)


def open_prices(n: int, tasks: int) -> list[float]:
    """Where open bidding stops, with steps of 1/250: about the second lowest cost (Cassady 1967)."""
    return outcomes(
        "open_descending", n, tasks, 1.0, parameters={"minimum_decrement_cents": 4000.0}
    )


def outcomes(
    mechanism: str,
    n: int,
    tasks: int,
    reserve: float,
    *,
    bidding: Literal["naive", "equilibrium"] = "naive",
    slots: int = 1,
    parameters: Mapping[str, float] = MappingProxyType({}),
) -> list[float]:
    """The pay of every slot in the order of tasks; 0 where nobody's bid was low enough."""
    scenario = Scenario(
        tasks=tasks,
        demand=Demand(
            tasks_per_hour=0.1,
            slots=slots,
            pay_cents=Spread("fixed", reserve * UNIT),
            work_hours=Spread("fixed", 0.001),
        ),
        population=Population(workers=n, reservation_cents=Spread("uniform", 0, UNIT)),
        behaviour=Behaviour(bidders=n, private_costs=True, bidding=bidding, undercut=0.0),
        rules=Rules(mechanism, dict(parameters), window_hours=0.01),
    )
    records = run(scenario, SEED, keep_records=True).records
    assert records is not None
    rows = sorted(
        zip(
            records.columns["task"],
            records.columns["pay_cents"],
            records.columns["end"],
            strict=True,
        )
    )
    return [pay / UNIT if end != End.UNFILLED else 0.0 for _, pay, end in rows]
