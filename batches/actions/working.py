"""The worker at work: drafts, files, handing in answers, reporting a broken task."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction

from batches import rules
from batches.models import Answers, Draft, File, Report
from batches.words import answer_sentence
from disputes import actions as disputes
from tasks.actions import NotInHand, submit_work
from tasks.models import Assignment, Submission, record
from workers.models import Worker

MOST_FILE_BYTES = 5 * 1024 * 1024
MOST_FILES = 20


class AnswersAreNotRight(Exception):
    """These answers cannot be handed in."""

    def __init__(self, code: str) -> None:
        self.sentences = (answer_sentence(code),)
        super().__init__(*self.sentences)


class FileIsTooLarge(Exception):
    """A file may be at most 5 MB, and a task at most 20 files."""


class AlreadyReported(Exception):
    """You have reported this task already. The client and the operators can read it."""


@transaction.atomic
def submit_answers(
    *, assignment_id: int, by: Worker, answers: Mapping[str, Any], now: datetime
) -> Submission:
    """Hand in named answers: kept field by field, and as text for whoever reads the submission.

    Raises AnswersAreNotRight, or what `submit_work` raises.
    """
    given = dict(answers)
    try:
        rules.check_size(given)
    except rules.AnswersAreBad as bad:
        raise AnswersAreNotRight(str(bad))
    if not any(rules.one_text(value).strip() for value in given.values()):
        raise AnswersAreNotRight("empty")
    submission = submit_work(
        assignment_id=assignment_id, by=by, content=rules.in_words(given), now=now
    )
    Answers.objects.create(submission=submission, values=given)
    Draft.objects.filter(assignment=assignment_id).delete()
    return submission


@transaction.atomic
def keep_draft(
    *, assignment_id: int, by: Worker, values: Mapping[str, Any], now: datetime
) -> Draft | None:
    """Keep what a worker has filled in so far; the last one to save wins. None when not in hand.

    Raises AnswersAreNotRight when it is too much to keep.
    """
    held = Assignment.objects.get(pk=assignment_id, worker=by)
    if not held.is_in_hand:
        return None
    try:
        rules.check_size(dict(values))
    except rules.AnswersAreBad as bad:
        raise AnswersAreNotRight(str(bad))
    draft, _ = Draft.objects.update_or_create(
        assignment=held, defaults={"values": dict(values), "saved_at": now}
    )
    return draft


@transaction.atomic
def keep_file(*, assignment_id: int, by: Worker, name: str, content: bytes, now: datetime) -> File:
    """Keep a file for an assignment in hand. Raises NotInHand or FileIsTooLarge."""
    held = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id, worker=by)
    if not held.is_in_hand:
        raise NotInHand
    if len(content) > MOST_FILE_BYTES or held.files.count() >= MOST_FILES:
        raise FileIsTooLarge
    return File.objects.create(
        assignment=held, name=name[-120:], size=len(content), content=content, at=now
    )


@transaction.atomic
def report_broken(*, assignment_id: int, by: Worker, text: str, now: datetime) -> Report:
    """Tell the client that a task is broken; without an answer in time an operator looks at it.

    Raises AlreadyReported.
    """
    held = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("task")
        .get(pk=assignment_id, worker=by)
    )
    if held.reports.exists():
        raise AlreadyReported
    record(held.task, "reported", at=now, by=by.user, assignment=held, worker=by, text=text[:200])
    with suppress(disputes.AlreadyAsked):
        disputes.report_problem(task_id=held.task_id, by=by.user, text=text, now=now)
    return Report.objects.create(assignment=held, worker=by, text=text, at=now)
