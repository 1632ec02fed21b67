"""The public figures: a page for people, JSON for programs. Neither counts anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allocation.engine.catalogue import CATALOGUE
from transparency.queries import DAYS, FRESH_MINUTES, published
from transparency.rules import FEWEST
from transparency.words import DEFINITIONS, KINDS
from wages.queries import floor_in_force


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """The tables, of real people or of simulated ones."""
    row = published()
    group = "simulated" if request.GET.get("of") == "simulated" else "people"
    shown = page_of(row.figures, group) if row else {}
    return render(
        request,
        "transparency/transparency.html",
        {
            "row": row,
            "group": group,
            "days": DAYS,
            "minutes": FRESH_MINUTES,
            "fewest": FEWEST,
            "tabs": tabs(group),
            "floor": floor_in_force(timezone.now()),
            "cards": CATALOGUE.values(),
            **shown,
        },
    )


def page_of(figures: dict[str, Any], group: str) -> dict[str, Any]:
    found: dict[str, Any] = figures[group]
    return found | {
        "since": parse_datetime(figures["period"]["from"]),
        "until": parse_datetime(figures["period"]["until"]),
        "mechanisms": [
            row | {"card": CATALOGUE[row["mechanism"]]}
            for row in found["mechanisms"]
            if row["mechanism"] in CATALOGUE
        ],
        "questions": [row | {"words": KINDS[row["kind"]]} for row in found["questions"]],
    }


def tabs(group: str) -> list[dict[str, Any]]:
    page = reverse("transparency")
    words = {"people": _("People"), "simulated": _("Simulated people")}
    addresses = {"people": page, "simulated": f"{page}?of=simulated"}
    return [
        {"url": addresses[name], "words": words[name], "is_here": name == group} for name in words
    ]


@require_safe
def transparency_json(request: HttpRequest) -> JsonResponse:
    answer = JsonResponse(document(request))
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def document(request: HttpRequest) -> dict[str, Any]:
    """Every published figure with its definition, its period and when it was counted."""
    row = published()
    return {
        "counted_at": row.counted_at.isoformat() if row else None,
        "fewest": FEWEST,
        "definitions": DEFINITIONS,
        "register": request.build_absolute_uri(reverse("mechanisms")),
        "period": row.figures["period"] if row else None,
        "people": row.figures["people"] if row else None,
        "simulated": row.figures["simulated"] if row else None,
    }
