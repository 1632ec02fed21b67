"""Ten people want each slot at once: no slot may have two holders, and every slot must have one.

`python -m tests.benchmarks.contended` needs DATABASE_URL (migrated). CONTENDED_ATTEMPTS (100,000)
attempts by 16 clients, each a process with a connection of its own, on a tenth as many slots: tasks
with one slot and tasks with ten. Three ways of claiming are tried: the live action, the same
hand-over as one guarded statement of SQL, and a claim that looks and writes without any guard, in a
table without constraints. The last must double-book, or the detector detects nothing.
Exits with 1 when a slot was given twice, stayed free, or the detector found nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.pool import Pool

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

from django.db import connection, connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from allocation import actions as allocation  # noqa: E402
from tasks.actions import NewTask, SlotIsTaken, TaskIsNotOpen  # noqa: E402
from tests.benchmarks import server  # noqa: E402
from workers.models import Worker  # noqa: E402

ATTEMPTS = int(os.environ.get("CONTENDED_ATTEMPTS", "100000"))
CLIENTS = 16
ATTEMPTS_PER_SLOT = 10
SHARE_OF_SINGLE = 0.9  # of the slots; the others are ten on one task
MOST_SLOTS = 10

# One slot of the task that nobody holds and nobody is taking, and its assignment.
GUARDED = """
WITH free AS (
    SELECT id FROM tasks_slot
     WHERE task_id = %(task)s AND worker_id IS NULL AND dropped_at IS NULL
     ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE tasks_slot SET worker_id = %(worker)s, lease = lease + 1 FROM free
     WHERE tasks_slot.id = free.id AND worker_id IS NULL
    RETURNING tasks_slot.id, lease
)
INSERT INTO tasks_assignment (task_id, slot_id, lease, worker_id, pay_cents, state,
                              started_at, due_at)
SELECT %(task)s, id, lease, %(worker)s, 10, 'in_progress', now(), now() + interval '2 days'
  FROM taken RETURNING id
"""
# The same without any guard: look, and then write. The tables have no constraint that would refuse.
UNGUARDED_TABLES = """
DROP TABLE IF EXISTS contended_slot, contended_assignment;
CREATE UNLOGGED TABLE contended_slot AS
    SELECT id, task_id, worker_id FROM tasks_slot WHERE task_id = ANY(%s);
CREATE INDEX ON contended_slot (task_id); CREATE INDEX ON contended_slot (id);
CREATE UNLOGGED TABLE contended_assignment (task_id bigint, slot_id bigint, worker_id bigint)
"""
LOOK = "SELECT id FROM contended_slot WHERE task_id = %s AND worker_id IS NULL ORDER BY id LIMIT 1"
TAKE = "UPDATE contended_slot SET worker_id = %s WHERE id = %s"
WRITE = "INSERT INTO contended_assignment VALUES (%s, %s, %s)"
HOLDERS = "SELECT slot_id, count(*) FROM {} WHERE task_id = ANY(%s) GROUP BY slot_id"

Claim = Callable[[int, Worker], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What was tried, what the clients were told, and what the detector found in the rows."""

    attempts: int
    told_won: int
    slots: int
    slots_held: int
    doubles: int
    seconds: float

    @property
    def is_one_truth(self) -> bool:
        """Every slot has exactly one holder, and exactly one client was told so."""
        return self.doubles == 0 and self.slots_held == self.slots == self.told_won


def claim_by_the_action(task: int, worker: Worker) -> bool:
    try:
        return allocation.claim_slot(task_id=task, by=worker, now=timezone.now()).is_won
    except (TaskIsNotOpen, SlotIsTaken):
        return False


def claim_by_one_statement(task: int, worker: Worker) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(GUARDED, {"task": task, "worker": worker.pk})
        return cursor.fetchone() is not None


def claim_without_a_guard(task: int, worker: Worker) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [task])
        seen = cursor.fetchone()
        if seen is None:
            return False
        with transaction.atomic():
            cursor.execute(TAKE, [worker.pk, seen[0]])
            cursor.execute(WRITE, [task, seen[0], worker.pk])
        return True


WAYS: dict[str, tuple[Claim, str]] = {
    "the live action": (claim_by_the_action, "tasks_assignment"),
    "one guarded statement": (claim_by_one_statement, "tasks_assignment"),
    "without a guard": (claim_without_a_guard, "contended_assignment"),
}


