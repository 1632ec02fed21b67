"""Pages that belong to nobody in particular: home, help, health, and the demo's open door."""

from __future__ import annotations

import redis
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from agenda.queries import overdue_count, seconds_since_sweep
from marketplace.demo import PEOPLE, email_of
from marketplace.queries import market_figures
from marketplace.queue import doorbell

SWEEP_MAY_BE_SECONDS_OLD = 30
SIDES = ("clients", "workers", "operators", "researchers")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"figures": market_figures(timezone.now())})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "help.html")


@require_safe
def help_side(request: HttpRequest, side: str) -> HttpResponse:
    """Help in plain words for one side of the market."""
    if side not in SIDES:
        raise Http404
    return render(request, f"help/{side}.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html", {"figures": market_figures(timezone.now())})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """One click and you are one of the demo's people. Only in demo mode, only for demo people."""
    if not settings.DEMO_MODE:
        raise Http404
    slug = request.POST.get("slug", "")
    if slug not in {person.slug for person in PEOPLE}:
        raise Http404
    user = get_object_or_404(User, email=email_of(slug), is_active=True)
    login(request, user)
    messages.success(request, _("You are %(name)s now, in the demo.") % {"name": user.name})
    then = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(then, {request.get_host()})
    return redirect(then if is_ours else landing_of(user))


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Where a log-in leads: to the work, the tasks or the desk of whoever logs in."""
    if not request.user.is_authenticated:
        return redirect("home")
    return redirect(landing_of(request.user))


def landing_of(user: User) -> str:
    if user.is_staff:
        return "admin:index"
    if hasattr(user, "worker"):
        return "worker_home"
    if hasattr(user, "client"):
        return "client_home"
    return "home"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, the broker answers, and somebody swept lately."""
    parts = {"database": database_state(), "broker": broker_state()}
    parts["sweep"] = sweep_state() if parts["database"]["ok"] else {"ok": False}
    ready = all(part["ok"] for part in parts.values())
    body = {"status": "ready" if ready else "not ready", **parts}
    return JsonResponse(body, status=200 if ready else 503)


def database_state() -> dict[str, object]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True}


def broker_state() -> dict[str, object]:
    try:
        doorbell().ping()
    except redis.RedisError as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True}


def sweep_state() -> dict[str, object]:
    try:
        age = seconds_since_sweep(timezone.now())
        overdue = overdue_count(timezone.now())
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}
    fresh = age is not None and age < SWEEP_MAY_BE_SECONDS_OLD
    return {"ok": fresh, "age_seconds": age, "overdue": overdue}
