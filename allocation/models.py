"""Who gets the work: what people asked for, what the engine decided, and what it saw."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tasks.models import Task
from workers.models import Worker


class MechanismVersion(models.Model):
    """The parameters of one mechanism from a date on. Append-only: a change is a new version.

    A task is decided by the version that was in force when it was posted.
    """

    mechanism = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    parameters = models.JSONField(default=dict)
    valid_from = models.DateTimeField()
    published_at = models.DateTimeField()
    reason = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mechanism", "number"],
                name="versions_are_numbered_per_mechanism",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_version_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["mechanism", "-valid_from"], name="version_in_force_at_a_moment")
        ]

    def __str__(self) -> str:
        return f"{self.mechanism} v{self.number}"


class Claim(models.Model):
    """A worker's "mine" on a first-come task, won or lost. Kept, because a loser may ask why."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="claims", db_index=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="claims")
    received_at = models.DateTimeField()
    is_won = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["task", "received_at", "id"], name="claims_in_order")]

    def __str__(self) -> str:
        return f"claim {self.pk} on task {self.task_id}"


class Bid(models.Model):
    """A worker's priced answer. A revised bid is a new row; the older one says so."""

    class State(models.TextChoices):
        LIVE = "live", _("live")
        REVISED = "revised", _("revised")
        WITHDRAWN = "withdrawn", _("withdrawn")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="bids")
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="bids")
    amount_cents = models.PositiveIntegerField()
    message = models.TextField(blank=True, max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "worker"],
                condition=Q(state="live"),
                name="one_live_bid_per_worker_and_task",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="a_bid_asks_more_than_nothing"
            ),
        ]
        indexes = [
            models.Index(
                fields=["task", "amount_cents", "received_at", "id"],
                condition=Q(state="live"),
                name="live_bids_in_rank_order",
            )
        ]

    def __str__(self) -> str:
        return f"bid {self.pk} on task {self.task_id}"


class Entry(models.Model):
    """Finished work that a worker hands in for a contest: theirs to change until closing.

    Nobody else may read it before closing: no rival, and not the client either. A changed entry
    keeps its place in the order of arrival.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="entries", db_index=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="entries")
    content = models.TextField(max_length=100_000)
    received_at = models.DateTimeField()
    revised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["task", "worker"], name="one_entry_per_worker_and_task"
            ),
            models.CheckConstraint(condition=~Q(content=""), name="an_entry_is_not_empty"),
        ]
        indexes = [models.Index(fields=["task", "received_at", "id"], name="entries_in_order")]

    def __str__(self) -> str:
        return f"entry {self.pk} for task {self.task_id}"

    @property
    def handed_in_at(self) -> datetime:
        return self.revised_at or self.received_at


class WorkersIn(models.Func):
    """The workers whom a stored decision ranks, as the database lists them (and indexes them)."""

    function = "allocation_workers_in"
    output_field = ArrayField(models.BigIntegerField())


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def of_mechanism(self, slug: str) -> AllocationQuerySet:
        """By the versions' ids, so that the index by version and time is used."""
        versions = MechanismVersion.objects.filter(mechanism=slug)
        return self.filter(version__in=list(versions.values_list("pk", flat=True)))

    def with_candidate(self, worker: Worker) -> AllocationQuerySet:
        """The decisions in which this worker was a candidate, by the index over their workers."""
        listed = self.alias(workers=WorkersIn("decision"))
        return listed.filter(workers__contains=[worker.pk])  # type: ignore[misc]


