"""What a worker says about themselves, and what they ask or hand in."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledger.rules import cents_written
from workers.models import Skill, Worker

# The places of the demo and of most of its people; a map is for later.
PLACES: dict[str, tuple[str, float, float]] = {
    "amsterdam": ("Amsterdam", 52.3728, 4.8936),
    "antwerpen": ("Antwerpen", 51.2211, 4.3997),
    "brussel": ("Brussel / Bruxelles", 50.8467, 4.3525),
    "gent": ("Gent", 51.0543, 3.7174),
    "leuven": ("Leuven", 50.8798, 4.7005),
    "liege": ("Liège", 50.6451, 5.5734),
    "namur": ("Namur", 50.4669, 4.8719),
    "rotterdam": ("Rotterdam", 51.9225, 4.4792),
    "utrecht": ("Utrecht", 52.0907, 5.1214),
}


def place_choices(empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *((slug, words) for slug, (words, _lat, _lon) in PLACES.items())]


def place_near(latitude: float | None, longitude: float | None) -> str:
    """The slug of the listed place at this position; empty when it is none of them."""
    at = (latitude, longitude)
    return next((slug for slug, (_n, lat, lon) in PLACES.items() if (lat, lon) == at), "")


def skill_choices() -> list[tuple[str, str]]:
    """Every skill, by its name in the reader's language where the catalogue has one."""
    named = Skill.objects.values_list("slug", "name")
    return sorted(((slug, gettext(name)) for slug, name in named), key=lambda skill: skill[1])


def skill_field(label: Any, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=skill_choices,
        widget=forms.CheckboxSelectMultiple,
    )


class WorkerForm(forms.Form):
    """Name, skills and the place one starts from."""

    name = forms.CharField(
        label=_("The name you work under"),
        max_length=80,
        help_text=_("Clients see it once you bid, claim or are offered a task."),
    )
    skills = skill_field(
        _("What you can do"), _("Tasks that ask for a skill look for people who have it.")
    )
    place = forms.ChoiceField(
        label=_("Where you start from"),
        required=False,
        choices=place_choices(_("I only work remotely")),
        help_text=_("Only used to find work on site near you; never shown to anybody."),
    )

    @classmethod
    def of(cls, worker: Worker) -> WorkerForm:
        return cls(
            initial={
                "name": worker.name,
                "skills": worker.skills,
                "place": place_near(worker.latitude, worker.longitude),
            }
        )

    def facts(self) -> dict[str, Any]:
        """The cleaned answers as the action wants them."""
        place = PLACES.get(self.cleaned_data["place"])
        return {
            "name": self.cleaned_data["name"],
            "skills": self.cleaned_data["skills"],
            "latitude": place[1] if place else None,
            "longitude": place[2] if place else None,
        }


class MoneyField(forms.CharField):
    """An amount of money as people write it, in any language; its clean value is integer cents.

    `min_value` and `max_value` are in whole units of the currency, `min_value` may have decimals.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "amount": _(
            "Write an amount in figures with at most two decimals, like 1250.50 or 1250,50."
        ),
        "too_small": _("At least %(least)s."),
        "too_large": _("At most %(most)s."),
    }

    def __init__(self, *, min_value: float = 0, max_value: float = 1_000_000, **options: Any):
        super().__init__(max_length=20, **options)
        self.least_cents, self.most_cents = round(min_value * 100), round(max_value * 100)
        self.widget.attrs.setdefault("inputmode", "decimal")
        # For what is shown while one types (js/cost.js).
        self.widget.attrs |= {
            "data-least-cents": self.least_cents,
            "data-most-cents": self.most_cents,
        }

    def prepare_value(self, value: Any) -> Any:
        """A number that a page fills in is shown as 12.50 or 12,50, as the reader writes it."""
        return value if value is None or isinstance(value, str) else number_format(value, 2)

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        if written in self.empty_values:
            return None
        cents = cents_written(written)
        if cents is None:
            raise ValidationError(self.error_messages["amount"], code="amount")
        if cents < self.least_cents:
            least = number_format(self.least_cents / 100, 2)
            raise ValidationError(self.error_messages["too_small"] % {"least": least}, "too_small")
        if cents > self.most_cents:
            most = number_format(self.most_cents / 100, 2, force_grouping=True)
            raise ValidationError(self.error_messages["too_large"] % {"most": most}, "too_large")
        return cents


class BidForm(forms.Form):
    amount_cents = MoneyField(label=_("Your price, in euros"), min_value=0.01)
    message = forms.CharField(
        label=_("A word to the client"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SubmissionForm(forms.Form):
    content = forms.CharField(
        label=_("What you hand in"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Text or links. The client sees exactly this."),
    )


class EntryForm(forms.Form):
    content = forms.CharField(
        label=_("Your entry"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Text or links. Nobody reads it before closing; then the client does."),
    )


class MarketFilter(forms.Form):
    """What a worker looks for; kept in the address, so that it can be saved and shared."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    way = forms.ChoiceField(
        label=_("How it is given out"),
        required=False,
        choices=[
            ("", _("Any way")),
            ("first come", _("First come, chance or queue")),
            ("auction", _("By bids")),
            ("scored", _("Offered by the engine")),
        ],
    )
    where = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", _("Anywhere")), ("remote", _("Remote")), ("site", _("On site"))],
    )
    fits = forms.BooleanField(label=_("Only what fits my skills"), required=False)
