"""How far behind the market is."""

from collections.abc import Iterable
from datetime import datetime

from agenda.models import DueWork, Heartbeat


def seconds_since_sweep(now: datetime) -> float | None:
    """Age of the last sweep in seconds; None when there never was one."""
    beat = Heartbeat.objects.filter(name="sweep").first()
    return (now - beat.at).total_seconds() if beat else None


def overdue_count(now: datetime) -> int:
    return DueWork.objects.filter(due_at__lte=now).count()


def due_at(topic: str, subject_id: int, *, after: datetime) -> datetime | None:
    """When this subject is next looked at, later than a moment; None when it is not."""
    rows = DueWork.objects.filter(topic=topic, subject_id=subject_id, due_at__gt=after)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


def is_due(topics: Iterable[str], now: datetime) -> bool:
    return DueWork.objects.filter(due_at__lte=now, topic__in=list(topics)).exists()


def is_scheduled(topic: str, subject_id: int, *, after: datetime) -> bool:
    """Is this subject already to be looked at, later than a moment?"""
    return DueWork.objects.filter(topic=topic, subject_id=subject_id, due_at__gt=after).exists()
