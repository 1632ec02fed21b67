"""Doing what is due: when the doorbell rings, and every second or so in case it did not."""

import time

from celery import shared_task
from django.utils import timezone

from agenda import actions
from agenda.queries import is_due
from marketplace import queue

ROUNDS = (
    10  # of at most 50 rows each; then the bell rings again, so that a process can stop between
)
ASIDE_SECONDS = 0.5  # how long one message may go on with work that waits for the market
ASIDE_MOST_SECONDS = 120  # a single row that takes longer is told to stop


@shared_task(name="agenda.drain")
def drain(**_: object) -> None:
    queue.answer()
    for _round in range(ROUNDS):
        if not actions.drain(timezone.now()):
            return
    queue.ring()


@shared_task(name="agenda.sweep")
def sweep(**_: object) -> None:
    actions.drain(timezone.now())
    actions.do_chores(timezone.now())
    actions.beat("sweep", timezone.now())
    if is_due(actions.ASIDE, timezone.now()):
        queue.ring_aside()


@shared_task(name="agenda.work_aside", soft_time_limit=ASIDE_MOST_SECONDS)
def work_aside(place: int = 0, **_: object) -> None:
    """Work that can wait, row by row; before each row, whatever the market waits for."""
    queue.answer_aside(place)
    if work_aside_for(ASIDE_SECONDS):
        queue.ring_aside_at(place)


def work_aside_for(seconds: float) -> bool:
    """Begin no further row after so many seconds. True when there may be more to do."""
    until = time.monotonic() + seconds
    while True:
        actions.drain(timezone.now())
        if not actions.drain(timezone.now(), most=1, aside=True):
            return False
        if time.monotonic() >= until:
            return True
