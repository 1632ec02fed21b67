"""Posting a task and judging work, as forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Room
from allocation.engine.catalogue import CATALOGUE, card_of
from allocation.queries import extra_reserve_cents, time_to_pick
from clients.kinds import kind_of_work
from clients.models import Client
from marketplace.doors import sentence_of
from marketplace.templatetags.market import duration
from proofs.forms import proof_field
from provisions.forms import ProvisionsForm
from tasks.actions import AnotherRuleIsPlayed, NewTask
from tasks.models import Review, Task
from tasks.queries import tasks_to_begin_after
from wages.actions import LowPayNeedsAYes, PayIsBelowTheFloor
from workers.forms import PLACES, MoneyField, place_choices, skill_field

CLOSES_IN = [
    ("120", _("2 minutes (to try it out)")),
    ("900", _("15 minutes")),
    ("3600", _("1 hour")),
    ("14400", _("4 hours")),
    ("86400", _("1 day")),
    ("259200", _("3 days")),
    ("604800", _("1 week")),
]

LONGEST = timedelta(days=366)
FAMILIES = {
    "first come": _("By speed, chance or turn"),
    "auction": _("By price"),
    "scored": _("By fit: the engine asks"),
}


def mechanism_choices() -> list[tuple[str, Any]]:
    return [(card.slug, _(card.name)) for card in CATALOGUE.values()]


def room_in_a_round(client: Client | None, now: datetime) -> Room | None:
    """Where this client posts while a round is on; None outside of a class."""
    room = client.user.room if client else None
    return room if room and room.is_open(now) else None


def second_after(moment: datetime) -> datetime:
    """The first whole second that is later."""
    return moment.replace(microsecond=0) + timedelta(seconds=1)


def key_in_address(request: HttpRequest) -> dict[str, Any]:
    """Back leads to the same address (js/once.js), and so to a form with the same key."""
    key = request.GET.get("key", "")[:36]
    return {"key": key} if key else {}


OF_THE_KIND = ("mechanism", "place", "accepts_low_pay")  # another kind of work asks these anew


class TaskForm(ProvisionsForm):
    """One short form that adapts to the kind of work. Amounts are per person; the whole cost is shown
    while one types.
    """

    title = forms.CharField(label=_("Title"), max_length=120)
    description = forms.CharField(
        label=_("What has to be done"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What, how, and when it is good enough."),
    )
    mechanism = forms.ChoiceField(
        label=_("Who gets the work"), choices=mechanism_choices, widget=forms.RadioSelect
    )
    pay_cents = MoneyField(
        label=_("Pay per person, in euros"),
        help_text=_("Where workers name a price, this is the most you would pay."),
        min_value=0.01,
        max_value=100_000,
    )
    estimate_minutes = forms.IntegerField(
        label=_("Time it takes, in minutes"), min_value=1, max_value=60 * 24 * 30, initial=30
    )
    slot_count = forms.IntegerField(
        label=_("How many people"), min_value=1, max_value=1000, initial=1
    )
    closes_in = forms.ChoiceField(
        label=_("Given out within"),
        choices=CLOSES_IN,
        initial="86400",
        help_text=_("Bids and draws are decided at that moment."),
    )
    deadline_at = forms.DateTimeField(
        label=_("Work to be handed in before"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    floor_cents = MoneyField(
        label=_("Lowest price you accept, in euros"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("A floor protects workers from underbidding each other."),
    )
    skills = skill_field(_("Skills it asks for"), _("A worker needs at least one of them."))
    proofs = proof_field()
    place = forms.ChoiceField(
        label=_("Where"), required=False, choices=place_choices(_("Anywhere: remote work"))
    )

    starts_after = forms.ModelChoiceField(
        Task.objects.none(),
        label=_("Begins after"),
        required=False,
        empty_label=_("At once: it waits for no other task"),
        help_text=_("Nobody can take it before that task of yours is approved."),
    )
    accepts_low_pay = forms.BooleanField(
        label=_("I know that this is below the wage floor, and I mean it"), required=False
    )
    key = forms.CharField(
        max_length=36,
        required=False,
        widget=forms.HiddenInput({"data-once": ""}),
        initial=lambda: uuid4().hex,
    )
    low_pay: PayIsBelowTheFloor | None = None  # set when the pay was refused for being too low

    def __init__(
        self,
        *args: Any,
        now: datetime,
        client: Client | None = None,
        kind: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.now, self.work = now, kind_of_work(kind)
        self.room = room_in_a_round(client, now)
        in_days = timezone.localtime(now + timedelta(days=4))
        self.fields["deadline_at"].initial = in_days.replace(minute=0, second=0, microsecond=0)
        if self.room:
            self.hold_to_the_round(self.room)
        self.adapt()
        earlier = tasks_to_begin_after(client) if client and not self.room else Task.objects.none()
        self.let_begin_after(earlier)
        if self.work.only_usual or not self.initial.get("mechanism"):
            self.initial["mechanism"] = self.work.usual[0]

    def hold_to_the_round(self, room: Room) -> None:
        """In a class everybody plays by the rule of the round, with its work and its time for bids.

        Nothing outlasts the round, so the form offers nothing that does.
        """
        deadline: Any = self.fields["deadline_at"]
        deadline.initial = timezone.localtime(second_after(room.closes_at))
        deadline.widget.format, deadline.widget.attrs["step"] = "%Y-%m-%dT%H:%M:%S", 1
        # A round is short: what is bid for now should be decided while it lasts.
        field: Any = self.fields["closes_in"]
        left = int((room.closes_at - self.now).total_seconds())
        field.choices = [(value, said) for value, said in CLOSES_IN if int(value) < left] or [
            (CLOSES_IN[0][0], duration(left))
        ]
        self.initial["closes_in"] = field.choices[0][0]
        if not room.mechanism:
            return
        self.work = replace(kind_of_work(room.kind), usual=(room.mechanism,), only_usual=True)
        if card_of(room.mechanism).traits.decides == "at_closing":
            said = duration(min(room.bidding_seconds, left))
            field.choices = [(str(room.bidding_seconds), said)]
            self.initial["closes_in"] = str(room.bidding_seconds)

    def adapt(self) -> None:
        """Name, fill and ask for what this kind of work asks for."""
        for name, label in self.work.labels.items():
            self.fields[name].label, self.fields[name].help_text = label, ""
        self.fields["estimate_minutes"].initial = self.work.minutes
        if (
            self.work.slug == Task.Kind.CONTEST
        ):  # who enters has done the work, so none is due later
            del self.fields["deadline_at"]
            if not self.room:
                self.fields["closes_in"].help_text = _(
                    "After that you have %(time)s to pick the winner."
                ) % {"time": duration(self.time_to_pick.total_seconds())}
        if self.work.is_on_site:
            place: Any = self.fields["place"]
            place.required, place.choices = True, place_choices(_("Choose a place"))

    def typed_so_far(self) -> dict[str, Any]:
        """What stands in the form, checked by nobody, for one of another kind of work."""
        found = {
            name: field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for name, field in self.fields.items()
            if name not in OF_THE_KIND
        }
        if found["estimate_minutes"] == str(self.work.minutes):
            del found["estimate_minutes"]
        return {name: value for name, value in found.items() if value}

    def let_begin_after(self, tasks: QuerySet[Task]) -> None:
        """Ask for the task before this one only where there is one: a shift begins when it begins."""
        field: Any = self.fields["starts_after"]
        field.queryset = tasks
        if not tasks.exists():
            del self.fields["starts_after"]

    @property
    def time_to_pick(self) -> timedelta:
        return time_to_pick("contest", self.now)

    @property
    def asks_for_place(self) -> bool:
        """On site the place is asked for among the first things, not among what may be left out."""
        return self.work.is_on_site

    @property
    def has_more_terms(self) -> bool:
        names = self.fields.keys() & {"skills", "proofs", "floor_cents", "starts_after"}
        wrong = self.errors.keys() & {"place", *names}
        return bool(wrong) or any(self[name].value() for name in names)

    @property
    def usual_ways(self) -> list[dict[str, Any]]:
        """The mechanisms that most tasks need, by family, with what the picker says of each."""
        return self.ways(lambda slug: slug in self.work.usual)

    @property
    def other_ways(self) -> list[dict[str, Any]]:
        if self.work.only_usual:
            return []
        return self.ways(lambda slug: slug not in self.work.usual)

    @property
    def one_rule(self) -> str:
        """What everybody posts in the round, in one line; empty where a client may choose."""
        if not self.room or not self.room.mechanism:
            return ""
        words = {"kind": self.work.name, "way": gettext(card_of(self.room.mechanism).name)}
        said = _("This round has one kind of work and one rule, for everybody: %(kind)s · %(way)s.")
        return str(said % words)

    @property
    def why_one_way(self) -> str:
        if self.room:
            return sentence_of(AnotherRuleIsPlayed())
        return gettext("This kind of work is given out in one way only.")

    @property
    def has_chosen_another_way(self) -> bool:
        return self["mechanism"].value() not in self.work.usual

    def ways(self, belongs: Callable[[str], bool]) -> list[dict[str, Any]]:
        chosen = self["mechanism"].value()
        slugs = [slug for slug, _name in mechanism_choices() if belongs(slug)]
        cards = [
            {
                "card": CATALOGUE[slug],
                "is_chosen": slug == chosen,
                "extra_cents": extra_reserve_cents(slug, self.now),
            }
            for slug in slugs
        ]
        return [
            {"words": words, "cards": [c for c in cards if c["card"].family == family]}
            for family, words in FAMILIES.items()
            if any(c["card"].family == family for c in cards)
        ]

    @property
    def fee_basis_points(self) -> int:
        return int(settings.FEE_BASIS_POINTS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        closes_at = self.now + timedelta(seconds=int(cleaned.get("closes_in") or 0))
        if self.room:
            closes_at = min(closes_at, self.room.closes_at)
        cleaned["closes_at"] = closes_at
        if "deadline_at" not in self.fields:
            cleaned["deadline_at"] = closes_at + self.time_to_pick
        deadline_at = cleaned.get("deadline_at")
        if deadline_at and deadline_at <= closes_at:
            self.add_error(
                "deadline_at",
                _("The work has to be due after it was given out. Choose a later moment."),
            )
        if deadline_at and deadline_at > self.now + LONGEST:
            self.add_error("deadline_at", _("At most a year from now."))
        if self.work.only_usual and cleaned.get("mechanism") not in self.work.usual:
            self.add_error("mechanism", self.why_one_way)
        pay_cents = cleaned.get("pay_cents")
        if pay_cents is not None and (cleaned.get("floor_cents") or 0) > pay_cents:
            self.add_error("floor_cents", _("The lowest price cannot be above the pay."))
        return cleaned

    @property
    def once(self) -> str:
        """The same when the same page is sent again as it was; what was changed is another task.

        An empty answer is no answer: once there is a task, a page fetched anew asks one thing more.
        """
        if not self.cleaned_data.get("key"):
            return ""
        assert isinstance(self.data, QueryDict)
        answers = dict(self.data.lists())
        answers.pop("csrfmiddlewaretoken", None)  # new in every page
        given = sorted((name, values) for name, values in answers.items() if any(values))
        return sha256(repr(given).encode()).hexdigest()

    def say_pay_is_low(self, refusal: PayIsBelowTheFloor) -> None:
        """Show the figures, and where the market allows it the box that confirms them."""
        self.low_pay = refusal
        self.add_error(None, sentence_of(refusal))

    @property
    def asks_about_low_pay(self) -> bool:
        return isinstance(self.low_pay, LowPayNeedsAYes)

    def new_task(self) -> NewTask:
        """The cleaned answers as the action wants them."""
        answers = self.cleaned_data
        place = PLACES.get(answers["place"])
        return NewTask(
            title=answers["title"],
            description=answers["description"],
            mechanism=answers["mechanism"],
            kind=self.kind_of(place is not None),
            pay_cents=answers["pay_cents"],
            floor_cents=answers["floor_cents"] or 0,
            slot_count=answers["slot_count"],
            estimate_seconds=answers["estimate_minutes"] * 60,
            skills=tuple(answers["skills"]),
            proofs=tuple(answers["proofs"]),
            place=place[0] if place else "",
            latitude=place[1] if place else None,
            longitude=place[2] if place else None,
            closes_at=answers["closes_at"],
            deadline_at=answers["deadline_at"],
            starts_after_id=answers["starts_after"].pk if answers.get("starts_after") else None,
            provided=self.provided(),
        )

    def kind_of(self, is_on_site: bool) -> str:
        """A small task at a place is an errand, and whatever a contest decides is one."""
        if self.cleaned_data["mechanism"] == "contest":
            return Task.Kind.CONTEST
        is_small = self.work.slug == Task.Kind.MICROTASK
        return Task.Kind.ERRAND if is_small and is_on_site else self.work.slug


class DepositForm(forms.Form):
    amount_cents = MoneyField(
        label=_("Play money to add, in euros"), min_value=0.01, max_value=10_000, initial=100
    )
    key = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)


class BonusForm(forms.Form):
    """A bonus; its hidden key, new on every page, lets a doubled click pay once."""

    amount_cents = MoneyField(label=_("Bonus, in euros"), min_value=0.01, max_value=10_000)
    text = forms.CharField(label=_("What it is for"), max_length=500)
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)


class ReworkForm(forms.Form):
    text = forms.CharField(
        label=_("What is missing"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RejectionForm(forms.Form):
    reason_code = forms.ChoiceField(label=_("Reason"), choices=Review.Reason.choices)
    text = forms.CharField(
        label=_("In your own words"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The worker reads this and can answer it."),
    )
