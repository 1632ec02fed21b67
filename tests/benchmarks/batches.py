"""A batch of 10,000 and of 100,000 rows: upload, publish, post, work on it, read the results.

Over HTTP where a person waits (gunicorn as `python3 run.py` starts it), in this process where a job
works, so that its memory can be read. Each batch has redundancy 3 and cells of about 60 characters.
Results are measured on a batch on which 30,000 submissions were written straight into the tables.

`python -m tests.benchmarks.batches` needs DATABASE_URL (migrated) and REDIS_URL.
"""

from __future__ import annotations

import http.client
import os
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from agenda.models import DueWork  # noqa: E402
from batches import actions  # noqa: E402
from batches.models import Template, Upload  # noqa: E402
from batches.queries.quality import quality_of  # noqa: E402
from clients.models import Client  # noqa: E402
from tasks.models import Slot, Task  # noqa: E402
from tests.benchmarks import server  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
SIZES = (10_000, 100_000)
BODY = '<p>${text}</p><input name="animal" required>'
PAY_CENTS, REDUNDANCY = 5, 3
ANSWERS = 30_000


def main() -> None:
    client = server.make_client("clara")
    told = Table(title=f"publishing a table × {REDUNDANCY}, {os.cpu_count()} cores")
    for name in ("rows", "file", "read", "publish", "post", "slots", "peak memory"):
        told.add_column(name, justify="right")
    with server.site() as address:
        for rows in SIZES:
            told.add_row(*publish(client, rows))
            DueWork.objects.all().delete()
        Console(width=110).print(told)
        upload = Upload.objects.filter(client=client, row_count=SIZES[0]).latest("pk")
        for workers in (1, 8):
            print(
                f"accept + answer over HTTP, {workers} workers: {cycles(address, upload, workers)}"
            )
        print(f"the same in raw SQL, one connection: {cycles_in_sql(upload)}")
        write_answers(upload)
        for kind in ("results?as=csv", "results"):
            print(f"{kind}: {export(address, client, upload, kind)}")
    began = time.perf_counter()
    found = quality_of(upload)
    seconds = time.perf_counter() - began
    print(f"agreement and Dawid–Skene of {found.answers} answers: {seconds:.1f} s")


def publish(client: Client, rows: int) -> list[str]:
    """Each step once, in its own process's clock; gives the cells of one line."""
    now = timezone.now()
    content = ("text\n" + "".join(f"{n:06d} {'x' * 53}\n" for n in range(rows))).encode()
    template = actions.keep_template(
        client=client, name="bench", kind=Template.Kind.HTML, body=BODY, now=now
    )
    began = time.perf_counter()
    upload = actions.keep_table(
        client=client, template=template, title="bench", content=content, now=now, most_rows=rows
    )
    read = time.perf_counter()
    actions.set_terms(
        upload_id=upload.pk, by=client, mapping=upload.mapping, title="bench", description="",
        pay_cents=PAY_CENTS, estimate_seconds=30, redundancy=REDUNDANCY,
        closes_at=now + timedelta(days=1), deadline_at=now + timedelta(days=2),
    )  # fmt: skip
    actions.publish(upload_id=upload.pk, by=client.user, now=now)
    published = time.perf_counter()
    actions.post_upload(upload_id=upload.pk, now=now)
    posted = time.perf_counter()
    upload.refresh_from_db()
    slots = Slot.objects.filter(task__batch=upload.batch_id).count()
    assert slots == rows * REDUNDANCY
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        f"{rows:,}", f"{len(content) / 1e6:.1f} MB", f"{read - began:.2f} s",
        f"{(published - read) * 1000:.0f} ms", f"{posted - published:.2f} s", f"{slots:,}",
        f"{memory:.0f} MB",
    ]  # fmt: skip


