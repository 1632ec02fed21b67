"""On-site work around a worker as a plain picture: rings of kilometres and numbered pins.

There is no outside map: the picture has nothing but distances and directions, which is what one
needs to choose. Positions are rounded to a hundredth of a degree (about a kilometre), like those
that everybody may read; tasks of one such square share a pin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

KM_PER_DEGREE = 111.2
SIZE = 600  # the picture is SIZE × SIZE, with the worker in the middle
EDGE = 24  # room for a pin at the outermost ring
RADII_KM = (2, 5, 10, 25, 50, 100, 250)


@dataclass(frozen=True, slots=True)
class Pin:
    """Tasks of one square: where it stands in the picture, and how far that is."""

    number: int
    x: float
    y: float
    km: float
    place: str
    tasks: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    km: float
    r: float


@dataclass(frozen=True, slots=True)
class Map:
    pins: list[Pin]
    rings: list[Ring]
    size: int = SIZE
    middle: float = SIZE / 2


def map_of(tasks: Sequence[Any], latitude: float, longitude: float, radius_km: float) -> Map:
    """Pins in order of distance, for tasks with `latitude`, `longitude` and `place`."""
    here = (round(latitude, 2), round(longitude, 2))
    squares: dict[tuple[float, float], list[Any]] = {}
    for task in tasks:
        squares.setdefault((round(task.latitude, 2), round(task.longitude, 2)), []).append(task)
    found = []
    for (lat, lon), there in squares.items():
        east, north = offsets_km(here, (lat, lon))
        found.append(((east**2 + north**2) ** 0.5, east, north, there))
    found.sort(key=lambda square: (square[0], square[1], square[2]))
    scale = (SIZE / 2 - EDGE) / radius_km
    pins = [
        Pin(
            number=number,
            x=round(SIZE / 2 + east * scale, 1),
            y=round(SIZE / 2 - north * scale, 1),
            km=km,
            place=there[0].place,
            tasks=tuple(there),
        )
        for number, (km, east, north, there) in enumerate(
            (square for square in found if square[0] <= radius_km), start=1
        )
    ]
    rings = [Ring(radius_km * part, round(radius_km * part * scale, 1)) for part in (0.2, 0.5, 1)]
    return Map(pins, rings)


def offsets_km(here: tuple[float, float], there: tuple[float, float]) -> tuple[float, float]:
    """Kilometres east and north, on a plane that touches the earth halfway: within 1 % at 250 km."""
    north = (there[0] - here[0]) * KM_PER_DEGREE
    east = (there[1] - here[1]) * KM_PER_DEGREE * cos(radians((here[0] + there[0]) / 2))
    return east, north


def box_around(latitude: float, longitude: float, radius_km: float) -> dict[str, tuple]:
    """The filters of a query that holds at least the circle."""
    up = radius_km / KM_PER_DEGREE + 0.01
    aside = up / max(0.1, cos(radians(min(89.0, abs(latitude) + up))))
    return {
        "latitude__range": (latitude - up, latitude + up),
        "longitude__range": (longitude - aside, longitude + aside),
    }
