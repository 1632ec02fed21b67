"""From a table to tasks: all of it or nothing, once, with its escrow, whoever dies on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.db import connection

from agenda.actions import drain
from agenda.models import DueWork
from batches import actions
from batches.models import Row, Upload
from batches.progress import rows_written, teller
from ledger.actions import NotEnoughMoney
from ledger.models import Transfer
from ledger.queries import balance_cents, trial_balance
from marketplace.embedded.places import ROOT
from tasks import actions as tasks
from tasks.actions import ClosingIsInThePast
from tasks.models import Batch, Slot, Task, TaskEvent
from tests.batches.making import make_batch, make_draft, make_template
from tests.people import NOW, later, make_client
from tests.refusals import refused, rows_of, run_sql

pytestmark = pytest.mark.django_db


def publish(upload: Upload, now=NOW, **options) -> Upload:
    return actions.publish(upload_id=upload.pk, by=upload.client.user, now=now, **options)


def test_every_row_becomes_a_task_with_its_slots(clara):
    upload = make_batch(clara)
    assert upload.state == "posted"
    rows = list(upload.rows.order_by("line").select_related("task"))
    assert [(row.line, row.values) for row in rows] == [
        (2, {"image-url": "a.jpg"}),
        (3, {"image-url": "b.jpg"}),
        (4, {"image-url": "c.jpg"}),
    ]
    assert [row.task_id for row in rows] == sorted(row.task_id for row in rows)
    assert {row.task.batch_id for row in rows} == {upload.batch_id}
    assert Slot.objects.count() == 6
    assert all(row.task.state == "open" and row.task.pay_cents == 10 for row in rows)
    assert TaskEvent.objects.filter(kind="posted").count() == 3
    assert DueWork.objects.filter(topic="task_closes").count() == 3


def test_the_escrow_of_the_whole_batch_is_held_by_the_request_itself(clara):
    before = balance_cents(clara.user)
    upload = publish(make_draft(clara))
    assert before - balance_cents(clara.user) == 6 * 11
    upload.escrow.refresh_from_db()
    assert upload.escrow.balance_cents == 66
    assert not Task.objects.exists()
    drain(NOW)
    upload.refresh_from_db()
    assert sum(task.reserve_cents for task in upload.batch.tasks.all()) == 66
    assert trial_balance().is_right


def test_pressed_twice_is_once(clara):
    upload = make_draft(clara)
    publish(upload)
    publish(upload)
    drain(NOW)
    publish(upload)
    actions.post_upload(upload_id=upload.pk, now=NOW)
    assert (Batch.objects.count(), Task.objects.count()) == (1, 3)
    assert Transfer.objects.filter(kind="escrow").count() == 1


def test_without_the_money_nothing_is_published():
    mira = make_client("mira", deposit_cents=65)
    upload = make_draft(mira)
    with pytest.raises(NotEnoughMoney):
        publish(upload)
    upload.refresh_from_db()
    assert (upload.state, upload.escrow) == ("draft", None)
    assert balance_cents(mira.user) == 65
    assert not DueWork.objects.exists()


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"pay_cents": None}, actions.TermsAreMissing),
        ({"deadline_at": None}, actions.TermsAreMissing),
        ({"mapping": {}}, actions.VariablesAreOpen),
        ({"mapping": {"image-url": "no such column"}}, actions.VariablesAreOpen),
        ({"closes_at": later(days=-1)}, ClosingIsInThePast),
    ],
)
def test_an_unfinished_draft_is_not_published(clara, terms, refusal):
    upload = make_draft(clara, **terms)
    before = balance_cents(clara.user)
    with pytest.raises(refusal):
        publish(upload)
    assert balance_cents(clara.user) == before
    assert Upload.objects.get().state == "draft"


def test_a_variable_may_stand_when_the_client_says_so(clara):
    upload = make_draft(clara, mapping={})
    assert publish(upload, leave=frozenset({"image-url"})).state == "due"


def test_a_table_with_a_bad_line_leaves_nothing(clara):
    template = make_template(clara)
    with pytest.raises(actions.TableHasProblems) as refusal:
        actions.keep_table(
            client=clara, template=template, title="x", content=b"a,b\n1,2\n3\n", now=NOW
        )
    assert "Line 3 has 1 cells instead of 2." in refusal.value.sentences
    assert not Upload.objects.exists()
    assert not Row.objects.exists()


def test_emoji_line_breaks_and_backslashes_reach_the_rows_as_they_are(clara):
    strange = 'a\\b\t🐈\n"x"\\N'
    quoted = '"' + strange.replace('"', '""') + '"'
    upload = make_draft(clara, content=f"image-url,n\n{quoted},1\n".encode())
    assert upload.rows.get().values == {"image-url": strange, "n": "1"}


def test_a_job_that_comes_after_the_closing_time_gives_the_work_as_long_as_was_meant(clara):
    upload = publish(make_draft(clara))
    drain(later(days=3))
    task = Task.objects.first()
    assert (task.closes_at, task.deadline_at) == (later(days=4), later(days=5))
    assert Upload.objects.get(pk=upload.pk).state == "posted"


def test_a_discarded_draft_is_gone_with_its_table_and_a_published_one_stays(clara):
    upload = make_draft(clara)
    actions.discard(upload_id=upload.pk, by=clara)
    assert not Row.objects.exists()
    with pytest.raises(actions.NotYourDraft):
        publish(upload)
    kept = publish(make_draft(clara))
    actions.discard(upload_id=kept.pk, by=clara)
    assert Row.objects.count() == 3


def test_after_publication_terms_do_not_change(clara):
    upload = publish(make_draft(clara))
    told = {"mapping": {}, "title": "Other", "description": "", "pay_cents": 1, "redundancy": 1,
            "estimate_seconds": 1, "closes_at": NOW, "deadline_at": NOW}  # fmt: skip
    actions.set_terms(upload_id=upload.pk, by=clara, **told)
    assert Upload.objects.get().pay_cents == 10


def test_somebody_else_can_neither_publish_nor_discard(clara):
    upload, mira = make_draft(clara), make_client("mira")
    with pytest.raises(Upload.DoesNotExist):
        actions.publish(upload_id=upload.pk, by=mira.user, now=NOW)
    with pytest.raises(Upload.DoesNotExist):
        actions.discard(upload_id=upload.pk, by=mira)


def test_a_changed_template_is_a_new_version_and_the_old_one_stays(clara):
    first = make_template(clara)
    assert make_template(clara) == first
    second = make_template(clara, body=first.body + "!")
    assert (first.version, second.version) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"body": " "}, actions.TemplateIsEmpty),
        ({"kind": "form", "fields": []}, actions.TemplateIsEmpty),
        ({"body": "é" * (512 * 1024) + "x"}, actions.TemplateIsTooLarge),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(clara, changes, refusal):
    with pytest.raises(refusal):
        make_template(clara, **changes)


def test_a_template_of_one_megabyte_is_kept(clara):
    assert len(make_template(clara, body="x" * 1024 * 1024).body) == 1024 * 1024


def test_a_large_table_may_take_longer_than_a_page_may(clara):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', '100ms', true)")
    content = b"image-url\n" + b"".join(b"%d.jpg\n" % n for n in range(60_000))
    assert make_draft(clara, content=content, most_rows=60_000).row_count == 60_000


# --- what the database refuses -------------------------------------------------------------------
def test_what_was_shown_and_said_is_never_changed(clara):
    upload = make_batch(clara)
    before = rows_of(Row)
    for sql in (
        "UPDATE batches_template SET body = 'other'",
        "DELETE FROM batches_template",
        "UPDATE batches_row SET values = '{}'",
        "DELETE FROM batches_row",
    ):
        with refused("append-only|stays as it was"):
            run_sql(sql)
    with refused("cannot go from posted"):
        run_sql("UPDATE batches_upload SET state = 'draft', batch_id = NULL")
    with refused("a_published_upload_has_its_escrow"):
        run_sql("UPDATE batches_upload SET escrow_id = NULL")
    assert rows_of(Row) == before
    upload.refresh_from_db()
    assert upload.state == "posted"


# --- processes that die ---------------------------------------------------------------------------
def test_an_error_in_the_middle_leaves_nothing_and_the_next_sweep_posts_all(clara):
    upload = publish(make_draft(clara))
    with patch.object(tasks.posting, "schedule_batch", side_effect=RuntimeError("power cut")):
        drain(NOW)
    assert not Task.objects.exists()
    assert Upload.objects.get().state == "due"
    drain(later(seconds=2))
    upload.refresh_from_db()
    assert (upload.state, Task.objects.count()) == ("posted", 3)


def test_progress_is_told_while_rows_are_written(clara, empty_broker):
    upload = make_draft(clara, content=b"image-url\n" + b"a.jpg\n" * 2500)
    heard = []
    real = teller(upload.pk)
    publish(upload)
    with patch(
        "batches.actions.publishing.teller",
        lambda pk: lambda n: (heard.append(n), real(n)),
    ):
        drain(NOW)
    assert heard == [0, 1000, 2000]
    assert rows_written(upload.pk) == 2000


DRAIN = """
import os, signal, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings"
django.setup()
from django.utils import timezone
from tasks.actions import posting
from agenda.actions import drain
original = posting.schedule_batch
def die(*arguments):
    original(*arguments)
    print("in the middle", flush=True)
    signal.pause()
