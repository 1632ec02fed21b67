"""Facts about clients and workers, and when two opinions are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

WINDOW_DAYS = 14  # for writing an opinion after the verdict; then whatever was written is shown


def closes_at(settled_at: datetime) -> datetime:
    return settled_at + timedelta(days=WINDOW_DAYS)


def is_revealed(sides_written: int, settled_at: datetime, now: datetime) -> bool:
    """Both at once when the second is written, or whatever there is when the time is over."""
    return sides_written == 2 or (sides_written > 0 and now >= closes_at(settled_at))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict of a client: was it a yes, did a person give it, how long did it take (seconds)."""

    is_approval: bool
    by_a_person: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What a client did, over `verdict_count` verdicts. None where nothing is known, never zero."""

    verdict_count: int
    days_to_pay: float | None
    rejection_share: float | None
    reply_share: float | None
    hourly_cents: int | None = None
    hourly_worker_count: int = 0
    called_off: int = 0


def client_facts(verdicts: Sequence[Verdict], **more: Any) -> ClientFacts:
    """The median days to pay of approved work, and the shares of rejections and of own replies."""
    paid = [verdict.seconds / 86_400 for verdict in verdicts if verdict.is_approval]
    return ClientFacts(
        verdict_count=len(verdicts),
        days_to_pay=median(paid) if paid else None,
        rejection_share=share(sum(not v.is_approval for v in verdicts), len(verdicts)),
        reply_share=share(sum(v.by_a_person for v in verdicts), len(verdicts)),
        **more,
    )


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What a worker did: shares of approved work and of work that came in time; None: no data."""

    approved: int = 0
    rejected: int = 0
    handed_in: int = 0
    expired: int = 0

    @property
    def approved_share(self) -> float | None:
        return share(self.approved, self.approved + self.rejected)

    @property
    def on_time_share(self) -> float | None:
        return share(self.handed_in, self.handed_in + self.expired)


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
