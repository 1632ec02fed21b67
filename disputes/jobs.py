"""Clocks of everything that waits for a person."""

from datetime import datetime

from agenda.actions import due
from disputes import actions


@due("rejection_final")
def rejection_final(assignment_id: int, now: datetime) -> None:
    actions.close_window(assignment_id=assignment_id, now=now)


@due("dispute_answer_overdue")
def dispute_answer_overdue(dispute_id: int, now: datetime) -> None:
    actions.note_no_answer(dispute_id=dispute_id, now=now)


@due("problem_escalates")
def problem_escalates(problem_id: int, now: datetime) -> None:
    actions.take_problem_further(problem_id=problem_id, now=now)


@due("held_rejection_overdue")
def held_rejection_overdue(held_id: int, now: datetime) -> None:
    actions.note_overdue(kind="held_rejection", question_id=held_id, now=now)


@due("dispute_overdue")
def dispute_overdue(dispute_id: int, now: datetime) -> None:
    actions.note_overdue(kind="dispute", question_id=dispute_id, now=now)


@due("human_review_overdue")
def human_review_overdue(review_id: int, now: datetime) -> None:
    actions.note_overdue(kind="human_review", question_id=review_id, now=now)


@due("problem_overdue")
def problem_overdue(problem_id: int, now: datetime) -> None:
    actions.note_overdue(kind="problem", question_id=problem_id, now=now)
