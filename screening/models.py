"""What a person decided about a task that was held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Task


class HeldTasks(models.Manager["HeldTask"]):
    def get_queryset(self) -> models.QuerySet[HeldTask]:
        return super().get_queryset().filter(state=Task.State.HELD)


class HeldTask(Task):
    """The queue: tasks that wait for a person to look at them."""

    if not TYPE_CHECKING:  # the checker holds a proxy's manager to its parent's
        objects = HeldTasks()

    class Meta:
        proxy = True
        verbose_name = "held task"


class Ruling(models.Model):
    """One operator's word on one held task, with the reason that the client reads. Never changed."""

    class Verdict(models.TextChoices):
        RELEASED = "released", _("released")
        REFUSED = "refused", _("refused")

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="ruling")
    rule = models.CharField(max_length=20)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_ruling_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: task {self.task_id}"
