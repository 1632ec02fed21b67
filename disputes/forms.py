"""Saying what is wrong, and deciding about it, as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disputes.models import ProblemTicket, Question


class WordsForm(forms.Form):
    text = forms.CharField(
        label=_("In your own words"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(forms.Form):
    """A client's answer to a problem with their task."""

    outcome = forms.ChoiceField(
        label=_("What you did"), choices=ProblemTicket.Outcome.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("In your own words"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(forms.Form):
    """An operator's decision about a question."""

    outcome = forms.ChoiceField(label="Decision", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Your own reason, which everybody concerned reads",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = question.OUTCOMES.choices  # type: ignore[attr-defined]
