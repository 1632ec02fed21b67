"""What a run looks like: its course over time, who earned how much, what an hour was worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.world.market import Market
from simulation.world.measures import Row, worker_rows
from simulation.world.records import End

MOMENTS = 48  # how often a run is looked at, from its start to the last posting
SHARES = 20  # the steps of a Lorenz curve
QUANTILES = (10, 25, 50, 75, 90)
Floats = NDArray[np.float64]


def pictures(market: Market) -> dict[str, list[float]]:
    """Series of MOMENTS values, a Lorenz curve of SHARES + 1 points, five quantiles of pay.

    The curve is empty when nobody earned anything, the quantiles when nobody spent an hour.
    Needs full records. The unit of each series stands in `simulation.world.codebook.SERIES`.
    """
    table = worker_rows(market)
    return {
        **course(market),
        "lorenz": lorenz([row["earned_cents"] for row in table]),
        "wage_quantiles_cents": wage_quantiles(table),
    }


def course(market: Market) -> dict[str, list[float]]:
    """How many slots wait, how many people work, and how much is paid, at MOMENTS moments."""
    assert market.records is not None
    columns = market.records.columns
    posted, taken, ended, pay, end = (
        np.asarray(columns[name], dtype=float)
        for name in ("posted_hour", "taken_hour", "ended_hour", "pay_cents", "end")
    )
    hours = np.linspace(0.0, last_posting(market, posted), MOMENTS + 1)
    is_filled = end != End.UNFILLED
    waiting = up_to(posted, hours) - up_to(taken, hours)
    working = up_to(taken[is_filled], hours) - up_to(ended[is_filled], hours)
    step = hours[1] - hours[0] if len(hours) > 1 else 1.0
    paid = np.histogram(ended, bins=hours, weights=pay)[0] / step if step else np.zeros(MOMENTS)
    demand = np.histogram(posted, bins=hours)[0] / step if step else np.zeros(MOMENTS)
    return {
        "hour": rounded(hours[1:]),
        "posted_per_hour": rounded(demand),
        "waiting": rounded(waiting[1:]),
        "working": rounded(working[1:]),
        "paid_cents_per_hour": rounded(paid),
    }


def last_posting(market: Market, posted: Floats) -> float:
    if not market.scenario.tasks:
        return market.scenario.hours
    return float(posted.max()) if len(posted) else 0.0


def up_to(moments: Floats, hours: Floats) -> Any:
    """How many of the moments have passed at each hour."""
    return np.searchsorted(np.sort(moments), hours, side="right")


def lorenz(amounts: Sequence[float]) -> list[float]:
    """The share of everything that the poorest 0, 1/20 … 20/20 of the people have together."""
    ordered = np.sort(np.asarray(amounts, dtype=float))
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    places = np.linspace(0.0, len(ordered), SHARES + 1)
    if not sums[-1]:
        return []
    return rounded(np.interp(places, np.arange(len(sums)), sums) / sums[-1])


def wage_quantiles(table: Sequence[Row]) -> list[float]:
    """Pay per hour, all hours counted, of the workers who spent any."""
    wages = [
        row["earned_cents"] / hours
        for row in table
        if (hours := row["paid_hours"] + row["unpaid_hours"]) > 0
    ]
    return rounded(np.percentile(wages, QUANTILES)) if wages else []


def rounded(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values]
