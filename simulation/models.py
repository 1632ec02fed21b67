"""Experiments as rows: what is compared, each seeded run of it, and how the theory was examined."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.crypto import get_random_string

from simulation.world.theory.all_checks import PARTS

KEY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


def new_key() -> str:
    """An address that nobody guesses: 31 letters and figures, ten times."""
    return get_random_string(10, KEY_LETTERS)


class Experiment(models.Model):
    """Several scenarios played on the same chance. Whoever knows its key may read it."""

    class State(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    key = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    title = models.CharField(max_length=200)
    preset = models.CharField(max_length=40)
    finding = models.CharField(max_length=60, blank=True)  # of the literature page
    replications = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    input_digest = models.CharField(max_length=64)
    code_version = models.CharField(max_length=12)
    facts = models.JSONField()  # lever → source, as they stood on `created_at`
    state = models.CharField(max_length=20, choices=State.choices, default=State.RUNNING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    visitor = models.CharField(max_length=64, blank=True)  # a digest, for the limits only
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["input_digest", "code_version"], name="experiment_by_input"),
            models.Index(fields=["visitor", "created_at"], name="experiment_by_visitor"),
            models.Index(
                fields=["finding", "-id"], name="experiment_by_finding", condition=~Q(finding="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="experiment_has_an_end_unless_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(replications__gte=1), name="experiment_has_a_replication"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.key})"

    def get_absolute_url(self) -> str:
        return reverse("experiment", args=[self.key])


class Scenario(models.Model):
    """One arm: a complete set-up, and the levers by which it differs from the preset."""

    experiment = models.ForeignKey(
        Experiment, models.PROTECT, related_name="scenarios", db_index=False
    )
    position = models.PositiveSmallIntegerField()  # 0 is what the others are compared with
    name = models.CharField(max_length=200)
    levers = models.JSONField()
    described = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "position"], name="one_scenario_per_position"
            ),
            models.UniqueConstraint(fields=["experiment", "name"], name="one_scenario_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One scenario played once, from one seed."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    scenario = models.ForeignKey(Scenario, models.PROTECT, related_name="runs", db_index=False)
    replication = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    measures = models.JSONField(null=True)
    by_dependence = models.JSONField(null=True)
    pictures = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # of the canonical bytes of the result
    code_version = models.CharField(max_length=12, blank=True)
    seconds = models.FloatField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "replication"], name="one_run_per_scenario_and_replication"
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(measures__isnull=False, ended_at__isnull=False) & ~Q(digest=""),
                name="done_run_has_its_result",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""), name="failed_run_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="run_that_waits", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"replication {self.replication}"


class Examination(models.Model):
    """One part of the theory page, examined once: what was expected and what was measured."""

    part = models.CharField(max_length=20, choices=[(part, part) for part in PARTS])
    code_version = models.CharField(max_length=12)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    rows = models.JSONField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(F("part"), F("id").desc(), name="examination_by_part")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(rows__isnull=False) | ~Q(error=""),
                name="ended_examination_has_rows_or_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}, version {self.code_version}"
