"""Doing what is due: when the doorbell rings, and every second or so in case it did not."""

from celery import shared_task
from django.utils import timezone

from agenda import actions
from marketplace import queue

ROUNDS = (
    10  # of at most 50 rows each; then the bell rings again, so that a process can stop between
)


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
