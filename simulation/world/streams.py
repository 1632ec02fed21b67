"""Chance: one independent stream of random numbers per purpose, all from one seed.

Two arms of an experiment that start from the same seed see the same arrivals, the same people and
the same lengths of work, whatever their rules do with them (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log

import numpy as np
from numpy.typing import NDArray

from simulation.world.scenario import Spread

# A purpose keeps its place in this list for ever: the place is part of the seed.
PURPOSES = (
    "arrivals",
    "work",
    "pay",
    "places",
    "reservation",
    "quality",
    "countries",
    "bidders",
    "costs",
    "behaviour",
    "decisions",
    "task_places",
    "answers",
    "search",
    "shifts",
    "bursts",
    "automation",
    "limited",
    "coalition",
    "defaults",
    "skills",
    "asked",
    "joining",
    "staying",
    "clients",
    "failing",
)
BLOCK = 4096  # numbers drawn at a time; part of the result, as arrivals are thinned per block

Floats = NDArray[np.float64]


def generator(seed: int, purpose: str) -> np.random.Generator:
    """The stream for this purpose (PCG64, seeded through SeedSequence)."""
    place = PURPOSES.index(purpose)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(place,))))


def draw(random: np.random.Generator, spread: Spread, count: int) -> Floats:
    """`count` numbers of this spread."""
    if spread.shape == "uniform":
        return random.uniform(spread.a, spread.b, count)
    if spread.shape == "exponential":
        return random.exponential(spread.a, count)
    if spread.shape == "lognormal":
        return random.lognormal(log(spread.a), spread.b, count)
    return np.full(count, spread.a)


def endless(draw_block: Callable[[], Floats]) -> Iterator[float]:
    """One number after the other, drawn a block at a time: ten times faster than singly."""
    while True:
        yield from draw_block().tolist()


def numbers(seed: int, purpose: str, spread: Spread) -> Iterator[float]:
    random = generator(seed, purpose)
    return endless(lambda: draw(random, spread, BLOCK))


def uniforms(seed: int, purpose: str) -> Iterator[float]:
    return numbers(seed, purpose, Spread("uniform", 0.0, 1.0))


def supply(draw_block: Callable[[], Floats]) -> Callable[[int], Floats]:
    """The same numbers as `endless`, as many at a time as are asked for."""
    left = np.zeros(0)

    def take(count: int) -> Floats:
        nonlocal left
        while len(left) < count:
            left = np.concatenate([left, draw_block()])
        taken, left = left[:count], left[count:]
        return taken

    return take


def many(seed: int, purpose: str, spread: Spread) -> Callable[[int], Floats]:
    """The numbers of `numbers`, as many at a time as are asked for."""
    random = generator(seed, purpose)
    return supply(lambda: draw(random, spread, BLOCK))


def in_bursts(moments: Iterator[Floats], seed: int, size: float) -> Iterator[Floats]:
    """Every moment as often as a geometric number with mean `size` says: a compound process."""
    random = generator(seed, "bursts")
    sizes = supply(lambda: random.geometric(1.0 / size, BLOCK).astype(float))
    for hours in moments:
        yield np.repeat(hours, sizes(len(hours)).astype(np.int64))


def arrival_hours(seed: int, per_hour: float, rhythm: tuple[float, ...]) -> Iterator[Floats]:
    """The hours at which tasks are posted, a block at a time, without end: a Poisson process,
    thinned by the rhythm of the day or of the week.

    Source of the thinning: Lewis and Shedler 1979.
    """
    random = generator(seed, "arrivals")
    peak = max(rhythm, default=1.0)
    hour = 0.0
    while True:
        hours = hour + np.cumsum(random.exponential(1.0 / (per_hour * peak), BLOCK))
        keep = random.random(BLOCK)
        hour = float(hours[-1])
        if rhythm:
            rate = np.asarray(rhythm)[hours.astype(np.int64) % len(rhythm)]
            hours = hours[keep * peak < rate]
        yield hours
