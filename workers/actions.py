"""Becoming a worker, and saying what one can do and where one starts from."""

from __future__ import annotations

from collections.abc import Sequence

import h3
from django.db import transaction

from accounts.models import User
from workers.models import Worker

CELL_RESOLUTION = 7  # hexagons of about 5 km²


@transaction.atomic
def become_worker(
    *,
    user: User,
    name: str,
    skills: Sequence[str] = (),
    latitude: float | None = None,
    longitude: float | None = None,
) -> Worker:
    """Make this account a worker. Harmless twice."""
    worker, _ = Worker.objects.get_or_create(user=user, defaults={"name": name})
    return describe_worker(
        worker=worker, name=name, skills=skills, latitude=latitude, longitude=longitude
    )


def describe_worker(
    *,
    worker: Worker,
    name: str,
    skills: Sequence[str],
    latitude: float | None,
    longitude: float | None,
) -> Worker:
    worker.name = name
    worker.skills = sorted(set(skills))
    worker.latitude, worker.longitude = latitude, longitude
    worker.cell = cell_of(latitude, longitude)
    worker.save(update_fields=["name", "skills", "latitude", "longitude", "cell"])
    return worker


def cell_of(latitude: float | None, longitude: float | None) -> int | None:
    """The H3 cell of a position, as PostgreSQL's signed 64-bit integer; None for nowhere."""
    if latitude is None or longitude is None:
        return None
    return h3.str_to_int(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION))
