"""The doors of shifts: posting one, one's own, the reserve list, not being there, free hours."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allocation.actions import NotEligible
from clients.forms import key_in_address
from ledger import queries as ledger
from ledger.actions import NotEnoughMoney
from marketplace.doors import PersonRequest, client_only, sentence_of, tell_refusal, worker_only
from shifts import actions, queries
from shifts.calendar import calendar_of
from shifts.forms import HoursForm, ShiftForm
from tasks.actions import ClosingIsInThePast, PostedAlready, TaskIsNotOpen, WorkerIsFull
from tasks.doors import not_in_a_class
from tasks.models import Assignment, Task
from tasks.queries import either_side
from wages.actions import PayIsBelowTheFloor
from wages.queries import floor_in_force

POSTING: tuple[type[Exception], ...] = (
    actions.CannotBeAShift,
    actions.ShiftIsInThePast,
    actions.ShiftTooLong,
    ClosingIsInThePast,
    NotEnoughMoney,
)
BOOKING: tuple[type[Exception], ...] = (
    *POSTING,
    actions.HourIsGone,
    actions.OwnHour,
    NotEligible,
    PayIsBelowTheFloor,
    TaskIsNotOpen,
    WorkerIsFull,
)


@client_only
@not_in_a_class
def shift_new(request: PersonRequest) -> HttpResponse:
    """Post a shift."""
    now = timezone.now()
    form = ShiftForm(request.POST or None, now=now, initial=key_in_address(request))
    if request.method == "POST" and form.is_valid():
        try:
            task = actions.post_shift(
                client=request.user.client,
                new=form.new_task(),
                terms=form.terms(),
                accepts_low_pay=form.cleaned_data["accepts_low_pay"],
                now=now,
                once=form.once,
            )
        except PostedAlready as before:
            messages.info(request, sentence_of(before))
            return redirect("client_task", before.task.pk)
        except PayIsBelowTheFloor as refusal:
            form.say_pay_is_low(refusal)
        except POSTING as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Your shift is on the board. Its escrow is held."))
            return redirect("client_task", task.pk)
    page = {
        "form": form,
        "balance_cents": ledger.balance_cents(request.user),
        "floor": floor_in_force(now),
    }
    return render(request, "shifts/shift_new.html", page)


@worker_only
def my_shifts(request: PersonRequest) -> HttpResponse:
    """What is coming, the reserve lists one is on, and the hours one offers."""
    worker, now = request.user.worker, timezone.now()
    form = HoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_hours(by=worker, now=now, **form.cleaned_data)
        except (actions.ShiftIsInThePast, actions.ShiftTooLong, actions.HourIsTaken) as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Published. Whoever books it first has it."))
            return redirect("my_shifts")
    page = {
        "form": form,
        "coming": queries.attendances_of(worker, now).filter(is_held=True)[:50],
        "reserves": queries.reserves_of(worker, now),
        "hours": queries.free_hours(now, request.user).filter(worker=worker),
    }
    return render(request, "shifts/my_shifts.html", page)


@login_required
@require_safe
def calendar(request: PersonRequest) -> HttpResponse:
    """One's own shifts of the last month and all that come, as a calendar file."""
    now = timezone.now()
    since = now - timedelta(days=30)
    worker, client = getattr(request.user, "worker", None), getattr(request.user, "client", None)
    body = calendar_of(
        queries.attendances_of(worker, since) if worker else (),
        queries.shifts_of(client, since) if client else (),
        lambda name, number: request.build_absolute_uri(reverse(name, args=[number])),
        now,
    )
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="shifts.ics"'
    return answer


@worker_only
@require_POST
def reserve(request: PersonRequest, task_id: int) -> HttpResponse:
    """Join the reserve list of a shift, or leave it."""
    get_object_or_404(Task.objects.posted().in_room_of(request.user), pk=task_id)
    worker, now = request.user.worker, timezone.now()
    try:
        if "leave" in request.POST:
            actions.leave_reserve(task_id=task_id, by=worker, now=now)
        else:
            actions.join_reserve(task_id=task_id, by=worker, now=now)
            messages.success(request, _("You are on the reserve list."))
    except (
        actions.NotAShift,
        actions.ShiftHasBegun,
        actions.PlaceIsFree,
        NotEligible,
    ) as refusal:
        tell_refusal(request, refusal)
    return redirect("task", task_id)


def of_mine(request: PersonRequest, assignment_id: int) -> tuple[Assignment, HttpResponse]:
    """An assignment on either side of which this person stands, and where to go back to."""
    user = request.user
    mine = Assignment.objects.filter(either_side(user))
    found = get_object_or_404(mine.select_related("worker"), pk=assignment_id)
    if found.worker.user_id == user.pk:
        return found, redirect("assignment", found.pk)
    return found, redirect("client_task", found.task_id)


@login_required
@require_POST
def no_show(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Say that the other side was not there."""
    found, back = of_mine(request, assignment_id)
    reason = request.POST.get("text", "")[:2000].replace("\0", "")
    try:
        actions.record_no_show(
            assignment_id=found.pk, by=request.user, reason=reason, now=timezone.now()
        )
    except (actions.NotYet, actions.NoShowNeedsAReason, actions.AlreadyRecorded) as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("Written down. The other side reads it and can answer."))
    return back


@login_required
@require_POST
def no_show_answer(request: PersonRequest, assignment_id: int) -> HttpResponse:
    found, back = of_mine(request, assignment_id)
    answer = request.POST.get("text", "")[:2000].replace("\0", "")
    try:
        actions.answer_no_show(
            assignment_id=found.pk, by=request.user, answer=answer, now=timezone.now()
        )
    except actions.NothingToAnswer as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("Your answer stands beside it."))
    return back


@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """Hours that workers offer, the next first."""
    free = queries.free_hours(timezone.now(), request.user)
    return render(request, "shifts/hours.html", {"hours": free[:200]})


@client_only
@require_POST
def hour_book(request: PersonRequest, hour_id: int) -> HttpResponse:
    now = timezone.now()
    get_object_or_404(queries.free_hours(now, request.user), pk=hour_id)
    try:
        # The worker named this price, so it may be below the floor where the market only warns.
        task = actions.book_hour(
            hour_id=hour_id, by=request.user.client, accepts_low_pay=True, now=now
        )
    except BOOKING as refusal:
        if isinstance(refusal, NotEligible):
            messages.error(request, _("This worker cannot take the hour any more."))
        else:
            tell_refusal(request, refusal)
        return redirect("hours")
    messages.success(
        request, _("Booked. The escrow is held, and the worker has it in the calendar.")
    )
    return redirect("client_task", task.pk)


@worker_only
@require_POST
def hour_withdraw(request: PersonRequest, hour_id: int) -> HttpResponse:
    get_object_or_404(request.user.worker.published_hours, pk=hour_id)
    actions.withdraw_hour(hour_id=hour_id, by=request.user.worker, now=timezone.now())
    return redirect("my_shifts")
