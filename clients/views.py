"""The client's pages: post, watch, choose, review, pay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import condition, require_POST, require_safe

from accounts.models import User
from allocation import actions as allocation
from allocation.queries import with_counts
from batches.queries import without_rows_of_tables
from clients import actions as clients
from clients.forms import (
    BonusForm,
    DepositForm,
    RejectionForm,
    ReworkForm,
    TaskForm,
    key_in_address,
)
from clients.pages import decisions_explained, review_page, task_page
from disputes import actions as disputes
from disputes.models import HeldRejection
from ledger import queries as ledger
from ledger.actions import NotEnoughMoney
from ledger.chart import Month, chart_of
from ledger.models import Account
from ledger.pages import statement_page
from marketplace.doors import (
    PersonRequest,
    client_only,
    page_of,
    page_tag,
    sentence_of,
    tell_refusal,
)
from provisions.forms import said_again
from shifts import actions as shifts
from tasks import actions, queries
from tasks.models import Assignment, Task
from wages.actions import PayIsBelowTheFloor
from wages.queries import floor_in_force
from workers.forms import place_near

MOST_AT_ONCE = 200
MOST_MONTHS = 12
VERDICT_REFUSALS: tuple[type[Exception], ...] = (
    actions.NothingToReview,
    actions.ARejectionNeedsAReason,
    actions.GiveABonusForWork,
    actions.SayWhatTheBonusIsFor,
    disputes.RejectionIsHeld,
    NotEnoughMoney,
)
POSTING_REFUSALS: tuple[type[Exception], ...] = (
    NotEnoughMoney,
    actions.ClosingIsInThePast,
    actions.NotAnEarlierTaskOfYours,
    actions.NothingToBeginAfter,
)
CHOICE_REFUSALS: tuple[type[Exception], ...] = (
    actions.TaskIsNotOpen,
    allocation.NobodyPicked,
    allocation.NotClosedYet,
    allocation.NotOnTheList,
    allocation.TimeToChooseIsOver,
    allocation.TooManyPicked,
    allocation.WinnersAreGone,
)


@client_only
def task_new(request: PersonRequest) -> HttpResponse:
    """Post a task; `?again=<id>` starts from an earlier one, `to_kind` keeps what was typed so far."""
    now = timezone.now()
    again = fields_again(request) | key_in_address(request)
    kind = request.POST.get("kind") or request.GET.get("kind") or str(again.pop("kind", ""))
    about: dict[str, Any] = {"now": now, "client": request.user.client}
    form = TaskForm(request.POST or None, **about, kind=kind, initial=again)
    if to_kind := request.POST.get("to_kind"):
        form = TaskForm(None, **about, kind=to_kind, initial=form.typed_so_far())
    elif request.method == "POST" and form.is_valid():
        try:
            task = allocation.post_task(
                client=request.user.client,
                new=form.new_task(),
                accepts_low_pay=form.cleaned_data["accepts_low_pay"],
                now=now,
                once=form.once,
            )
        except actions.PostedAlready as before:
            messages.info(request, sentence_of(before))
            return redirect("client_task", before.task.pk)
        except PayIsBelowTheFloor as refusal:
            form.say_pay_is_low(refusal)
        except POSTING_REFUSALS as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            if task.state == Task.State.HELD:
                messages.info(
                    request, _("A person looks at your task before it goes on the board.")
                )
            elif task.is_waiting:
                messages.success(
                    request, _("Your task waits for the one before it. Its escrow is held.")
                )
            else:
                messages.success(request, _("Your task is on the board. Its escrow is held."))
            return redirect("client_task", task.pk)
    balance = ledger.balance_cents(request.user)
    page = {"form": form, "balance_cents": balance, "floor": floor_in_force(now)}
    return render(request, "clients/task_new.html", page)


def fields_again(request: PersonRequest) -> dict[str, object]:
    again = request.GET.get("again", "")
    task = request.user.client.tasks.filter(pk=again).first() if again.isdecimal() else None
    if task is None and (after := request.GET.get("after", "")).isdecimal():
        return {"starts_after": after}
    if task is None:
        return {}
    return {
        "kind": task.kind,
        "title": task.title,
        "description": task.description,
        "mechanism": task.mechanism,
        "pay_cents": task.pay_cents / 100,
        "floor_cents": task.floor_cents / 100 if task.floor_cents else None,
        "estimate_minutes": max(1, task.estimate_seconds // 60),
        "slot_count": task.slot_count,
        "skills": task.skills,
        "proofs": task.proofs,
        "place": place_near(task.latitude, task.longitude),
        **said_again(task.who_provides),
    }


@client_only
@require_safe
def client_home(request: PersonRequest) -> HttpResponse:
    return render(request, "clients/home.html", home_page(request))


def home_tag(request: PersonRequest) -> str:
    if not hasattr(request.user, "client"):
        return ""
    listed = page_of(request, tasks_listed(request).values_list("pk", flat=True)).object_list
    return tag_of_home(request, list(listed), ledger.money_of(request.user))


def tag_of_home(request: PersonRequest, listed: list[int], money: tuple[int, int]) -> str:
    """Changes with what happens to the tasks on the page: not to all that a client ever posted."""
    return page_tag(request, queries.change_number(task__in=listed), listed, money)


def tasks_listed(request: PersonRequest) -> QuerySet[Task]:
    return without_rows_of_tables(queries.tasks_of(request.user.client))


@client_only
@require_safe
@condition(etag_func=home_tag)
def client_home_moving(request: PersonRequest) -> HttpResponse:
    return render(request, "clients/_tasks.html", home_page(request))


def home_page(request: PersonRequest) -> dict[str, object]:
    page = page_of(request, tasks_listed(request), shown=queries.with_submitted_count())
    balance_cents, held_cents = money = ledger.money_of(request.user)
    return {
        "page": page,
        "balance_cents": balance_cents,
        "held_cents": held_cents,
        "tag": tag_of_home(request, [task.pk for task in page.object_list], money),
    }


def own_task(request: PersonRequest, task_id: int) -> Task:
    mine = with_counts(request.user.client.tasks.select_related("client"))
    return get_object_or_404(mine, pk=task_id)


def task_tag(request: PersonRequest, task_id: int) -> str:
    return page_tag(request, queries.change_number(task_id=task_id))


@client_only
@require_safe
def client_task(request: PersonRequest, task_id: int) -> HttpResponse:
    """Everything about one's own task; the middle of it moves."""
    page = task_page(own_task(request, task_id), timezone.now())
    page["tag"] = page_tag(request, page["change_number"])
    return render(request, "clients/task.html", page)


