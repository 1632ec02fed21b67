"""Batches from a template and a table: what is shown, each row, what was answered."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from batches import rules
from clients.models import Client
from ledger.models import Account
from tasks.models import Assignment, Batch, Submission, Task
from workers.models import Worker


class Template(models.Model):
    """What a worker sees and fills in for each row. Never changed: an edit is a new version.

    `body` is HTML with `${variables}`, or, for a built form, its plain instructions; `fields` are
    the built form's fields: {name, label, kind, required, options, help}.
    """

    class Kind(models.TextChoices):
        HTML = "html", _("HTML")
        FORM = "form", _("built form")

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="templates", db_index=False
    )
    name = models.CharField(_("name"), max_length=80)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=4, choices=Kind.choices)
    body = models.TextField(blank=True, max_length=rules.MOST_TEMPLATE_BYTES)
    fields = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "name", "version"], name="versions_are_numbered_per_template"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def variables(self) -> tuple[str, ...]:
        labels = (f"{f['label']} {f.get('help', '')}" for f in self.fields)
        return rules.variables_of(" ".join([self.body, *labels]))


class Upload(models.Model):
    """A batch in the making: its table, its template, its terms, and how far posting has come.

    `due` says that the escrow is held and the posting is due work; `posted` that the batch is
    there. The pay is per slot; `redundancy` is how many people answer each row.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        DUE = "due", _("being posted")
        POSTED = "posted", _("posted")
        DISCARDED = "discarded", _("discarded")

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="uploads", db_index=False
    )
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="uploads")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("what has to be done"), blank=True, max_length=20_000)
    file_name = models.CharField(max_length=200, blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    row_count = models.PositiveIntegerField()
    gold_count = models.PositiveIntegerField(default=0)
    pay_cents = models.PositiveIntegerField(null=True, blank=True)
    estimate_seconds = models.PositiveIntegerField(null=True, blank=True)
    redundancy = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    most_per_worker = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    skills = models.JSONField(default=list)
    proofs = models.JSONField(default=list)
    provided = models.JSONField(default=dict)  # what the client says: function → provider
    closes_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True)
    escrow = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, editable=False)
    batch = models.OneToOneField(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="upload"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | Q(escrow__isnull=False),
                name="a_published_upload_has_its_escrow",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", batch__isnull=False)
                | (~Q(state="posted") & Q(batch__isnull=True)),
                name="a_posted_upload_has_its_batch",
            ),
        ]
        indexes = [models.Index(fields=["client", "-id"], name="uploads_of_a_client")]

    def __str__(self) -> str:
        return self.title

    @property
    def slot_count(self) -> int:
        return self.row_count * self.redundancy


class Row(models.Model):
    """One row of the table, and the task that was posted from it. `gold` are its known answers."""

    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, related_name="rows", db_index=False
    )
    line = models.PositiveIntegerField()
    values = models.JSONField()
    gold = models.JSONField(default=dict)
    task = models.OneToOneField(
        Task, on_delete=models.PROTECT, null=True, blank=True, related_name="row"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "line"], name="one_row_per_line_of_a_table")
        ]

    def __str__(self) -> str:
        return f"line {self.line} of upload {self.upload_id}"


class Answers(models.Model):
    """What one submission says, field by field. A name that came twice has a list."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="answers")
    values = models.JSONField()

    class Meta:
        verbose_name_plural = "answers"

    def __str__(self) -> str:
        return f"answers in submission {self.submission_id}"


class Draft(models.Model):
    """What a worker has filled in and not handed in: kept for a return, read by nobody else."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="draft")
    values = models.JSONField()
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of assignment {self.assignment_id}"


class File(models.Model):
    """A file that a worker hands in as an answer. Kept in the database, only ever downloaded."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """A worker says that a task is broken: a missing picture, a question without an answer."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment"], name="one_report_per_assignment"),
            models.CheckConstraint(condition=~Q(text=""), name="a_report_says_something"),
        ]

    def __str__(self) -> str:
        return f"report on assignment {self.assignment_id}"