def contend(
    way: str, attempts: int, pool_of: Callable[[int], Pool], clients: int = CLIENTS
) -> Found:
    """Let all clients go through the same new tasks in the same order, each slot wanted by ten."""
    claim, table = WAYS[way]
    slot_count_of = post_tasks(attempts // ATTEMPTS_PER_SLOT)
    slots = sum(slot_count_of.values())
    tasks = list(slot_count_of)
    if table != "tasks_assignment":
        run(UNGUARDED_TABLES, tasks)
    people = [server.make_worker(f"bench{n}", 30_000) for n in range(workers_needed(clients))]
    jobs = [
        (claim, list(slot_count_of.items()), people, client, clients) for client in range(clients)
    ]
    connections.close_all()  # no client may inherit this one
    started = time.perf_counter()
    with pool_of(clients) as pool:
        told = pool.starmap(one_client, jobs, chunksize=1)
    seconds = time.perf_counter() - started
    held = holders(table, tasks)
    return Found(
        attempts=sum(tried for tried, _ in told),
        told_won=sum(won for _, won in told),
        slots=slots,
        slots_held=len(held),
        doubles=sum(count > 1 for count in held),
        seconds=seconds,
    )


def workers_needed(clients: int) -> int:
    return clients * -(-MOST_SLOTS * ATTEMPTS_PER_SLOT // clients)


def post_tasks(slots: int) -> dict[int, int]:
    """Task → its number of slots; together `slots`, most of them alone on their task."""
    client = server.make_client("clara")
    single = round(slots * SHARE_OF_SINGLE)
    news = [new_task(1)] * single + [new_task(MOST_SLOTS)] * ((slots - single) // MOST_SLOTS)
    batch = allocation.post_batch(client=client, title="Pictures", news=news, now=timezone.now())
    return dict(batch.tasks.order_by("id").values_list("id", "slot_count"))


def new_task(slots: int) -> NewTask:
    now = timezone.now()
    return NewTask(
        title="Label a picture",
        description="Say what is on it.",
        mechanism="first_come",
        pay_cents=10,
        estimate_seconds=30,
        slot_count=slots,
        closes_at=now + timedelta(days=1),
        deadline_at=now + timedelta(days=2),
    )


def one_client(
    claim: Claim,
    tasks: Sequence[tuple[int, int]],
    people: Sequence[Worker],
    client: int,
    clients: int,
) -> tuple[int, int]:
    """This client's share of the attempts, each for another worker; how many, and how many won."""
    tried = won = 0
    try:
        for place, (task, slots) in enumerate(tasks):
            first = (client + place) % clients
            for number in range(first, slots * ATTEMPTS_PER_SLOT, clients):
                tried += 1
                won += claim(task, people[number // clients * clients + client])
    finally:
        connections.close_all()
    return tried, won


def holders(table: str, tasks: list[int]) -> list[int]:
    """The detector: for each slot that has a holder, how many it has."""
    return [count for _, count in run(HOLDERS.format(table), tasks)]


def run(statement: str, tasks: list[int]) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [tasks])
        return cursor.fetchall() if cursor.description else []


def processes(clients: int) -> Pool:
    return multiprocessing.get_context("fork").Pool(clients)


def faults(found: dict[str, Found]) -> list[str]:
    """What is wrong with the market, or with the detector; [] when all is well."""
    wrong = [
        f"{way}: not every slot has exactly one holder"
        for way in ("the live action", "one guarded statement")
        if not found[way].is_one_truth
    ]
    if not found["without a guard"].doubles:
        wrong.append("the detector found no double among claims without a guard")
    return wrong


def main() -> int:
    found = {way: contend(way, ATTEMPTS, processes) for way in WAYS}
    run("DROP TABLE contended_slot, contended_assignment", [])
    table = Table(title=f"{ATTEMPTS:,} attempts by {CLIENTS} clients, {os.cpu_count()} cores")
    for name in ("claims", "slots", "held", "told “yours”", "doubles", "claims/s", "attempts/s"):
        table.add_column(name)
    for way, one in found.items():
        rates = (f"{count / one.seconds:,.0f}" for count in (one.told_won, one.attempts))
        counts = (one.slots, one.slots_held, one.told_won, one.doubles)
        table.add_row(way, *(f"{count:,}" for count in counts), *rates)
    Console(width=110).print(table)
    wrong = faults(found)
    print("; ".join(wrong) or "No slot was given twice, none was left, and the detector works.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
