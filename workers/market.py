"""Which open tasks a worker is looking for."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from allocation.engine.catalogue import CATALOGUE
from tasks.models import TaskQuerySet
from workers.models import Worker


def matching(found: TaskQuerySet, wanted: dict[str, Any], worker: Worker | None) -> TaskQuerySet:
    """Narrow open tasks down to what the filter form asks for."""
    if words := wanted.get("q"):
        found = found.saying(words)
    if family := wanted.get("way"):
        slugs = [card.slug for card in CATALOGUE.values() if card.family == family]
        found = found.filter(mechanism__in=slugs)
    if where := wanted.get("where"):
        found = found.filter(latitude__isnull=where == "remote")
    if wanted.get("fits") and worker:
        found = found.filter(Q(skills=[]) | Q(skills__overlap=worker.skills))
    return found
