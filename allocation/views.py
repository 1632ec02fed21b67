"""The register: every rule that may decide, with its parameters, its versions and its figures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from allocation.engine.catalogue import CATALOGUE
from allocation.queries import register


@require_safe
def mechanisms(request: HttpRequest) -> HttpResponse:
    """All mechanisms, by family."""
    return render(
        request, "allocation/mechanisms.html", {"families": register.families(timezone.now())}
    )


@require_safe
def mechanism(request: HttpRequest, slug: str) -> HttpResponse:
    """One mechanism: rule, parameters, every version with its reason, and figures."""
    if slug not in CATALOGUE:
        raise Http404
    return render(request, "allocation/mechanism.html", register.entry(slug, timezone.now()))
