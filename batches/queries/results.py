"""What was handed in for a batch, row by row, under the column names of MTurk's results file.

Read in pages of tasks, so that the first line leaves at once and memory stays small.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from batches import rules
from batches.models import Row, Upload
from marketplace.patience import longer_statements
from tasks.models import Review, Submission

PAGE = 1000  # tasks

# https://docs.aws.amazon.com/AWSMechTurk/latest/RequesterUI/DownloadingandUnderstandingResults.html
HEAD = (
    "HITId", "HITTypeId", "Title", "Description", "Keywords", "Reward", "CreationTime",
    "MaxAssignments", "RequesterAnnotation", "AssignmentDurationInSeconds",
    "AutoApprovalDelayInSeconds", "Expiration", "NumberOfSimilarHITs", "LifetimeInSeconds",
    "AssignmentId", "WorkerId", "AssignmentStatus", "AcceptTime", "SubmitTime", "AutoApprovalTime",
    "ApprovalTime", "RejectionTime", "RequesterFeedback", "WorkTimeInSeconds",
    "LifetimeApprovalRate", "Last30DaysApprovalRate", "Last7DaysApprovalRate",
)  # fmt: skip
TAIL = ("Approve", "Reject")
STATUS = {"submitted": "Submitted", "approved": "Approved", "rejected": "Rejected"}

Result = dict[str, Any]


def results_of(upload: Upload) -> Iterator[Result]:
    """One result per worker and row, in the order of the file: the newest submission of each.

    `input` are the row's cells, `answer` the named answers, the other keys MTurk's columns.
    """
    if upload.batch_id is None:
        return
    last = 0
    while True:
        rows = list(
            Row.objects.filter(upload=upload, task__gt=last)
            .select_related("task")
            .order_by("task")[:PAGE]
        )
        if not rows:
            return
        found = submissions_between(upload, last, rows[-1].task_id or 0)
        for row in rows:
            for submission in found.get(row.task_id or 0, {}).values():
                yield result(upload, row, submission)
        last = rows[-1].task_id or 0


def submissions_between(upload: Upload, after: int, until: int) -> dict[int, dict[int, Submission]]:
    """Task → assignment → its newest submission, for tasks of a batch up to a number."""
    found: dict[int, dict[int, Submission]] = {}
    submissions = (
        Submission.objects.filter(
            assignment__task__batch=upload.batch_id,
            assignment__task__gt=after,
            assignment__task__lte=until,
            assignment__state__in=STATUS,
        )
        .select_related("assignment", "answers", "review")
        .order_by("assignment__task", "assignment", "number")
    )
    for submission in submissions:
        held = submission.assignment
        found.setdefault(held.task_id, {})[held.pk] = submission
    return found


def result(upload: Upload, row: Row, submission: Submission) -> Result:
    held, task = submission.assignment, row.task
    assert task is not None
    review: Review | None = getattr(submission, "review", None)
    automatic = submission.submitted_at + timedelta(days=settings.APPROVAL_DAYS)
    told = (
        str(task.pk),
        str(upload.batch_id),
        task.title,
        task.description,
        ";".join(task.skills),
        f"{task.pay_cents / 100:.2f} {task.currency}",
        moment(task.posted_at),
        task.slot_count,
        f"line {row.line}",
        int((held.due_at - held.started_at).total_seconds()),
        settings.APPROVAL_DAYS * 24 * 3600,
        moment(task.closes_at),
        upload.row_count,
        int((task.closes_at - task.posted_at).total_seconds()),
        str(held.pk),
        str(held.worker_id),
        STATUS[held.state],
        moment(held.started_at),
        moment(submission.submitted_at),
        moment(automatic),
        moment(held.settled_at) if held.state == "approved" else "",
        moment(held.settled_at) if held.state == "rejected" else "",
        review.text if review else "",
        int((submission.submitted_at - held.started_at).total_seconds()),
        "",
        "",
        "",
    )
    named = dict(zip(HEAD, told, strict=True))
    return {**named, "input": row.values, "answer": answers_in(submission), "gold": row.gold}


def answers_in(submission: Submission) -> rules.Answers:
    """The named answers; a plain text that was handed in some other way is the answer `content`."""
    kept = getattr(submission, "answers", None)
    return kept.values if kept else {"content": submission.content}


def moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def answer_names(upload: Upload) -> list[str]:
    """Every name that occurs in the answers: the form's own in their order, then the others."""
    own = [field["name"] for field in upload.template.fields]
    seen: Mapping[str, None] = dict.fromkeys(own)
    extra = sorted(names_handed_in(upload) - set(seen))
    return [*own, *extra]


def names_handed_in(upload: Upload) -> set[str]:
    """The names in all answers of a batch, gathered in the database."""
    with longer_statements(20), connection.cursor() as cursor:
        cursor.execute(NAMES, [upload.batch_id])
        return {name for (name,) in cursor.fetchall()}


NAMES = """
SELECT DISTINCT jsonb_object_keys(answers."values")
  FROM tasks_task task
  JOIN tasks_assignment held ON held.task_id = task.id
  JOIN tasks_submission submission ON submission.assignment_id = held.id
  JOIN batches_answers answers ON answers.submission_id = submission.id
 WHERE task.batch_id = %s
"""
