"""How quickly each mechanism decides and how quickly and how far it fills the work (A8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from allocation.engine.catalogue import CATALOGUE

LATENCIES = """
SELECT v.mechanism, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY a.latency_ms),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY a.latency_ms)
  FROM allocation_allocation a JOIN allocation_mechanismversion v ON v.id = a.version_id
 WHERE a.decided_at >= %s
 GROUP BY v.mechanism
 ORDER BY count(*) DESC, v.mechanism
"""

# A task counts when it is no longer open: then each of its slots was taken or dropped.
FILLS = """
SELECT t.mechanism, count(*), sum(slot.taken)::float / sum(slot.total),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answer.at - t.posted_at)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM answer.at - t.posted_at)),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM filled.at - t.posted_at)),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM filled.at - t.posted_at))
  FROM tasks_task t
 CROSS JOIN LATERAL (
       SELECT count(*) AS total, count(worker_id) AS taken FROM tasks_slot WHERE task_id = t.id
       ) slot
  LEFT JOIN LATERAL (
       SELECT min(received_at) AS at FROM (
              SELECT received_at FROM allocation_claim WHERE task_id = t.id UNION ALL
              SELECT received_at FROM allocation_bid WHERE task_id = t.id) entry
       ) answer ON true
  LEFT JOIN LATERAL (
       SELECT min(at) AS at FROM tasks_taskevent WHERE task_id = t.id AND kind = 'allocated'
       ) filled ON true
 WHERE t.posted_at >= %s AND t.state IN ('allocated', 'completed', 'cancelled', 'expired')
 GROUP BY t.mechanism
 ORDER BY count(*) DESC, t.mechanism
"""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the moment that asks for a decision to its being written down: the middle
    one and the 95th of 100."""

    mechanism: str
    decisions: int
    p50_ms: float
    p95_ms: float

    @property
    def name(self) -> str:
        return name_of(self.mechanism)


@dataclass(frozen=True, slots=True)
class Fill:
    """Share of slots taken (0…1), and seconds from posting to first answer and to full.

    Seconds are None where nobody claimed or bid, or no task was ever full.
    """

    mechanism: str
    tasks: int
    rate: float
    first_p50_seconds: float | None
    first_p95_seconds: float | None
    full_p50_seconds: float | None
    full_p95_seconds: float | None

    @property
    def name(self) -> str:
        return name_of(self.mechanism)


def latencies(since: datetime) -> list[Latency]:
    return [Latency(*row) for row in rows_of(LATENCIES, since)]


def fills(since: datetime) -> list[Fill]:
    """Fill rates of the tasks that were posted since a moment and are no longer open."""
    return [
        Fill(row[0], row[1], float(row[2]), *map(maybe_float, row[3:]))
        for row in rows_of(FILLS, since)
    ]


def rows_of(sql: str, since: datetime) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [since])
        return list(cursor.fetchall())


def maybe_float(value: object) -> float | None:
    return None if value is None else float(str(value))


def name_of(slug: str) -> str:
    return CATALOGUE[slug].name if slug in CATALOGUE else slug
