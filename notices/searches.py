"""What fits a saved search, counted no further than anybody reads."""

from __future__ import annotations

from django.db.models import QuerySet

from notices.models import SavedSearch
from tasks.models import Task
from workers.market import matching

COUNTED = 100


def fitting(search: SavedSearch) -> QuerySet[Task]:
    """Open tasks of others that fit, in no order."""
    worker = search.worker
    others = Task.objects.open().filter(room=worker.room_id).exclude(client__user_id=worker.user_id)
    return matching(others, search.filters, worker)


def new_count(search: SavedSearch) -> int:
    """How many of them were posted since the worker last opened it, at most COUNTED."""
    return fitting(search).filter(posted_at__gt=search.seen_at)[:COUNTED].count()
