"""The worker's pages: find work, ask for it, do it, be paid."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from allocation import actions as asking
from allocation.engine.explain import NotInThisCase
from allocation.models import Allocation, Claim
from allocation.queries import bids_of, open_offers, with_counts
from allocation.queries.explaining import decisions_about, explanation_for, rank_told
from batches.queries import is_of_table, one_per_table, slips
from ledger import queries as ledger
from ledger.models import Account
from ledger.pages import statement_page
from marketplace.doors import (
    PersonRequest,
    page_of,
    page_tag,
    sentence_of,
    tell_refusal,
    worker_only,
)
from shifts import actions as shifts
from tasks import actions, queries
from tasks.models import Task
from wages.queries import expect_pay
from workers.actions import describe_worker
from workers.forms import BidForm, EntryForm, MarketFilter, WorkerForm
from workers.map import RADII_KM, box_around, map_of
from workers.market import matching
from workers.models import Worker
from workers.pages import task_page

MOST_ON_MAP = 200
REFUSALS: tuple[type[Exception], ...] = (
    actions.TaskIsNotOpen,
    actions.SlotIsTaken,
    actions.WorkerIsFull,
    actions.NotInHand,
    actions.SubmissionIsEmpty,
    asking.NotEligible,
    asking.NothingLeft,
    asking.WrongWayIn,
    asking.BiddingHasClosed,
    asking.ContestHasClosed,
    asking.BidIsTooHigh,
    asking.BidIsTooLow,
    asking.OfferIsGone,
    shifts.ShiftHasBegun,
)


def worker_of(request: HttpRequest) -> Any:
    return getattr(request.user, "worker", None)


# --- finding work -------------------------------------------------------------------------------
@require_safe
def market(request: HttpRequest) -> HttpResponse:
    """Open work, newest first. The filters live in the address."""
    page = market_page(request) | {"tag": market_tag(request)}
    return render(request, "workers/market.html", page)


def market_tag(request: HttpRequest) -> str:
    return page_tag(request, queries.change_number(), request.GET.urlencode())


@require_safe
@condition(etag_func=market_tag)
def market_moving(request: HttpRequest) -> HttpResponse:
    return render(request, "workers/_market.html", market_page(request))


def market_page(request: HttpRequest) -> dict[str, object]:
    form = MarketFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    open_here = queries.open_tasks(request.user)
    found = matching(one_per_table(open_here), wanted, worker_of(request))
    page = page_of(request, found, shown=slips())
    page.object_list = list(page.object_list)
    expect_pay(page.object_list, timezone.now())
    return {"form": form, "page": page, "is_filtered": any(wanted.values())}


@worker_only
@require_safe
def near(request: PersonRequest) -> HttpResponse:
    """Work on site around this worker, as a picture and as a list."""
    return render(request, "workers/map.html", near_page(request))


def near_page(request: PersonRequest) -> dict[str, object]:
    worker, asked = request.user.worker, request.GET.get("km", "")
    radius = int(asked) if asked in map(str, RADII_KM) else 25
    page = {"worker": worker, "radii": RADII_KM, "radius": radius, "most": MOST_ON_MAP}
    if worker.latitude is None or worker.longitude is None:
        return page
    here = (worker.latitude, worker.longitude)
    around = Task.objects.open().in_room_of(request.user).filter(**box_around(*here, radius))
    tasks = list(around.order_by("-posted_at", "-id")[: MOST_ON_MAP + 1])
    expect_pay(tasks, timezone.now())
    shown = map_of(tasks[:MOST_ON_MAP], *here, radius)
    return page | {"map": shown, "is_cut": len(tasks) > MOST_ON_MAP}


def visible_task(request: HttpRequest, task_id: int) -> Task:
    visible = Task.objects.posted().in_room_of(request.user)
    return get_object_or_404(with_counts(visible.select_related("client")), pk=task_id)


def task_tag(request: HttpRequest, task_id: int) -> str:
    return page_tag(request, queries.change_number(task_id=task_id))


@require_safe
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task as everybody may see it, and what this worker can do with it."""
    found = visible_task(request, task_id)
    if found.client.user_id == request.user.pk:
        return redirect("client_task", task_id)
    page = task_page(found, worker_of(request), timezone.now())
    page["tag"] = page_tag(request, page["change_number"])
    return render(request, "workers/task.html", page)


@require_safe
@condition(etag_func=task_tag)
def task_moving(request: HttpRequest, task_id: int) -> HttpResponse:
    page = task_page(visible_task(request, task_id), worker_of(request), timezone.now())
    return render(request, "workers/_task_moving.html", page)


