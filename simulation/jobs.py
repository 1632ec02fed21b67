"""Runs and examinations as due work that waits for the market: one row, one run."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from agenda.actions import due
from simulation import actions


@due(actions.RUN, aside=True)
def play_run(run_id: int, now: datetime) -> None:
    actions.play_run(run_id=run_id, clock=timezone.now)


@due(actions.EXAMINE, aside=True)
def examine(examination_id: int, now: datetime) -> None:
    actions.examine(examination_id=examination_id, clock=timezone.now)
