"""How somebody wants to hear of things, and the name of a search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notices.models import Preference
from notices.words import name_of


class PreferenceForm(forms.Form):
    """One select for each kind that concerns the person."""

    def __init__(self, *args: Any, rows: list[dict[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = rows
        for row in rows:
            self.fields[row["kind"]] = forms.ChoiceField(
                label=name_of(row["kind"]),
                choices=Preference.Channel.choices,
                initial=row["channel"],
            )

    def of_side(self, side: str) -> list[forms.BoundField]:
        return [self[row["kind"]] for row in self.rows if row["side"] == side]

    def changed(self) -> dict[str, str]:
        """What differs from what is in force: only that is a choice of the person's own."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class SearchNameForm(forms.Form):
    name = forms.CharField(label=_("Name of this search"), max_length=60)
