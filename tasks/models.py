"""The work itself: tasks, their slots, who holds them, what was handed in and what was said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Room, User
from allocation.engine.seeds import command_for
from clients.models import Client
from ledger.models import Account
from provisions.rules import Provider, decoupling_index, from_letters
from tasks import rules
from workers.models import Worker


class Batch(models.Model):
    """Tasks posted together. They share one escrow account.

    `most_per_worker` is how many of its tasks one person may have; empty means: all of them.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="batches")
    title = models.CharField(max_length=120)
    escrow = models.OneToOneField(Account, on_delete=models.PROTECT, editable=False)
    task_count = models.PositiveIntegerField()
    most_per_worker = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.title


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(state=Task.State.OPEN)

    def in_room_of(self, person: Any) -> TaskQuerySet:
        """What this person may come across at all: a visitor is on the market of everybody."""
        return self.filter(room=getattr(person, "room_id", None))

    def posted(self) -> TaskQuerySet:
        """Everything the public may see: not a draft, not held for a human."""
        return self.exclude(state__in=[Task.State.DRAFT, Task.State.HELD])

    def saying(self, words: str) -> TaskQuerySet:
        """Those whose title or description has, for each of these words, one that begins with it."""
        begun = SearchQuery(rules.words_begun(words), config="simple", search_type="raw")
        return self.alias(words=WORDS).filter(words=begun)


# Without a dictionary, because tasks are written in many languages.
WORDS = SearchVector("title", "description", config="simple")


# One of the letters of a provider for each function.
WHO_PROVIDES_WHAT = r"^[cmown-]{15}$"


