"""What the two sides of an assignment said of each other."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Assignment


class Opinion(models.Model):
    """One side's word on the other after a verdict: 1 to 5, with a reason. Never changed.

    Neither side reads the other's before both are written or the time is over (`revealed_at`). A
    named operator may hide abusive words, with a reason; that one was hidden stays to be seen.
    """

    class Side(models.TextChoices):
        WORKER = "worker", _("the worker")
        CLIENT = "client", _("the client")

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="opinions", db_index=False
    )
    side = models.CharField(max_length=6, choices=Side.choices)  # who wrote it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reason = models.TextField(max_length=2000)
    written_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    hidden_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "side"], name="one_opinion_per_side_and_assignment"
            ),
            models.CheckConstraint(
                condition=Q(score__range=(1, 5)), name="an_opinion_is_from_1_to_5"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="an_opinion_has_a_reason"),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True)
                | (Q(hidden_by__isnull=False) & ~Q(hidden_because="")),
                name="only_a_named_operator_hides_and_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["side", "-revealed_at"],
                condition=Q(revealed_at__isnull=False),
                name="revealed_opinions",
            )
        ]

    def __str__(self) -> str:
        return f"opinion of {self.side} on assignment {self.assignment_id}"

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None
