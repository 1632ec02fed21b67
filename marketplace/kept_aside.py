"""Numbers that may be forgotten without harm: kept in Redis for a while, and nothing fails without it."""

from __future__ import annotations

import logging
from typing import Any

import redis
from django.core.cache import cache

logger = logging.getLogger(__name__)


def keep_aside(key: str, value: Any, seconds: int) -> None:
    try:
        cache.set(key, value, seconds)
    except (redis.RedisError, OSError) as error:
        logger.warning("%s was not kept: %s", key, error)


def kept_aside(key: str) -> Any:
    """None when it is not known (any more), or when Redis does not answer."""
    try:
        return cache.get(key)
    except (redis.RedisError, OSError) as error:
        logger.warning("%s was not looked up: %s", key, error)
        return None
