"""One row of the theory page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from simulation.world.theory.laws import LAWS

TOLERANCE = 3.0  # standard errors


@dataclass(frozen=True, slots=True)
class Check:
    """A closed form beside what was measured. `z` is the gap in standard errors.

    `law` is a key of LAWS, and `about` holds what its words leave open.
    """

    law: str
    about: Mapping[str, Any]
    expected: float
    measured: float
    standard_error: float

    @property
    def name(self) -> str:
        said = {name: f"{value:g}" for name, value in self.about.items()}
        return LAWS[self.law].words.format(**said)

    @property
    def z(self) -> float:
        gap = self.measured - self.expected
        if self.standard_error:
            return gap / self.standard_error
        return 0.0 if abs(gap) < 1e-9 else float("inf")

    @property
    def passes(self) -> bool:
        return abs(self.z) <= TOLERANCE


def mean_check(law: str, expected: float, sample: Sequence[float], **about: Any) -> Check:
    """The mean of independent draws against its expectation."""
    return Check(law, about, expected, fmean(sample), stdev(sample) / sqrt(len(sample)))


def variance_check(law: str, expected: float, sample: Sequence[float], **about: Any) -> Check:
    """The variance of independent draws, with the standard error from their fourth moments."""
    mean = fmean(sample)
    return mean_check(law, expected, [(x - mean) ** 2 for x in sample], **about)
