"""What a visitor may change in the lab: a few levers, each a choice in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocation.engine.catalogue import CATALOGUE, card_of
from simulation.questions import LAB_LEVERS, REPLICATIONS, SEED
from simulation.rules import Arm, Plan, tasks_expected
from simulation.words import cents_per_hour, lever_words
from simulation.world import levers
from simulation.world.presets import Preset
from simulation.world.scenario import Population, Scenario

AS_IT_IS = ""
Choices = list[tuple[str, str]]


class LeverForm(forms.Form):
    """One more arm of a preset. Each value is a list of levers as the command line takes them."""

    mechanism = forms.ChoiceField(label=_("Who gets the work?"), required=False)
    workers = forms.ChoiceField(label=_("How many people look for work?"), required=False)
    demand = forms.ChoiceField(label=_("How much work is there?"), required=False)
    floor = forms.ChoiceField(
        label=_("Is there a lowest pay?"),
        help_text=_("Per hour of the time that the client thinks the task takes."),
        required=False,
    )
    guarantee = forms.ChoiceField(
        label=_("Is waiting paid?"),
        help_text=_("Pay per hour on duty that everybody gets at least."),
        required=False,
    )
    surge = forms.ChoiceField(label=_("Do prices rise when few are free?"), required=False)
    bots = forms.ChoiceField(label=_("Do some use a program that claims for them?"), required=False)
    cap = forms.ChoiceField(
        label=_("May one person have as many tasks as can be had?"), required=False
    )
    abroad = forms.ChoiceField(
        label=_("Do people from countries with lower wages take part?"), required=False
    )
    consolation = forms.ChoiceField(
        label=_("Do those who do not win get something?"), required=False
    )
    automation = forms.ChoiceField(label=_("Does a machine do part of it?"), required=False)
    shown = forms.ChoiceField(label=_("Is the pay shown before one says yes?"), required=False)
    shift = forms.ChoiceField(label=_("What does a shift pay at least?"), required=False)
    coalition = forms.ChoiceField(
        label=_("Do some log off together until the price rises?"), required=False
    )
    fund = forms.ChoiceField(
        label=_("Does a fund pay when a client does not?"),
        help_text=_("Part of all pay goes into it."),
        required=False,
    )
    failing = forms.ChoiceField(
        label=_("Do clients fail?"),
        help_text=_("Whoever fails pays for nothing in the month after."),
        required=False,
    )
    fee = forms.ChoiceField(label=_("What does the market take on top?"), required=False)

    def __init__(self, preset: Preset, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.preset = preset
        offered = choices_for(preset.scenario)
        for name in list(self.fields):
            if name not in offered:
                del self.fields[name]
                continue
            field: Any = self.fields[name]
            field.choices = [(AS_IT_IS, gettext("As it is: {now}").format(now=offered[name][0]))]
            field.choices += offered[name][1]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(
                gettext("Change one thing, then there is something to compare.")
            )
        return cleaned

    def pulled(self) -> dict[str, str]:
        """Every lever that was pulled, by name."""
        changes = " ".join(value for value in self.cleaned_data.values() if value)
        return dict(change.split("=", 1) for change in changes.split())


def plan_with(preset: Preset, earlier: list[Arm], pulled: Mapping[str, str]) -> Plan:
    """The arms so far (or the preset as it is) and one more."""
    base = LAB_LEVERS.get(preset.scenario.name, {})
    arms = earlier or [Arm("as it is", base)]
    more = Arm(name_of(pulled), {**base, **pulled})
    kept = tuple(arm for arm in arms if arm.name != more.name)
    return Plan(preset.scenario.name, (*kept, more), REPLICATIONS, SEED)


def name_of(pulled: Mapping[str, str]) -> str:
    """The arm's name in the files: its levers, as on the command line."""
    return " ".join(f"{lever}={value}" for lever, value in pulled.items())


# --- what can be chosen ---------------------------------------------------------------------------


