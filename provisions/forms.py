"""What a client says that they, or an agency or co-op, provide: the same fields on every posting form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from provisions.rules import SAYABLE, SAYABLE_PROVIDERS, Provider
from provisions.words import choices


def provided_field(label: Any, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=choices(SAYABLE),
        widget=forms.CheckboxSelectMultiple,
    )


def said_again(said: Mapping[str, str]) -> dict[str, list[str]]:
    """The initial values of the two fields from what was said before: function → provider."""
    return {
        f"{provider}_provides": [name for name in SAYABLE if said.get(name) == provider]
        for provider in SAYABLE_PROVIDERS
    }


class ProvisionsForm(forms.Form):
    """A part of a posting form. Whatever is not ticked stays with the worker, and the task says so."""

    client_provides = provided_field(
        _("You provide"),
        _("Workers read it before they take part, and it stays as it was posted."),
    )
    organisation_provides = provided_field(
        _("An agency or co-op provides"),
        _("Only where the work goes through one that employs the worker."),
    )

    def clean_organisation_provides(self) -> list[str]:
        theirs = self.cleaned_data["organisation_provides"]
        if set(theirs) & set(self.cleaned_data.get("client_provides", ())):
            raise forms.ValidationError(_("Say of each thing who provides it: one of you."))
        return list(theirs)

    def provided(self) -> dict[str, str]:
        """What was said: function → provider."""
        ours = dict.fromkeys(self.cleaned_data["client_provides"], str(Provider.CLIENT))
        theirs = self.cleaned_data["organisation_provides"]
        return ours | dict.fromkeys(theirs, str(Provider.ORGANISATION))

    @property
    def says_who_provides(self) -> bool:
        """Whether something of it is filled in or refused, so that the page opens that part."""
        names = ("client_provides", "organisation_provides")
        return any(self[name].value() or self[name].errors for name in names)
