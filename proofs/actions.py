"""A worker shows a proof, an operator accepts or refuses it, and it expires."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from agenda.actions import schedule
from proofs.models import Proof, ProofKind
from workers.models import Worker


class ProofIsNotWaiting(Exception):
    """This proof does not wait for an answer any more."""


class SayHowYouShowIt(Exception):
    """Say how an operator can see it: a number, a link, or when you can show it."""


class ProofNeedsAnOperator(Exception):
    """A proof is accepted or refused by a named operator."""


class NobodyAcceptsTheirOwnProof(Exception):
    """This is your own proof: another operator has to look at it."""


class ARefusalNeedsAReason(Exception):
    """Say why it is refused: the worker reads it."""


class ProofHasEnded(Exception):
    """It would be over already: give a later day, or none."""


@transaction.atomic
def show_proof(*, worker: Worker, kind: str, text: str, now: datetime) -> Proof:
    """Put a proof before the operators. While one of its kind waits, its text is what was said last.

    Raises SayHowYouShowIt, or ProofKind.DoesNotExist.
    """
    if not text.strip():
        raise SayHowYouShowIt
    known = ProofKind.objects.get(pk=kind)
    waiting, _ = Proof.objects.update_or_create(
        worker=worker,
        kind=known,
        state=Proof.State.SHOWN,
        defaults={"text": text.strip(), "shown_at": now},
    )
    return waiting


@transaction.atomic
def withdraw_proof(*, proof_id: int, by: Worker) -> Proof:
    """Take a proof back, waiting or accepted. What was decided meanwhile stays decided. Harmless twice."""
    proof = Proof.objects.select_for_update(of=("self",)).get(pk=proof_id, worker=by)
    if proof.state in (Proof.State.SHOWN, Proof.State.ACCEPTED):
        set_state(proof, Proof.State.WITHDRAWN)
    return proof


@transaction.atomic
def accept_proof(
    *, proof_id: int, by: User, valid_until: datetime | None = None, now: datetime
) -> Proof:
    """Accept a proof; an older accepted one of the same kind ends. It ends by itself at `valid_until`.

    Raises ProofIsNotWaiting, ProofNeedsAnOperator, NobodyAcceptsTheirOwnProof or ProofHasEnded.
    """
    proof = lock_waiting(proof_id, by)
    if valid_until is not None and valid_until <= now:
        raise ProofHasEnded
    older = Proof.objects.filter(
        worker=proof.worker_id, kind=proof.kind_id, state=Proof.State.ACCEPTED
    )
    for one in older.select_for_update():
        set_state(one, Proof.State.EXPIRED)
    proof.valid_until = valid_until
    decide(proof, Proof.State.ACCEPTED, by, now)
    if valid_until is not None:
        schedule("proof_expires", proof.pk, at=valid_until)
    return proof


@transaction.atomic
def refuse_proof(*, proof_id: int, by: User, reason: str, now: datetime) -> Proof:
    """Refuse a proof, with the reason that the worker reads. They may show it again.

    Raises what `accept_proof` raises, and ARefusalNeedsAReason.
    """
    proof = lock_waiting(proof_id, by)
    if not reason.strip():
        raise ARefusalNeedsAReason
    proof.reason = reason.strip()
    decide(proof, Proof.State.REFUSED, by, now)
    return proof


@transaction.atomic
def expire_proof(*, proof_id: int, now: datetime) -> None:
    """End a proof whose time is over, and tell its worker. Harmless twice, and too early."""
    proof = Proof.objects.select_for_update().get(pk=proof_id)
    is_over = proof.valid_until is not None and proof.valid_until <= now
    if proof.state == Proof.State.ACCEPTED and is_over:
        set_state(proof, Proof.State.EXPIRED)
        schedule("proof_decided", proof.pk, at=now)


def lock_waiting(proof_id: int, by: User) -> Proof:
    proof = Proof.objects.select_for_update(of=("self",)).select_related("worker").get(pk=proof_id)
    if proof.state != Proof.State.SHOWN:
        raise ProofIsNotWaiting
    if not (by.is_staff and by.is_active):
        raise ProofNeedsAnOperator
    if proof.worker.user_id == by.pk:
        raise NobodyAcceptsTheirOwnProof
    return proof


def decide(proof: Proof, state: str, by: User, now: datetime) -> None:
    proof.decided_by, proof.decided_at = by, now
    set_state(proof, state)
    schedule("proof_decided", proof.pk, at=now, wake=True)


def set_state(proof: Proof, state: str) -> None:
    proof.state = state
    proof.save()