posting.schedule_batch = die
drain(timezone.now())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_leaves_nothing_and_the_next_posts_all():
    clara = make_client("clara")
    upload = publish(make_draft(clara, content=b"image-url\n" + b"a.jpg\n" * 500))
    database = urlsplit(os.environ["DATABASE_URL"])
    address = database._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    killed = subprocess.Popen(
        [sys.executable, "-c", DRAIN],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert killed.stdout.readline() == "in the middle\n"
        assert not Task.objects.exists()
    finally:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        killed.stdout.close()
    until = time.monotonic() + 20
    while Upload.objects.get().state == "due":
        drain(later(minutes=1))
        assert time.monotonic() < until
        time.sleep(0.1)
    upload.refresh_from_db()
    assert (Task.objects.count(), Slot.objects.count()) == (500, 1000)
    assert Row.objects.filter(task__isnull=True).count() == 0
    assert sum(task.reserve_cents for task in upload.batch.tasks.all()) == 500 * 2 * 11
    upload.escrow.refresh_from_db()
    assert upload.escrow.balance_cents == 500 * 2 * 11
    assert trial_balance().is_right


def test_ten_thousand_rows_times_three_are_exactly_thirty_thousand_slots():
    mira = make_client("mira", deposit_cents=10**7)
    content = b"image-url\n" + b"".join(b"%d.jpg\n" % n for n in range(10_000))
    started = time.perf_counter()
    upload = make_draft(mira, content=content, redundancy=3)
    publish(upload)
    asked = time.perf_counter() - started
    drain(NOW, most=1)
    assert (Task.objects.count(), Slot.objects.count()) == (10_000, 30_000)
    assert DueWork.objects.filter(topic="task_closes").count() == 10_000
    assert DueWork.objects.filter(topic="task_posted").count() == 100
    last = Row.objects.select_related("task").order_by("-line")[0]
    assert last.values == {"image-url": "9999.jpg"}
    assert last.task_id == Task.objects.order_by("-pk")[0].pk
    assert asked < 10  # seconds; measured without load in docs/batches.md
