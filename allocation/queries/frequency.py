"""About how many workers have what a task asks for: from what PostgreSQL counts for its own plans."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from tasks.models import Task

KEPT_SECONDS = 60.0  # the counts themselves are made anew only now and then, by autovacuum
COUNTED = """
SELECT c.reltuples, s.attname, s.most_common_elems::text::varchar[], s.most_common_elem_freqs
  FROM pg_class c
  LEFT JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = c.relname
                      AND s.attname IN ('skills', 'proofs')
 WHERE c.oid = 'workers_worker'::regclass
"""
UNKNOWN = float("inf")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many workers there are, and by column how many have each of its most common elements."""

    workers: float = UNKNOWN
    common: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def having(self, column: str, element: str) -> float:
        """Whoever has an element that is not among the most common is no more than these."""
        common = self.common.get(column)
        return common.get(element, min(common.values())) if common else self.workers


kept: tuple[float, Counted] = (-KEPT_SECONDS, Counted())


def counted() -> Counted:
    global kept
    if time.monotonic() - kept[0] > KEPT_SECONDS:
        kept = time.monotonic(), look_up()
    return kept[1]


def look_up() -> Counted:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        rows = cursor.fetchall()
    workers = rows[0][0]
    if workers < 0:  # never counted
        return Counted()
    # After the shares of the elements come three other numbers.
    return Counted(
        workers,
        {
            column: {one: share * workers for one, share in zip(elements, shares, strict=False)}
            for _, column, elements, shares in rows
            if elements
        },
    )


def able_at_most(task: Task) -> float:
    """About how many workers have one of the asked skills and all of the asked proofs."""
    now = counted()
    most = [now.workers, *(now.having("proofs", proof) for proof in task.proofs)]
    if task.skills:
        most.append(sum(now.having("skills", skill) for skill in task.skills))
    return min(most)


def listed_at_most(task: Task) -> float:
    """About how many stand in the lists in which a remote task's workers are looked for."""
    now = counted()
    return now.having("skills", task.skills[0]) if has_own_lists(task) else now.workers


def has_own_lists(task: Task) -> bool:
    """True where one skill is asked: the workers under it are listed; else those of all are."""
    return len(task.skills) == 1
