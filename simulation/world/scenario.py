"""A scenario: everything that describes one simulated market, as plain frozen data.

Times are hours unless the name says seconds; money is integer cents unless a spread draws it.
Beside each field stands what somebody may set it to; `simulation.world.levers` refuses the rest. The
theory builds markets of its own and may go beyond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Annotated, Literal


@dataclass(frozen=True, slots=True)
class Range:
    """From `least` to `most`, both allowed. Of a spread: its mean, median or ends."""

    least: float
    most: float


Share = Annotated[float, Range(0, 1)]
Hours = Annotated[float, Range(0, 100_000)]  # eleven years
Cents = Annotated[float, Range(0, 1_000_000)]
BasisPoints = Annotated[int, Range(0, 10_000)]
People = Annotated[int, Range(0, 100_000)]

Shape = Literal["fixed", "uniform", "exponential", "lognormal"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number varies.

    fixed: always `a`. uniform: between `a` and `b`. exponential: mean `a`.
    lognormal: median `a`, and `b` is the standard deviation of the logarithm.
    """

    shape: Shape = "fixed"
    a: float = 0.0
    b: float = 0.0

    def __str__(self) -> str:
        return {
            "fixed": f"{self.a:g}",
            "uniform": f"uniform, {self.a:g} to {self.b:g}",
            "exponential": f"exponential, mean {self.a:g}",
            "lognormal": f"lognormal, median {self.a:g}, σ of the logarithm {self.b:g}",
        }[self.shape]

    @property
    def mean(self) -> float:
        if self.shape == "uniform":
            return (self.a + self.b) / 2
        return self.a * exp(self.b**2 / 2) if self.shape == "lognormal" else self.a


@dataclass(frozen=True, slots=True)
class Demand:
    """When clients post, and what.

    `rhythm` multiplies the rate of each hour, repeated: 24 numbers are a day, 168 a week; empty is
    always the same. `skill_kinds` > 0: each task asks for one skill of so many, all as often.
    `pay_cents` is the pay per slot where the client fixes it, else the budget per slot.
    `estimate_hours` is how long the client says the work takes; `work_hours` how long it does.
    `patience_hours` is how long a task stays open for; infinite is written as 0.
    `burst` is the mean number of tasks posted at the same moment; the rate stays what it is.
    `automated_share` of the tasks are done by a machine and never posted. `default_share` of the
    approved slots are not paid by their client. With `clients` > 0 the tasks are those of so many
    persons, `anchor_share` of them those of the first. `failing_share` is the rate a month at which each
    of them fails, and pays for nothing in the month after. Either of these without `clients` means 50.
    """

    tasks_per_hour: Annotated[float, Range(0.001, 100_000)] = 10.0
    rhythm: Annotated[tuple[float, ...], Range(0, 1_000)] = ()
    slots: Annotated[int, Range(1, 200)] = 1
    pay_cents: Annotated[Spread, Range(0, 100_000_000)] = Spread("fixed", 1000)
    estimate_hours: Annotated[float, Range(0.001, 10_000)] = 1.0
    work_hours: Annotated[Spread, Range(0.0001, 10_000)] = Spread("exponential", 1.0)
    patience_hours: Hours = 0.0
    burst: Annotated[float, Range(1, 1_000)] = 1.0
    automated_share: Share = 0.0
    default_share: Share = 0.0
    clients: Annotated[int, Range(0, 10_000)] = 0
    anchor_share: Share = 0.0
    failing_share: Share = 0.0
    skill_kinds: Annotated[int, Range(0, 100)] = 0

    @property
    def clients_there(self) -> int:
        """How many clients are persons; 0 where none is."""
        return self.clients or (50 if self.anchor_share or self.failing_share else 0)


