"""How far the posting of a table has come, for whoever watches. Forgotten without harm."""

from __future__ import annotations

import logging
from collections.abc import Callable

import redis
from django.core.cache import cache

logger = logging.getLogger(__name__)
KEPT_SECONDS = 600


def teller(upload_id: int) -> Callable[[int], None]:
    """A function that notes how many rows are written so far. The posting never waits for it."""

    def tell(count: int) -> None:
        try:
            cache.set(key(upload_id), count, KEPT_SECONDS)
        except (redis.RedisError, OSError) as error:
            logger.warning("progress was not noted: %s", error)

    return tell


def rows_written(upload_id: int) -> int:
    """How many rows were written so far; 0 when that is not known."""
    try:
        return int(cache.get(key(upload_id)) or 0)
    except (redis.RedisError, OSError):
        return 0


def key(upload_id: int) -> str:
    return f"batches:written:{upload_id}"
