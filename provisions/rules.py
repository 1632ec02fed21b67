"""Who provides what: fifteen functions of an organisation, and who provides each on one task.

An employer's organisation provides all of them. Platform work takes it apart: some the client sets,
some the worker has to arrange, and some nobody provides any more. A task says which, before anybody
claims or bids, and what it said is part of what was agreed.

What the market itself decides follows from the terms of the task; for the rest a client may say
that they, or an agency or co-op, provide it. Nothing here is an input of any mechanism.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Provider(StrEnum):
    """Who provides something. Each is kept as its first letter; nothing needed, as a dash."""

    CLIENT = "client"
    MARKET = "market"
    ORGANISATION = "organisation"  # an agency or a co-op that employs the worker
    WORKER = "worker"
    NOBODY = "nobody"
    NOT_NEEDED = "not_needed"

    @property
    def letter(self) -> str:
        return "-" if self is Provider.NOT_NEEDED else self.value[0]


BY_LETTER = {provider.letter: provider for provider in Provider}
LEFT_OVER = (Provider.WORKER, Provider.NOBODY)  # what decoupling counts
SAYABLE_PROVIDERS = (Provider.CLIENT, Provider.ORGANISATION)


@dataclass(frozen=True, slots=True)
class Function:
    """`usual` is who provides it on a remote task at a fixed pay when nothing else is said.

    `is_sayable`: a client may say that they or an organisation provide it. The others are facts of
    the market, which nobody can promise away.
    """

    name: str
    usual: Provider
    is_sayable: bool = False


# In this order for good: a task keeps one letter for each. New functions come at the end.
FUNCTIONS = (
    Function("content", Provider.CLIENT),
    Function("description", Provider.CLIENT),
    Function("deadline", Provider.CLIENT),
    Function("pay", Provider.CLIENT),
    Function("place", Provider.WORKER, is_sayable=True),
    Function("equipment", Provider.WORKER, is_sayable=True),
    Function("insurance", Provider.WORKER, is_sayable=True),
    Function("training", Provider.WORKER, is_sayable=True),
    Function("transport", Provider.NOT_NEEDED, is_sayable=True),
    Function("safety", Provider.WORKER, is_sayable=True),
    Function("colleagues", Provider.NOBODY, is_sayable=True),
    Function("feedback", Provider.CLIENT),
    Function("voice", Provider.NOBODY),
    Function("career", Provider.NOBODY, is_sayable=True),
    Function("payment_risk", Provider.MARKET),
)
NAMES = tuple(function.name for function in FUNCTIONS)
SAYABLE = tuple(function.name for function in FUNCTIONS if function.is_sayable)


def usually_provided(
    *, is_on_site: bool, names_a_price: bool, is_booked: bool
) -> dict[str, Provider]:
    """Who provides each function when the client says nothing, from the terms of the task.

    On site the client has the place, and the worker travels. Where workers name a price, the
    market's rule makes the pay of it. A booked hour is at the time that the worker published.
    """
    usual = {function.name: function.usual for function in FUNCTIONS}
    if is_on_site:
        usual |= {"place": Provider.CLIENT, "transport": Provider.WORKER}
    if names_a_price:
        usual["pay"] = Provider.MARKET
    if is_booked:
        usual["deadline"] = Provider.WORKER
    return usual


def is_for_a_client_to_say(said: Mapping[str, str]) -> bool:
    """True when each of these is a function that a client may speak of, with a provider they may name."""
    return set(said) <= set(SAYABLE) and set(said.values()) <= set(SAYABLE_PROVIDERS)


@lru_cache(maxsize=256)  # a batch asks the same ten thousand times
def letters_for(
    said: tuple[tuple[str, str], ...], *, is_on_site: bool, names_a_price: bool, is_booked: bool
) -> str:
    """Who provides what, as a task keeps it: as usual with these terms, but for what is said."""
    usual = usually_provided(
        is_on_site=is_on_site, names_a_price=names_a_price, is_booked=is_booked
    )
    return as_letters(usual | {name: Provider(provider) for name, provider in said})


def as_letters(provided: Mapping[str, Provider]) -> str:
    """One letter per function, in their order: how a task keeps it."""
    return "".join(provided[name].letter for name in NAMES)


def from_letters(letters: str) -> dict[str, Provider]:
    return {name: BY_LETTER[letter] for name, letter in zip(NAMES, letters, strict=True)}


def decoupling_index(providers: Iterable[Provider]) -> float:
    """The share of what is needed that is left to the worker or to nobody: 0 in a firm that provides all.

    Every function weighs the same, so it compares tasks and rules; it does not say how much each
    thing is worth. Source: this project, after the three bins of "Platform work and the
    organisation" (what the client sets, what the worker arranges alone, what vanishes).
    """
    needed = [provider for provider in providers if provider is not Provider.NOT_NEEDED]
    return sum(provider in LEFT_OVER for provider in needed) / len(needed)
