"""The component sheet: every component in every state, light beside dark. Shown in demo mode only."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.templatetags.market import ICONS, STATES


class SampleForm(forms.Form):
    """One field of each kind. Bound to wrong answers it shows its errors."""

    title = forms.CharField(label=_("Title"), help_text=_("What is to be done, in a few words."))
    pay = forms.DecimalField(label=_("Pay"), min_value=1, help_text=_("For each slot."))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("microtask", _("Microtask")), ("errand", _("Errand"))],
    )
    text = forms.CharField(label=_("Instructions"), widget=forms.Textarea, required=False)
    rule = forms.ChoiceField(
        label=_("Who decides?"),
        widget=forms.RadioSelect,
        choices=[
            ("first_come", _("First come, first served")),
            ("auction", _("Best bid wins")),
        ],
    )
    agree = forms.BooleanField(label=_("I have read the instructions once more"))


def styleguide(request: HttpRequest) -> HttpResponse:
    """GET /styleguide/. 404 outside demo mode."""
    if not settings.DEMO_MODE:
        raise Http404
    return render(
        request,
        "styleguide.html",
        {"sheets": [_sheet("light"), _sheet("dark")], **_samples()},
    )


def _sheet(theme: str) -> dict[str, Any]:
    wrong = {f"{theme}-title": "", f"{theme}-pay": "0", f"{theme}-kind": "errand"}
    return {
        "theme": theme,
        "form": SampleForm(prefix=theme + "-empty"),
        "wrong": SampleForm(wrong, prefix=theme),
    }


def _samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "states": STATES,
        "icons": sorted(ICONS),
        "soon": now + timedelta(seconds=45),
        "later": now + timedelta(minutes=34),
        "past": now - timedelta(minutes=1),
        "facts": [
            {"icon": "place", "words": "Gent"},
            {"icon": "calendar", "words": "25 November, 18:00"},
            {"icon": "tools", "words": _("The client provides the tools")},
        ],
        "factors": [
            {
                "label": _("Skill match"),
                "value": 0.9,
                "weight": 40,
                "contribution": 36.0,
            },
            {"label": _("Distance"), "value": 0.55, "weight": 30, "contribution": 16.5},
            {
                "label": _("Waiting since last award"),
                "value": 0.2,
                "weight": 20,
                "contribution": 4.0,
            },
            {
                "label": _("Late hand-ins"),
                "value": 0.3,
                "weight": -10,
                "contribution": -3.0,
            },
        ],
        "total": 53.5,
        "events": [
            {
                "at": now - timedelta(hours=3),
                "words": _("Task posted"),
                "by": "Clara Maes",
            },
            {
                "at": now - timedelta(hours=1),
                "words": _("Bidding closed, three bids"),
                "why": _("The closing time came."),
            },
            {"at": now, "words": _("Awarded to Wim Peeters"), "is_now": True},
        ],
        "steps": [
            {"words": _("Posted"), "state": "done"},
            {"words": _("Bidding"), "state": "done"},
            {"words": _("In progress"), "state": "now"},
            {"words": _("Submitted"), "state": ""},
            {"words": _("Paid"), "state": ""},
        ],
        "tabs": [
            {"url": "#", "words": _("Open"), "count": 12, "is_here": True},
            {"url": "#", "words": _("In progress"), "count": 3},
            {"url": "#", "words": _("Done"), "count": 208},
        ],
        "crumbs": [
            {"url": "#", "words": _("My tasks")},
            {"url": "#", "words": _("Batch of photographs")},
        ],
        "page": Paginator(range(60), 20).page(2),
        "people": [
            "Clara Maes",
            "Wim Peeters",
            "Yasmina El Amrani",
            "Stan Janssens",
            "Noor",
            "Émile Dubois",
            "Anke De Smet",
            "Ali Yılmaz",
        ],
    }
