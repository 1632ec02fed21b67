"""What may be proved, and what each worker has shown of it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from proofs.rules import FORM, gate_of
from workers.models import Worker

# state → the states it may become. The database refuses every other step (see the migration).
STEPS: dict[str, tuple[str, ...]] = {
    "shown": ("accepted", "refused", "withdrawn"),
    "accepted": ("expired", "withdrawn"),
    "refused": (),
    "withdrawn": (),
    "expired": (),
}


class ProofKind(models.Model):
    """Something a task may ask proof of, such as `insurance:liability`; operators keep the list."""

    slug = models.CharField(
        primary_key=True,
        max_length=60,
        validators=[RegexValidator(FORM, "A gate, a colon and a name, such as language:french.")],
    )
    name = models.CharField(max_length=60)
    how = models.CharField(
        max_length=300, help_text="How a worker shows it. Workers and clients read this."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=FORM), name="a_proof_is_named_after_its_gate"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def gate(self) -> str:
        return gate_of(self.slug)


class Proof(models.Model):
    """One worker showed one thing, and what a named operator said of it.

    The database keeps the names of a worker's accepted proofs on the worker, where gates look.
    """

    class State(models.TextChoices):
        SHOWN = "shown", _("waits for an operator")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="shown_proofs")
    kind = models.ForeignKey(ProofKind, on_delete=models.PROTECT, related_name="proofs")
    text = models.TextField(max_length=2000)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SHOWN)
    shown_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "kind", "state"],
                condition=Q(state__in=["shown", "accepted"]),
                name="one_standing_proof_per_worker_kind_and_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "refused"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="a_proof_is_decided_by_a_named_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="a_refused_proof_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["shown_at"], condition=Q(state="shown"), name="proofs_that_wait_longest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} of worker {self.worker_id}"
