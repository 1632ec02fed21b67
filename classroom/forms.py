"""The four short forms of a class: come in, come back, open one, start a round."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocation.engine.catalogue import card_of
from classroom import rules
from classroom.models import Pupil
from classroom.words import MARKETS


class JoinForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the class"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    nickname = forms.CharField(
        label=_("Your nickname"),
        min_length=2,
        max_length=24,
        help_text=_("The class sees it. Better not your full name."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    role = forms.ChoiceField(
        label=_("What you play"),
        choices=[
            (Pupil.Role.WORKER, _("A worker, who looks for work")),
            (Pupil.Role.CLIENT, _("A client, who posts work")),
        ],
        initial=Pupil.Role.WORKER,
        widget=forms.RadioSelect,
    )


class ComeBackForm(forms.Form):
    nickname = forms.CharField(label=_("Your nickname"), max_length=24)
    word = forms.CharField(
        label=_("Your word"),
        max_length=12,
        help_text=_("It stands on the page of the class, on the device you used before."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OpenForm(forms.Form):
    title = forms.CharField(label=_("Name of the class"), max_length=60)
    agents = forms.IntegerField(
        label=_("Simulated workers beside the pupils"),
        min_value=0,
        max_value=rules.MOST_AGENTS,
        initial=rules.USUAL_AGENTS,
        help_text=_(
            "For every four of them comes a simulated client. With 0 you are among people."
        ),
    )


def market_choices() -> list[tuple[str, Any]]:
    return [(name, MARKETS[name]) for name in rules.MARKETS]


def way_choices() -> list[tuple[str, str]]:
    return [(slug, gettext(card_of(slug).name)) for slug in rules.WAYS]


class RoundForm(forms.Form):
    preset = forms.ChoiceField(label=_("What work there is"), choices=market_choices)
    mechanism = forms.ChoiceField(label=_("Who gets the work"), choices=way_choices)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=rules.LEAST_MINUTES,
        max_value=rules.MOST_MINUTES,
        initial=rules.USUAL_MINUTES,
    )
