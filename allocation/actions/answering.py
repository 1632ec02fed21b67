"""A worker answers an offer: yes, no, or nothing until it expires."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agenda.actions import schedule
from allocation.actions.asking import NotEligible, lock_worker
from allocation.models import Offer
from proofs.rules import closed_by
from shifts.queries import overlap_gates
from statuses.queries import limit_gates
from tasks.actions import give_slot, settle_state
from tasks.models import Assignment, Task, record
from tasks.queries import had_their_share
from workers.models import Worker


class OfferIsGone(Exception):
    """This offer has expired or was answered already."""


@transaction.atomic
def accept_offer(*, offer_id: int, by: Worker, now: datetime) -> Assignment:
    """Take the offered slot. Accepting twice gives the same assignment.

    Raises OfferIsGone, WorkerIsFull when there is too much work in hand, or NotEligible when another
    shift is at the same time, a proof has ended, a limit is reached or they had their share of the batch.
    """
    offer = lock_offer(offer_id, worker=by)
    if offer.state == Offer.State.ACCEPTED:
        return Assignment.objects.filter(task=offer.task, worker=by).latest("id")
    if not offer.is_open or offer.expires_at <= now or not offer.task.is_open:
        raise OfferIsGone
    by = lock_worker(by)
    gates = tuple(closed_by(offer.task.proofs, frozenset(by.proofs)))
    gates += overlap_gates(offer.task, by) + limit_gates(offer.task, by, now)
    if had_their_share(offer.task, [by.pk]):
        gates += ("share",)
    if gates:
        raise NotEligible(gates)
    answer(offer, Offer.State.ACCEPTED, now)
    assignment = give_slot(
        task=offer.task,
        slot_number=offer.slot_number,
        worker=by,
        pay_cents=offer.pay_cents,
        now=now,
    )
    settle_state(offer.task, now)
    return assignment


@transaction.atomic
def decline_offer(*, offer_id: int, by: Worker, now: datetime) -> Offer:
    """Say no, without any consequence; the next candidate is asked at once. Raises OfferIsGone."""
    offer = lock_offer(offer_id, worker=by)
    if offer.state == Offer.State.DECLINED:
        return offer
    if not offer.is_open:
        raise OfferIsGone
    answer(offer, Offer.State.DECLINED, now)
    schedule("offer_declined", offer.task_id, at=now, wake=True)
    return offer


@transaction.atomic
def expire_offer(*, offer_id: int, now: datetime) -> Offer:
    """Let an offer lapse whose time is over; the next candidate is asked. Harmless twice."""
    offer = lock_offer(offer_id)
    if offer.is_open and offer.expires_at <= now:
        answer(offer, Offer.State.EXPIRED, now)
        schedule("offer_lapsed", offer.task_id, at=now, wake=True)
    return offer


def lock_offer(offer_id: int, **who: object) -> Offer:
    """The offer with its task and itself locked, in that order."""
    found = Offer.objects.get(pk=offer_id, **who)
    task = (
        Task.objects.select_for_update(of=("self",)).select_related("client").get(pk=found.task_id)
    )
    offer = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("worker__user")
        .get(pk=offer_id)
    )
    offer.task = task
    return offer


def answer(offer: Offer, state: str, now: datetime) -> None:
    offer.state = state
    offer.answered_at = now
    offer.save(update_fields=["state", "answered_at"])
    record(offer.task, f"offer_{state}", at=now, worker=offer.worker, offer=offer.pk)