# --- asking for work ----------------------------------------------------------------------------
@worker_only
@require_POST
def claim(request: PersonRequest, task_id: int) -> HttpResponse:
    found = visible_task(request, task_id)
    try:
        claimed = claim_of(found, request.user.worker)
    except REFUSALS as refusal:
        tell_refusal(request, refusal)
        return redirect("task", task_id)
    if claimed.is_won:
        messages.success(request, _("It is yours. Here is the work."))
        held = queries.work_in_hand(request.user.worker).filter(task=claimed.task_id).first()
        return redirect("assignment", held.pk) if held else redirect("task", task_id)
    if claimed.task.is_open and claimed.task.closes_at > timezone.now():
        messages.success(request, _("You are in. The draw decides at closing."))
    else:
        messages.info(request, _("Somebody was quicker: the last place was taken."))
    return redirect("task", task_id)


def claim_of(found: Task, worker: Worker) -> Claim:
    """Claim a task; of a table, whose rows look the same from outside, some row that is free."""
    if found.batch and is_of_table(found):
        return asking.claim_next(batch_id=found.batch.pk, by=worker, now=timezone.now())
    return asking.claim_slot(task_id=found.pk, by=worker, now=timezone.now())


@worker_only
@require_POST
def bid(request: PersonRequest, task_id: int) -> HttpResponse:
    found = visible_task(request, task_id)
    form = BidForm(request.POST)
    if form.is_valid():
        try:
            asking.place_bid(
                task_id=task_id, by=request.user.worker, now=timezone.now(), **form.cleaned_data
            )
        except (asking.BidIsTooHigh, asking.BidIsTooLow) as refusal:
            form.add_error("amount_cents", sentence_of(refusal))
        except REFUSALS as refusal:
            tell_refusal(request, refusal)
            return redirect("task", task_id)
        else:
            messages.success(request, _("Your bid is in. You can change it until closing."))
            return redirect("task", task_id)
    page = task_page(found, request.user.worker, timezone.now())
    # With its tag the page knows that it is up to date, so the answer stays until something happens.
    page |= {"bid_form": form, "tag": page_tag(request, page["change_number"])}
    return render(request, "workers/task.html", page, status=422)


@worker_only
@require_POST
def enter(request: PersonRequest, task_id: int) -> HttpResponse:
    """Hand in an entry for a contest, or change one's own."""
    found = visible_task(request, task_id)
    form = EntryForm(request.POST)
    if form.is_valid():
        try:
            asking.enter_contest(
                task_id=task_id,
                by=request.user.worker,
                content=form.cleaned_data["content"],
                now=timezone.now(),
            )
        except REFUSALS as refusal:
            form.add_error("content", sentence_of(refusal))
        else:
            messages.success(request, _("Your entry is in. You can change it until closing."))
            return redirect("task", task_id)
    page = task_page(found, request.user.worker, timezone.now()) | {"entry_form": form}
    page |= {"tag": page_tag(request, page["change_number"])}
    return render(request, "workers/task.html", page, status=422)


@worker_only
@require_POST
def withdraw_bid(request: PersonRequest, bid_id: int) -> HttpResponse:
    own = get_object_or_404(request.user.worker.bids, pk=bid_id)
    return act(
        request,
        lambda: asking.withdraw_bid(bid_id=bid_id, by=request.user.worker, now=timezone.now()),
        _("Your bid is withdrawn."),
        redirect("task", own.task_id),
    )


@worker_only
@require_POST
def accept_offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    get_object_or_404(request.user.worker.offers, pk=offer_id)
    return act(
        request,
        lambda: asking.accept_offer(offer_id=offer_id, by=request.user.worker, now=timezone.now()),
        _("It is yours. Good work."),
        redirect("worker_home"),
    )


@worker_only
@require_POST
def decline_offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    get_object_or_404(request.user.worker.offers, pk=offer_id)
    return act(
        request,
        lambda: asking.decline_offer(offer_id=offer_id, by=request.user.worker, now=timezone.now()),
        _("Declined. That costs you nothing."),
        redirect("worker_home"),
    )


def act(
    request: HttpRequest, action: Callable[[], object], done: str, then: HttpResponse
) -> HttpResponse:
    """Take one action and say how it went."""
    try:
        action()
    except REFUSALS as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, done)
    return then


