"""Publishing a batch: the request holds the escrow and writes due work, a job posts the tasks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from agenda.actions import schedule
from batches.models import Upload
from batches.progress import teller
from ledger import actions as ledger
from marketplace.patience import longer_statements
from tasks import actions as tasks
from tasks.actions import ClosingIsInThePast, NewTask, NotInAClass
from tasks.rules import reserve_cents
from wages import actions as wages


class NotYourDraft(Exception):
    """This draft is not there any more."""


class TermsAreMissing(Exception):
    """Fill in the pay, the time it takes and the deadline first."""


class VariablesAreOpen(Exception):
    """Choose a column for every variable of the template first."""


@transaction.atomic
def publish(
    *,
    upload_id: int,
    by: User,
    now: datetime,
    leave: frozenset[str] = frozenset(),
    accepts_low_pay: bool = False,
) -> Upload:
    """Hold the escrow of the whole batch and let a job post it. Pressed twice is once.

    `leave` are variables that the client wants to stand as they are, which scripts may need.
    Raises NotYourDraft, TermsAreMissing, VariablesAreOpen, ClosingIsInThePast, NotInAClass, what
    `wages.check_pay` raises, or ledger.NotEnoughMoney.
    """
    upload = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("template", "client__user")
        .get(pk=upload_id, client__user=by)
    )
    if upload.state in (Upload.State.DUE, Upload.State.POSTED):
        return upload
    if upload.state == Upload.State.DISCARDED:
        raise NotYourDraft
    if by.room_id is not None:
        raise NotInAClass
    check_terms(upload, now, leave)
    upload.published_at = now
    wages.check_pay([new_task(upload, now)], accepts_low_pay=accepts_low_pay, now=now)
    about = f"escrow for batch “{upload.title}”"[:120]
    upload.escrow = ledger.fill_escrow(
        owner=by, amount_cents=cost_cents(upload), now=now, about=about
    )
    upload.state = Upload.State.DUE
    upload.save(update_fields=["escrow", "state", "published_at"])
    schedule("upload_due", upload.pk, at=now, wake=True)
    return upload


def check_terms(upload: Upload, now: datetime, leave: frozenset[str]) -> None:
    if not (upload.pay_cents and upload.estimate_seconds and upload.closes_at):
        raise TermsAreMissing
    if upload.deadline_at is None:
        raise TermsAreMissing
    if not now < upload.closes_at <= upload.deadline_at:
        raise ClosingIsInThePast
    if set(upload.template.variables) - set(upload.mapping) - leave:
        raise VariablesAreOpen


def cost_cents(upload: Upload) -> int:
    """What the whole batch holds in escrow: pay and fee for every slot. 0 while no pay is named."""
    return upload.slot_count * reserve_cents(upload.pay_cents or 0, settings.FEE_BASIS_POINTS)


@transaction.atomic
def post_upload(*, upload_id: int, now: datetime) -> Upload:
    """Post every row of a published table as a task, in one transaction. Harmless twice.

    Pay and terms were checked when it was published: an agreed batch is not refused afterwards. A
    process that is killed on the way leaves nothing behind and the due work in its place.
    """
    upload = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("client__user", "escrow")
        .get(pk=upload_id)
    )
    if upload.state != Upload.State.DUE:
        return upload
    with longer_statements(300):
        batch = tasks.post_batch(
            client=upload.client,
            title=upload.title,
            news=[new_task(upload, now)] * upload.row_count,
            now=now,
            escrow=upload.escrow,
            most_per_worker=upload.most_per_worker,
            tell=teller(upload.pk),
        )
        with connection.cursor() as cursor:
            cursor.execute(TIE_ROWS, {"upload": upload.pk, "batch": batch.pk})
    upload.batch, upload.state, upload.posted_at = batch, Upload.State.POSTED, now
    upload.save(update_fields=["batch", "state", "posted_at"])
    return upload


# The nth row, by line, is the nth task, by id. As two arrays side by side: PostgreSQL has no figures
# yet about rows that this transaction wrote, and joined them by comparing each with each.
TIE_ROWS = """
UPDATE batches_row SET task_id = pair.task_id
  FROM (SELECT array_agg(id ORDER BY line) AS ids
          FROM batches_row WHERE upload_id = %(upload)s) written,
       (SELECT array_agg(id ORDER BY id) AS ids
          FROM tasks_task WHERE batch_id = %(batch)s) posted,
       unnest(written.ids, posted.ids) AS pair (row_id, task_id)
 WHERE batches_row.id = pair.row_id
"""


def new_task(upload: Upload, now: datetime) -> NewTask:
    """What every task of the batch has in common.

    When the job comes so late that the closing time has passed, both times move by the delay: the
    work gets as long as the client gave it.
    """
    assert upload.pay_cents and upload.estimate_seconds
    assert upload.closes_at and upload.deadline_at and upload.published_at
    late = now - upload.published_at if upload.closes_at <= now else timedelta()
    return NewTask(
        title=upload.title,
        description=upload.description or upload.title,
        mechanism="first_come",
        pay_cents=upload.pay_cents,
        estimate_seconds=upload.estimate_seconds,
        slot_count=upload.redundancy,
        skills=tuple(upload.skills),
        proofs=tuple(upload.proofs),
        provided=upload.provided,
        closes_at=upload.closes_at + late,
        deadline_at=upload.deadline_at + late,
    )
