"""Post → decided: from a client's POST until the engine's decision is committed.

Method: one sender posts at fixed moments whatever the answers do (an open load), over 8 keep-alive
connections. The clock starts when a POST was due to be sent, and stops when its allocation row is
seen by a second connection that looks every 2 ms; so waiting in line and committing are both in the
figure, and it is up to 2 ms too high. gunicorn and Celery run as `python3 run.py` starts them.

`python -m tests.benchmarks.posting` needs DATABASE_URL (migrated) and REDIS_URL.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

import psycopg2  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from agenda.models import DueWork  # noqa: E402
from tests.benchmarks import server  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
RATES = (20, 100)
GOAL_P95_MS = 50
PATIENCE_SECONDS = 30


class Decisions:
    """Notes when each task's first allocation can be seen by somebody else."""

    def __init__(self) -> None:
        self.seen_at: dict[int, float] = {}
        self.is_over = threading.Event()
        self.database = psycopg2.connect(os.environ["DATABASE_URL"])
        self.database.autocommit = True
        self.cursor = self.database.cursor()
        self.cursor.execute("SELECT coalesce(max(id), 0) FROM allocation_allocation")
        self.seen_ids = {self.cursor.fetchone()[0]}

    def watch(self) -> None:
        floor = max(self.seen_ids)
        while not self.is_over.is_set():
            # A little below the newest id as well: ids are given out before they are committed.
            self.cursor.execute(
                "SELECT id, task_id FROM allocation_allocation WHERE id > %s",
                [max(floor, max(self.seen_ids) - 500)],
            )
            now = time.perf_counter()
            for allocation, task in self.cursor.fetchall():
                self.seen_ids.add(allocation)
                self.seen_at.setdefault(task, now)
            time.sleep(0.002)


def main() -> None:
    table = Table(title=f"post → decided over HTTP, {os.cpu_count()} cores, {SECONDS:g} s each")
    for name in ("posts/s", "posted", "decided", "p50", "p95", "p99"):
        table.add_column(name)
    client = server.make_client("clara")
    DueWork.objects.all().delete()  # what another benchmark left would be done first
    with server.site() as address, server.jobs():
        for rate in RATES:
            posted, decided = post_at(rate, address, server.token_of(client.user))
            figures = [f"{server.share(decided, p):.1f} ms" for p in (0.5, 0.95, 0.99)]
            table.add_row(str(rate), str(posted), str(len(decided)), *figures)
    Console(width=100).print(table)
    print(f"Goal: p95 below {GOAL_P95_MS} ms at 100 posts a second.")


def post_at(rate: int, address: str, token: str) -> tuple[int, list[float]]:
    """Post so many tasks a second; gives how many, and each one's milliseconds until decided."""
    decisions, local = Decisions(), threading.local()
    watcher = threading.Thread(target=decisions.watch, daemon=True)
    watcher.start()

    def post(due: float) -> tuple[int, float]:
        if not hasattr(local, "program"):
            local.program = server.Program(address, token)
        status, task = local.program.post("tasks", server.a_task())
        assert status == 201, task
        return task["id"], due

    with ThreadPoolExecutor(8) as connections:
        began, answers = time.perf_counter() + 0.2, []
        for n in range(int(rate * SECONDS)):
            due = began + n / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            answers.append(connections.submit(post, due))
        posted = dict(answer.result() for answer in answers)
    patience = time.perf_counter() + PATIENCE_SECONDS
    while not posted.keys() <= decisions.seen_at.keys() and time.perf_counter() < patience:
        time.sleep(0.05)
    decisions.is_over.set()
    watcher.join()
    seen = decisions.seen_at
    return len(posted), [(seen[t] - due) * 1000 for t, due in posted.items() if t in seen]


if __name__ == "__main__":
    main()
