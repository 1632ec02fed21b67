"""Limits on how fast one person, or one address without a login, may ask."""

from __future__ import annotations

import logging
import time
from functools import cache
from typing import Any

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)


class PerMinute(BaseThrottle):
    """At most so many requests per whole minute, counted in Redis.

    One counter per minute costs the same at any rate; the framework's own throttles keep a list
    with a moment for each request. Without Redis everybody is let through: a limit is there to
    keep the market up, so it must not be what takes it down.
    """

    scope = "requests"

    def allow_request(self, request: Request, view: Any) -> bool:
        now = time.time()
        self.left = 60 - now % 60
        minute = int(now // 60)
        return all(
            count(f"throttle:{self.scope}:{who}:{minute}") <= most
            for who, most in self.limits(request)
        )

    def wait(self) -> float:
        return self.left

    def limits(self, request: Request) -> list[tuple[str, int]]:
        """Who is counted, and how many requests each of these may make in a minute."""
        if request.user.is_authenticated:
            return [(f"user:{request.user.pk}", settings.API_REQUESTS_PER_MINUTE)]
        address = self.get_ident(request)
        return [(f"address:{address}", settings.API_REQUESTS_PER_MINUTE_WITHOUT_LOGIN)]


class PasswordTries(PerMinute):
    """Password checks are slow on purpose, so they are limited before the first one is made."""

    scope = "passwords"

    def limits(self, request: Request) -> list[tuple[str, int]]:
        return [(f"address:{self.get_ident(request)}", settings.API_PASSWORD_TRIES_PER_MINUTE)]


def count(key: str) -> int:
    """Add one to a counter that lives two minutes and return it; 0 when Redis is away."""
    try:
        steps = counters(settings.REDIS_URL).pipeline(transaction=False)
        steps.incr(f"taakplein:{key}")
        steps.expire(f"taakplein:{key}", 120)
        return int(steps.execute()[0])
    except (redis.RedisError, OSError, ValueError) as error:  # redis-py: “closed file” on time-out
        logger.warning("a request was not counted: %s", error)
        return 0


@cache
def counters(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.25, socket_connect_timeout=0.25)
