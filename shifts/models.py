"""Work with a start and an end: shifts, who attends them, who is on the reserve list, free hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shifts import rules
from tasks.models import Assignment, Task
from workers.models import Worker


class Shift(models.Model):
    """When a task of kind shift or booking is worked, and what is owed when it is not.

    `cancellation` is a list of [hours, per cent]: see `rules.Step`. It is never changed once posted.
    """

    task = models.OneToOneField(
        Task, on_delete=models.PROTECT, primary_key=True, related_name="shift"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    break_minutes = models.PositiveSmallIntegerField(default=0)
    minimum_paid_minutes = models.PositiveSmallIntegerField(default=0)
    notice_hours = models.PositiveSmallIntegerField(default=24)
    cancellation: Any = models.JSONField(default=list)
    time_zone = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="a_shift_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"shift of task {self.task_id}"

    @property
    def steps(self) -> list[rules.Step]:
        return [rules.Step(hours, percent) for hours, percent in self.cancellation]

    @property
    def paid_seconds(self) -> int:
        return rules.paid_seconds(
            self.starts_at, self.ends_at, self.break_minutes, self.minimum_paid_minutes
        )

    def fee_cents(self, pay_cents: int, now: datetime) -> int:
        """What cancelling one place costs now."""
        return rules.cancellation_cents(pay_cents, self.steps, self.starts_at - now)


class Attendance(models.Model):
    """The hours that one assignment takes of its worker.

    The database writes these rows itself, from the assignments of shifts, and keeps the held ones
    of one worker from overlapping.
    """

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, primary_key=True, related_name="attendance"
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="attendances")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_held = models.BooleanField()

    def __str__(self) -> str:
        return f"attendance of assignment {self.assignment_id}"


class Cancellation(models.Model):
    """A client called off a place that somebody held: when, and what was paid for it."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, primary_key=True, related_name="cancellation"
    )
    fee_cents = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"cancellation of assignment {self.assignment_id}"


class NoShow(models.Model):
    """One side says that the other was not there, with name and reason; the other may answer once."""

    class Side(models.TextChoices):
        WORKER = "worker", _("the worker")
        CLIENT = "client", _("the client")

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, primary_key=True, related_name="no_show"
    )
    side = models.CharField(max_length=6, choices=Side.choices)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_no_show_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.side} not there: assignment {self.assignment_id}"


class Reserve(models.Model):
    """A worker's place on the reserve list of a shift: a standing claim on a place that comes free."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reserves")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="reserves")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    served_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "worker"],
                condition=Q(left_at__isnull=True, served_at__isnull=True),
                name="nobody_twice_on_a_reserve_list",
            )
        ]

    def __str__(self) -> str:
        return f"reserve {self.pk} of task {self.task_id}"


class PublishedHour(models.Model):
    """An hour that a worker offers to whoever books it first: a standing claim on that booking."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="published_hours")
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=2000)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    pay_cents = models.PositiveIntegerField()
    task = models.OneToOneField(
        Task, on_delete=models.PROTECT, null=True, blank=True, related_name="published_hour"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="a_published_hour_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(pay_cents__gt=0), name="a_published_hour_costs_something"
            ),
            models.UniqueConstraint(
                fields=["worker", "starts_at"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_published_hour_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title
