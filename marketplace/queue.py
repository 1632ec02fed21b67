"""The doorbell: wake a Celery process after commit, once, and never trouble the person who rang.

PostgreSQL holds the work (agenda.DueWork); this only says "look now". When Redis is away the
sweep finds the same rows a second later, so every error here is logged and forgotten.
"""

import logging
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

from marketplace.celery import app

logger = logging.getLogger(__name__)
WAKE_KEY = "taakplein:wake"
ASIDE_KEY = "taakplein:aside:"
WAKE_SECONDS = 5  # a ring that nobody answered is forgotten, so the next one is heard


@cache
def doorbell() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.25, socket_connect_timeout=0.25
    )


def ring_on_commit() -> None:
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Send one job, unless somebody else's ring is still waiting to be heard."""
    try:
        if doorbell().set(WAKE_KEY, 1, nx=True, ex=WAKE_SECONDS):
            app.send_task("agenda.drain", retry=False)
    except Exception as error:  # the sweep will do it
        logger.warning("the doorbell did not ring: %s", error)


def answer() -> None:
    """Delete the key before looking, so that whoever posts from now on rings again."""
    try:
        doorbell().delete(WAKE_KEY)
    except redis.RedisError as error:
        logger.warning("the doorbell could not be answered: %s", error)


# --- work that can wait: as many messages at a time as there are processes to share it -------------


def ring_aside_on_commit() -> None:
    transaction.on_commit(ring_aside, robust=True)


def ring_aside() -> None:
    for place in range(settings.ASIDE_PROCESSES):
        ring_aside_at(place)


def ring_aside_at(place: int) -> None:
    """At most one message per place waits, so that the market's own messages soon get their turn."""
    try:
        if doorbell().set(f"{ASIDE_KEY}{place}", 1, nx=True, ex=WAKE_SECONDS):
            app.send_task(
                "agenda.work_aside", kwargs={"place": place}, retry=False, expires=WAKE_SECONDS
            )
    except Exception as error:  # the next sweep rings again
        logger.warning("nobody was called to work that can wait: %s", error)


def answer_aside(place: int) -> None:
    try:
        doorbell().delete(f"{ASIDE_KEY}{place}")
    except redis.RedisError as error:
        logger.warning("the doorbell could not be answered: %s", error)