@client_only
@require_safe
@condition(etag_func=task_tag)
def client_task_moving(request: PersonRequest, task_id: int) -> HttpResponse:
    page = task_page(own_task(request, task_id), timezone.now())
    return render(request, "clients/_task_moving.html", page)


@client_only
@require_safe
def project(request: PersonRequest, task_id: int) -> HttpResponse:
    """The tasks that begin one after another, in their order, and who worked on them."""
    task = own_task(request, task_id)
    rows = queries.project_of(task)
    page = {"task": task, "rows": rows, "people": queries.people_of(rows)}
    page["may_be_followed"] = queries.may_be_followed(task)
    return render(request, "clients/project.html", page)


@client_only
@require_safe
def why(request: PersonRequest, task_id: int) -> HttpResponse:
    """Every decision about one's own task: who won and on which criteria, or why it stayed open."""
    task = own_task(request, task_id)
    return render(
        request, "clients/why.html", {"task": task, "decisions": decisions_explained(task)}
    )


@client_only
@require_POST
def cancel(request: PersonRequest, task_id: int) -> HttpResponse:
    own_task(request, task_id)
    try:
        shifts.cancel_task(task_id=task_id, by=request.user, now=timezone.now())
    except (actions.TaskIsNotOpen, shifts.ShiftHasBegun) as refusal:
        tell_refusal(request, refusal)
    return redirect("client_task", task_id)


@client_only
@require_POST
def choose(request: PersonRequest, task_id: int) -> HttpResponse:
    own_task(request, task_id)
    picked = [int(pk) for pk in request.POST.getlist("worker") if pk.isdecimal() and len(pk) < 19]
    try:
        allocation.choose(task_id=task_id, workers=picked, by=request.user, now=timezone.now())
    except CHOICE_REFUSALS as refusal:
        tell_refusal(request, refusal)
    return redirect("client_task", task_id)


@client_only
@require_POST
def approve(request: PersonRequest, assignment_id: int) -> HttpResponse:
    return judge(
        request,
        assignment_id,
        lambda: actions.approve(assignment_id=assignment_id, by=request.user, now=timezone.now()),
        _("Approved and paid."),
    )


