"""The list of what may be proved, and the queue of proofs that wait for an operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import register
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketplace.operators import ActingAdmin, OperatorAdmin
from proofs import actions
from proofs.forms import DecisionForm
from proofs.models import Proof, ProofKind


@register(ProofKind)
class ProofKindAdmin(OperatorAdmin):
    list_display = ("__str__", "slug", "how")
    ordering = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """A slug in use stays: tasks carry it."""
        return ("slug",) if obj else ()


@register(Proof)
class ProofAdmin(ActingAdmin):
    list_display = (
        "__str__",
        "worker",
        "state",
        "shown_at",
        "decided_by",
        "valid_until",
        "decide_link",
    )
    list_filter = ("state", "kind")
    list_select_related = ("worker", "decided_by")
    ordering = ("-id",)
    search_fields = ("=worker__id",)
    search_help_text = "Number of a worker"

    @admin.display(description="")
    def decide_link(self, proof: Proof) -> SafeString | str:
        if proof.state != Proof.State.SHOWN:
            return ""
        url = reverse("admin:proofs_proof_decide", args=[proof.pk])
        return format_html('<a href="{}">Look and decide</a>', url)

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide)
        return [
            path("<int:proof_id>/decide/", decide, name="proofs_proof_decide"),
            *super().get_urls(),
        ]

    def decide(self, request: HttpRequest, proof_id: int) -> HttpResponse:
        """What the worker said, and the form that accepts or refuses it."""
        waiting = Proof.objects.select_related("worker", "kind")
        proof = get_object_or_404(waiting, pk=proof_id)
        form = DecisionForm(request.POST or None)
        by: Any = request.user

        def act() -> None:
            said, now = form.cleaned_data, timezone.now()
            if said["verdict"] == "accept":
                actions.accept_proof(proof_id=proof_id, by=by, valid_until=form.ends_at(), now=now)
            else:
                actions.refuse_proof(proof_id=proof_id, by=by, reason=said["reason"], now=now)

        return self.form_page(
            request,
            form,
            act,
            title=f"{proof.kind.name}: {proof.worker.name}",
            intro=f"{proof.kind.how} The worker says: {proof.text}",
            button="Decide",
        )
