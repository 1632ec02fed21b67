"""The statuses that a worker says they have, the limits as dated facts, and what was worked under each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Assignment
from wages.models import WageFloor
from workers.models import Worker

WORDS = {
    "employee": _("employee"),
    "agency_temp": _("agency temp"),
    "freelancer": _("freelancer"),
    "secondary_self_employed": _("self-employed beside a job"),
    "occasional": _("occasional work"),
    "student": _("student"),
    "pensioner": _("pensioner"),
    "flexi_job": _("flexi-job"),
    "coop_employee": _("employee of a co-op"),
}


class HeldStatus(models.Model):
    """A worker's own word: this status, from a day on, and until a day where it has an end."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=24, choices=list(WORDS.items()))
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "held statuses"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="a_status_begins_before_it_ends",
            ),
            models.UniqueConstraint(
                fields=["worker", "status"],
                condition=Q(to_day__isnull=True),
                name="one_lasting_status_of_a_kind_per_worker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} of worker {self.worker_id} from {self.from_day}"


class StatusLimit(models.Model):
    """One dated fact: how many hours a year somebody of this status may work, according to whom.

    Never changed; a new amount is a row of its own.
    """

    country = models.CharField(max_length=2, choices=WageFloor.Country.choices)
    status = models.CharField(max_length=24, choices=list(WORDS.items()))
    hours = models.PositiveIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    grade = models.CharField(max_length=2, choices=WageFloor.Grade.choices)
    as_of = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""), name="a_limit_of_a_status_names_its_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.status}: {self.hours} h a year from {self.valid_from}"


class WorkedAs(models.Model):
    """Under which status one assignment is worked: written by the database with the assignment."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, primary_key=True)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=24, choices=list(WORDS.items()))
    seconds = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "worked as"
        indexes = [models.Index(fields=["worker", "status", "at"], name="work_under_a_status")]

    def __str__(self) -> str:
        return f"assignment {self.assignment_id} as {self.status}"
