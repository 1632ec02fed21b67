"""The worker's page of proofs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.doors import PersonRequest, tell_refusal, worker_only
from proofs import actions
from proofs.forms import ProofForm
from proofs.models import ProofKind
from proofs.queries import standings_of


@worker_only
def proofs(request: PersonRequest) -> HttpResponse:
    """Every kind of proof, what counts of one's own, and a form for each that does not."""
    rows = [
        {"standing": one, "form": ProofForm(prefix=one.kind.slug.replace(":", "-"))}
        for one in standings_of(request.user.worker)
    ]
    return render(request, "proofs/proofs.html", {"rows": rows})


@worker_only
@require_POST
def show(request: PersonRequest, slug: str) -> HttpResponse:
    kind = get_object_or_404(ProofKind, pk=slug)
    form = ProofForm(request.POST, prefix=kind.slug.replace(":", "-"))
    text = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        actions.show_proof(worker=request.user.worker, kind=kind.pk, text=text, now=timezone.now())
    except actions.SayHowYouShowIt as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("An operator will look at it."))
    return redirect("proofs")


@worker_only
@require_POST
def withdraw(request: PersonRequest, proof_id: int) -> HttpResponse:
    get_object_or_404(request.user.worker.shown_proofs, pk=proof_id)
    actions.withdraw_proof(proof_id=proof_id, by=request.user.worker)
    messages.success(request, _("Taken back."))
    return redirect("proofs")
