"""What work is expected to pay per hour, and which floor it is held against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from clients.models import Client
from tasks.models import Task
from wages import rules
from wages.models import MarketFloor, MeasuredPay, WageFloor


def market_floor(now: datetime) -> MarketFloor | None:
    """What the operator chose last, or None when nothing was ever chosen."""
    chosen = MarketFloor.objects.filter(valid_from__lte=now)
    return chosen.order_by("-valid_from", "-id").first()


def floor_in_force(now: datetime) -> rules.Floor | None:
    """The wage floor of this market today, in the market's currency; None when it has none."""
    chosen = market_floor(now)
    return floor_of(chosen.country, now) if chosen and chosen.country else None


def floor_of(country: str, now: datetime) -> rules.Floor | None:
    """The floor of one country today, if it is in the currency of this market."""
    facts = WageFloor.objects.filter(country=country, currency=settings.CURRENCY).order_by("id")
    return rules.in_force((fact.as_rule() for fact in facts), day_of(now))


def day_of(now: datetime) -> date:
    """The market's own day: a floor begins at its midnight."""
    return timezone.localtime(now).date()


def expect_pay(tasks: Iterable[Task], now: datetime) -> None:
    """Give every task its `expected_pay`, in three queries however many tasks there are."""
    tasks = list(tasks)
    floor = floor_in_force(now)
    batches = {task.batch_id for task in tasks if task.batch_id}
    measures = measured_in(batches) if batches else {}
    for task in tasks:
        task.expected_pay = expected(task, measures, floor)  # type: ignore[attr-defined]


def expected(
    task: Task, measures: dict[int, MeasuredPay], floor: rules.Floor | None
) -> rules.ExpectedPay:
    """What the work of this batch was measured to pay; before that, what the estimate promises."""
    measure = measures.get(task.batch_id or 0)
    if measure is None:
        return rules.ExpectedPay(task.hourly_cents, floor=floor)
    return rules.ExpectedPay(
        measure.median_hourly_cents, "measured", measure.worker_count, floor=floor
    )


def measured_in(batches: Iterable[int]) -> dict[int, MeasuredPay]:
    """Batch → what its approved work paid, where enough workers took part to say so."""
    shown = MeasuredPay.objects.filter(batch__in=batches, worker_count__gte=rules.FEWEST_WORKERS)
    return {measure.batch_id or 0: measure for measure in shown}


def paid_by(client: Client) -> MeasuredPay | None:
    """What this client's tasks really paid per hour; None until five workers' work was approved."""
    measure = MeasuredPay.objects.filter(Q(batch__isnull=True), client=client).first()
    return measure if measure and measure.is_shown else None
