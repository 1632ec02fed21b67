"""How much of a limit is used, and for whom it leaves no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, Sum
from django.utils import timezone

from statuses.models import HeldStatus, StatusLimit, WorkedAs
from statuses.rules import Used
from tasks.models import Task
from tasks.rules import HOLDING
from wages.queries import day_of, market_floor
from workers.models import Worker


@dataclass(frozen=True, slots=True)
class Standing:
    """One status of a worker as their page shows it."""

    held: HeldStatus
    is_chosen: bool
    limit: StatusLimit | None
    used: Used | None


def in_force(worker: Worker, day: date) -> list[HeldStatus]:
    lasting = Q(to_day__isnull=True) | Q(to_day__gte=day)
    return list(worker.statuses.filter(lasting, from_day__lte=day).order_by("status"))


def limits_on(day: date, country: str) -> dict[str, StatusLimit]:
    """status → the limit in force in this country; the newest where two overlap."""
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    rows = StatusLimit.objects.filter(lasting, country=country, valid_from__lte=day)
    return {row.status: row for row in rows.order_by("valid_from", "id")}


def market_country(now: datetime) -> str:
    """Whose limits hold: those of the country whose wage floor the market goes by; "" for none."""
    floor = market_floor(now)
    return floor.country if floor else ""


def used_this_year(workers: Sequence[int], status: str, day: date) -> dict[int, int]:
    """worker → the agreed seconds of this calendar year's work under a status that was not given up."""
    begins = datetime(day.year, 1, 1, tzinfo=timezone.get_default_timezone())
    held = WorkedAs.objects.filter(
        worker__in=workers, status=status, at__gte=begins, assignment__state__in=HOLDING
    )
    return dict(held.values_list("worker").annotate(total=Sum("seconds")))


def over_the_limit(task: Task, workers: Sequence[Worker], now: datetime) -> set[int]:
    """Which of these workers have no room for this task under the status they work under.

    No look-up at all where nobody works under a status.
    """
    by_status: dict[str, list[int]] = {}
    for worker in workers:
        if worker.work_status:
            by_status.setdefault(worker.work_status, []).append(worker.pk)
    if not by_status:
        return set()
    day = day_of(now)
    limits, over = limits_on(day, market_country(now)), set()
    for status in by_status.keys() & limits.keys():
        used = used_this_year(by_status[status], status, day)
        for pk in by_status[status]:
            if not Used(used.get(pk, 0), limits[status].hours).has_room_for(task.estimate_seconds):
                over.add(pk)
    return over


def limit_gates(task: Task, worker: Worker, now: datetime) -> tuple[str, ...]:
    """The gate that a limit closes, as one more for `tasks.rules.closed_gates`."""
    return ("status_limit",) if over_the_limit(task, [worker], now) else ()


def standings_of(worker: Worker, now: datetime) -> list[Standing]:
    day = day_of(now)
    limits = limits_on(day, market_country(now))
    return [
        Standing(
            held=held,
            is_chosen=held.status == worker.work_status,
            limit=(limit := limits.get(held.status)),
            used=Used(used_this_year([worker.pk], held.status, day).get(worker.pk, 0), limit.hours)
            if limit
            else None,
        )
        for held in in_force(worker, day)
    ]
