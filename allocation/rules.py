"""The chain of the record, and what a change of parameters has to keep to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allocation.engine import codec

FIRST_HASH = "0" * 64  # what the first link has before it


def link_hash(position: int, previous_hash: str, allocation: Mapping[str, Any]) -> str:
    """SHA-256 (64 hexadecimal digits) over a link's place, the link before and the allocation."""
    return codec.digest(
        {"position": position, "previous_hash": previous_hash, "allocation": allocation}
    )


def earliest_start(now: datetime, notice_days: int) -> datetime:
    """The first moment at which a version published now may come into force."""
    return now + timedelta(days=notice_days)
