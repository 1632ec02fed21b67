"""The fifteen functions and their providers in the words of a reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from provisions.rules import LEFT_OVER, NAMES, Provider, decoupling_index, from_letters

# name → what it is in a word, and the question behind it.
FUNCTIONS: dict[str, tuple[Promise, Promise]] = {
    "content": (_("what the work is"), _("Who decides what has to be done?")),
    "description": (_("instructions"), _("Who explains it?")),
    "deadline": (_("when"), _("Who decides by when, or at what hour?")),
    "pay": (_("the pay"), _("Who sets the pay?")),
    "place": (_("a place to work"), _("Whose room, heating and desk?")),
    "equipment": (_("equipment"), _("Tools, vehicle, computer, material.")),
    "insurance": (_("insurance"), _("When somebody is hurt or something breaks.")),
    "training": (_("training"), _("Learning what it takes, in paid time.")),
    "transport": (_("transport"), _("The way there and back.")),
    "safety": (_("safety"), _("Seeing to it that nobody is hurt.")),
    "colleagues": (_("colleagues"), _("People to ask and to work beside.")),
    "feedback": (_("feedback"), _("Hearing how it was, with a reason.")),
    "voice": (_("a say in the rules"), _("A vote on how work is given out and paid.")),
    "career": (_("a next step"), _("A better post after this one.")),
    "payment_risk": (_("certain pay"), _("Pay that is put aside before the work begins.")),
}
# In the order in which a reader wants to know: what one has to see to oneself comes first.
BINS: dict[Provider, Promise] = {
    Provider.WORKER: _("You see to it yourself"),
    Provider.NOBODY: _("Nobody provides"),
    Provider.CLIENT: _("The client provides"),
    Provider.ORGANISATION: _("An agency or co-op provides"),
    Provider.MARKET: _("The market provides"),
}
FOR_THE_CLIENT = {
    Provider.WORKER: _("The worker sees to it"),
    Provider.CLIENT: _("You provide"),
}


@dataclass(frozen=True, slots=True)
class Bin:
    """What one of them provides, in words."""

    provider: Provider
    title: Any
    functions: list[tuple[Any, Any]]

    @property
    def is_left_over(self) -> bool:
        return self.provider in LEFT_OVER


@dataclass(frozen=True, slots=True)
class Provided:
    """All of it for a page: the bins that hold something, and how much is left over."""

    bins: list[Bin]
    left: int
    needed: int
    percent: int
    said: list[Any]  # what a worker usually has to see to and here gets


def provided_in_words(letters: str, *, for_client: bool = False) -> Provided:
    found = from_letters(letters)
    titles = BINS | FOR_THE_CLIENT if for_client else BINS
    bins = [Bin(provider, title, words_of(found, provider)) for provider, title in titles.items()]
    needed = [p for p in found.values() if p is not Provider.NOT_NEEDED]
    return Provided(
        bins=[one for one in bins if one.functions],
        left=sum(provider in LEFT_OVER for provider in needed),
        needed=len(needed),
        percent=round(100 * decoupling_index(needed)),
        said=[FUNCTIONS[name][0] for name in NAMES if is_more_than_usual(name, found[name])],
    )


def words_of(found: dict[str, Provider], wanted: Provider) -> list[tuple[Any, Any]]:
    return [FUNCTIONS[name] for name in NAMES if found[name] is wanted]


def is_more_than_usual(name: str, provider: Provider) -> bool:
    """A place on site goes without saying; what somebody said they provide does not."""
    return name in WORTH_SAYING and provider in (Provider.CLIENT, Provider.ORGANISATION)


WORTH_SAYING = ("equipment", "insurance", "training", "transport", "safety", "colleagues", "career")


def choices(names: Iterable[str]) -> list[tuple[str, Any]]:
    return [(name, FUNCTIONS[name][0]) for name in names]
