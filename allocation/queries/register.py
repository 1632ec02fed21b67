"""What the public register of mechanisms shows. Figures of fewer than five cases are not given."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation.engine.card import Card, Traits
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.worked import worked_example
from allocation.models import MechanismVersion
from allocation.queries import speed
from allocation.queries.rehearsal import rehearsed_in_public

FEWEST = 5  # smaller groups could point at a person
DAYS = 30
Words = str | Promise
ENTRIES: dict[str, Words] = {
    "claim": _("Workers claim a place at the posted pay."),
    "bid": _("Workers name a price."),
    "entry": _("Workers hand in finished work."),
    "none": _("The engine looks among the workers who are available."),
}
MOMENTS: dict[str, Words] = {
    "on_entry": _("It decides at each claim, at once."),
    "on_posting": _("It decides when the task is posted, and again while places are free."),
    "at_closing": _("It decides at the closing time."),
    "by_client": _("After closing the client chooses."),
}
TRAITS: dict[str, Words] = {
    "serves_standby": _("Workers on standby are served first, longest wait first."),
    "sealed": _("Nobody sees another's price before closing."),
    "uses_price": _("Prices influence who wins."),
    "uses_history": _("Earlier work influences who wins."),
    "in_order_of_arrival": _("Only who came first counts."),
    "random": _("It draws lots, from a seed that is fixed and announced beforehand."),
    "batched": _("It decides several tasks together."),
    "makes_offers": _("Whoever is chosen is asked, and may decline."),
}


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter with the value in force now."""

    name: str
    meaning: str
    unit: str
    value: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Of how many past decisions how many ("<5" for a few) would have chosen otherwise."""

    decisions: int
    otherwise: str


@dataclass(frozen=True, slots=True)
class Change:
    """A version and what it changes against the one it `follows`: (parameter, before, after).

    For an announced one also of how many past decisions how many would have chosen otherwise than
    under that same one. Never in force is a version whose moment a newer one takes, and then it is
    `superseded_by` that.
    """

    version: MechanismVersion
    follows: MechanismVersion | None
    superseded_by: MechanismVersion | None
    changes: tuple[tuple[str, float | None, float | None], ...]
    rehearsed: Rehearsed | None
    is_announced: bool


def families(now: datetime) -> list[tuple[str, list[tuple[Card, int]]]]:
    """The cards with the number of the version in force, by family, in the catalogue's order."""
    versions = list(MechanismVersion.objects.filter(valid_from__lte=now))
    found: dict[str, list[tuple[Card, int]]] = {}
    for card in CATALOGUE.values():
        mine = [v for v in versions if v.mechanism == card.slug]
        number = newest_of(mine).number if mine else 1
        found.setdefault(card.family, []).append((card, number))
    return list(found.items())


def entry(slug: str, now: datetime) -> dict[str, Any]:
    card = CATALOGUE[slug]
    versions = list(
        MechanismVersion.objects.filter(mechanism=slug).select_related("by").order_by("number")
    )
    in_force = [version for version in versions if version.valid_from <= now]
    current = newest_of(in_force) if in_force else None
    return {
        "card": card,
        "rule": rule_of(card),
        "worked": worked_example(slug),
        "traits": traits_in_words(card.traits),
        "current": current,
        "parameters": parameter_rows(card, current.parameters if current else {}),
        "changes": changes_of(versions, now),
        "days": DAYS,
        **figures(slug, now),
    }


def newest_of(versions: Iterable[MechanismVersion]) -> MechanismVersion:
    """The one that decides, as in `version_for`: latest date, then highest number."""
    return max(versions, key=lambda version: (version.valid_from, version.number))


def rule_of(card: Card) -> list[str]:
    """The rule in prose: the paragraphs of the mechanism's own docstring.

    Where tasks are decided together, that of the function which decides the window.
    """
    rule = card.decide_window or card.decide
    decides = rule if inspect.isfunction(rule) else type(rule)
    text = inspect.cleandoc(inspect.getdoc(decides) or card.explanation)
    return [" ".join(part.split()) for part in text.split("\n\n")]


def traits_in_words(traits: Traits) -> list[Words]:
    held = [words for name, words in TRAITS.items() if getattr(traits, name)]
    return [ENTRIES[traits.entry], MOMENTS[traits.decides], *held]


def parameter_rows(card: Card, in_force: dict[str, float]) -> list[ParameterRow]:
    return [
        ParameterRow(
            p.name,
            p.meaning,
            p.unit,
            short(in_force.get(p.name, p.default)),
            short(p.minimum),
            short(p.maximum),
        )
        for p in card.parameters
    ]


def short(value: float) -> float:
    """A whole number without its ".0"."""
    return int(value) if float(value).is_integer() else value


def changes_of(versions: list[MechanismVersion], now: datetime) -> list[Change]:
    """The last to come into force first, each beside the one that decides before it."""
    in_order = sorted(versions, key=lambda version: (version.valid_from, version.number))
    takes_the_moment = {version.valid_from: version for version in in_order}
    follows: MechanismVersion | None = None
    found = []
    for version in in_order:
        newest = takes_the_moment[version.valid_from]
        superseded_by = newest if newest.number > version.number else None
        found.append(change(version, follows, superseded_by, now))
        if superseded_by is None:
            follows = version
    return found[::-1]


def change(
    version: MechanismVersion,
    follows: MechanismVersion | None,
    superseded_by: MechanismVersion | None,
    now: datetime,
) -> Change:
    is_announced = superseded_by is None and version.valid_from > now
    return Change(
        version=version,
        follows=follows,
        superseded_by=superseded_by,
        changes=differences(version, follows) if follows else (),
        rehearsed=rehearsed(version, follows) if is_announced and follows else None,
        is_announced=is_announced,
    )


def differences(
    version: MechanismVersion, follows: MechanismVersion
) -> tuple[tuple[str, float | None, float | None], ...]:
    before, after = (
        {name: short(value) for name, value in one.parameters.items()} for one in (follows, version)
    )
    return tuple(
        (name, before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def rehearsed(version: MechanismVersion, follows: MechanismVersion) -> Rehearsed | None:
    """None where fewer than FEWEST decisions stand behind an announced version.

    None too when, beside the version it follows, it only changes what cannot be seen in a case,
    such as how long an offer stands.
    """
    if not shows_in_a_case(version, follows):
        return None
    decisions, otherwise = rehearsed_in_public(version, follows)
    return Rehearsed(decisions, at_least_five(otherwise)) if decisions >= FEWEST else None


def shows_in_a_case(version: MechanismVersion, follows: MechanismVersion) -> bool:
    return any(
        version.parameters.get(p.name) != follows.parameters.get(p.name)
        for p in CATALOGUE[version.mechanism].parameters
        if p.shows_in_a_case
    )


def figures(slug: str, now: datetime) -> dict[str, Any]:
    """Fill rate and speed over DAYS days; None where fewer than FEWEST cases stand behind them."""
    since = now - timedelta(days=DAYS)
    fill = next((row for row in speed.fills(since) if row.mechanism == slug), None)
    latency = next((row for row in speed.latencies(since) if row.mechanism == slug), None)
    return {
        "task_count": at_least_five(fill.tasks if fill else 0),
        "fill": fill if fill and fill.tasks >= FEWEST else None,
        "decision_count": at_least_five(latency.decisions if latency else 0),
        "latency": latency if latency and latency.decisions >= FEWEST else None,
    }


def at_least_five(count: int) -> str:
    """The count, "<5" for a small one, "0" for none."""
    return f"<{FEWEST}" if 0 < count < FEWEST else f"{count:,}"
