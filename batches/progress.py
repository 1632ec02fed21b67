"""How far the posting of a table has come, for whoever watches. The posting never waits for it."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.kept_aside import keep_aside, kept_aside

KEPT_SECONDS = 600


def teller(upload_id: int) -> Callable[[int], None]:
    """A function that notes how many rows are written so far."""
    return lambda count: keep_aside(key(upload_id), count, KEPT_SECONDS)


def rows_written(upload_id: int) -> int:
    """How many rows were written so far; 0 when that is not known."""
    return int(kept_aside(key(upload_id)) or 0)


def key(upload_id: int) -> str:
    return f"batches:written:{upload_id}"
