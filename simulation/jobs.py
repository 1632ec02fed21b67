"""Runs and examinations as due work that waits for the market: one row, one run. And the handful."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from agenda.actions import due
from simulation import actions, examining
from simulation.handful import let_handful_act


@due(actions.RUN, aside=True)
def play_run(run_id: int, now: datetime) -> None:
    actions.play_run(run_id=run_id, clock=timezone.now)


@due(actions.EXAMINE, aside=True)
def examine(examination_id: int, now: datetime) -> None:
    actions.examine(examination_id=examination_id, clock=timezone.now)


@shared_task(name="simulation.examine_next")
def examine_next(**_: object) -> None:
    examining.ask_next(timezone.now())


@shared_task(name="simulation.act")
def act(**_: object) -> None:
    """What the demo's handful does until the next message; a lost one costs them a round."""
    now, seconds = timezone.now(), settings.AGENT_SECONDS
    seed = int(now.timestamp() * 1000)
    let_handful_act(people=settings.AGENTS, now=now, seconds=seconds, seed=seed)
