"""A scenario: everything that describes one simulated market, as plain frozen data.

Times are hours unless the name says seconds; money is integer cents unless a spread draws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp
from typing import Literal

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

    @property
    def mean(self) -> float:
        if self.shape == "uniform":
            return (self.a + self.b) / 2
        return self.a * exp(self.b**2 / 2) if self.shape == "lognormal" else self.a


@dataclass(frozen=True, slots=True)
class Demand:
    """When clients post, and what.

    `rhythm` multiplies the rate of each hour of the day, repeated; empty is the same all day.
    `pay_cents` is the pay per slot where the client fixes it, else the budget per slot.
    `estimate_hours` is how long the client says the work takes; `work_hours` how long it does.
    `patience_hours` is how long a task stays open for; infinite is written as 0.
    """

    tasks_per_hour: float = 10.0
    rhythm: tuple[float, ...] = ()
    slots: int = 1
    pay_cents: Spread = Spread("fixed", 1000)
    estimate_hours: float = 1.0
    work_hours: Spread = Spread("exponential", 1.0)
    patience_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Population:
    """The workers. `reservation_cents` is the hourly pay below which a worker says no.

    `abroad_share` of the workers have that wage multiplied by `abroad_factor` (other countries).
    `bots` of the workers use a claim bot. Places are uniform on a square of `city_km` whose
    opposite edges touch (a torus); 0 means remote work.
    """

    workers: int = 20
    reservation_cents: Spread = Spread("fixed", 0)
    abroad_share: float = 0.0
    abroad_factor: float = 1.0
    quality: Spread = Spread("uniform", 0.5, 1.0)
    city_km: float = 0.0
    km_per_hour: float = 15.0
    cost_cents_per_hour: float = 0.0
    cost_cents_per_km: float = 0.0
    bots: int = 0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What people do.

    `choosing`: a worker who becomes free takes the oldest or the best paid of the open tasks.
    `looking`: of several idle workers the one who has waited longest sees a new task first, or they
    race, where a bot counts `bot_speed` times. `bidding`: naive bids the own cost; equilibrium
    is c + (budget - c) / n; shaded asks `markup` times the cost. `private_costs` draws each
    bidder's cost anew for each task. `acceptance` is the chance to say yes to an offer that pays
    enough.
    """

    choosing: Literal["oldest", "best_paid"] = "oldest"
    looking: Literal["longest_wait", "race"] = "longest_wait"
    bot_speed: float = 1.0
    bidding: Literal["naive", "equilibrium", "shaded"] = "naive"
    markup: float = 1.2
    private_costs: bool = False
    bidders: int = 5
    bidders_vary: bool = False
    bid_seconds: float = 0.0
    acceptance: float = 1.0
    answer_seconds: Spread = Spread("fixed", 0.0)
    search_seconds: Spread = Spread("fixed", 0.0)
    rejection: float = 0.0


@dataclass(frozen=True, slots=True)
class Rules:
    """How the market is run: the mechanism and the protections around it.

    `floor_cents_per_hour` times the client's estimate is the least pay or bid that is allowed.
    `guaranteed_cents_per_hour` tops up what a worker earned per hour of `guarantee_counts`: hours
    of work, or all hours on duty. `most_assignments` caps what one worker may get; 0 is no cap.
    `surge_most` is the highest factor on the pay when few workers are idle; 1 is no surge.
    """

    mechanism: str = "first_come"
    parameters: Mapping[str, float] = field(default_factory=dict)
    window_hours: float = 1.0
    floor_cents_per_hour: float = 0.0
    fee_basis_points: int = 0
    guaranteed_cents_per_hour: float = 0.0
    guarantee_counts: Literal["work", "duty"] = "duty"
    most_assignments: int = 0
    surge_most: float = 1.0
    surge_way: Literal["multiplicative", "additive"] = "multiplicative"
    waiting_is_duty: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One market. `hours` is how long clients post; what is open then is still brought to an end.

    `tasks` > 0 ends the posting after that many tasks instead.
    """

    name: str = "market"
    hours: float = 100.0
    tasks: int = 0
    demand: Demand = Demand()
    population: Population = Population()
    behaviour: Behaviour = Behaviour()
    rules: Rules = Rules()
