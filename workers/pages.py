"""What a worker sees of one task: its terms, what they can do with it, how it went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allocation import queries as allocation
from allocation.engine.card import Traits
from allocation.engine.catalogue import card_of
from allocation.engine.gates import sentence
from allocation.models import Bid, Claim, Offer
from allocation.queries.explaining import explanation_for
from proofs.queries import proof_names
from reputation.queries import facts_of_client
from shifts import queries as shifts
from shifts.queries import overlap_gates
from statuses.queries import limit_gates
from tasks import queries
from tasks.models import Task
from wages.queries import expect_pay
from workers.forms import BidForm, EntryForm
from workers.models import Worker
from workers.queries import skill_names


def task_page(task: Task, worker: Worker | None, now: datetime) -> dict[str, Any]:
    """The task for one worker, or for a visitor when `worker` is None. No rival is named."""
    card = card_of(task.mechanism)
    expect_pay([task], now)
    events = list(queries.events_of(task))
    return {
        "task": task,
        "card": card,
        "skills": skill_names(task.skills),
        "proofs": proof_names(task.proofs),
        "facts": facts_of_client(task.client, now),
        "is_taking": task.is_open and task.closes_at > now,
        "choose_until": client_chooses_until(task, now),
        "open_bids": open_bids(task, card),
        "events": [event for event in events if is_public(event.kind)],
        "change_number": events[-1].pk if events else 0,
        "bid_form": BidForm(),
        "entry_form": EntryForm(),
        **(own_side(task, card.traits, worker, now) if worker else {"worker": None}),
    }


def client_chooses_until(task: Task, now: datetime) -> datetime | None:
    """The end of the client's time to choose; None unless it is the client's turn."""
    if not task.is_open or now < task.closes_at:
        return None
    newest = task.allocations.defer("case").order_by("-id").first()
    if newest is None or not newest.decision.get("asks_client"):
        return None
    return newest.choosing_ends_at if now < newest.choosing_ends_at else None


def open_bids(task: Task, card: Any) -> list[int]:
    """The standing prices, where everybody may see them; empty where bids are sealed."""
    if card.traits.entry != "bid" or card.traits.sealed:
        return []
    return sorted(allocation.live_bids(task).values_list("amount_cents", flat=True))


def own_side(task: Task, traits: Traits, worker: Worker, now: datetime) -> dict[str, Any]:
    """This worker's own rows about the task: bid, offer, claim, assignment, closed gates."""
    held = task.assignments.filter(worker=worker).order_by("-id").first()
    gates: tuple[str, ...] = ()
    if not held:
        gates = queries.closed_gates(task, worker) + overlap_gates(task, worker)
        gates += limit_gates(task, worker, now)
    entry = task.entries.filter(worker=worker).first() if traits.entry == "entry" else None
    return {
        "worker": worker,
        "assignment": held,
        "bid": live_bid(task, worker) if traits.entry == "bid" else None,
        "entry": entry,
        "entry_form": EntryForm(initial={"content": entry.content} if entry else None),
        "claim": last_claim(task, worker) if traits.entry == "claim" else None,
        "offer": open_offer(task, worker, now) if traits.makes_offers else None,
        "gates": [sentence(gate) for gate in gates],
        "told": last_decision_about(task, worker),
        **reserve_side(task, worker, now),
    }


def reserve_side(task: Task, worker: Worker, now: datetime) -> dict[str, Any]:
    """Whether this worker stands on the shift's reserve list, or may join it."""
    shift = shifts.shift_of(task)
    if shift is None or task.mechanism != "first_come" or shift.starts_at <= now:
        return {}
    waiting = list(shifts.reserves_waiting(task).values_list("worker_id", flat=True))
    return {
        "reserve_place": waiting.index(worker.pk) + 1 if worker.pk in waiting else None,
        "may_join_reserve": task.state == Task.State.ALLOCATED,
    }


def live_bid(task: Task, worker: Worker) -> Bid | None:
    return task.bids.filter(worker=worker, state=Bid.State.LIVE).first()


def last_claim(task: Task, worker: Worker) -> Claim | None:
    return task.claims.filter(worker=worker).order_by("-id").first()


def open_offer(task: Task, worker: Worker, now: datetime) -> Offer | None:
    """What this worker is asked now; an offer whose time is up is not shown, swept or not."""
    asked = task.offers.filter(worker=worker, state=Offer.State.OPEN, expires_at__gt=now)
    return asked.first()


def last_decision_about(task: Task, worker: Worker) -> Any:
    """The newest allocation in which this worker was a candidate, explained to them."""
    about_me = task.allocations.filter(decision__ranking__contains=[{"worker": worker.pk}])
    newest = about_me.select_related("version").order_by("-id").first()
    return explanation_for(newest, worker) if newest else None


def is_public(kind: str) -> bool:
    """Events that name nobody."""
    return kind in ("posted", "bid", "entry", "entered", "decided", "closing_extended", "open",
                    "allocated", "completed", "cancelled", "expired")  # fmt: skip
