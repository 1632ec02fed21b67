"""Reading batches: a client's tables, how far each has come, the row behind a task."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from batches.models import Report, Row, Template, Upload
from batches.progress import rows_written
from clients.models import Client
from tasks.models import Assignment, Slot, Task, TaskQuerySet
from tasks.queries import with_free_count


def uploads_of(client: Client) -> QuerySet[Upload]:
    """A client's batches and drafts, newest first."""
    kept = client.uploads.exclude(state=Upload.State.DISCARDED)
    return kept.select_related("template").order_by("-id")


def newest_templates(client: Client) -> QuerySet[Template]:
    """The newest version of each of a client's templates, by name."""
    return client.templates.order_by("name", "-version").distinct("name")


def row_of_task(task_id: int) -> Row | None:
    """The row that a task was posted from, with its template; None for other tasks."""
    rows = Row.objects.select_related("upload__template")
    return rows.filter(task=task_id).first()


def one_per_table(found: TaskQuerySet) -> TaskQuerySet:
    """The same tasks, but of each table only the first that is open.

    Ten thousand slips that look the same would cover everybody else's. The first is looked up table
    by table, which is one step along an index each, however many rows a table has.
    """
    rows = Task.objects.open().filter(batch=OuterRef("batch")).order_by("id")
    first = posted_tables().annotate(first=Subquery(rows.values("pk")[:1])).values("first")
    return found.filter(is_no_row() | Q(pk__in=first))


def posted_tables() -> QuerySet[Upload]:
    return Upload.objects.filter(batch__isnull=False)


def is_no_row() -> Q:
    """Not a row of a table. As a list of batches: joined, PostgreSQL misjudges how many there are."""
    return Q(batch__isnull=True) | ~Q(batch__in=posted_tables().values("batch"))


def slips() -> QuerySet[Task]:
    """What the market shows of a task: its client, how many places are free, and, where it stands
    for a table, `rows_like_it`.
    """
    shown = with_free_count(Task.objects.select_related("client"))
    return shown.annotate(rows_like_it=F("batch__upload__row_count"))


def is_of_table(task: Task) -> bool:
    return task.batch_id is not None and Upload.objects.filter(batch=task.batch_id).exists()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come, in slots, and in rows while it is being posted."""

    written: int
    total: int
    free: int
    in_hand: int
    submitted: int
    settled: int
    dropped: int

    @property
    def handed_in(self) -> int:
        return self.submitted + self.settled

    @property
    def change(self) -> tuple[int, ...]:
        return (self.written, self.free, self.in_hand, self.submitted, self.settled, self.dropped)


def progress_of(upload: Upload) -> Progress:
    if upload.batch_id is None:
        return Progress(rows_written(upload.pk), upload.slot_count, 0, 0, 0, 0, 0)
    slots = Slot.objects.filter(task__batch=upload.batch_id).aggregate(
        dropped=Count("pk", filter=Q(dropped_at__isnull=False)),
        free=Count("pk", filter=Q(worker__isnull=True, dropped_at__isnull=True)),
    )
    states: dict[str, int] = dict(
        Assignment.objects.filter(task__batch=upload.batch_id)
        .values_list("state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return Progress(
        written=upload.row_count,
        total=upload.slot_count,
        free=slots["free"],
        dropped=slots["dropped"],
        in_hand=states.get("in_progress", 0) + states.get("rework", 0),
        submitted=states.get("submitted", 0),
        settled=states.get("approved", 0) + states.get("rejected", 0),
    )


def with_work(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Rows with their task, how often each was handed in, and how much of that waits for the client."""
    return rows.select_related("task").annotate(
        handed_in_count=count_of_work(["submitted", "approved", "rejected"]),
        waiting_count=count_of_work(["submitted"]),
    )


def count_of_work(states: list[str]) -> Coalesce:
    work = Assignment.objects.filter(task=OuterRef("task"), state__in=states).order_by()
    return Coalesce(Subquery(work.values("task").annotate(count=Count("pk")).values("count")), 0)


def without_rows_of_tables(found: QuerySet[Task]) -> QuerySet[Task]:
    """A client's tasks except those that stand on a batch's own page."""
    return found.filter(is_no_row())


def reports_on(upload: Upload) -> QuerySet[Report]:
    """What workers reported about the tasks of a batch, newest first."""
    about = Report.objects.filter(assignment__task__batch=upload.batch_id)
    return about.select_related("worker", "assignment__task__row").order_by("-id")