class Task(models.Model):
    """What a client posts: one description, one mechanism, one or more slots.

    `pay_cents` is the pay per slot, or, where workers name a price, the budget per slot.
    `extra_reserve_cents` is what escrow still holds for this task beyond its slots: the fees that a
    contest may owe to those who do not win.
    `starts_after` is an earlier task of the same client that has to be approved first.
    `provided_by` says who provides what, one letter per function of `provisions.rules`.
    The seed (128 bits) feeds every draw about this task. Its `seed_commitment` is public from the
    start and the seed itself once the task is no longer open, so nobody can choose the luck
    afterwards.
    """

    class Kind(models.TextChoices):
        MICROTASK = "microtask", _("microtask")
        ERRAND = "errand", _("errand")
        BRIEF = "brief", _("project brief")
        CONTEST = "contest", _("contest")
        SHIFT = "shift", _("shift")
        BOOKING = "booking", _("booking")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        HELD = "held", _("held for a person to look at")
        WAITING = "waiting", _("waiting for another task")
        OPEN = "open", _("open")
        ALLOCATED = "allocated", _("allocated")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    room = models.ForeignKey(  # that of the client's account; nobody elsewhere comes across it
        Room,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # almost always empty; the index below holds the others
    )
    batch = models.ForeignKey(
        Batch,
        on_delete=models.PROTECT,
        related_name="tasks",
        null=True,
        blank=True,
        db_index=False,  # the two indexes below are in an order that claims can walk along
    )
    starts_after = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followers",
        db_index=False,  # the index below holds the few that have one
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MICROTASK)
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("what has to be done"), max_length=20_000)
    mechanism = models.CharField(_("how the work is given out"), max_length=32)
    pay_cents = models.PositiveIntegerField(_("pay"), validators=[MinValueValidator(1)])
    floor_cents = models.PositiveIntegerField(_("lowest price"), default=0)
    fee_basis_points = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    slot_count = models.PositiveSmallIntegerField(
        _("how many people"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    estimate_seconds = models.PositiveIntegerField(_("time estimate"))
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    proofs = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    radius_km = models.FloatField(_("within km"), default=10)
    provided_by = models.CharField(max_length=15, editable=False)
    escrow = models.ForeignKey(Account, on_delete=models.PROTECT, editable=False)
    extra_reserve_cents = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    seed_hex = models.CharField(max_length=32, editable=False)
    seed_commitment = models.CharField(max_length=64, editable=False)
    posted_at = models.DateTimeField()
    closes_at = models.DateTimeField(_("closes"))
    deadline_at = models.DateTimeField(_("deadline"))
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pay_cents__gt=0), name="a_task_pays_more_than_nothing"
            ),
            models.CheckConstraint(
                condition=Q(floor_cents__lte=F("pay_cents")),
                name="the_floor_is_within_the_budget",
            ),
            models.CheckConstraint(
                condition=Q(slot_count__gte=1), name="a_task_has_at_least_one_slot"
            ),
            models.CheckConstraint(
                condition=Q(estimate_seconds__gte=1), name="a_task_takes_some_time"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__lte=F("deadline_at")),
                name="closing_comes_before_deadline",
            ),
            models.CheckConstraint(
                condition=Q(provided_by__regex=WHO_PROVIDES_WHAT),
                name="a_task_says_who_provides_what",
            ),
            # Only what was posted before can be named, so nothing ever waits for itself.
            models.CheckConstraint(
                condition=Q(starts_after__isnull=True) | Q(starts_after__lt=F("id")),
                name="a_task_starts_after_an_earlier_one",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(starts_after__isnull=False),
                name="a_waiting_task_waits_for_another",
            ),
        ]
        indexes = [
            # With the batch, so that a list can pass over the rows of a table without reading them.
            models.Index(
                fields=["-posted_at", "-id"],
                include=["batch"],
                condition=Q(state="open"),
                name="open_tasks_newest_first",
            ),
            GinIndex(fields=["skills"], condition=Q(state="open"), name="open_tasks_by_skill"),
            GinIndex(WORDS, condition=Q(state="open"), name="open_tasks_by_word"),
            models.Index(
                fields=["room", "-posted_at", "-id"],
                condition=Q(room__isnull=False),
                name="tasks_of_a_room",
            ),
            models.Index(
                fields=["client", "-posted_at", "-id"],
                include=["batch"],
                name="tasks_of_a_client",
            ),
            models.Index(
                fields=["starts_after", "id"],
                condition=Q(starts_after__isnull=False),
                name="tasks_that_follow_a_task",
            ),
            models.Index(fields=["batch", "id"], name="tasks_of_a_batch"),
            models.Index(
                fields=["batch", "id"],
                condition=Q(state="open"),
                name="open_tasks_of_a_batch",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_on_site(self) -> bool:
        return self.latitude is not None

    @property
    def hourly_cents(self) -> int:
        return rules.hourly_cents(self.pay_cents, self.estimate_seconds)

    @property
    def choosing_ends_at(self) -> datetime:
        """Until when a client who picks among bids may: whoever is picked needs time for the work."""
        return rules.choosing_ends_at(self.closes_at, self.deadline_at, self.estimate_seconds)

    @property
    def who_provides(self) -> dict[str, Provider]:
        """Function → provider, for all fifteen."""
        return from_letters(self.provided_by)

    @property
    def decoupling_index(self) -> float:
        return decoupling_index(self.who_provides.values())

    @property
    def slot_reserve_cents(self) -> int:
        return rules.reserve_cents(self.pay_cents, self.fee_basis_points)

    @property
    def reserve_cents(self) -> int:
        return self.slot_reserve_cents * self.slot_count

    @property
    def seed(self) -> int:
        return int(self.seed_hex, 16)

    @property
    def revealed_seed(self) -> int | None:
        hidden = (self.State.DRAFT, self.State.HELD, self.State.WAITING, self.State.OPEN)
        return None if self.state in hidden else self.seed

    @property
    def seed_command(self) -> str:
        """What a shell answers with the commitment; N stands for a seed that is still a secret."""
        return command_for("N" if self.revealed_seed is None else self.revealed_seed)


class Slot(models.Model):
    """One unit of work of a task, with one worker column: two winners cannot be written down.

    `lease` goes up by one with every new holder and is checked by every later write, so a process
    that slept past its lease changes nothing. A slot nobody took in time is dropped, and its escrow
    goes back.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="slots", db_index=False)
    number = models.PositiveSmallIntegerField()
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    lease = models.PositiveIntegerField(default=0)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(worker__isnull=True) | Q(dropped_at__isnull=True),
                name="a_dropped_slot_has_no_holder",
            ),
            models.UniqueConstraint(fields=["task", "number"], name="slots_are_numbered_per_task"),
            models.UniqueConstraint(
                fields=["task", "worker"],
                condition=Q(worker__isnull=False),
                name="nobody_twice_on_a_task",
            ),
        ]
        indexes = [
            models.Index(
                fields=["task", "number"],
                condition=Q(worker__isnull=True, dropped_at__isnull=True),
                name="free_slots",
            )
        ]

    def __str__(self) -> str:
        return f"slot {self.number} of task {self.task_id}"


class Assignment(models.Model):
    """One worker's hold on one slot, from award to verdict. A returned one stays as history."""

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("handed in")
        REWORK = "rework", _("asked for rework")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        RETURNED = "returned", _("returned")
        EXPIRED = "expired", _("expired")

    task = models.ForeignKey(
        Task, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    lease = models.PositiveIntegerField()
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    pay_cents = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.IN_PROGRESS)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "lease"], name="one_assignment_per_lease"),
            models.UniqueConstraint(
                fields=["slot"],
                condition=Q(state__in=rules.HOLDING),
                name="one_holder_per_slot",
            ),
            models.UniqueConstraint(
                fields=["task", "worker"],
                condition=Q(state__in=rules.HOLDING),
                name="one_hold_per_worker_and_task",
            ),
        ]
        indexes = [
            models.Index(fields=["worker", "state", "due_at"], name="work_of_a_worker"),
            models.Index(fields=["task", "state"], name="assignments_of_a_task"),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"

    @property
    def is_in_hand(self) -> bool:
        return self.state in rules.IN_HAND


class Share(models.Model):
    """How many tasks of a capped batch one worker has had, returned and expired ones left out.

    The database keeps it with every assignment, however that was made.
    """

    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, related_name="shares", db_index=False
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="shares")
    held = models.PositiveIntegerField()
    most = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "worker"], name="one_share_per_worker_and_batch"
            ),
            models.CheckConstraint(
                condition=Q(held__lte=F("most")), name="a_share_is_not_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held} of {self.most} (batch {self.batch_id})"


class Submission(models.Model):
    """What a worker handed in. A rework is a second submission; neither is ever changed."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="submissions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    content = models.TextField(max_length=100_000)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "number"],
                name="submissions_are_numbered_per_assignment",
            )
        ]

    def __str__(self) -> str:
        return f"submission {self.number} of assignment {self.assignment_id}"


class Review(models.Model):
    """The verdict on one submission. Only a named person can say no."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("approved")
        REWORK = "rework", _("rework")
        REJECTED = "rejected", _("rejected")

    class Reason(models.TextChoices):
        INCOMPLETE = "incomplete", _("not everything asked for is there")
        WRONG = "wrong", _("it does not follow the instructions")
        LATE = "late", _("it came too late to be of use")
        NOT_OWN_WORK = "not_own_work", _("it is not the worker's own work")
        OTHER = "other", _("another reason, explained below")

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason_code = models.CharField(max_length=14, choices=Reason.choices, blank=True)
    text = models.TextField(blank=True, max_length=5000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="approved") | (Q(by__isnull=False) & ~Q(text="")),
                name="only_a_named_person_says_no_and_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="rejected") | ~Q(reason_code=""),
                name="a_rejection_has_a_reason_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.submission_id}"


class TaskEvent(models.Model):
    """Something that happened to a task: who, when, what. Append-only; the pages' change number."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="events", db_index=False)
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    kind = models.CharField(max_length=30)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["task", "id"], name="events_of_a_task"),
            models.Index(fields=["worker", "id"], name="events_about_a_worker"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} (task {self.task_id})"


def record(
    task: Task,
    kind: str,
    *,
    at: datetime,
    by: User | None = None,
    assignment: Assignment | None = None,
    worker: Worker | None = None,
    **facts: object,
) -> TaskEvent:
    """Write one event about a task."""
    return TaskEvent.objects.create(
        task=task,
        kind=kind,
        at=at,
        by=by,
        assignment=assignment,
        worker=worker,
        facts=facts,
    )
