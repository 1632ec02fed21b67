"""Services that somebody gives us by DATABASE_URL and REDIS_URL: do they answer?"""

import os
from urllib.parse import urlsplit

import psycopg2
import redis

from marketplace.embedded.problems import CannotStart

PATIENCE_SECONDS = 5


def given_database() -> str:
    """DATABASE_URL once it answers, "" when none is given. Raises CannotStart."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return ""
    try:
        if urlsplit(url).scheme not in ("postgres", "postgresql"):
            raise ValueError("it does not begin with postgresql://")
        psycopg2.connect(url, connect_timeout=PATIENCE_SECONDS).close()
    except (psycopg2.Error, ValueError) as error:
        raise CannotStart(silence("PostgreSQL", "DATABASE_URL", url, error)) from None
    return url


def given_broker() -> str:
    """REDIS_URL once it answers, "" when none is given. Raises CannotStart."""
    url = os.environ.get("REDIS_URL", "")
    if not url:
        return ""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=PATIENCE_SECONDS) as broker:
            broker.ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotStart(silence("Redis", "REDIS_URL", url, error)) from None
    return url


def silence(service: str, name: str, url: str, error: Exception) -> str:
    """What is wrong and what to do, with the address but without its password."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return (
        f"No {service} answers at {name} ({without_password(url)}: {reason}): start it, mend the "
        f"address, or leave {name} out to use our own."
    )


def without_password(url: str) -> str:
    """Only what surely is no password: with a # or a ? in it, an address comes apart elsewhere."""
    parts = urlsplit(url)
    if not parts.netloc or "#" in url or "?" in url:
        return "…"
    return f"{parts.scheme}://…@{parts.netloc.rpartition('@')[2]}{parts.path}"
