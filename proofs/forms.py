"""Showing a proof, and what an operator says of it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from proofs.queries import proof_choices


def proof_field() -> forms.MultipleChoiceField:
    """What a posting form may ask for; without a list of proofs it has nothing to tick."""
    return forms.MultipleChoiceField(
        label=_("Proofs it asks for"),
        help_text=_("Only who has shown an operator each of them may take part."),
        required=False,
        choices=proof_choices,
        widget=forms.CheckboxSelectMultiple,
    )


class ProofForm(forms.Form):
    text = forms.CharField(
        label=_("How an operator can see it"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A number, a link, or when you can show it. Send no copy of an identity card."),
    )


class DecisionForm(forms.Form):
    """Operators read English."""

    verdict = forms.ChoiceField(
        choices=[("accept", "Accept: I have seen it"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
    )
    valid_until = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last day on which it counts; empty: for good.",
    )
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Of a refusal. The worker reads this.",
    )

    def ends_at(self) -> datetime | None:
        """The end of the last day, in the market's own time zone."""
        day: Any = self.cleaned_data["valid_until"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None