def choices_for(scenario: Scenario) -> dict[str, tuple[str, Choices]]:
    """Per field that makes sense in this market: how it is now, and what else there is."""
    traits = card_of(scenario.rules.mechanism).traits
    rules, demand, population = scenario.rules, scenario.demand, scenario.population
    found = {
        "mechanism": (
            lever_words("mechanism", rules.mechanism),
            mechanisms(rules.mechanism, has_pay=demand.pay_cents.mean > 0),
        ),
        "workers": times("workers", population.workers),
        "demand": times("tasks_per_hour", demand.tasks_per_hour),
    }
    hourly_cents = demand.pay_cents.mean / demand.estimate_hours
    if hourly_cents:
        fee = rules.fee_basis_points
        found["fee"] = (
            lever_words("fee_basis_points", str(fee)),
            [one("fee_basis_points", n) for n in (0, 1000, 2000, 3000) if n != fee],
        )
        now = rules.floor_cents_per_hour
        found["floor"] = (
            cents_per_hour(now) if now else gettext("no"),
            [one("floor_cents_per_hour", n) for n in floors(hourly_cents) if n != now],
        )
    if rules.waiting_is_duty:
        now = rules.guaranteed_cents_per_hour
        found["guarantee"] = (
            cents_per_hour(now) if now else gettext("no"),
            [one("guaranteed_cents_per_hour", n) for n in (500, 800, 1100, 1500) if n != now],
        )
    if traits.makes_offers:
        now = rules.surge_most
        found["surge"] = (
            lever_words("surge_most", str(now)) if now > 1 else gettext("no"),
            [("surge_most=1", gettext("no"))] * (now > 1)
            + [one("surge_most", n) for n in (1.5, 2, 3) if n != now],
        )
    if traits.entry == "claim" and traits.decides == "on_entry":
        as_it_is, others = choices("bots", population.bots, (1, max(2, population.workers // 12)))
        found["bots"] = (as_it_is, [with_speed(choice) for choice in others])
    if not population.city_km and population.reservation_cents.mean:
        now = population.abroad_share
        as_it_is, others = choices("abroad_share", now, (0, 0.25, 0.5) if now else (0.25, 0.5))
        found["abroad"] = (as_it_is, [with_factor(choice, population) for choice in others])
    if scenario.rules.mechanism == "contest":
        now = rules.parameters.get("consolation_cents", 0)
        found["consolation"] = choices("parameters.consolation_cents", now, (1000, 2000, 5000))
    if rules.surge_most > 1:
        found["coalition"] = choices(
            "coalition_share", scenario.behaviour.coalition_share, (0.2, 0.4)
        )
    if population.shift_hours and rules.minimum_shift_cents_per_hour:
        least = rules.minimum_shift_hours
        found["shift"] = (
            lever_words("minimum_shift_hours", str(least)),
            [one("minimum_shift_hours", n) for n in (0, 2, 3, 5) if n != least],
        )
    if demand.default_share:
        now = rules.fund_basis_points
        found["fund"] = (
            lever_words("fund_basis_points", str(now)),
            [one("fund_basis_points", n) for n in (0, 50, 200, 500) if n != now],
        )
        found["failing"] = (
            choices("failing_share", demand.failing_share, ())[0],
            [
                ("failing_share=0.1", gettext("yes, small ones")),
                (
                    "failing_share=0.1 anchor_share=0.5",
                    gettext("yes, and one has half of the work"),
                ),
            ],
        )
    if demand.pay_cents.shape != "fixed" and traits.entry != "bid":
        found["shown"] = (gettext("yes"), [("pay_is_shown=false", gettext("no"))])
    found["automation"] = choices("automated_share", demand.automated_share, (0.25, 0.5))
    equal = tasks_expected(scenario) / population.workers
    now = rules.most_assignments
    found["cap"] = (
        lever_words("most_assignments", str(now)) if now else gettext("yes"),
        [one("most_assignments", n) for n in caps(equal) if n != now],
    )
    return found


def choices(lever: str, now: float, others: Sequence[float]) -> tuple[str, Choices]:
    """How it is, "no" for nothing, and what it may be instead."""
    as_it_is = lever_words(lever, f"{now:g}") if now else gettext("no")
    return as_it_is, [one(lever, value) for value in others if value != now]


def one(lever: str, value: float) -> tuple[str, str]:
    written = f"{value:g}"
    words = lever_words(lever, written)
    return f"{lever}={written}", words[:1].upper() + words[1:]


def times(lever: str, now: float) -> tuple[str, Choices]:
    values = [
        max(1.0, round(now * factor)) if now > 4 else now * factor for factor in (0.5, 1.5, 2)
    ]
    return lever_words(lever, str(now)), [one(lever, value) for value in values if value != now]


def floors(hourly_cents: float) -> list[int]:
    """Half, three quarters, all and a quarter more of what is paid now, in handy steps."""
    step = 50 if hourly_cents > 400 else 10
    return sorted({max(step, round(hourly_cents * f / step) * step) for f in (0.5, 0.75, 1, 1.25)})


def caps(equal_share: float) -> list[int]:
    """One and two equal shares, at least one task."""
    return sorted({max(1, round(equal_share)), max(2, round(2 * equal_share))})


def with_speed(choice: tuple[str, str]) -> tuple[str, str]:
    value, words = choice
    return f"{value} bot_speed=20", words


def with_factor(choice: tuple[str, str], population: Population) -> tuple[str, str]:
    """Where nobody comes from elsewhere yet, wages there are two fifths of those here."""
    value, words = choice
    return value if population.abroad_share else f"{value} abroad_factor=0.4", words


def mechanisms(now: str, *, has_pay: bool) -> Choices:
    """Every rule that simulated people know how to act in; prices need a budget to be below."""
    return [
        (f"mechanism={card.slug}", gettext(card.name))
        for card in CATALOGUE.values()
        if card.slug != now and (has_pay or card.traits.entry != "bid")
    ]


def checked_preset(preset: Preset) -> Preset:
    """The preset at the length at which the lab plays it."""
    scenario = preset.scenario
    for lever, value in LAB_LEVERS.get(scenario.name, {}).items():
        scenario = levers.pull(scenario, lever, value)
    return replace(preset, scenario=scenario)
