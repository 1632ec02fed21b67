"""What operators fill in about wage floors, and workers in their diary."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wages.models import MarketFloor, TimeEntry, WageFloor
from workers.forms import MoneyField
from workers.models import Worker


class ChoiceForm(forms.Form):
    country = forms.ChoiceField(
        label="Whose floor",
        required=False,
        choices=[("", "No floor"), *WageFloor.Country.choices],
        help_text=f"Only a floor in {settings.CURRENCY} can be compared with what is paid here.",
    )
    response = forms.ChoiceField(label="Below it", choices=MarketFloor.Response.choices)
    valid_from = forms.DateTimeField(
        label="In force from",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["valid_from"].initial = timezone.localtime(now)


class FactForm(forms.Form):
    """A minimum wage as somebody read it somewhere."""

    country = forms.ChoiceField(label="Country", choices=WageFloor.Country.choices)
    amount_cents = forms.IntegerField(label="Cents per hour", min_value=1, max_value=1_000_000)
    currency = forms.ChoiceField(choices=[(code, code) for code in ("EUR", "GBP", "USD")])
    from_age = forms.IntegerField(label="From which age", required=False, min_value=1)
    valid_from = forms.DateField(label="First day", widget=forms.DateInput({"type": "date"}))
    valid_to = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput({"type": "date"})
    )
    source = forms.CharField(max_length=200, help_text="What you read it in, and where that is.")
    grade = forms.ChoiceField(label="How well it was read", choices=WageFloor.Grade.choices)
    note = forms.CharField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "The last day cannot be before the first.")
        return cleaned


class DiaryForm(forms.Form):
    """A line of the diary: what the site cannot know."""

    kind = forms.ChoiceField(label=_("What for"))
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    minutes = forms.IntegerField(
        label=_("Time, in minutes"), required=False, min_value=0, max_value=24 * 60
    )
    cost_cents = MoneyField(label=_("Costs, in euros"), required=False, max_value=1_000_000)
    assignment = forms.ChoiceField(
        label=_("For which work"), required=False, help_text=_("Needed for working time only.")
    )
    note = forms.CharField(label=_("Note"), max_length=120, required=False)

    def __init__(self, *args: Any, worker: Worker, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        by_hand = ("transport", "equipment", "training", "insurance", "working", "other")
        kinds: Any = self.fields["kind"]
        kinds.choices = [(kind, TimeEntry.Kind(kind).label) for kind in by_hand]
        works: Any = self.fields["assignment"]
        newest = worker.assignments.select_related("task").order_by("-id")[:30]
        works.choices = [("", "–"), *((str(a.pk), a.task.title) for a in newest)]
        self.fields["day"].initial = timezone.localdate(now)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "working" and not cleaned.get("assignment"):
            self.add_error("assignment", _("Say which work the time was for."))
        return cleaned

    def entry(self) -> dict[str, Any]:
        """The cleaned answers as the action wants them."""
        said = self.cleaned_data
        return {
            "kind": said["kind"],
            "day": said["day"],
            "seconds": (said["minutes"] or 0) * 60,
            "cost_cents": said["cost_cents"] or 0,
            "assignment_id": int(said["assignment"]) if said["assignment"] else None,
            "note": said["note"],
        }


class BeatForm(forms.Form):
    """What an open page says of itself, every half minute."""

    kind = forms.CharField(max_length=9)
    assignment = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    start = forms.BooleanField(required=False)
