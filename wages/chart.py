"""Where the lines of the three wages run in a picture; the template draws them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from wages.rules import Floor, Wages

Place = Callable[[int], float]
WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 12, 32
STEPS = (50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class Line:
    """One wage over time: `runs` are the unbroken stretches, as points of an SVG polyline."""

    name: str
    points: list[tuple[float, float]]
    runs: list[str]


@dataclass(frozen=True, slots=True)
class Chart:
    lines: list[Line]
    ticks: list[tuple[float, int]]  # y, cents per hour
    weeks: list[tuple[float, date]]  # x, Monday
    floor_y: float | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart_of(weeks: Sequence[tuple[date, Wages]], floor: Floor | None) -> Chart | None:
    """The picture, or None when no week has a wage to show."""
    series = {
        "paid": [wages.per_paid_hour for _, wages in weeks],
        "all": [wages.per_hour for _, wages in weeks],
        "net": [wages.net_per_hour for _, wages in weeks],
    }
    known = [cents for line in series.values() for cents in line if cents is not None]
    if not known:
        return None
    if floor:
        known.append(floor.amount_cents)
    low, high = min(0, *known), max(known)
    step = next((s for s in STEPS if (high - low) / s <= 5), STEPS[-1])
    low, high = low // step * step, -(-max(high, step) // step) * step

    def y(cents: int) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (high - cents) / (high - low), 1)

    def x(place: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (place + 0.5) / len(weeks), 1)

    return Chart(
        lines=[line_of(name, line, x, y) for name, line in series.items()],
        ticks=[(y(cents), cents) for cents in range(low, high + 1, step)],
        weeks=[(x(place), monday) for place, (monday, _) in enumerate(weeks)],
        floor_y=y(floor.amount_cents) if floor else None,
    )


def line_of(name: str, values: Sequence[int | None], x: Place, y: Place) -> Line:
    """A week without data breaks the line: nothing is drawn where nothing is known."""
    points: list[tuple[float, float]] = []
    runs: list[list[str]] = [[]]
    for place, cents in enumerate(values):
        if cents is None:
            runs.append([])
            continue
        point = (x(place), y(cents))
        points.append(point)
        runs[-1].append(f"{point[0]},{point[1]}")
    return Line(name, points, [" ".join(run) for run in runs if len(run) > 1])
