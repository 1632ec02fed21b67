"""How often one address may try codes, words and seats: a whole school may share one."""

from __future__ import annotations

import logging

from django.core.cache import cache
from django.http import HttpRequest

from simulation.visitors import visitor_of

logger = logging.getLogger(__name__)
SECONDS = 600
MOST = {"join": 150, "wrong": 30}


def is_too_often(request: HttpRequest, what: str) -> bool:
    """Count one more of these; True beyond the limit. Without the cache nobody is counted."""
    key = f"classroom:{what}:{visitor_of(request, None)}"
    try:
        cache.add(key, 0, SECONDS)
        return bool(cache.incr(key) > MOST[what])
    except Exception as error:  # Redis away: a class goes on
        logger.warning("tries were not counted: %s", error)
        return False


def has_tried_too_often(request: HttpRequest) -> bool:
    """True when this address has given too many wrong codes or words lately."""
    try:
        count = cache.get(f"classroom:wrong:{visitor_of(request, None)}", 0)
    except Exception as error:
        logger.warning("tries were not counted: %s", error)
        return False
    return bool(count >= MOST["wrong"])
