"""Everything an operator reads about one decision or one task, a query per part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allocation.engine import codec
from allocation.engine.card import Factor
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.contract import Candidate, Case, Ranked
from allocation.engine.explain import rank_that_counts
from allocation.engine.gates import sentence
from allocation.models import Allocation, Bid
from allocation.queries.record import facts_of
from tasks.models import Task
from workers.models import Worker

MOST = 200  # rows of one part on a page
HIDDEN = "hidden until the task is no longer open"


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate in a decision, ready to be read. `pay_cents` is what was given or offered."""

    worker: int
    name: str
    rank: int | None
    outcome: str
    score: float | None
    ask_cents: int | None
    pay_cents: int | None
    received: int
    received_at: datetime
    answer: str
    gates: tuple[str, ...]
    factors: tuple[Factor, ...]


def candidates_of(allocation: Allocation) -> list[CandidateRow]:
    """All candidates as the decision lists them: ranked ones first, then by arrival."""
    case = codec.decode_case(allocation.case)
    decision = codec.decode_decision(allocation.decision)
    by_worker = {candidate.worker: candidate for candidate in case.candidates}
    shown = decision.ranking[:MOST]
    names = Worker.objects.filter(pk__in=[row.worker for row in shown]).in_bulk()
    pays = {given.worker: given.pay_cents for given in decision.given}
    slug = allocation.version.mechanism
    return [
        candidate_row(slug, case, by_worker[row.worker], row, names.get(row.worker), pays)
        for row in shown
    ]


def candidate_row(
    slug: str,
    case: Case,
    candidate: Candidate,
    row: Ranked,
    worker: Worker | None,
    pays: dict[int, int],
) -> CandidateRow:
    card = CATALOGUE.get(slug)
    weigh = card.factors if card else None
    return CandidateRow(
        worker=row.worker,
        name=worker.name if worker else f"worker {row.worker}",
        rank=rank_that_counts(card, case.free_slots, row.rank) if card else row.rank,
        outcome=str(row.outcome),
        score=row.score,
        ask_cents=candidate.ask_cents,
        pay_cents=pays.get(row.worker),
        received=candidate.received + 1,
        received_at=datetime.fromtimestamp(candidate.received_at, tz=UTC),
        answer=str(candidate.answer),
        gates=tuple(sentence(gate) for gate in candidate.failed_gates),
        factors=weigh(case, candidate) if weigh and row.rank is not None else (),
    )


def shown_case(allocation: Allocation) -> dict[str, Any]:
    """The stored case, without the seed as long as the task's seed is a secret."""
    if allocation.task.revealed_seed is None and "seed" in allocation.case:
        return {**allocation.case, "seed": HIDDEN}
    return dict(allocation.case)


def shown_facts(allocation: Allocation) -> dict[str, Any]:
    """All that the chain seals about an allocation, the seed as in `shown_case`."""
    return {**facts_of(allocation), "case": shown_case(allocation)}


def decision_dossier(allocation: Allocation) -> dict[str, Any]:
    rows = candidates_of(allocation)
    task = allocation.task
    return {
        "task": task,
        "card": CATALOGUE.get(allocation.version.mechanism),
        "candidates": rows,
        "has_factors": any(row.factors for row in rows),
        "has_asks": any(row.ask_cents is not None for row in rows),
        "not_shown": max(0, allocation.candidate_count - len(rows)),
        "case": shown_case(allocation),
        "link": getattr(allocation, "link", None),
        "others": task.allocations.exclude(pk=allocation.pk).order_by("-pk")[:20],
        "events": newest_events(task),
    }


def task_dossier(task: Task) -> dict[str, Any]:
    """Each part at most MOST rows, newest or first in line."""
    return {
        "card": CATALOGUE.get(task.mechanism),
        "slots": task.slots.select_related("worker").order_by("number")[:MOST],
        "assignments": task.assignments.select_related("worker", "slot").order_by("-pk")[:MOST],
        "allocations": task.allocations.select_related("version", "link").order_by("-pk")[:MOST],
        "claims": task.claims.select_related("worker").order_by("received_at", "pk")[:MOST],
        "bids": task.bids.select_related("worker").order_by("received_at", "pk")[:MOST],
        "offers": task.offers.select_related("worker").order_by("-pk")[:MOST],
        "events": newest_events(task),
        "are_bids_sealed": are_bids_sealed(task),
        "most": MOST,
    }


def newest_events(task: Task) -> Any:
    return task.events.select_related("worker", "by").order_by("-pk")[:MOST]


def are_bids_sealed(task: Task) -> bool:
    """Sealed means sealed: before closing not even an operator reads a price."""
    card = CATALOGUE.get(task.mechanism)
    return bool(card and card.traits.sealed and task.is_open)


def shown_amount(bid: Bid) -> int | None:
    return None if are_bids_sealed(bid.task) else bid.amount_cents
