"""Arms beside each other: means, intervals, paired differences and how large these are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from statistics import fmean, stdev

from simulation.world.run import Interval, interval

ENOUGH_REPLICATIONS = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure in one arm. The last five are None for the first arm, which is the base.

    `base` is the base's own mean. `difference` is arm minus base with its 95 % interval, replication
    by replication, so that shared chance cancels out; over the pairs in which both have a value.
    `relative` is that as a share of the base. `effect` is
    Cohen's d for pairs: the mean difference in standard deviations of the differences (Cohen
    1988, Statistical Power Analysis, section 2.3.5). `is_clear`: the interval excludes zero.
    """

    measure: str
    arm: Interval
    base: float | None = None
    difference: Interval | None = None
    relative: float | None = None
    effect: float | None = None
    is_clear: bool | None = None


def compare(
    arm: Sequence[Mapping[str, float | None]],
    base: Sequence[Mapping[str, float | None]] | None,
    measure: str,
) -> Comparison:
    """The measure in `arm`, beside `base` when given. Both hold the same replications in order.

    A replication in which there was nothing to measure, or that knew no such measure, has no value.
    """
    values = [row.get(measure) for row in arm]
    if base is None:
        return Comparison(measure, interval(values))
    before = [row.get(measure) for row in base]
    pairs = zip(values, before, strict=True)
    gaps = [a - b for a, b in pairs if a is not None and b is not None]
    difference, mean_before = interval(gaps), interval(before).mean
    return Comparison(
        measure,
        interval(values),
        mean_before,
        difference,
        relative_to(mean_before, difference.mean),
        effect_size(gaps),
        is_clear(gaps),
    )


def relative_to(base: float | None, gap: float | None) -> float | None:
    return gap / abs(base) if base and gap is not None else None


def effect_size(gaps: Sequence[float]) -> float | None:
    """None when there are fewer than two, or when all are the same."""
    if len(gaps) < 2 or not (spread := stdev(gaps)):
        return None
    return fmean(gaps) / spread


def is_clear(gaps: Sequence[float]) -> bool:
    """Does the 95 % interval of the mean exclude zero? One pair alone is never clear.

    A difference that is the same in every pair is clear unless it is nothing but rounding.
    """
    found = interval(gaps)
    if found.mean is None or found.half_width is None or isclose(found.mean, 0.0, abs_tol=1e-9):
        return False
    return abs(found.mean) > found.half_width
