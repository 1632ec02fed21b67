"""The geometry of the lab's pictures: numbers in, points of an SVG out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from statistics import fmean
from typing import Any

WIDTH, HEIGHT = 360, 96
ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Lane:
    """One series over time, a line per arm. `top` is the value at the upper edge."""

    name: str
    label: Any
    top: float
    lines: list[str]
    values: list[list[float]]


def lane(name: str, label: Any, series: Sequence[Sequence[float]]) -> Lane:
    top = nice_top(max((max(values, default=0.0) for values in series), default=0.0))
    lines = [line(values, top) for values in series]
    return Lane(name, label, top, lines, [list(values) for values in series])


def line(values: Sequence[float], top: float, width: float = WIDTH, height: float = HEIGHT) -> str:
    """The `points` of a polyline from the left edge to the right one."""
    steps = max(1, len(values) - 1)
    return " ".join(
        f"{i * width / steps:.1f},{height - value / top * height:.1f}"
        for i, value in enumerate(values)
    )


def nice_top(most: float) -> float:
    """The smallest round number that is not below `most`; 1 for nothing at all."""
    if most <= 0:
        return 1.0
    power = 10.0 ** floor(log10(most))
    return next(power * step for step in ROUND if power * step >= most * (1 - 1e-12))


def mean_of(rows: Sequence[Sequence[float]]) -> list[float]:
    """Place by place, over the runs that have something to show; those are of the same shape."""
    return [fmean(values) for values in zip(*filter(None, rows), strict=True)]


@dataclass(frozen=True, slots=True)
class Strip:
    """Where the middle half and the middle four fifths of the people are, on one scale."""

    low: float
    begin: float
    middle: float
    end: float
    high: float
    quantiles: list[float]

    @property
    def box_width(self) -> float:
        return max(0.5, self.end - self.begin)


def strip(quantiles: Sequence[float], top: float) -> Strip:
    low, begin, middle, end, high = (max(0.0, min(100.0, q / top * 100)) for q in quantiles)
    return Strip(low, begin, middle, end, high, list(quantiles))
