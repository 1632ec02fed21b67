"""Who does the work: skills, place, availability."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from accounts.models import Room
from accounts.names import shown


class Skill(models.Model):
    """Something a task may ask for, known by its slug."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """The worker side of one account.

    `active` counts the assignments in hand; the database keeps it between 0 and `capacity`.
    `standby_since` is set while the worker waits in the standby queue, `available_since` while the
    worker takes offers. Position is where the worker starts from, not where they are.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    room = models.ForeignKey(  # that of the account, beside what offers look at
        Room, on_delete=models.PROTECT, null=True, blank=True, editable=False
    )
    name = models.CharField(max_length=80)
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # The accepted ones among the worker's proofs; the database keeps it (see proofs).
    proofs = ArrayField(models.CharField(max_length=60), default=list, blank=True, editable=False)
    # Under which status the next assignments are recorded; no mechanism sees it (see statuses).
    work_status = models.CharField(max_length=24, blank=True, editable=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True, editable=False)
    available_since = models.DateTimeField(null=True, blank=True)
    standby_since = models.DateTimeField(null=True, blank=True)
    last_served_at = models.DateTimeField(null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(default=5)
    active = models.SmallIntegerField(default=0, editable=False)
    approved_count = models.PositiveIntegerField(default=0, editable=False)
    rejected_count = models.PositiveIntegerField(default=0, editable=False)
    # Laplace's rule of succession, as in tasks.rules.reputation; stored, so that an index has it.
    reputation = models.GeneratedField(
        expression=(F("approved_count") + 1.0) / (F("approved_count") + F("rejected_count") + 2.0),
        output_field=models.FloatField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(active__gte=0, active__lte=F("capacity")),
                name="active_work_stays_within_capacity",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_worker_is_somewhere_on_earth_or_nowhere",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["skills"],
                condition=Q(available_since__isnull=False),
                name="available_workers_by_skill",
            ),
            GinIndex(
                fields=["proofs"],
                condition=Q(available_since__isnull=False),
                name="available_workers_by_proof",
            ),
            models.Index(
                fields=["cell"],
                condition=Q(available_since__isnull=False),
                name="available_workers_by_cell",
            ),
            models.Index(
                fields=["available_since", "id"],
                condition=Q(available_since__isnull=False),
                name="available_workers_by_wait",
            ),
            models.Index(
                fields=["-reputation", "id"],
                condition=Q(available_since__isnull=False),
                name="available_workers_by_repute",
            ),
            models.Index(
                fields=["standby_since"],
                condition=Q(standby_since__isnull=False),
                name="standby_queue_in_order",
            ),
        ]

    def __str__(self) -> str:
        return shown(self.name)

    @property
    def is_available(self) -> bool:
        return self.available_since is not None

    @property
    def is_on_standby(self) -> bool:
        return self.standby_since is not None


class Listing(models.Model):
    """An available worker under one of their skills, in the two orders in which a search reads.

    The database keeps it with the worker (migration 0007); nothing else writes here.
    """

    pk = models.CompositePrimaryKey("worker", "skill")
    worker = models.ForeignKey(
        Worker, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # the key begins with it
    skill = models.CharField(max_length=40)
    reputation = models.FloatField()
    available_since = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["skill", "-reputation", "worker"], name="skilled_workers_by_repute"
            ),
            models.Index(
                fields=["skill", "available_since", "worker"], name="skilled_workers_by_wait"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} ({self.skill})"