# --- today --------------------------------------------------------------------------------------
@worker_only
@require_safe
def worker_home(request: PersonRequest) -> HttpResponse:
    page = home_page(request)
    return render(
        request, "workers/home.html", page | {"tag": tag_of_home(request, page["offers"])}
    )


def home_tag(request: HttpRequest) -> str:
    worker = worker_of(request)
    return tag_of_home(request, open_offers(worker, timezone.now())) if worker else ""


def tag_of_home(request: HttpRequest, offers: Sized) -> str:
    worker = worker_of(request)
    switches = (worker.available_since, worker.standby_since)
    number = queries.change_number(worker=worker)
    return page_tag(request, number, switches, len(offers))


@worker_only
@require_safe
@condition(etag_func=home_tag)
def worker_home_moving(request: PersonRequest) -> HttpResponse:
    return render(request, "workers/_home_moving.html", home_page(request))


def home_page(request: PersonRequest) -> dict[str, Any]:
    worker = request.user.worker
    offers = list(open_offers(worker, timezone.now()))
    expect_pay([offer.task for offer in offers], timezone.now())
    return {
        "worker": worker,
        "offers": offers,
        "in_hand": queries.work_in_hand(worker),
        "bids": bids_of(worker).filter(task__state=Task.State.OPEN)[:12],
        "handed_in": queries.work_done(worker).filter(state="submitted")[:12],
        "settled": queries.work_done(worker).exclude(state="submitted")[:6],
    }


@worker_only
@require_POST
def standby(request: PersonRequest) -> HttpResponse:
    """Stand in line, or step out of it."""
    worker = request.user.worker
    if "leave" in request.POST:
        asking.leave_standby(by=worker)
    else:
        asking.join_standby(by=worker, now=timezone.now())
    return redirect("worker_home")


@worker_only
@require_POST
def available(request: PersonRequest) -> HttpResponse:
    """Take offers, or take none."""
    worker = request.user.worker
    if "leave" in request.POST:
        asking.go_off(by=worker)
    else:
        asking.go_available(by=worker, now=timezone.now())
    return redirect("worker_home")


# --- doing the work -----------------------------------------------------------------------------
@worker_only
@require_POST
def give_back(request: PersonRequest, assignment_id: int) -> HttpResponse:
    if not request.user.worker.assignments.filter(pk=assignment_id).exists():
        raise Http404
    return act(
        request,
        lambda: shifts.give_back(
            assignment_id=assignment_id, by=request.user.worker, now=timezone.now()
        ),
        _("Given back, without any consequence."),
        redirect("worker_home"),
    )


# --- why ----------------------------------------------------------------------------------------
@worker_only
@require_safe
def decisions(request: PersonRequest) -> HttpResponse:
    """Every decision this worker was part of, newest first."""
    worker = request.user.worker
    page = page_of(request, decisions_about(worker))
    rows = [row_of(allocation, worker) for allocation in page.object_list]
    return render(request, "workers/decisions.html", {"page": page, "rows": rows})


def row_of(allocation: Allocation, worker: Worker) -> dict[str, object]:
    mine = next(row for row in allocation.decision["ranking"] if row["worker"] == worker.pk)
    return {
        "allocation": allocation,
        "outcome": mine["outcome"],
        "rank": rank_told(allocation.version.mechanism, allocation.case, mine),
    }


@worker_only
@require_safe
def why(request: PersonRequest, allocation_id: int) -> HttpResponse:
    """Why (not) me? One decision, told to one worker who was part of it."""
    allocation = get_object_or_404(
        Allocation.objects.select_related("task", "version"), pk=allocation_id
    )
    try:
        told = explanation_for(allocation, request.user.worker)
    except NotInThisCase:
        raise Http404 from None
    return render(request, "workers/why.html", {"allocation": allocation, "told": told})


# --- money and profile --------------------------------------------------------------------------
@worker_only
@require_safe
def earnings(request: PersonRequest) -> HttpResponse:
    return render(
        request,
        "workers/earnings.html",
        {
            "balance_cents": ledger.balance_cents(request.user),
            **statement_page(request, ledger.book_of_person(request.user, Account.Kind.WALLET)),
        },
    )


@worker_only
def profile(request: PersonRequest) -> HttpResponse:
    worker = request.user.worker
    form = WorkerForm(request.POST) if request.method == "POST" else WorkerForm.of(worker)
    if request.method == "POST" and form.is_valid():
        describe_worker(worker=worker, **form.facts())
        messages.success(request, _("Saved."))
        return redirect("worker_profile")
    return render(request, "workers/profile.html", {"form": form, "worker": worker})
