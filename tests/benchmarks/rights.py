"""The own log of a worker with 10,000 assignments, and the public figures over 100,000.

`python -m tests.benchmarks.rights`, on an empty, migrated database; everything is rolled back.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

WORKERS, ASSIGNMENTS, MINE = 1_000, 100_000, 10_000
PEOPLE = """
INSERT INTO accounts_user (password, is_superuser, email, name, is_simulated, is_staff, is_active,
                           date_joined)
SELECT '!', false, 'b' || n || '@bench.example', 'b' || n, false, false, true, now()
  FROM generate_series(1, %(workers)s) n;
INSERT INTO workers_worker (user_id, name, proofs, work_status, skills, capacity, active, approved_count,
                            rejected_count, created_at)
SELECT id, name, '{}', '', '{}', 5, 0, 0, 0, now() - interval '50 days' FROM accounts_user
 WHERE email LIKE '%%@bench.example'
"""
TASKS = """
INSERT INTO tasks_task (client_id, kind, title, description, mechanism, pay_cents, floor_cents,
       fee_basis_points, currency, slot_count, estimate_seconds, skills, proofs, provided_by, place, radius_km, escrow_id,
       extra_reserve_cents, state, seed_hex, seed_commitment, posted_at, closes_at, deadline_at)
SELECT t.client_id, 'microtask', 'Task ' || n, 'Bench.', t.mechanism, 1000, 0, 1000, 'EUR', 1, 600,
       '{}', '{}', t.provided_by, '', 10, t.escrow_id, 0, 'completed', t.seed_hex, t.seed_commitment,
       now() - n * interval '1 minute', now(), now()
  FROM tasks_task t, generate_series(1, %(assignments)s) n WHERE t.id = %(task)s;
CREATE TEMP TABLE given AS
SELECT t.id AS task_id, t.posted_at AS at,
       CASE WHEN row_number() OVER (ORDER BY t.id) <= %(mine)s THEN %(me)s
            ELSE %(me)s + 1 + (t.id %% (%(workers)s - 1)) END AS worker_id
  FROM tasks_task t WHERE t.state = 'completed';
INSERT INTO tasks_slot (task_id, number, worker_id, lease) SELECT task_id, 1, worker_id, 1 FROM given;
INSERT INTO tasks_assignment (task_id, slot_id, lease, worker_id, pay_cents, state, started_at,
                              due_at, submitted_at, settled_at)
SELECT g.task_id, s.id, 1, g.worker_id, 900, 'approved', g.at + interval '1 minute', now(),
       g.at + interval '20 minutes', g.at + interval '30 minutes'
  FROM given g JOIN tasks_slot s ON s.task_id = g.task_id;
INSERT INTO tasks_submission (assignment_id, number, content, submitted_at)
SELECT id, 1, 'Done.', submitted_at FROM tasks_assignment;
INSERT INTO tasks_review (submission_id, verdict, reason_code, text, at)
SELECT id, 'approved', '', '', submitted_at FROM tasks_submission;
INSERT INTO allocation_claim (task_id, worker_id, received_at, is_won)
SELECT task_id, worker_id, at, true FROM given;
INSERT INTO tasks_taskevent (task_id, kind, worker_id, at, facts)
SELECT g.task_id, kind, g.worker_id, g.at + interval '1 minute', '{}'
  FROM given g, unnest(ARRAY['awarded', 'allocated', 'submitted']) kind;
INSERT INTO allocation_allocation (task_id, version_id, trigger, "case", decision, digest,
       code_digest, awarded_count, candidate_count, latency_ms, decided_at)
SELECT g.task_id, a.version_id, a.trigger, a.case, a.decision, a.digest, a.code_digest, 1, 20, 1, g.at
  FROM given g, allocation_allocation a WHERE g.worker_id = %(me)s AND a.id = %(allocation)s;
ANALYZE
"""


def main() -> None:
    django.setup()
    from django.db import connection, transaction
    from django.test import Client as Browser
    from django.utils import timezone

    from rights.files import csv_log, json_log
    from transparency.actions import count_figures
    from workers.models import Worker

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute(PEOPLE, {"workers": WORKERS})
        me = Worker.objects.order_by("pk").first()
        assert me is not None
        fill(me)
        now = timezone.now() + timedelta(minutes=1)
        size = len("".join(json_log(me.user, now)).encode())
        print(f"{MINE:,} of {ASSIGNMENTS:,} assignments are of the reader")
        report("log as JSON", lambda: sum(len(piece) for piece in json_log(me.user, now)))
        print(f"  {size / 1e6:.1f} MB")
        report("log as zipped CSV", lambda: csv_log(me.user, now))
        print(f"  {len(csv_log(me.user, now).read()) / 1e6:.1f} MB")
        report("counting the figures", lambda: count_figures(now))
        browser = Browser(headers={"host": "localhost"})
        browser.get("/transparency/")
        report("the page of the figures", lambda: browser.get("/transparency/"))
        transaction.set_rollback(True)


def fill(me: object) -> None:
    """One real decision with twenty candidates, and the history of the whole market by its side."""
    from django.db import connection
    from django.utils import timezone

    from allocation import actions as allocation
    from allocation.models import Allocation
    from tests.people import make_client, post
    from workers.models import Worker

    task = post(make_client("clara"), mechanism="scored_offers")
    for worker in Worker.objects.order_by("pk")[:20]:
        allocation.go_available(by=worker, now=timezone.now())
    allocation.settle_task(task_id=task.pk, trigger="posted", now=timezone.now())
    given = {
        "workers": WORKERS,
        "assignments": ASSIGNMENTS,
        "mine": MINE,
        "me": me.pk,  # type: ignore[attr-defined]
        "task": task.pk,
        "allocation": Allocation.objects.get().pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(TASKS, given)


def report(name: str, do: Callable[[], object]) -> None:
    began = time.perf_counter()
    do()
    print(f"  {name}: {time.perf_counter() - began:.3f} s")


if __name__ == "__main__":
    main()
