"""Run a scenario once or several times, and write the results down the same way every time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from scipy.special import stdtrit

from allocation.engine.codec import code_digest
from simulation.world.market import Market
from simulation.world.measures import Measures, measures, worker_rows
from simulation.world.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval, over `count` runs: those that have a value.

    `half_width` is None for a single run, `mean` too for none at all.
    """

    mean: float | None
    half_width: float | None
    count: int


def run(scenario: Scenario, seed: int, *, keep_records: bool = False) -> Market:
    return Market(scenario, seed, keep_records=keep_records).run()


def seeds_for(seed: int, replications: int) -> list[int]:
    """Replication i of every arm has the same seed: differences between arms are paired."""
    return [int(sha256(f"{seed}|{i}".encode()).hexdigest()[:12], 16) for i in range(replications)]


def replicate(
    scenario: Scenario,
    seed: int,
    replications: int,
    *,
    after_each: Callable[[], None] = lambda: None,
) -> list[Measures]:
    """The measures of each replication, in order."""
    rows = []
    for replication_seed in seeds_for(seed, replications):
        rows.append(measures(run(scenario, replication_seed)))
        after_each()
    return rows


def interval(given: Iterable[float | None]) -> Interval:
    """Mean and 95 % interval by Student's t, of the values that there are."""
    values = [value for value in given if value is not None]
    count = len(values)
    if count < 2:
        return Interval(values[0] if values else None, None, count)
    point = float(stdtrit(count - 1, 0.975))
    return Interval(fmean(values), point * stdev(values) / sqrt(count), count)


def result_of(market: Market) -> dict[str, Any]:
    """Everything needed to read the run, and to run it again."""
    return {
        "scenario": asdict(market.scenario),
        "seed": market.seed,
        "engine_digest": code_digest(market.card.slug),
        "measures": measures(market),
        "workers": worker_rows(market),
    }


def result_bytes(market: Market) -> bytes:
    """The result as canonical JSON: two runs of the same scenario and seed give equal bytes."""
    text = json.dumps(result_of(market), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def result_digest(market: Market) -> str:
    """SHA-256 of those bytes, 64 hexadecimal digits."""
    return sha256(result_bytes(market)).hexdigest()
