"""The workers of a simulated market, as parallel plain lists: fast to read, easy to sum."""

from __future__ import annotations

from math import hypot

import numpy as np

from simulation.world.scenario import Population, Scenario
from simulation.world.streams import draw, generator

NEVER = float("inf")


class Workers:
    """Worker w is the w-th entry of every list. Hours and cents add up as the market runs."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        population = scenario.population
        count = population.workers + population.newcomers
        self.count = count
        self.reservation_cents = reservation_wages(population, seed)
        self.joined_at = joining_hours(scenario, seed)
        self.leaves_at = leaving_hours(scenario, seed, self.joined_at)
        self.first_award_at = [NEVER] * count
        self.skills = skills(scenario, seed)
        quality = draw(generator(seed, "quality"), population.quality, count)
        self.quality = np.clip(quality, 0.0, 1.0).tolist()
        places = generator(seed, "places").random((count, 2)) * population.city_km
        self.x, self.y = places[:, 0].tolist(), places[:, 1].tolist()
        self.is_limited = chosen(population.limited_share, "limited", seed, count)
        self.is_in_coalition = chosen(scenario.behaviour.coalition_share, "coalition", seed, count)
        self.markup = [scenario.behaviour.markup] * count
        self.is_bot = [w < population.bots for w in range(count)]
        self.idle_since = [0.0] * count
        self.last_served = [-1.0] * count
        self.worked_until = [0.0] * count
        self.awards = [0] * count
        self.approved = [0] * count
        self.rejected = [0] * count
        self.bids = [0] * count
        self.offers = [0] * count
        self.declined = [0] * count
        self.earned_cents = [0] * count
        self.paid_hours = [0.0] * count
        self.rejected_hours = [0.0] * count
        self.search_hours = [0.0] * count
        self.bid_hours = [0.0] * count
        self.travel_hours = [0.0] * count
        self.costs_cents = [0.0] * count
        self.consoled_cents = [0] * count
        self.top_up_cents = [0] * count


def chosen(share: float, purpose: str, seed: int, count: int) -> list[bool]:
    """Who belongs to a share of the people; a larger share keeps everybody of a smaller one."""
    if not share:
        return [False] * count
    return [bool(draw < share) for draw in generator(seed, purpose).random(count)]


def reservation_wages(population: Population, seed: int) -> list[float]:
    count = population.workers + population.newcomers
    wages = draw(generator(seed, "reservation"), population.reservation_cents, count)
    abroad = generator(seed, "countries").random(count) < population.abroad_share
    wages = np.where(abroad, wages * population.abroad_factor, wages)
    return [float(wage) for wage in wages]


def joining_hours(scenario: Scenario, seed: int) -> list[float]:
    """Those of the beginning are there at 0; newcomers join at any moment while clients post."""
    draws = generator(seed, "joining").random(scenario.population.newcomers)
    moments = draws * posting_hours(scenario)
    newcomers: list[float] = moments.tolist()
    return [0.0] * scenario.population.workers + newcomers


def posting_hours(scenario: Scenario) -> float:
    """How long clients post, about."""
    if scenario.tasks:
        return scenario.tasks / scenario.demand.tasks_per_hour
    return scenario.hours


def leaving_hours(scenario: Scenario, seed: int, joined_at: list[float]) -> list[float]:
    """NEVER for who is still there when the last task is posted."""
    mean, last = scenario.population.stays_hours, posting_hours(scenario)
    if not mean:
        return [NEVER] * len(joined_at)
    stays = generator(seed, "staying").exponential(mean, len(joined_at)).tolist()
    hours = [joined + stay for joined, stay in zip(joined_at, stays, strict=True)]
    return [hour if hour < last else NEVER for hour in hours]


def skills(scenario: Scenario, seed: int) -> list[frozenset[int]]:
    """Which of the skills each worker has, every set of that size as likely."""
    kinds, population = scenario.demand.skill_kinds, scenario.population
    if not kinds:
        return []
    order = np.tile(np.arange(kinds), (population.workers + population.newcomers, 1))
    mixed = generator(seed, "skills").permuted(order, axis=1)[:, : population.skills_each]
    return [frozenset(row) for row in mixed.tolist()]


def torus_distance(ax: float, ay: float, bx: float, by: float, side: float) -> float:
    """The shortest way between two places on a square whose opposite edges touch."""
    dx, dy = abs(ax - bx), abs(ay - by)
    return hypot(min(dx, side - dx), min(dy, side - dy))
