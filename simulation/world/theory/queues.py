"""Waits of the simulated first-come market against Erlang, and the race against a claim bot."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from simulation.world.measures import measures
from simulation.world.records import End
from simulation.world.run import run, seeds_for
from simulation.world.scenario import Behaviour, Demand, Population, Scenario, Spread
from simulation.world.theory import formulas
from simulation.world.theory.check import Check, mean_check

REPLICATIONS = 12
SEED = 1917


def checks(tasks: int = 4000) -> Iterator[Check]:
    """The mean of independent replications; the first tenth of each is left out as warm-up."""
    for c, arrivals in ((10, 8.0), (50, 45.0), (2, 1.5)):
        waits = [
            mean_wait(queue(c, arrivals, 0.0, tasks), seed)
            for seed in seeds_for(SEED, REPLICATIONS)
        ]
        expected = formulas.mean_wait(c, arrivals)
        yield mean_check("erlang_wait", expected, waits, c=c, λ=arrivals)
    for c, arrivals, patience in ((10, 12.0, 0.5), (5, 5.0, 0.5)):
        shares = [
            share_unfilled(queue(c, arrivals, patience, tasks), seed)
            for seed in seeds_for(SEED, REPLICATIONS)
        ]
        expected = formulas.abandonment(c, arrivals, patience)
        yield mean_check("abandonment", expected, shares, c=c, λ=arrivals, d=patience)
        yield littles_law(queue(c, arrivals, patience, tasks))
    for speed, people in ((5.0, 5), (20.0, 10)):
        share = [share_of_bot(speed, people, seed) for seed in seeds_for(SEED, REPLICATIONS)]
        expected = formulas.bot_share(speed, people)
        yield mean_check("bot_share", expected, share, k=speed, m=people)


def littles_law(scenario: Scenario) -> Check:
    """L = λ W over one whole run, exactly (Little 1961): slots open on average, and rate × time."""
    found = measures(run(scenario, SEED))
    measured, gap = found["open_slots_mean"], found["little_gap"]
    assert measured is not None and gap is not None
    return Check("little", {"c": scenario.population.workers}, measured - gap, measured, 0.0)


def queue(workers: int, arrivals: float, patience: float, tasks: int) -> Scenario:
    return Scenario(
        tasks=tasks,
        demand=Demand(
            tasks_per_hour=arrivals,
            work_hours=Spread("exponential", 1.0),
            patience_hours=patience,
        ),
        population=Population(workers=workers),
    )


def after_warm_up(scenario: Scenario, seed: int) -> list[tuple[float, End]]:
    """Hours from posting to being taken (or closed), and the end, of every later task."""
    records = run(scenario, seed, keep_records=True).records
    assert records is not None
    columns = records.columns
    return [
        (taken - posted, End(end))
        for task, posted, taken, end in zip(
            columns["task"], columns["posted_hour"], columns["taken_hour"], columns["end"],
            strict=True,
        )
        if task > scenario.tasks // 10
    ]  # fmt: skip


def mean_wait(scenario: Scenario, seed: int) -> float:
    return fmean(wait for wait, _ in after_warm_up(scenario, seed))


def share_unfilled(scenario: Scenario, seed: int) -> float:
    return fmean(end is End.UNFILLED for _, end in after_warm_up(scenario, seed))


def share_of_bot(speed: float, people: int, seed: int) -> float:
    """Single tasks, far apart, that everybody sees at once."""
    scenario = Scenario(
        tasks=300,
        demand=Demand(tasks_per_hour=0.001, work_hours=Spread("fixed", 0.01)),
        population=Population(workers=people + 1, bots=1),
        behaviour=Behaviour(looking="race", bot_speed=speed),
    )
    market = run(scenario, seed)
    return market.workers.awards[0] / market.posted
