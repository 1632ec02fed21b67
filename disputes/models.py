"""What people ask a person to decide: held rejections, disputes, human reviews, problems."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocation.models import Allocation
from tasks.models import Assignment, Review, Submission, Task


class Question(models.Model):
    """Something a named person has to decide by a moment, with a reason of their own.

    Asked once, decided once: the database refuses to change what was asked, to change a decision,
    and to let anybody decide about themselves (see the migrations).
    """

    text = models.TextField(max_length=5000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True, max_length=5000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    OUTCOMES: ClassVar[type[models.TextChoices]]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, outcome="", reason="")
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(outcome="")
                & ~Q(reason=""),
                name="a_%(class)s_is_decided_by_a_person_with_a_reason",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="a_%(class)s_says_what_is_asked"),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(decided_at__gte=F("asked_at")),
                name="a_%(class)s_is_decided_after_it_is_asked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(decided_at=None),
                name="%(class)s_waiting",
            )
        ]

    @property
    def is_decided(self) -> bool:
        return self.decided_at is not None

    @property
    def outcome_words(self) -> str:
        return str(self.OUTCOMES(self.outcome).label) if self.outcome else ""


class Verdict(models.TextChoices):
    UPHELD = "upheld", _("it stays as it was decided")
    OVERTURNED = "overturned", _("it was decided wrongly")


class HeldRejection(Question):
    """A rejection that waits for an operator, because too much of its batch was rejected before.

    Until then the work counts as handed in. A client who approves it or asks for rework meanwhile
    has withdrawn the rejection.
    """

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("the rejection takes effect")
        REFUSED = "refused", _("the work is paid")

    OUTCOMES = Outcome
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="held_rejection"
    )
    reason_code = models.CharField(max_length=14, choices=Review.Reason.choices)

    def __str__(self) -> str:
        return f"held rejection {self.pk}"

    @property
    def task(self) -> Task:
        return self.submission.assignment.task


class Dispute(Question):
    """A worker says that a rejection was wrong; `answer_due_at` is the client's time to answer."""

    OUTCOMES = Verdict
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT)
    answer_due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"dispute {self.pk}"

    @property
    def task(self) -> Task:
        return self.assignment.task


class Statement(models.Model):
    """What the client or the worker adds to a dispute. Append-only."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="statements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_client = models.BooleanField()
    text = models.TextField(max_length=5000)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_statement_says_something")
        ]

    def __str__(self) -> str:
        return f"statement {self.pk} in {self.dispute}"


class HumanReview(Question):
    """A person asks a person to look again at a decision of the engine."""

    OUTCOMES = Verdict
    allocation = models.ForeignKey(
        Allocation, on_delete=models.PROTECT, related_name="human_reviews", db_index=False
    )

    class Meta(Question.Meta):
        constraints = [
            *Question.Meta.constraints,
            models.UniqueConstraint(
                fields=["allocation", "asked_by"], name="one_human_review_per_decision_and_person"
            ),
        ]

    def __str__(self) -> str:
        return f"human review {self.pk}"

    @property
    def task(self) -> Task:
        return self.allocation.task


class ProblemTicket(Question):
    """A worker says that a task is broken. The client answers first, then an operator."""

    class Outcome(models.TextChoices):
        FIXED = "fixed", _("it is put right")
        EXPLAINED = "explained", _("it is explained")

    OUTCOMES = Outcome
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="problems")
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta(Question.Meta):
        constraints = [
            *Question.Meta.constraints,
            models.UniqueConstraint(
                fields=["task", "asked_by"],
                condition=Q(decided_at=None),
                name="one_open_problem_per_task_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"problem {self.pk}"
