"""What operators fill in about wage floors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from wages.models import MarketFloor, WageFloor


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
