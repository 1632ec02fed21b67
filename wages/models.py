"""Wage floors as dated facts, what the operator chose among them, and what work really paid."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from tasks.models import Assignment, Batch
from wages import rules
from workers.models import Worker


class WageFloor(models.Model):
    """One statutory minimum wage: how much per hour, where, from when, according to whom.

    Never changed. A mistake is mended by a later row with the same first day, and a new amount is a
    row of its own. `grade` says how well the source was read.
    """

    class Grade(models.TextChoices):
        READ = "C", _("read in a reliable text")
        QUOTED = "C2", _("quoted by another text")
        UNCONFIRMED = "U", _("unconfirmed")

    class Country(models.TextChoices):
        BE = "BE", _("Belgium")
        NL = "NL", _("the Netherlands")
        DE = "DE", _("Germany")
        GB = "GB", _("the United Kingdom")
        US = "US", _("the United States")

    country = models.CharField(max_length=2, choices=Country.choices)
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    from_age = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)
    grade = models.CharField(max_length=2, choices=Grade.choices)
    note = models.CharField(max_length=200, blank=True)
    as_of = models.DateField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="a_wage_floor_is_more_than_nothing"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="a_wage_floor_names_its_source"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=models.F("valid_to")),
                name="a_wage_floor_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.country} {self.amount_cents} {self.currency} from {self.valid_from or 'ever'}"
        )

    def as_rule(self) -> rules.Floor:
        return rules.Floor(
            country=self.country,
            amount_cents=self.amount_cents,
            currency=self.currency,
            source=self.source,
            grade=self.grade,
            as_of=self.as_of,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class MarketFloor(models.Model):
    """Which country's floor this market holds pay against, and what happens below it.

    Versions: the newest one in force decides, none is ever changed. An empty country means that the
    market has no floor.
    """

    class Response(models.TextChoices):
        WARN = "warn", _("warn, and ask the client to confirm")
        REFUSE = "refuse", _("refuse the task")

    country = models.CharField(max_length=2, choices=WageFloor.Country.choices, blank=True)
    response = models.CharField(max_length=6, choices=Response.choices)
    valid_from = models.DateTimeField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="a_market_floor_is_chosen_for_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.country or 'no floor'}, {self.response}, from {self.valid_from:%Y-%m-%d}"


class MeasuredPay(models.Model):
    """What approved work of a client, or of one batch, really paid per hour: the median.

    A note of what the assignments say, measured again within a minute of an approval. There is a
    row as soon as something was approved; it is shown from five workers on.
    """

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="measured_pay", db_index=False
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="measured_pay"
    )
    median_hourly_cents = models.BigIntegerField()
    assignment_count = models.PositiveIntegerField()
    worker_count = models.PositiveIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "measured pay"
        constraints = [
            models.UniqueConstraint(
                fields=["client", "batch"],
                nulls_distinct=False,
                name="one_measure_per_client_and_batch",
            )
        ]

    def __str__(self) -> str:
        return f"pay of batch {self.batch_id}" if self.batch_id else f"pay of {self.client_id}"

    @property
    def is_shown(self) -> bool:
        return self.worker_count >= rules.FEWEST_WORKERS


class TimeKeeping(models.Model):
    """Whether a worker lets the site keep their time, and when it last heard of an open page."""

    worker = models.OneToOneField(Worker, on_delete=models.PROTECT, related_name="time_keeping")
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    last_beat_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"time of {self.worker_id}: {'on' if self.is_on else 'off'}"


class TimeEntry(models.Model):
    """Time and costs of one worker on one day: a line of a diary that only this worker reads.

    What the site kept itself is one row per kind, assignment and day; what the worker wrote down is
    a row each time. The worker may delete any of it.
    """

    class Kind(models.TextChoices):
        SEARCHING = "searching", _("searching")
        WAITING = "waiting", _("waiting for offers")
        BIDDING = "bidding", _("bidding")
        WORKING = "working", _("working")
        TRANSPORT = "transport", _("transport")
        EQUIPMENT = "equipment", _("equipment")
        TRAINING = "training", _("training")
        INSURANCE = "insurance", _("insurance")
        OTHER = "other", _("something else")

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="time_entries", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="time_entries"
    )
    day = models.DateField()
    seconds = models.PositiveIntegerField(default=0)
    cost_cents = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=120, blank=True)
    is_automatic = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "time entries"
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "day", "kind", "assignment"],
                condition=Q(is_automatic=True),
                nulls_distinct=False,
                name="kept_time_is_one_row_per_kind_and_day",
            ),
            models.CheckConstraint(
                condition=Q(seconds__lte=86_400), name="a_day_has_at_most_24_hours"
            ),
            models.CheckConstraint(
                condition=Q(seconds__gt=0) | Q(cost_cents__gt=0),
                name="an_entry_holds_time_or_costs",
            ),
            models.CheckConstraint(
                condition=~Q(kind="working") | Q(assignment__isnull=False),
                name="working_time_names_the_work",
            ),
            models.CheckConstraint(
                condition=Q(is_automatic=False) | Q(cost_cents=0),
                name="the_site_keeps_time_not_costs",
            ),
        ]
        indexes = [models.Index(fields=["worker", "day"], name="time_of_a_worker")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"
