"""What the client's task page shows, gathered in a handful of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.paginator import Paginator
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.names import shown
from allocation import queries as allocation
from allocation.engine.card import Card
from allocation.engine.catalogue import card_of
from allocation.engine.contract import Outcome
from allocation.engine.explain import Winner
from allocation.models import Allocation, Bid, Entry, Offer
from allocation.queries.explaining import factor_row, rank_told, task_explanation
from allocation.queries.reading import ClientsWording
from clients.models import Client
from disputes import queries as disputes
from marketplace.doors import PersonRequest
from proofs.queries import proof_names
from reputation.queries import facts_of_workers
from screening.models import Ruling
from screening.queries import holding_rule, ruling_on
from shifts import queries as shifts
from tasks import queries
from tasks.models import Assignment, Batch, Review, Task
from tasks.words import steps_of
from wages.queries import expect_pay
from workers.models import Worker
from workers.queries import skill_names


def task_page(task: Task, now: datetime) -> dict[str, Any]:
    """A task as its client sees it. Sealed bids show no price before closing, not even here."""
    card = card_of(task.mechanism)
    expect_pay([task], now)
    assignments = list(
        queries.assignments_with_work().filter(task=task).order_by("slot__number", "id")
    )
    facts = facts_of_workers(assignment.worker_id for assignment in assignments)
    bids = list(allocation.live_bids(task)) if card.traits.entry == "bid" else []
    entries = entries_to_read(task, card, now)
    decisions = list(allocation.allocations_of(task))
    events = list(queries.events_of(task))
    return {
        "task": task,
        "card": card,
        "is_over": task.closes_at <= now,
        "skills": skill_names(task.skills),
        "proofs": proof_names(task.proofs),
        "steps": steps_of(task, assignments),
        "assignments": assignments,
        "given": [{"assignment": a, "facts": facts.get(a.worker_id)} for a in assignments],
        **to_review_on_task(task, assignments),
        "bids": sorted(bids, key=lambda bid: (bid.amount_cents, bid.received_at)),
        "prices_are_visible": not card.traits.sealed or task.closes_at <= now or not task.is_open,
        "shortlist": shortlist(task, decisions, bids or entries),
        "choose_until": decisions[-1].choosing_ends_at if decisions else None,
        "choose_most": places_left(decisions[-1]) if decisions else 0,
        "entries": entries,
        "open_offers": open_offers(task) if card.traits.makes_offers else [],
        "decisions": decisions,
        "events": events,
        "change_number": events[-1].pk if events else 0,
        "follows": task.starts_after,
        "may_be_followed": queries.may_be_followed(task),
        "has_project": bool(task.starts_after_id) or task.followers.exists(),
        "held_by": holding_rule(task) if task.state == Task.State.HELD else None,
        "ruling": ruling_on(task) if {event.kind for event in events} & RULED else None,
        **shift_side(task, now),
        "reasons": reasons_as_options(),
    }


def places_left(decision: Allocation) -> int:
    return len(decision.case["free_slots"]) - decision.awarded_count


def open_offers(task: Task) -> list[Offer]:
    return list(task.offers.filter(state=Offer.State.OPEN).select_related("worker"))


# The events that a ruling leaves.
RULED = {Ruling.Verdict.RELEASED, Ruling.Verdict.REFUSED}


def shift_side(task: Task, now: datetime) -> dict[str, Any]:
    """The hours of a shift, who comes, who is on the reserve list, what calling it off costs now."""
    shift = shifts.shift_of(task)
    if shift is None:
        return {"shift": None}
    is_on = task.state in (Task.State.OPEN, Task.State.ALLOCATED)
    return {
        "shift": shift,
        "attendances": list(shifts.attendances_at(task)),
        "reserves": shifts.reserves_waiting(task).count(),
        "may_call_off": is_on and now < shift.starts_at,
        "fee_now_cents": shift.fee_cents(task.pay_cents, now),
    }


FEW = 3  # as many pieces of work stand on the task's own page; the review page has all
PER_REVIEW_PAGE = 25


def to_review_on_task(task: Task, assignments: Sequence[Assignment]) -> dict[str, Any]:
    submitted = [a for a in assignments if a.state == "submitted"]
    found = disputes.held_of(task.client, task.pk) if submitted else ()
    held = {row.submission.assignment_id: row for row in found}
    waiting = [a for a in submitted if a.pk not in held]
    return {
        "to_review": verdict_rows(waiting[:FEW]),
        "to_review_count": len(waiting),
        "held": list(held.values()),
    }


def verdict_rows(assignments: Sequence[Assignment]) -> list[dict[str, Any]]:
    """Work that waits for a verdict, with the moment at which it is approved by itself."""
    clock = timedelta(days=settings.APPROVAL_DAYS)
    return [
        {
            "assignment": assignment,
            "submission": assignment.submissions.all()[0],
            "approves_at": assignment.submitted_at + clock if assignment.submitted_at else None,
        }
        for assignment in assignments
    ]


def reasons_as_options() -> SafeString:
    """The reasons to reject, written once for all the work on a page."""
    return format_html_join("", '<option value="{}">{}</option>', Review.Reason.choices)


def review_page(request: PersonRequest, now: datetime) -> dict[str, Any]:
    """One page of the work that waits for this client, the nearest deadline first."""
    client = request.user.client
    task = one_of(client.tasks, request.GET.get("task"))
    batch = None if task else one_of(client.batches, request.GET.get("batch"))
    rows = disputes.to_review(client, task=task and task.pk, batch=batch and batch.pk)
    page = Paginator(rows, PER_REVIEW_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": verdict_rows(list(page.object_list)),
        "task": task,
        "batch": batch,
        "held": list(disputes.held_of(client, task and task.pk, batch and batch.pk)[:FEW_HELD]),
        "paid": recently_paid(client, task, batch),
        "reasons": reasons_as_options(),
        "back": f"{request.path}?{request.GET.urlencode()}",
        "new_key": uuid4().hex,
        "now": now,
    }


FEW_HELD = 50


def recently_paid(client: Client, task: Task | None, batch: Batch | None) -> list[Assignment]:
    """The newest approved work, for a bonus afterwards."""
    about = {"task": task} if task else {"task__batch": batch} if batch else {}
    done = Assignment.objects.filter(task__client=client, state="approved", **about)
    return list(done.select_related("task", "worker").order_by("-settled_at", "-id")[:10])


def one_of(rows: Any, number: str | None) -> Any:
    """One of these rows by its number, or None."""
    if number and number.isascii() and number.isdecimal() and len(number) < 19:
        return rows.filter(pk=number).first()
    return None


def entries_to_read(task: Task, card: Card, now: datetime) -> list[Entry]:
    """What was handed in for a contest; before closing the client sees only how many there are."""
    if card.traits.entry != "entry" or (task.is_open and now < task.closes_at):
        return []
    return list(allocation.entries_in_order(task))


def shortlist(
    task: Task, decisions: list[Any], asked: Sequence[Bid] | Sequence[Entry]
) -> list[dict[str, Any]]:
    """Whom the client may choose now, best first, with the bid or the entry of each."""
    if not task.is_open or not decisions or not decisions[-1].decision.get("asks_client"):
        return []
    of_worker = {one.worker_id: one for one in asked}
    return [
        {
            "asked": of_worker[row["worker"]],
            "rank": rank_told(task.mechanism, decisions[-1].case, row),
            "score": row.get("score"),
        }
        for row in decisions[-1].decision["ranking"]
        if row["outcome"] in (Outcome.SHORTLISTED, Outcome.WAITING) and row["worker"] in of_worker
    ]


def decisions_explained(task: Task) -> list[dict[str, Any]]:
    """Each decision in words, with the winners' factors; rivals are counted, not named."""
    told = [(a, *task_explanation(a)) for a in allocation.allocations_of(task)]
    ids = {winner.worker for _, data, _ in told for winner in data.winners}
    names = dict(Worker.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        {
            "allocation": kept,
            "words": words,
            "winners": [winner_row(winner, shown(names[winner.worker])) for winner in data.winners],
        }
        for kept, data, words in told
    ]


def winner_row(winner: Winner, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "pay_cents": winner.pay_cents,
        "rank": winner.rank,
        "score": None if winner.score is None else round(winner.score, 3),
        "factors": [factor_row(factor, ClientsWording()) for factor in winner.factors],
    }
