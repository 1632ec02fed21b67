"""Telling a worker what an operator said of a proof, or that it ended."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from notices.actions.writing import News, write
from proofs.models import Proof


@transaction.atomic
def tell_of_proof(*, proof_id: int, now: datetime) -> None:
    """One line about where the proof stands now; once more of the same is counted on it."""
    proof = Proof.objects.select_related("worker", "kind").get(pk=proof_id)
    if proof.state not in (Proof.State.ACCEPTED, Proof.State.REFUSED, Proof.State.EXPIRED):
        return
    facts = {"step": f"proof_{proof.state}", "title": proof.kind.name}
    about = f"proof:{proof.pk}"
    write([News(proof.worker.user_id, "proof", about, None, 0, now, facts)], now)
