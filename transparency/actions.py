"""Counting the published figures anew, aside from the market's own work."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import transaction

from agenda.actions import schedule
from agenda.models import DueWork
from transparency.models import Figures
from transparency.queries import DAYS, are_fresh, begin_of, facts_about
from transparency.rules import publish

COUNT = "count_figures"
THE_ROW = 1


def count_figures(now: datetime) -> Figures:
    """Count everything and publish it. Doing it twice counts twice."""
    began = time.monotonic()
    figures = {
        "period": {"from": begin_of(now).isoformat(), "until": now.isoformat(), "days": DAYS},
        "people": publish(facts_about(now, simulated=False)),
        "simulated": publish(facts_about(now, simulated=True)),
    }
    seconds = time.monotonic() - began
    row, _ = Figures.objects.update_or_create(
        pk=THE_ROW, defaults={"figures": figures, "counted_at": now, "seconds": seconds}
    )
    return row


@transaction.atomic
def keep_fresh(now: datetime) -> None:
    """Put the counting down as due work when the figures are old. Harmless twice."""
    if are_fresh(now) or DueWork.objects.filter(topic=COUNT, subject_id=THE_ROW).exists():
        return
    schedule(COUNT, THE_ROW, at=now)
