"""One row of the theory page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

TOLERANCE = 3.0  # standard errors


@dataclass(frozen=True, slots=True)
class Check:
    """A closed form beside what was measured. `z` is the gap in standard errors."""

    name: str
    expected: float
    measured: float
    standard_error: float

    @property
    def z(self) -> float:
        gap = self.measured - self.expected
        if self.standard_error:
            return gap / self.standard_error
        return 0.0 if abs(gap) < 1e-9 else float("inf")

    @property
    def passes(self) -> bool:
        return abs(self.z) <= TOLERANCE


def mean_check(name: str, expected: float, sample: Sequence[float]) -> Check:
    """The mean of independent draws against its expectation."""
    return Check(name, expected, fmean(sample), stdev(sample) / sqrt(len(sample)))


def variance_check(name: str, expected: float, sample: Sequence[float]) -> Check:
    """The variance of independent draws, with the standard error from their fourth moments."""
    mean = fmean(sample)
    return mean_check(name, expected, [(x - mean) ** 2 for x in sample])
