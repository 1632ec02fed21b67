"""Saying which status one has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from statuses.models import WORDS


def day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("Status"), choices=list(WORDS.items()))
    from_day = day(_("From"))
    to_day = day(_("Until"), required=False, help_text=_("Empty: until you end it."))
