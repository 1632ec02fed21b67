"""Posting a shift, publishing hours, and saying that somebody was not there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allocation.engine.catalogue import CATALOGUE
from clients.forms import TaskForm
from shifts.actions import ShiftTerms
from shifts.actions.booking import MOST_WEEKS
from shifts.rules import SCHEDULES
from workers.forms import MoneyField

NAMES = {
    "none": _("Nothing"),
    "half_day": _("Half the pay within 24 hours"),
    "stepped": _("A quarter within 3 days, half within 24 hours, all within 4 hours"),
    "full": _("All of the pay within 24 hours"),
}
NOT_NEEDED = ("estimate_minutes", "closes_in", "deadline_at")


def moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


class ShiftForm(TaskForm):
    """The posting form for work with a start and an end. Pay is for the whole shift."""

    starts_at = moment(_("Starts"))
    ends_at = moment(_("Ends"))
    break_minutes = forms.IntegerField(
        label=_("Unpaid break, in minutes"), min_value=0, max_value=600, initial=0
    )
    minimum_paid_minutes = forms.IntegerField(
        label=_("Paid at least, in minutes"),
        min_value=0,
        max_value=24 * 60,
        initial=180,
        help_text=_("A short shift costs a way there too. Three hours is a decent minimum."),
    )
    notice_hours = forms.IntegerField(
        label=_("Notice for giving it back, in hours"), min_value=0, max_value=720, initial=24
    )
    schedule = forms.ChoiceField(
        label=_("If you call it off, each worker gets"),
        choices=list(NAMES.items()),
        initial="half_day",
        help_text=_("Paid from escrow at once."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in NOT_NEEDED:
            del self.fields[name]
        self.fields["pay_cents"].label = _("Pay for the whole shift, per person, in euros")

    def ways(self, belongs: Any) -> list[dict[str, Any]]:
        return super().ways(lambda slug: belongs(slug) and fits_a_shift(slug))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("A shift ends after it starts."))
        # They follow from the hours; `post_shift` sets them.
        return cleaned | {"estimate_minutes": 1, "deadline_at": ends_at, "closes_at": starts_at}

    def terms(self) -> ShiftTerms:
        said = self.cleaned_data
        names = ("starts_at", "ends_at", "break_minutes", "minimum_paid_minutes", "notice_hours")
        return ShiftTerms(steps=SCHEDULES[said["schedule"]], **{name: said[name] for name in names})


def fits_a_shift(slug: str) -> bool:
    traits = CATALOGUE[slug].traits
    return traits.entry != "entry" and not traits.batched and traits.decides != "by_client"


class HoursForm(forms.Form):
    """An hour, or the same hour every week, that anybody may book."""

    title = forms.CharField(label=_("What you offer"), max_length=120)
    description = forms.CharField(
        label=_("What a client should know"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts_at = moment(_("Starts"))
    minutes = forms.IntegerField(
        label=_("How long, in minutes"), min_value=15, max_value=24 * 60, initial=60
    )
    pay_cents = MoneyField(label=_("Your price, in euros"), min_value=0.01, max_value=100_000)
    weeks = forms.IntegerField(
        label=_("How many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1
    )