def cycles(address: str, upload: Upload, count: int) -> str:
    """Claim some task of the batch and answer it, over and over, for SECONDS."""
    until = time.perf_counter() + SECONDS

    def work(number: int) -> int:
        worker = server.make_worker(f"w{number}", capacity=100)
        program = server.Program(address, server.token_of(worker.user))
        done = 0
        while time.perf_counter() < until:
            status, claim = program.post(f"batches/{upload.batch_id}/claim", {})
            assert status == 201, claim
            answers = {"answers": {"animal": "cat"}}
            status, told = program.post(f"assignments/{claim['assignment']}/answers", answers)
            assert status == 201, told
            done += 1
        return done

    with ThreadPoolExecutor(count) as people:
        done = sum(people.map(work, range(count)))
    return f"{done / SECONDS:.0f} cycles a second"


TAKE = """
WITH held AS (
    UPDATE tasks_slot SET worker_id = %(worker)s, lease = lease + 1
     WHERE id = (SELECT id FROM tasks_slot WHERE task_id = %(task)s AND worker_id IS NULL LIMIT 1)
 RETURNING id, lease
), made AS (
    INSERT INTO tasks_assignment
           (task_id, slot_id, lease, worker_id, pay_cents, state, started_at, due_at, submitted_at)
    SELECT %(task)s, id, lease, %(worker)s, 5, 'submitted', now(), now() + '1 day', now() FROM held
 RETURNING id
), handed AS (
    INSERT INTO tasks_submission (assignment_id, number, content, submitted_at)
    SELECT id, 1, 'animal: cat', now() FROM made RETURNING id
)
INSERT INTO batches_answers (submission_id, "values") SELECT id, '{"animal": "cat"}' FROM handed
"""


def cycles_in_sql(upload: Upload) -> str:
    """The same rows written by hand, without any rule: what the database alone could do."""
    worker = server.make_worker("sql")
    free = Task.objects.filter(batch=upload.batch_id, state="open").order_by("-pk")
    ids = list(free.values_list("pk", flat=True)[:3000])
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for task in ids:
            cursor.execute(TAKE, {"task": task, "worker": worker.pk})
    return f"{len(ids) / (time.perf_counter() - began):.0f} cycles a second"


WRITE = """
WITH free AS (
    SELECT slot.id, slot.task_id, slot.number FROM tasks_slot slot
      JOIN tasks_task task ON task.id = slot.task_id
     WHERE task.batch_id = %(batch)s AND slot.worker_id IS NULL LIMIT %(most)s
), held AS (
    UPDATE tasks_slot slot SET worker_id = (%(workers)s)[free.number], lease = lease + 1
      FROM free WHERE free.id = slot.id RETURNING slot.id, slot.task_id, slot.lease, slot.worker_id
), made AS (
    INSERT INTO tasks_assignment
           (task_id, slot_id, lease, worker_id, pay_cents, state, started_at, due_at, submitted_at)
    SELECT task_id, id, lease, worker_id, 5, 'submitted', now(), now() + '1 day', now() FROM held
 RETURNING id, task_id
), handed AS (
    INSERT INTO tasks_submission (assignment_id, number, content, submitted_at)
    SELECT id, 1, 'animal', now() FROM made RETURNING id
)
INSERT INTO batches_answers (submission_id, "values")
SELECT id, jsonb_build_object('animal', CASE WHEN id %% 7 = 0 THEN 'dog' ELSE 'cat' END,
                              'why', repeat('because ', 5)) FROM handed
"""


def write_answers(upload: Upload) -> None:
    """Fill the batch: every slot that is free is answered by one of three people."""
    people = [server.make_worker(f"filler{n}").pk for n in range(REDUNDANCY)]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, {"batch": upload.batch_id, "most": ANSWERS, "workers": people})
        cursor.execute("ANALYZE")


def export(address: str, client: Client, upload: Upload, kind: str) -> str:
    link = http.client.HTTPConnection(address, timeout=120)
    headers = {"Authorization": f"Bearer {server.token_of(client.user)}"}
    began = time.perf_counter()
    link.request("GET", f"/api/v1/tables/{upload.pk}/{kind}", headers=headers)
    answer = link.getresponse()
    answer.read(1)
    first = time.perf_counter() - began
    size = 1 + len(answer.read())
    whole = time.perf_counter() - began
    return f"{size / 1e6:.1f} MB, first byte after {first * 1000:.0f} ms, whole in {whole:.1f} s"


if __name__ == "__main__":
    main()
