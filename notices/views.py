"""The inbox and its bell, how one wants to hear of things, and saved searches."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_GET, require_POST, require_safe

from accounts.models import User
from marketplace.doors import PersonRequest, page_of, page_tag, sentence_of, worker_only
from notices import actions, queries, rules
from notices.forms import PreferenceForm, SearchNameForm
from notices.links import read_stop, target
from notices.searches import new_count
from notices.words import name_of
from workers.forms import MarketFilter


# --- the inbox ----------------------------------------------------------------------------------
@login_required
@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    """Everything this person was told, newest first."""
    note_language(request)
    page = page_of(request, queries.inbox_of(request.user))
    unread, _newest = queries.unread_of(request.user)
    return render(request, "notices/inbox.html", {"page": page, "unread": unread})


def bell_tag(request: HttpRequest) -> str:
    if not request.user.is_authenticated:
        return ""
    return page_tag(request, *queries.unread_of(request.user))


@login_required
@require_safe
@condition(etag_func=bell_tag)
def bell(request: PersonRequest) -> HttpResponse:
    """How many notices wait, for the header of every page."""
    note_language(request)
    unread, _newest = queries.unread_of(request.user)
    return render(request, "notices/_bell.html", {"unread": unread})


def note_language(request: PersonRequest) -> None:
    language = get_language() or "en"
    if queries.language_of(request.user, otherwise="") != language:
        actions.remember_language(person=request.user, language=language)


@login_required
@require_GET
def notice(request: PersonRequest, notice_id: int) -> HttpResponse:
    """Read one notice: go to what it is about."""
    get_object_or_404(request.user.notices, pk=notice_id)
    read = actions.read_notice(notice_id=notice_id, by=request.user, now=timezone.now())
    return redirect(target(read))


@login_required
@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    actions.read_all(by=request.user, now=timezone.now())
    return redirect("inbox")


# --- how to hear of it --------------------------------------------------------------------------
@login_required
def preferences(request: PersonRequest) -> HttpResponse:
    """Per kind: inbox and e-mail, with the day's e-mail, inbox only, or not at all."""
    form = PreferenceForm(request.POST or None, rows=queries.described(request.user))
    if request.method == "POST" and form.is_valid():
        actions.choose_channels(by=request.user, channels=form.changed())
        messages.success(request, _("Saved."))
        return redirect("notice_preferences")
    sides = [
        (_("When I work"), form.of_side("worker")),
        (_("When I post tasks"), form.of_side("client")),
        (_("On either side"), form.of_side("both")),
    ]
    page = {"form": form, "sides": sides, "is_confirmed": queries.is_confirmed(request.user)}
    return render(request, "notices/preferences.html", page)


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signature says who asks
def stop_mail(request: HttpRequest, signed: str) -> HttpResponse:
    """Stop e-mail without a log-in. A GET only asks, because mail scanners follow links."""
    found = read_stop(signed)
    if found is None or not is_somebodys(*found):
        raise Http404
    person_id, kind = found
    if request.method == "POST":
        actions.stop_mail(person_id=person_id, kind=kind)
    page = {"kind": name_of(kind) if kind else "", "is_done": request.method == "POST"}
    return render(request, "notices/stop.html", page)


def is_somebodys(person_id: int, kind: str) -> bool:
    return kind in ("", *rules.KINDS) and User.objects.filter(pk=person_id).exists()


# --- saved searches -----------------------------------------------------------------------------
@worker_only
@require_safe
def searches(request: PersonRequest) -> HttpResponse:
    """What this worker keeps looking for, each with what is new."""
    found = queries.searches_of(request.user.worker)
    rows = [{"search": one, "new": new_count(one), "filters": filter_words(one)} for one in found]
    return render(request, "notices/searches.html", {"rows": rows})


def filter_words(search: Any) -> list[str]:
    """The filters of a search as the form names them."""
    form = MarketFilter(search.filters)
    words = []
    for field in form:
        value = search.filters.get(field.name)
        choices = dict(getattr(field.field, "choices", ()))
        if value:
            words.append(str(choices.get(value, field.label if value is True else value)))
    return words


@worker_only
@require_POST
def search_save(request: PersonRequest) -> HttpResponse:
    """Keep the filters of the page this was sent from."""
    asked = QueryDict(request.POST.get("filters", ""))
    form, name = MarketFilter(asked), SearchNameForm(request.POST)
    wanted = {k: v for k, v in form.cleaned_data.items() if v} if form.is_valid() else {}
    try:
        actions.save_search(
            by=request.user.worker,
            name=name.cleaned_data["name"] if name.is_valid() else "",
            filters=wanted,
            now=timezone.now(),
        )
    except (actions.SearchNeedsAName, actions.TooManySearches) as refusal:
        messages.error(request, sentence_of(refusal))
        return redirect(market_address(wanted))
    messages.success(request, _("Saved. You are told when new tasks fit."))
    return redirect("searches")


def market_address(filters: dict[str, Any]) -> str:
    asked = urlencode({name: "on" if value is True else value for name, value in filters.items()})
    return reverse("market") + (f"?{asked}" if asked else "")


@worker_only
@require_GET
def search_open(request: PersonRequest, search_id: int) -> HttpResponse:
    """Find work with these filters; what was new has been seen."""
    get_object_or_404(request.user.worker.searches, pk=search_id)
    opened = actions.open_search(search_id=search_id, by=request.user.worker, now=timezone.now())
    return redirect(market_address(opened.filters))


@worker_only
@require_POST
def search_rename(request: PersonRequest, search_id: int) -> HttpResponse:
    get_object_or_404(request.user.worker.searches, pk=search_id)
    form = SearchNameForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    try:
        actions.rename_search(search_id=search_id, by=request.user.worker, name=name)
    except actions.SearchNeedsAName as refusal:
        messages.error(request, sentence_of(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("searches")


@worker_only
@require_POST
def search_delete(request: PersonRequest, search_id: int) -> HttpResponse:
    get_object_or_404(request.user.worker.searches, pk=search_id)
    actions.forget_search(search_id=search_id, by=request.user.worker, now=timezone.now())
    return redirect("searches")
