"""Reading what waits for a verdict or for a person, overdue first, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from agenda.queries import due_at
from clients.models import Client
from disputes.models import Dispute, HeldRejection, HumanReview, ProblemTicket, Question, Verdict
from tasks.models import Assignment, Task
from tasks.queries import assignments_with_work, either_side

HANDED_IN = ("submitted", "rework", "approved", "rejected")


def batch_counts(task: Task) -> tuple[int, int]:
    """How many assignments of the task's batch were handed in, and how many are rejected.

    A task that was posted alone is its own batch.
    """
    together = {"task__batch": task.batch_id} if task.batch_id else {"task": task.pk}
    counts = Assignment.objects.filter(state__in=HANDED_IN, **together).aggregate(
        handed_in=Count("pk"), rejected=Count("pk", filter=Q(state="rejected"))
    )
    return counts["handed_in"], counts["rejected"]


def held_rejections() -> QuerySet[HeldRejection]:
    """Rejections that still wait: no operator has decided, and the client gave no other verdict."""
    return HeldRejection.objects.filter(decided_at=None, submission__review=None)


def to_review(
    client: Client, *, task: int | None = None, batch: int | None = None
) -> QuerySet[Assignment]:
    """Work that waits for the client's verdict, the nearest deadline first."""
    waits = Exists(held_rejections().filter(submission__assignment=OuterRef("pk")))
    mine = assignments_with_work().filter(task__client=client, state="submitted").exclude(waits)
    if task:
        mine = mine.filter(task=task)
    if batch:
        mine = mine.filter(task__batch=batch)
    return mine.order_by("submitted_at", "id")


def held_of(
    client: Client, task: int | None = None, batch: int | None = None
) -> QuerySet[HeldRejection]:
    """This client's rejections that an operator has to agree to first."""
    rows = held_rejections().filter(submission__assignment__task__client=client)
    if task:
        rows = rows.filter(submission__assignment__task=task)
    if batch:
        rows = rows.filter(submission__assignment__task__batch=batch)
    rows = rows.select_related("submission__assignment__task", "submission__assignment__worker")
    return rows.order_by("due_at", "id")


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands between one assignment's verdict and its end."""

    held: HeldRejection | None
    dispute: Dispute | None
    until: datetime | None  # how long a rejection may still be disputed; None when it may not


def objection_to(assignment: Assignment, now: datetime) -> Objection:
    """For the page of one assignment."""
    if assignment.state == "submitted":
        held = held_rejections().filter(submission__assignment=assignment).first()
        return Objection(held, None, None)
    dispute = Dispute.objects.filter(assignment=assignment).first()
    if assignment.state != "rejected" or dispute:
        return Objection(None, dispute, None)
    return Objection(None, None, due_at("rejection_final", assignment.pk, after=now))


def held_about(user: User) -> QuerySet[HeldRejection]:
    """The waiting rejections of this person's tasks and of this person's work, newest first."""
    found = held_rejections().filter(either_side(user, "submission__assignment__"))
    return found.select_related("submission", "decided_by").order_by("-id")


def disputes_of(user: User) -> QuerySet[Dispute]:
    """The disputes in which this person is the worker or the client, newest first."""
    found = Dispute.objects.filter(either_side(user, "assignment__"))
    related = ("assignment__task__client", "assignment__worker", "decided_by")
    return found.select_related(*related).order_by("-id")


def reviews_of(user: User) -> QuerySet[HumanReview]:
    asked = HumanReview.objects.filter(asked_by=user)
    return asked.select_related("allocation__task", "decided_by").order_by("-id")


def problems_of(user: User) -> QuerySet[ProblemTicket]:
    """Problems that this person reported, or that were reported about this person's tasks."""
    about = Q(asked_by=user) | Q(task__client__in=Client.objects.filter(user=user))
    rows = ProblemTicket.objects.filter(about).select_related(
        "task__client", "asked_by", "decided_by"
    )
    return rows.order_by("-id")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many questions of one kind wait, and how many of them longer than promised."""

    waiting: int
    overdue: int


def waiting(rows: QuerySet[Question], now: datetime) -> Waiting:
    counts = rows.filter(decided_at=None).aggregate(
        waiting=Count("pk"), overdue=Count("pk", filter=Q(due_at__lte=now))
    )
    return Waiting(**counts)


def operators_queue(now: datetime) -> dict[str, Waiting]:
    """What waits for an operator, by kind."""
    return {
        "held_rejection": waiting(held_rejections(), now),
        "dispute": waiting(Dispute.objects.all(), now),
        "human_review": waiting(HumanReview.objects.all(), now),
        "problem": waiting(ProblemTicket.objects.exclude(escalated_at=None), now),
    }


@dataclass(frozen=True, slots=True)
class Record:
    """How the decided ones ended; a share is None where nothing is decided yet."""

    decided: int
    overturned: int
    late: int

    @property
    def overturn_share(self) -> float | None:
        return self.overturned / self.decided if self.decided else None


def how_they_ended(rows: QuerySet[Question], overturned: str) -> Record:
    counts = rows.exclude(decided_at=None).aggregate(
        decided=Count("pk"),
        overturned=Count("pk", filter=Q(outcome=overturned)),
        late=Count("pk", filter=Q(decided_at__gt=F("due_at"))),
    )
    return Record(**counts)


def public_record() -> dict[str, Record]:
    """How disputes, human reviews and held rejections ended, for everybody to read."""
    return {
        "dispute": how_they_ended(Dispute.objects.all(), Verdict.OVERTURNED),
        "human_review": how_they_ended(HumanReview.objects.all(), Verdict.OVERTURNED),
        "held_rejection": how_they_ended(
            HeldRejection.objects.all(), HeldRejection.Outcome.REFUSED
        ),
    }
