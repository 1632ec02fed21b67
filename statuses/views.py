"""The worker's page of statuses."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.doors import PersonRequest, sentence_of, tell_refusal, worker_only
from statuses import actions
from statuses.forms import StatusForm
from statuses.queries import standings_of
from wages.queries import day_of


@worker_only
def statuses(request: PersonRequest) -> HttpResponse:
    """The statuses one has, how far their limits are used, and a form for another one."""
    worker, now = request.user.worker, timezone.now()
    form = StatusForm(request.POST or None, initial={"from_day": day_of(now)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.hold_status(worker=worker, now=now, **form.cleaned_data)
        except (actions.StatusEndsBeforeItBegins, actions.StatusIsHeldAlready) as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("statuses")
    page = {"form": form, "standings": standings_of(worker, now), "worker": worker}
    return render(request, "statuses/statuses.html", page)


@worker_only
@require_POST
def choose(request: PersonRequest) -> HttpResponse:
    try:
        actions.work_as(
            worker=request.user.worker, status=request.POST.get("status", ""), now=timezone.now()
        )
    except actions.StatusIsNotHeld as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("Saved."))
    return redirect("statuses")


@worker_only
@require_POST
def end(request: PersonRequest, held_id: int) -> HttpResponse:
    held = get_object_or_404(request.user.worker.statuses, pk=held_id)
    actions.end_status(held_id=held.pk, by=request.user.worker, now=timezone.now())
    messages.success(request, _("Ended."))
    return redirect("statuses")
