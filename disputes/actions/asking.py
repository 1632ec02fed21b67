"""Asking a person: to look again at a decision of the engine, or at a task that is broken."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from agenda.actions import schedule
from allocation.models import Allocation
from disputes.actions.deciding import NotForYouToDecide, write_decision
from disputes.models import HumanReview, ProblemTicket
from tasks.models import Task, record
from workers.models import Worker


class SayWhatIsWrong(Exception):
    """Say in a few words what is wrong, so that somebody can look at it."""


class NotYourDecision(Exception):
    """Only somebody whom this decision was about can ask for a person to look again."""


class AlreadyAsked(Exception):
    """You asked this already; the answer comes by the date that is shown."""


@transaction.atomic
def ask_for_review(*, allocation_id: int, by: User, text: str, now: datetime) -> HumanReview:
    """Ask a person to look again at a decision that one took part in, or posted the task of.

    Raises SayWhatIsWrong, NotYourDecision or AlreadyAsked.
    """
    if not text.strip():
        raise SayWhatIsWrong
    allocation = Allocation.objects.select_related("task__client").get(pk=allocation_id)
    if not is_about(allocation, by):
        raise NotYourDecision
    due_at = now + timedelta(days=settings.DECISION_DAYS)
    try:
        with transaction.atomic():
            review = HumanReview.objects.create(
                allocation=allocation, text=text.strip(), asked_by=by, asked_at=now, due_at=due_at
            )
    except IntegrityError as error:
        if "one_human_review_per_decision_and_person" in str(error):
            raise AlreadyAsked from error
        raise
    tell(review, allocation.task, "review_asked", by, now)
    schedule("human_review_overdue", review.pk, at=due_at)
    return review


def is_about(allocation: Allocation, user: User) -> bool:
    """The task's client, or a worker whom the decision ranked."""
    if allocation.task.client.user_id == user.pk:
        return True
    worker = Worker.objects.filter(user=user).first()
    ranked = {row["worker"] for row in allocation.decision.get("ranking", ())}
    return worker is not None and worker.pk in ranked


@transaction.atomic
def decide_review(
    *, review_id: int, outcome: str, reason: str, by: User, now: datetime
) -> HumanReview:
    """Answer with a reason of one's own. What was given out already stays given out.

    Raises AlreadyDecided, ADecisionNeedsAReason or NotForYouToDecide.
    """
    review = HumanReview.objects.select_for_update(of=("self",)).get(pk=review_id)
    write_decision(review, outcome=outcome, reason=reason, by=by, now=now)
    tell(review, review.task, "review_answered", by, now)
    return review


@transaction.atomic
def report_problem(*, task_id: int, by: User, text: str, now: datetime) -> ProblemTicket:
    """Say that a task is broken. The client has ANSWER_HOURS, then an operator looks.

    Raises SayWhatIsWrong, NotYourDecision (one's own task) or AlreadyAsked.
    """
    if not text.strip():
        raise SayWhatIsWrong
    task = Task.objects.posted().in_room_of(by).select_related("client").get(pk=task_id)
    if task.client.user_id == by.pk:
        raise NotYourDecision
    due_at = now + timedelta(hours=settings.ANSWER_HOURS)
    try:
        with transaction.atomic():
            problem = ProblemTicket.objects.create(
                task=task, text=text.strip(), asked_by=by, asked_at=now, due_at=due_at
            )
    except IntegrityError as error:
        if "one_open_problem_per_task_and_person" in str(error):
            raise AlreadyAsked from error
        raise
    tell(problem, task, "problem_reported", by, now)
    schedule("problem_escalates", problem.pk, at=due_at)
    return problem


@transaction.atomic
def answer_problem(
    *, problem_id: int, outcome: str, reason: str, by: User, now: datetime
) -> ProblemTicket:
    """The client's answer, or an operator's once the client's time is over.

    Raises AlreadyDecided, ADecisionNeedsAReason or NotForYouToDecide.
    """
    problem = ProblemTicket.objects.select_for_update(of=("self",)).get(pk=problem_id)
    if problem.escalated_at is None and problem.task.client.user_id != by.pk:
        raise NotForYouToDecide
    write_decision(problem, outcome=outcome, reason=reason, by=by, now=now)
    tell(problem, problem.task, "problem_answered", by, now)
    return problem


@transaction.atomic
def take_problem_further(*, problem_id: int, now: datetime) -> None:
    """The client did not answer in time: an operator looks at it now. Harmless twice."""
    problem = ProblemTicket.objects.select_for_update(of=("self",)).get(pk=problem_id)
    if problem.is_decided or problem.escalated_at or problem.due_at > now:
        return
    problem.escalated_at = now
    problem.due_at = now + timedelta(hours=settings.ANSWER_HOURS)
    problem.save(update_fields=["escalated_at", "due_at"])
    record(problem.task, "problem_escalated", at=now, question=problem.pk)
    schedule("problem_overdue", problem.pk, at=problem.due_at)


def tell(
    question: HumanReview | ProblemTicket, task: Task, kind: str, by: User, now: datetime
) -> None:
    """An event that a worker's own pages follow too, when a worker asked."""
    worker = Worker.objects.filter(user=question.asked_by_id).first()
    record(task, kind, at=now, by=by, worker=worker, question=question.pk)
