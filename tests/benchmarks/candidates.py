"""Choosing and ranking candidates for one scored task among 100,000 and 1,000,000 workers.

`python -m tests.benchmarks.candidates [WORKERS …]`, on an empty, migrated database. Every round
posts a task and times `settle_task`: lock, shortlist, case, decision, offers, record, commit.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

ROUNDS = 60
LIMITS_MS = {100_000: 10.0, 1_000_000: 50.0}

PEOPLE = """
INSERT INTO accounts_user (password, is_superuser, email, name, is_simulated, is_staff, is_active,
                           date_joined)
SELECT '!', false, 'w' || n || '@simulated.example', 'w' || n, true, false, true, now()
  FROM generate_series(%s, %s) n
"""
WORKERS = """
INSERT INTO workers_worker (user_id, name, proofs, work_status, skills, latitude, longitude, available_since, capacity,
                            active, approved_count, rejected_count, created_at)
SELECT id, name,
       array_remove(ARRAY[CASE WHEN random() < 0.3 THEN 'language:common' END,
                          CASE WHEN random() < 0.0003 THEN 'language:rare' END], NULL),
       '',
       array_remove(ARRAY[CASE WHEN random() < 0.3 THEN 'common' END,
                          CASE WHEN random() < 0.03 THEN 'some' END,
                          CASE WHEN random() < 0.0003 THEN 'rare' END], NULL),
       49.5 + 2 * random(), 2.6 + 3.6 * random(), now() - random() * interval '8 hours', 5, 0,
       (random() * 200)::int, (random() * 20)::int, now()
  FROM accounts_user u
 WHERE is_simulated AND NOT EXISTS (SELECT FROM workers_worker w WHERE w.user_id = u.id)
"""


def grow_to(count: int) -> None:
    """Add simulated workers until there are `count`, all available, spread over Belgium's box."""
    from django.db import connection

    from workers.models import Worker
    from workers.rules import cell_of

    now_there = Worker.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = 0")  # autovacuum may be at the table already
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(PEOPLE, (now_there + 1, count))
        cursor.execute(WORKERS)
        cursor.execute("SELECT id, latitude, longitude FROM workers_worker WHERE cell IS NULL")
        cells = [(pk, cell_of(lat, lon)) for pk, lat, lon in cursor.fetchall()]
        cursor.execute("CREATE TEMP TABLE cells (id bigint, cell bigint)")
        for start in range(0, len(cells), 10_000):
            part = cells[start : start + 10_000]
            values = b",".join(cursor.mogrify("(%s,%s)", row) for row in part)
            cursor.execute(b"INSERT INTO cells VALUES " + values)
        cursor.execute("UPDATE workers_worker w SET cell = c.cell FROM cells c WHERE c.id = w.id")
        cursor.execute("DROP TABLE cells")
        # So that nothing of the loading is left to do while we measure.
        cursor.execute("VACUUM (ANALYZE) accounts_user, workers_worker, workers_listing")
        cursor.execute("CHECKPOINT")


def measure(client: object, kind: str, **changes: object) -> list[float]:
    """Milliseconds of `settle_task` over ROUNDS fresh tasks."""
    from django.utils import timezone

    from allocation.actions import settle_task
    from tasks.actions import NewTask, post_task

    spent = []
    for _ in range(ROUNDS):
        now = timezone.now()
        new = NewTask(
            title=kind,
            description="benchmark",
            mechanism="scored_offers",
            pay_cents=1000,
            estimate_seconds=600,
            closes_at=now + timedelta(hours=1),
            deadline_at=now + timedelta(days=1),
            **changes,
        )
        task = post_task(client=client, new=new, now=now)
        started = time.perf_counter()
        allocation = settle_task(task_id=task.pk, trigger="posted", now=timezone.now())
        spent.append((time.perf_counter() - started) * 1000)
        assert allocation is not None and allocation.candidate_count > 0
    return spent


def explain(task: object) -> str:
    """The plan of the statement that finds the workers for a task."""
    from django.db import connection
    from django.utils import timezone

    from allocation import queries
    from allocation.queries.shortlist import shortlist

    said = []

    def listen(execute, sql, params, many, context):
        said.append((sql, params))
        return execute(sql, params, many, context)

    weights = queries.look_at(task).version.parameters
    with connection.execute_wrapper(listen):
        shortlist(task, weights, timezone.now())
    search, values = said[-1]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE) {search}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def main(counts: list[int]) -> None:
    django.setup()
    from django.utils import timezone
    from rich.console import Console
    from rich.table import Table

    from accounts.models import User
    from clients.actions import become_client, deposit
    from tasks.models import Task

    user = User.objects.create_user(f"bench{time.time_ns()}@example.org", name="Bench")
    client = become_client(user=user, name="Bench", now=timezone.now())
    for _ in range(20):
        deposit(client=client, amount_cents=1_000_000, now=timezone.now())
    table = Table("workers", "task", "p50 ms", "p95 ms", "limit p95 ms", title="one scored task")
    for count in counts:
        grow_to(count)
        kinds: dict[str, dict[str, object]] = {
            "remote, no skill": {},
            "remote, 30 % have the skill": {"skills": ("common",)},
            "remote, 3 % have the skill": {"skills": ("some",)},
            "remote, 0.03 % have the skill": {"skills": ("rare",)},
            "remote, 30 % have the proof": {"proofs": ("language:common",)},
            "remote, 0.03 % have the proof": {"proofs": ("language:rare",)},
            "remote, 30 % the skill, 0.03 % the proof": {
                "skills": ("common",),
                "proofs": ("language:rare",),
            },
            "on site, 10 km": {"latitude": 50.85, "longitude": 4.35},
        }
        for kind, changes in kinds.items():
            spent = measure(client, kind, **changes)
            p95 = statistics.quantiles(spent, n=20)[-1]
            limit = LIMITS_MS.get(count, float("nan"))
            mark = "" if p95 <= limit else "  over"
            table.add_row(
                f"{count:,}",
                kind,
                f"{statistics.median(spent):.1f}",
                f"{p95:.1f}{mark}",
                f"{limit:.0f}",
            )
    Console().print(table)
    for kind in ({"skills": ["common"], "proofs": []}, {"latitude__isnull": False}):
        print(explain(Task.objects.filter(**kind).latest("id")))


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [100_000, 1_000_000])
