"""Becoming a worker, and saying what one can do and where one starts from."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from workers.models import Worker
from workers.rules import cell_of


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
    worker, _ = Worker.objects.get_or_create(
        user=user, defaults={"name": name, "room_id": user.room_id}
    )
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