@client_only
@require_POST
def rework(request: PersonRequest, assignment_id: int) -> HttpResponse:
    form = ReworkForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    return judge(
        request,
        assignment_id,
        lambda: actions.ask_for_rework(
            assignment_id=assignment_id, by=request.user, text=text, now=timezone.now()
        ),
        _("The worker is asked for another try."),
    )


@client_only
@require_POST
def reject(request: PersonRequest, assignment_id: int) -> HttpResponse:
    form = RejectionForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"reason_code": "", "text": ""}
    return judge(
        request,
        assignment_id,
        lambda: disputes.reject(
            assignment_id=assignment_id, by=request.user, now=timezone.now(), **said
        ),
        _("Rejected. The worker reads your reason."),
    )


@client_only
@require_POST
def bonus(request: PersonRequest, assignment_id: int) -> HttpResponse:
    form = BonusForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"amount_cents": 0, "text": "", "key": ""}
    return judge(
        request,
        assignment_id,
        lambda: actions.give_bonus(
            assignment_id=assignment_id, by=request.user, now=timezone.now(), **said
        ),
        _("The bonus is paid."),
    )


def judge(
    request: PersonRequest, assignment_id: int, act: Callable[[], object], done: str
) -> HttpResponse:
    """Give one verdict on work that was done for this client, and go back to where it was given."""
    mine = Assignment.objects.filter(task__client=request.user.client)
    assignment = get_object_or_404(mine, pk=assignment_id)
    try:
        written = act()
    except VERDICT_REFUSALS as refusal:
        tell_refusal(request, refusal)
    else:
        if isinstance(written, HeldRejection):
            done = _("Many rejections in this batch: an operator looks at this one first.")
        messages.success(request, done)
    return back_to_review(request) or redirect("client_task", assignment.task_id)


def back_to_review(request: PersonRequest) -> HttpResponse | None:
    """The same page of the review list, where the verdict was given there."""
    address = request.POST.get("back", "")
    return redirect(address) if address.startswith(reverse("review") + "?") else None


@client_only
@require_safe
def review(request: PersonRequest) -> HttpResponse:
    """Everything handed in that waits for a verdict, of one task, one batch, or all."""
    return render(request, "clients/review.html", review_page(request, timezone.now()))


@client_only
@require_POST
def approve_many(request: PersonRequest) -> HttpResponse:
    """Approve the ticked ones, or all that were shown on the page."""
    name = "shown" if "all" in request.POST else "assignment"
    ids = [int(pk) for pk in request.POST.getlist(name) if pk.isdecimal() and len(pk) < 19]
    count = actions.approve_many(
        assignment_ids=ids[:MOST_AT_ONCE], by=request.user, now=timezone.now()
    )
    if count:
        done = ngettext("%(n)d approved and paid.", "%(n)d approved and paid.", count)
        messages.success(request, done % {"n": count})
    else:
        messages.info(request, _("Nothing was ticked that still waits for a verdict."))
    return back_to_review(request) or redirect("review")


@client_only
def spending(request: PersonRequest) -> HttpResponse:
    """Wallet, escrow, statement of either; and more play money."""
    kind = Account.Kind.ESCROW if request.GET.get("of") == "escrow" else Account.Kind.WALLET
    form = DepositForm(request.POST or None, initial={"key": uuid4().hex, "amount_cents": 100})
    if request.method == "POST" and form.is_valid():
        try:
            clients.deposit(client=request.user.client, now=timezone.now(), **form.cleaned_data)
        except clients.TooMuchPlayMoney as refusal:
            form.add_error("amount_cents", sentence_of(refusal))
        else:
            messages.success(request, _("The play money is in your wallet."))
            return redirect("client_spending")
    balance_cents, held_cents = ledger.money_of(request.user)
    return render(
        request,
        "clients/spending.html",
        {
            "form": form,
            "balance_cents": balance_cents,
            "held_cents": held_cents,
            "spent_chart": chart_of(months_spent(request.user)),
            "of": kind,
            **statement_page(request, ledger.book_of_person(request.user, kind)),
        },
    )


def months_spent(user: User) -> list[Month]:
    """The last twelve months in which something was spent."""
    rows = ledger.spent_by_month(user)[-MOST_MONTHS:]
    return [Month(month.date(), pay, fee) for month, pay, fee in rows]
