"""Claims per second: accept and submit over HTTP, beside the same claims as raw SQL.

`python -m tests.benchmarks.claims` needs DATABASE_URL (migrated) and REDIS_URL.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

import psycopg2  # noqa: E402
from django.db import connection  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from tests.benchmarks import server  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
GOAL_CLAIMS, GOAL_P95_MS = 300, 50

# The least that a claim is: one guarded update that skips what others hold, and its record.
RAW_CLAIM = """
WITH free AS (
    SELECT id, task_id FROM tasks_slot
     WHERE task_id >= %(start)s AND task_id <= %(last)s
       AND worker_id IS NULL AND dropped_at IS NULL
     ORDER BY task_id LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE tasks_slot SET worker_id = %(worker)s, lease = lease + 1 FROM free
     WHERE tasks_slot.id = free.id AND worker_id IS NULL
    RETURNING tasks_slot.id, tasks_slot.task_id, lease
)
INSERT INTO tasks_assignment (task_id, slot_id, lease, worker_id, pay_cents, state,
                              started_at, due_at)
SELECT task_id, id, lease, %(worker)s, 10, 'in_progress', now(), now() + interval '2 days'
  FROM taken RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What all claimers together did: milliseconds of each claim and of each whole cycle."""

    claims_ms: list[float]
    cycles_ms: list[float]
    seconds: float
    refused: int

    @property
    def claims_per_second(self) -> float:
        return len(self.claims_ms) / self.seconds


def main() -> None:
    table = Table(title=f"claims, {os.cpu_count()} cores, {SECONDS:g} s each")
    for name in (
        "what",
        "batch",
        "workers",
        "cycles/s",
        "claims/s",
        "claim p50",
        "p95",
        "cycle p95",
    ):
        table.add_column(name)
    with server.site() as address:
        for tasks, workers in ((1_000, 1), (10_000, 1), (10_000, 8)):
            seconds = min(SECONDS, 6) if tasks == 1_000 else SECONDS
            batch = post_batch(address, tasks)
            found = at_once(workers, over_http, (address, batch, seconds))
            table.add_row("accept + submit over HTTP", f"{tasks:,}", *cells(workers, found))
        batch = post_batch(address, 10_000)
        found = at_once(8, only_claims, (address, batch, SECONDS))
        table.add_row("claims only, over HTTP", "10,000", *cells(8, found))
        for workers in (1, 8):
            batch = post_batch(address, 10_000)
            raw = at_once(workers, as_raw_sql, (*ends_of(batch), min(SECONDS, 3)))
            table.add_row("claims as raw SQL", "10,000", *cells(workers, raw))
    Console(width=120).print(table)
    print(f"raw SQL is {raw.claims_per_second / found.claims_per_second:.1f} times as fast.")
    p95 = server.share(found.claims_ms, 0.95)
    print(f"Goals: at least {GOAL_CLAIMS} claims/s ({found.claims_per_second:.0f}), "
          f"p95 below {GOAL_P95_MS} ms ({p95:.1f}).")  # fmt: skip


def post_batch(address: str, tasks: int) -> int:
    client = server.make_client("clara")
    program = server.Program(address, server.token_of(client.user))
    started = time.perf_counter()
    body = {"title": "Pictures", "tasks": [server.a_task()] * tasks}
    status, batch = program.post("batches", body)
    assert status == 201, batch
    print(f"posted a batch of {tasks:,} in {time.perf_counter() - started:.1f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return int(batch["id"])


def at_once(workers: int, claim: Callable, arguments: tuple) -> Measured:
    """Let so many workers claim side by side, each in a process of its own."""
    people = [server.make_worker(f"bench{n}", 30_000) for n in range(workers)]
    jobs = [(server.token_of(w.user), w.pk, *arguments) for w in people]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.map(time.sleep, [0.5] * workers, chunksize=1)
        parts = pool.starmap(claim, jobs, chunksize=1)
    return Measured(
        [ms for part in parts for ms in part[0]],
        [ms for part in parts for ms in part[1]],
        max(part[2] for part in parts),
        sum(part[3] for part in parts),
    )


def over_http(token, worker, address, batch, seconds, submits=True):
    program = server.Program(address, token)
    claims, cycles, refused = [], [], 0
    began = time.perf_counter()
    while (start := time.perf_counter()) < began + seconds:
        status, claim = program.post(f"batches/{batch}/claim")
        if status != 201:
            refused += 1
            if claim["code"] == "nothing_left":
                break
            continue
        claims.append((time.perf_counter() - start) * 1000)
        if submits:
            status, _ = program.post(
                f"assignments/{claim['assignment']}/submit", {"content": "A cat."}
            )
            assert status == 201
            cycles.append((time.perf_counter() - start) * 1000)
    return claims, cycles, time.perf_counter() - began, refused


def only_claims(token, worker, address, batch, seconds):
    return over_http(token, worker, address, batch, seconds, submits=False)


def as_raw_sql(token, worker, first, last, seconds):
    from random import SystemRandom

    claims, chance = [], SystemRandom()
    with psycopg2.connect(os.environ["DATABASE_URL"]) as database, database.cursor() as cursor:
        began = time.perf_counter()
        while (start := time.perf_counter()) < began + seconds:
            place = chance.randint(first, last)
            cursor.execute(RAW_CLAIM, {"start": place, "last": last, "worker": worker})
            is_won = cursor.fetchone() is not None
            database.commit()
            if is_won:
                claims.append((time.perf_counter() - start) * 1000)
            elif len(claims) >= 9_000:
                break
    return claims, [], time.perf_counter() - began, 0


def ends_of(batch: int) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM tasks_task WHERE batch_id = %s", [batch])
        first, last = cursor.fetchone()
    return first, last


def cells(workers: int, found: Measured) -> list[str]:
    cycle = f"{server.share(found.cycles_ms, 0.95):.1f} ms" if found.cycles_ms else ""
    per_second = f"{len(found.cycles_ms) / found.seconds:.0f}" if found.cycles_ms else ""
    return [
        str(workers),
        per_second,
        f"{found.claims_per_second:.0f}",
        f"{server.share(found.claims_ms, 0.5):.1f} ms",
        f"{server.share(found.claims_ms, 0.95):.1f} ms",
        cycle,
    ]


if __name__ == "__main__":
    main()