@dataclass(frozen=True, slots=True)
class Population:
    """The workers. `reservation_cents` is the hourly pay below which a worker says no.

    `abroad_share` of the workers have that wage multiplied by `abroad_factor` (other countries).
    `bots` of the workers use a claim bot. `shift_hours` > 0 puts each worker on duty for so long in
    every `shift_every_hours`; 0 is on duty all the time. `limited_share` of the workers (students,
    for one) may work `limited_hours` of the rules at most. Each has `skills_each` of the skills that
    tasks ask for. `newcomers` more join at random moments while clients post. Everybody leaves for
    good after a random time, exponential with mean `stays_hours`; 0 is never. Places are uniform on a square of `city_km` whose
    opposite edges touch (a torus); 0 means remote work.
    """

    workers: Annotated[int, Range(1, 100_000)] = 20
    reservation_cents: Annotated[Spread, Range(0, 1_000_000)] = Spread("fixed", 0)
    abroad_share: Share = 0.0
    abroad_factor: Annotated[float, Range(0.01, 100)] = 1.0
    quality: Annotated[Spread, Range(0, 1)] = Spread("uniform", 0.5, 1.0)
    city_km: Annotated[float, Range(0, 1_000)] = 0.0
    km_per_hour: Annotated[float, Range(0.1, 1_000)] = 15.0
    cost_cents_per_hour: Cents = 0.0
    cost_cents_per_km: Cents = 0.0
    bots: People = 0
    shift_hours: Hours = 0.0
    shift_every_hours: Annotated[float, Range(1, 100_000)] = 24.0
    limited_share: Share = 0.0
    skills_each: Annotated[int, Range(1, 100)] = 1
    newcomers: People = 0
    stays_hours: Hours = 0.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What people do.

    `choosing`: a worker who becomes free takes the oldest or the best paid of the open tasks.
    `looking`: of several idle workers the one who has waited longest sees a new task first, or they
    race, where a bot counts `bot_speed` times. `bidding`: naive bids the own cost; equilibrium
    is c + (budget - c) / n; shaded asks `markup` times the cost; learning begins with `markup` and
    asks a little more after each award, a little less after each bid that lost. `private_costs` draws each
    bidder's cost anew for each task. Where bids are open, the price so named is the least that
    somebody goes down to, each bid going `undercut` of the way from the highest allowed to it. `acceptance` is the chance to say yes to an offer that pays
    enough. `practice`: work gets quicker with the n-th task as n to the power of minus this
    (Wright 1936). `free_entry` and `boycott_below_cents_per_hour`: see `simulation.world.duty`.
    `coalition_share` of the workers log off together: they count as absent for surge, and take
    nothing that pays less than `coalition_demands` times the usual.
    """

    choosing: Literal["oldest", "best_paid"] = "oldest"
    looking: Literal["longest_wait", "race"] = "longest_wait"
    bot_speed: Annotated[float, Range(0.1, 1_000_000)] = 1.0
    bidding: Literal["naive", "equilibrium", "shaded", "learning"] = "naive"
    markup: Annotated[float, Range(0.1, 100)] = 1.2
    private_costs: bool = False
    bidders: Annotated[int, Range(1, 200)] = 5
    bidders_vary: bool = False
    bid_seconds: Annotated[float, Range(0, 1_000_000)] = 0.0
    undercut: Share = 0.1
    acceptance: Share = 1.0
    answer_seconds: Annotated[Spread, Range(0, 1_000_000)] = Spread("fixed", 0.0)
    search_seconds: Annotated[Spread, Range(0, 1_000_000)] = Spread("fixed", 0.0)
    rejection: Share = 0.0
    practice: Share = 0.0
    free_entry: bool = False
    boycott_below_cents_per_hour: Cents = 0.0
    coalition_share: Share = 0.0
    coalition_demands: Annotated[float, Range(0, 100)] = 1.25


@dataclass(frozen=True, slots=True)
class Rules:
    """How the market is run: the mechanism and the protections around it.

    `floor_cents_per_hour` times the client's estimate is the least pay or bid that is allowed.
    `guaranteed_cents_per_hour` tops up what a worker earned per hour of `guarantee_counts`: hours
    of work, or all hours on duty. `most_assignments` caps what one worker may get; 0 is no cap.
    `surge_most` is the highest factor on the pay when few workers are idle; 1 is no surge.
    A shift pays at least `minimum_shift_hours` of `minimum_shift_cents_per_hour`. `limited_hours`
    is the most that workers with a limited status may work; 0 is no limit. Where `pay_is_shown` is
    false, workers answer as if every task paid the usual. `fund_basis_points` of all pay go into a
    fund that starts with `fund_reserve_cents` and pays for clients who do not, as long as it can.
    `provided` says who provides what, where that is not as usual: function → provider (`provisions.rules`).
    """

    mechanism: str = "first_come"
    parameters: Mapping[str, float] = field(default_factory=dict)
    window_hours: Hours = 1.0
    floor_cents_per_hour: Cents = 0.0
    fee_basis_points: BasisPoints = 0
    guaranteed_cents_per_hour: Cents = 0.0
    guarantee_counts: Literal["work", "duty"] = "duty"
    most_assignments: Annotated[int, Range(0, 1_000_000)] = 0
    surge_most: Annotated[float, Range(1, 100)] = 1.0
    surge_way: Literal["multiplicative", "additive"] = "multiplicative"
    waiting_is_duty: bool = False
    minimum_shift_hours: Hours = 0.0
    minimum_shift_cents_per_hour: Cents = 0.0
    limited_hours: Hours = 0.0
    pay_is_shown: bool = True
    fund_basis_points: BasisPoints = 0
    fund_reserve_cents: Annotated[int, Range(0, 1_000_000_000_000)] = 0
    provided: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One market. `hours` is how long clients post; what is open then is still brought to an end.

    `tasks` > 0 ends the posting after that many tasks instead.
    """

    name: str = "market"
    hours: Annotated[float, Range(0.01, 100_000)] = 100.0
    tasks: Annotated[int, Range(0, 10_000_000)] = 0
    demand: Demand = Demand()
    population: Population = Population()
    behaviour: Behaviour = Behaviour()
    rules: Rules = Rules()
