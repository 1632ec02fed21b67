"""The client's pages: post, watch, choose, review, pay."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from allocation import actions as allocation
from batches.queries import without_rows_of_tables
from clients import actions as clients
from clients.forms import DepositForm, RejectionForm, ReworkForm, TaskForm
from clients.pages import decisions_explained, task_page
from ledger import queries as ledger
from ledger.actions import NotEnoughMoney
from marketplace.doors import (
    PersonRequest,
    client_only,
    page_of,
    page_tag,
    sentence_of,
    tell_refusal,
)
from tasks import actions, queries
from tasks.models import Assignment, Task
from workers.forms import place_near

CHOICE_REFUSALS: tuple[type[Exception], ...] = (
    actions.TaskIsNotOpen,
    allocation.NotOnTheList,
    allocation.WinnersAreGone,
)


@client_only
def task_new(request: PersonRequest) -> HttpResponse:
    """Post a task; `?again=<id>` starts from an earlier one."""
    now = timezone.now()
    form = TaskForm(request.POST or None, now=now, initial=fields_again(request))
    if request.method == "POST" and form.is_valid():
        try:
            task = allocation.post_task(client=request.user.client, new=form.new_task(), now=now)
        except (NotEnoughMoney, actions.ClosingIsInThePast) as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Your task is on the board. Its escrow is held."))
            return redirect("client_task", task.pk)
    balance = ledger.balance_cents(request.user)
    return render(request, "clients/task_new.html", {"form": form, "balance_cents": balance})


def fields_again(request: PersonRequest) -> dict[str, object]:
    again = request.GET.get("again", "")
    task = request.user.client.tasks.filter(pk=again).first() if again.isdecimal() else None
    if task is None:
        return {}
    return {
        "title": task.title,
        "description": task.description,
        "mechanism": task.mechanism,
        "pay_cents": task.pay_cents / 100,
        "floor_cents": task.floor_cents / 100 if task.floor_cents else None,
        "estimate_minutes": max(1, task.estimate_seconds // 60),
        "slot_count": task.slot_count,
        "skills": task.skills,
        "place": place_near(task.latitude, task.longitude),
    }


@client_only
@require_safe
def client_home(request: PersonRequest) -> HttpResponse:
    return render(request, "clients/home.html", home_page(request))


def home_tag(request: PersonRequest) -> str:
    client = getattr(request.user, "client", None)
    number = queries.change_number(task__client=client) if client else 0
    wallet = ledger.balance_cents(request.user)
    return page_tag(request, number, wallet, request.GET.get("page", ""))


@client_only
@require_safe
@condition(etag_func=home_tag)
def client_home_moving(request: PersonRequest) -> HttpResponse:
    return render(request, "clients/_tasks.html", home_page(request))


def home_page(request: PersonRequest) -> dict[str, object]:
    client = request.user.client
    return {
        "page": page_of(request, without_rows_of_tables(queries.tasks_of(client))),
        "balance_cents": ledger.balance_cents(request.user),
        "held_cents": ledger.held_cents(request.user),
        "tag": home_tag(request),
    }


def own_task(request: PersonRequest, task_id: int) -> Task:
    mine = Task.objects.filter(client=request.user.client)
    return get_object_or_404(mine.select_related("client"), pk=task_id)


def task_tag(request: PersonRequest, task_id: int) -> str:
    return page_tag(request, queries.change_number(task_id=task_id))


@client_only
@require_safe
def client_task(request: PersonRequest, task_id: int) -> HttpResponse:
    """Everything about one's own task; the middle of it moves."""
    page = task_page(own_task(request, task_id), timezone.now())
    return render(request, "clients/task.html", page | {"tag": task_tag(request, task_id)})


@client_only
@require_safe
@condition(etag_func=task_tag)
def client_task_moving(request: PersonRequest, task_id: int) -> HttpResponse:
    page = task_page(own_task(request, task_id), timezone.now())
    return render(request, "clients/_task_moving.html", page)


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
        actions.cancel_task(task_id=task_id, by=request.user, now=timezone.now())
    except actions.TaskIsNotOpen as refusal:
        tell_refusal(request, refusal)
    return redirect("client_task", task_id)


@client_only
@require_POST
def choose(request: PersonRequest, task_id: int) -> HttpResponse:
    own_task(request, task_id)
    picked = [int(pk) for pk in request.POST.getlist("worker") if pk.isdecimal()]
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
        lambda: actions.reject(
            assignment_id=assignment_id, by=request.user, now=timezone.now(), **said
        ),
        _("Rejected. The worker reads your reason."),
    )


def judge(
    request: PersonRequest, assignment_id: int, act: Callable[[], object], done: str
) -> HttpResponse:
    """Give one verdict on work that was done for this client, and go back to the task."""
    mine = Assignment.objects.filter(task__client=request.user.client)
    assignment = get_object_or_404(mine, pk=assignment_id)
    try:
        act()
    except (actions.NothingToReview, actions.ARejectionNeedsAReason) as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, done)
    return redirect("client_task", assignment.task_id)


@client_only
def spending(request: PersonRequest) -> HttpResponse:
    """Wallet, escrow, statement; and more play money."""
    form = DepositForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cents = form.cleaned_data["amount_cents"]
        try:
            clients.deposit(client=request.user.client, amount_cents=cents, now=timezone.now())
        except clients.TooMuchPlayMoney as refusal:
            form.add_error("amount_cents", sentence_of(refusal))
        else:
            messages.success(request, _("The play money is in your wallet."))
            return redirect("client_spending")
    return render(
        request,
        "clients/spending.html",
        {
            "form": form,
            "balance_cents": ledger.balance_cents(request.user),
            "held_cents": ledger.held_cents(request.user),
            "page": page_of(request, ledger.statement(request.user)),
        },
    )
