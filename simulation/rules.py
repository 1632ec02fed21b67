"""What may be tried out: a plan of arms and replications, its size, and who may ask for how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any

from allocation.engine.card import UnusableParameters
from allocation.engine.saying import Refusal
from allocation.engine.saying import to_say as _
from simulation.world import levers, needs, presets
from simulation.world.run import run, seeds_for
from simulation.world.scenario import Population, Scenario
from simulation.world.store import digest, plain

MOST_ARMS = 6
TRIED_TASKS = 20  # each arm plays this many before an experiment is written down
IN_ARM = _("{arm}: {why}")
UNPLAYABLE = (ArithmeticError, ValueError, IndexError, MemoryError)


class TooLarge(Refusal):
    """This experiment is larger than may be started here. Take fewer tasks, arms or replications."""


class NotAScenario(Refusal):
    """This market cannot be simulated."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm as it was asked for: a name, and the levers that differ from the preset."""

    name: str
    levers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """An experiment as it was asked for. The first arm is what the others are compared with."""

    preset: str
    arms: tuple[Arm, ...]
    replications: int
    seed: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one person may ask for. Tasks are slots posted; hours are rolling."""

    tasks_per_run: int
    tasks_in_all: int
    replications: int
    workers: int
    at_once: int
    per_hour: int
    arms: int = MOST_ARMS


VISITOR = Allowance(12_000, 400_000, 30, 1_000, 2, 30)
MEMBER = Allowance(50_000, 2_000_000, 100, 5_000, 5, 120)
OPERATOR = Allowance(2_000_000, 200_000_000, 1_000, 100_000, 100, 10_000)
AT_A_TERMINAL = replace(OPERATOR, arms=100)


def scenarios_to_play(plan: Plan, allowance: Allowance) -> list[Scenario]:
    """The arms as complete scenarios, each tried out. Raises NotAScenario or TooLarge."""
    scenarios = scenarios_of(plan)
    check_size(scenarios, plan.replications, allowance)
    for arm, scenario in zip(plan.arms, scenarios, strict=True):
        try_out(arm.name, scenario)
    return scenarios


def scenarios_of(plan: Plan) -> list[Scenario]:
    """The arms as complete scenarios.

    Raises NotAScenario with a sentence that names what is wrong and what is allowed.
    """
    try:
        base = presets.load(plan.preset).scenario
    except presets.UnknownPreset as refusal:
        raise NotAScenario("{why}", why=refusal.said)
    scenarios = [pulled(base, arm) for arm in plan.arms]
    check_effects(plan.arms, scenarios, base)
    return scenarios


def pulled(base: Scenario, arm: Arm) -> Scenario:
    scenario = base
    try:
        for lever in in_order(arm.levers):
            scenario = levers.pull(scenario, lever, arm.levers[lever])
        levers.check_whole(scenario)
    except (levers.UnknownLever, levers.UnusableValue, UnusableParameters) as refusal:
        raise NotAScenario(IN_ARM, arm=arm.name, why=refusal.said)
    return scenario


def in_order(given: Iterable[str]) -> list[str]:
    """The mechanism first, as it decides which parameters there are."""
    return sorted(given, key=lambda lever: levers.full_name(lever) != "rules.mechanism")


def check_effects(arms: Sequence[Arm], scenarios: Sequence[Scenario], base: Scenario) -> None:
    """Raises NotAScenario for a lever that changes nothing in any arm that pulls it.

    One that repeats what the preset says, or that matters in one of the arms, may stand.
    """
    for lever in dict.fromkeys(lever for arm in arms for lever in arm.levers):
        pulled_in = [
            (arm, scenario)
            for arm, scenario in zip(arms, scenarios, strict=True)
            if lever in arm.levers
        ]
        lacking = [needs.missing(lever, scenario) for _arm, scenario in pulled_in]
        moved = (
            levers.pull(base, lever, arm.levers[lever]) != base for arm, _scenario in pulled_in
        )
        if all(lacking) and any(moved):
            name = pulled_in[0][0].name
            raise NotAScenario(
                _("{arm}: {lever} has no effect here: it needs {needed}."),
                arm=name,
                lever=lever,
                needed=lacking[0],
            )


def input_digest(plan: Plan, scenarios: Sequence[Scenario]) -> str:
    """The same for everybody who asks the same: arms, complete scenarios and seeds."""
    arms = [(arm.name, plain(s)) for arm, s in zip(plan.arms, scenarios, strict=True)]
    return digest_of_question(arms, plan.seed, plan.replications)


def digest_of_question(
    arms: Sequence[tuple[str, Mapping[str, Any]]], seed: int, replications: int
) -> str:
    """From the names of the arms and their scenarios as plain data."""
    return digest({"scenarios": arms, "seeds": seeds_for(seed, replications)})


def try_out(name: str, scenario: Scenario) -> None:
    """Play a few tasks of it to the end. Only for what `check_size` has let pass.

    Raises NotAScenario when that does not work.
    """
    try:
        run(replace(scenario, tasks=TRIED_TASKS, population=few(scenario)), seed=1)
    except UNPLAYABLE as fault:
        raise NotAScenario(
            _("{arm}: this cannot be played ({fault})."),
            arm=name,
            fault=f"{type(fault).__name__}: {fault}",
        )


def few(scenario: Scenario) -> Population:
    population = scenario.population
    return replace(
        population, workers=min(population.workers, 50), newcomers=min(population.newcomers, 50)
    )


def tasks_expected(scenario: Scenario) -> float:
    """About how many slots clients will post in one run."""
    demand = scenario.demand
    tasks: float = scenario.tasks
    if not tasks:
        tasks = scenario.hours * demand.tasks_per_hour * fmean(demand.rhythm or (1.0,))
    return tasks * max(1, demand.slots)


def check_size(scenarios: Sequence[Scenario], replications: int, allowance: Allowance) -> None:
    """Raises TooLarge, with the limit that was met."""
    if not 1 <= len(scenarios) <= allowance.arms:
        raise TooLarge(_("An experiment has 1 to {most} arms."), most=allowance.arms)
    if not 1 <= replications <= allowance.replications:
        raise TooLarge(
            _("An experiment has 1 to {most} replications."), most=allowance.replications
        )
    tasks = [tasks_expected(scenario) for scenario in scenarios]
    if max(tasks) > allowance.tasks_per_run:
        raise TooLarge(_("A run may have {most} tasks at most."), most=allowance.tasks_per_run)
    if sum(tasks) * replications > allowance.tasks_in_all:
        raise TooLarge(
            _("All runs together may have {most} tasks at most."), most=allowance.tasks_in_all
        )
    people = [scenario.population for scenario in scenarios]
    if max(there.workers + there.newcomers for there in people) > allowance.workers:
        raise TooLarge(_("A market may have {most} workers at most."), most=allowance.workers)
