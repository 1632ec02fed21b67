"""Saying how it went, and hiding what should not have been said."""

from django import forms
from django.utils.translation import gettext_lazy as _

SCORES = [
    ("5", _("5: I would do it again any time")),
    ("4", _("4: good")),
    ("3", _("3: it was all right")),
    ("2", _("2: not good")),
    ("1", _("1: never again")),
]


class OpinionForm(forms.Form):
    score = forms.ChoiceField(label=_("How it went"), choices=SCORES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class HidingForm(forms.Form):
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea({"rows": 3}), help_text="Everybody reads this."
    )
