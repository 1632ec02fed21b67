"""The few live figures that the home page shows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from allocation.models import Allocation
from ledger.models import Transfer
from tasks.models import Task
from workers.models import Worker


def market_figures(now: datetime) -> dict[str, int]:
    """Open tasks, workers, and today's allocations and payouts (the market's own day)."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    payouts = Transfer.objects.filter(
        kind__in=(Transfer.Kind.PAYOUT, Transfer.Kind.CONSOLATION), at__gte=today
    )
    return {
        "open_tasks": Task.objects.open().filter(room=None).count(),
        "workers": Worker.objects.filter(room=None).count(),
        "allocations_today": Allocation.objects.filter(
            decided_at__gte=today, task__room=None
        ).count(),
        "paid_today_cents": payouts.aggregate(cents=Sum("amount_cents"))["cents"] or 0,
    }
