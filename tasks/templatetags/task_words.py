"""Template words about tasks."""

from typing import Any

from django import template
from django.utils.translation import gettext

from allocation.engine.catalogue import card_of
from allocation.models import MechanismVersion
from tasks.models import Task, TaskEvent
from tasks.words import note, places, sentence

register = template.Library()
# Each mechanism's small picture: an icon of the sprite. A mechanism without one has the scales.
PICTURES = {
    "best_value": "scales",
    "clients_choice": "way-choice",
    "contest": "way-contest",
    "first_come": "way-first-come",
    "lottery": "dice",
    "open_descending": "way-descending",
    "optimal_matching": "way-matching",
    "rotation": "repeat",
    "scored_offers": "chart",
    "sealed_first_price": "way-sealed-first",
    "sealed_second_price": "way-sealed-second",
    "standby_queue": "way-standby",
    "uniform_price": "way-uniform",
}


@register.filter
def in_words(event: TaskEvent) -> str:
    return sentence(event)


@register.filter
def in_runs(events: list[TaskEvent]) -> list[dict[str, Any]]:
    """Events in order as {at, words, count}; the same sentence several times in a row is one."""
    runs: list[dict[str, Any]] = []
    for event in events:
        words = sentence(event)
        if runs and runs[-1]["words"] == words:
            runs[-1] |= {"at": event.at, "count": runs[-1]["count"] + 1}
        else:
            runs.append({"at": event.at, "words": words, "count": 1})
    return runs


@register.filter
def mechanism_name(task: Task) -> str:
    return gettext(card_of(task.mechanism).name)


@register.filter
def version_name(version: MechanismVersion) -> str:
    """A version of a rule as people call it; its slug is for programs."""
    rule = gettext(card_of(version.mechanism).name)
    return gettext("%(rule)s, version %(n)s") % {"rule": rule, "n": version.number}


@register.filter
def picture_of(slug: str) -> str:
    """The icon of a mechanism."""
    return PICTURES.get(slug, "scales")


@register.filter
def places_in_words(task: Task) -> str:
    return places(task)


@register.filter
def note_in_words(about: str) -> str:
    return note(about)


@register.filter
def is_bidding(task: Task) -> bool:
    return card_of(task.mechanism).traits.entry == "bid"


@register.filter
def translated(words: str) -> str:
    """A sentence of the catalogue in the reader's language."""
    return gettext(words) if words else ""


@register.filter
def as_it_stands(outcome: str, task: Task) -> str:
    """What a decision said of a worker, as a state to show.

    Who was ranked and not asked by then may still be asked, but only while the task is open.
    """
    traits = card_of(task.mechanism).traits
    if outcome != "waiting" or traits.decides == "at_closing":
        return outcome
    if traits.makes_offers:
        return "not_asked_yet" if task.is_open else "not_asked"
    return outcome if task.is_open else "not_awarded"