class Allocation(models.Model):
    """One decision with everything the mechanism saw. Append-only.

    `case` and `decision` are the engine's own dataclasses as JSON: running `mechanism` on `case`
    again gives `decision` again. `latency_ms` counts from posting, from closing, or from the act
    that asked for a decision. Tasks that were decided together share a `window`; its cases, in the
    order of the allocations' ids, are what the mechanism saw.
    """

    class Trigger(models.TextChoices):
        POSTED = "posted", "the task was posted"
        CLAIM = "claim", "a worker claimed"
        CLOSING = "closing", "the closing time came"
        DECLINED = "declined", "an offer was declined"
        EXPIRED = "expired", "an offer expired"
        RETURNED = "returned", "a slot came free again"
        CHOSEN = "chosen", "the client chose"
        RETRY = "retry", "it was time to look again"
        WINDOW = "window", "the window of its moment was matched"

    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="allocations", db_index=False
    )
    version = models.ForeignKey(MechanismVersion, on_delete=models.PROTECT, db_index=False)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    window = models.UUIDField(null=True, blank=True, editable=False)
    case = models.JSONField()
    decision = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of case and decision.")
    code_digest = models.CharField(max_length=64, help_text="SHA-256 of the mechanism's source.")
    awarded_count = models.PositiveIntegerField()
    candidate_count = models.PositiveIntegerField()
    latency_ms = models.FloatField()
    decided_at = models.DateTimeField()

    objects = AllocationQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(WorkersIn("decision"), name="decisions_by_candidate"),
            models.Index(fields=["task", "id"], name="decisions_about_a_task"),
            models.Index(fields=["-decided_at", "-id"], name="decisions_newest_first"),
            models.Index(
                fields=["window", "id"],
                condition=Q(window__isnull=False),
                name="decisions_of_a_window",
            ),
            models.Index(fields=["version", "-decided_at", "-id"], name="decisions_of_a_version"),
        ]

    @property
    def choosing_ends_at(self) -> datetime:
        """Until when the client may choose: as the mechanism said, or until the task's deadline."""
        ends_at = self.decision.get("decide_again_at")
        return datetime.fromtimestamp(ends_at, tz=UTC) if ends_at else self.task.deadline_at

    def __str__(self) -> str:
        return f"allocation {self.pk}"


class Gathered(models.Model):
    """A task that waits for the next window of its batched mechanism.

    The row is written and taken away under the task's lock; it is what a window is made of.
    """

    task = models.OneToOneField(
        Task, on_delete=models.PROTECT, primary_key=True, related_name="gathered"
    )
    mechanism = models.CharField(max_length=32)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "gathered"
        indexes = [models.Index(fields=["mechanism", "due_at"], name="next_window")]

    def __str__(self) -> str:
        return f"task {self.task_id} waits for {self.mechanism}"


class Offer(models.Model):
    """The engine asks one worker to take one slot. While open, it reserves the slot."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="offers")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="offers")
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="offers", db_index=False
    )
    slot_number = models.PositiveSmallIntegerField()
    pay_cents = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "slot_number"],
                condition=Q(state="open"),
                name="one_open_offer_per_slot",
            ),
            models.UniqueConstraint(
                fields=["task", "worker"],
                condition=Q(state="open"),
                name="one_open_offer_per_worker_and_task",
            ),
        ]
        indexes = [
            models.Index(fields=["worker", "state", "expires_at"], name="offers_of_a_worker")
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class ChainLink(models.Model):
    """One allocation's place in the hash chain. Append-only.

    `hash` is SHA-256 over the position, the hash of the link before, and every field of the
    allocation and of its version, so a decision that is changed, taken out or moved
    later breaks every link after it. Links are written by one sealer, after the decision, so that
    claims never wait for each other.
    """

    position = models.PositiveBigIntegerField(primary_key=True)
    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="link")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link {self.position}"


class Unsealed(models.Model):
    """An allocation that waits for its link. The database writes this row with the allocation.

    It is due work: the sealer takes it away when the link is written, in one transaction. The table
    is never emptied, because a row that waits tells of a decision that is gone.
    """

    allocation = models.OneToOneField(
        Allocation, on_delete=models.DO_NOTHING, primary_key=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "unsealed"

    def __str__(self) -> str:
        return f"allocation {self.allocation_id} waits for its link"
