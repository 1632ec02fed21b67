"""The worker's three wages, and the diary that they are worked out from."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.doors import PersonRequest, page_of, sentence_of, worker_only
from wages import actions, queries
from wages.chart import chart_of
from wages.forms import BeatForm, DiaryForm
from wages.rules import BEAT_SECONDS

WEEKS = 12


@worker_only
def wages(request: PersonRequest) -> HttpResponse:
    """The three wages over twelve weeks, the diary, and a form for what the site cannot know."""
    worker, now = request.user.worker, timezone.now()
    form = DiaryForm(request.POST or None, worker=worker, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_entry(by=worker, now=now, **form.entry())
        except (
            actions.EntryIsEmpty,
            actions.EntryIsTooLong,
            actions.DayIsNotYet,
            actions.NotYourWork,
        ) as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Written down. Only you can read it."))
            return redirect("worker_wages")
    return render(request, "wages/wages.html", wages_page(request, form))


def wages_page(request: PersonRequest, form: DiaryForm) -> dict[str, Any]:
    worker, now = request.user.worker, timezone.now()
    weeks = queries.wages_by_week(worker, now, WEEKS)
    return {
        "form": form,
        "is_on": queries.keeps_time(worker),
        "beat_seconds": BEAT_SECONDS,
        "month": queries.wages_since(worker, now, days=30),
        "weeks": [week for week in reversed(weeks) if week[1].all_seconds or week[1].cost_cents],
        "chart": chart_of(weeks, queries.floor_in_force(now)),
        "page": page_of(request, queries.diary_of(worker)),
    }


@worker_only
@require_safe
def wages_csv(request: PersonRequest) -> HttpResponse:
    """Every week of the last two years as a table: amounts in cents, times in seconds."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="wages.csv"'
    writer = csv.writer(answer)
    names = "per_paid_hour per_hour net_per_hour money_cents paid_seconds unpaid_seconds cost_cents"
    columns = [*names.split(), "left_out"]
    writer.writerow(["week", *columns])
    for monday, week in queries.wages_by_week(request.user.worker, timezone.now(), weeks=104):
        if week.all_seconds or week.cost_cents or week.left_out:
            writer.writerow([date.isoformat(monday), *(getattr(week, name) for name in columns)])
    return answer


@worker_only
@require_POST
def keep_time(request: PersonRequest) -> HttpResponse:
    """Switch the keeping of time on or off."""
    is_on = "stop" not in request.POST
    actions.switch_time_keeping(by=request.user.worker, is_on=is_on, now=timezone.now())
    return redirect("worker_wages")


@worker_only
@require_POST
def delete_entry(request: PersonRequest, entry_id: int) -> HttpResponse:
    get_object_or_404(request.user.worker.time_entries, pk=entry_id)
    actions.delete_entry(entry_id=entry_id, by=request.user.worker)
    return redirect("worker_wages")


@worker_only
@require_POST
def beat(request: PersonRequest) -> HttpResponse:
    """An open page says that its reader is still there."""
    form = BeatForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    actions.beat(
        by=request.user.worker,
        kind=form.cleaned_data["kind"],
        assignment_id=form.cleaned_data["assignment"],
        is_start=form.cleaned_data["start"],
        now=timezone.now(),
    )
    return HttpResponse(status=204)
