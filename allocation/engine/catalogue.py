"""The catalogue of mechanisms: every rule that a client may choose, by its slug."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allocation.engine.card import Card
from allocation.engine.contract import Case, Decision
from allocation.engine.mechanisms import (
    best_value,
    clients_choice,
    contest,
    first_come,
    lottery,
    open_descending,
    optimal_matching,
    rotation,
    scored_offers,
    sealed_first_price,
    sealed_second_price,
    standby_queue,
    uniform_price,
)

CATALOGUE: dict[str, Card] = {
    module.CARD.slug: module.CARD
    for module in (
        first_come,
        standby_queue,
        lottery,
        sealed_first_price,
        sealed_second_price,
        open_descending,
        best_value,
        uniform_price,
        clients_choice,
        scored_offers,
        optimal_matching,
        rotation,
        contest,
    )
}


class UnknownMechanism(KeyError):
    """There is no mechanism with this name."""


def card_of(slug: str) -> Card:
    """The card of this mechanism; raises UnknownMechanism."""
    try:
        return CATALOGUE[slug]
    except KeyError:
        known = ", ".join(CATALOGUE)
        raise UnknownMechanism(f"No mechanism is called {slug!r}. Known: {known}.") from None


def decide(slug: str, case: Case) -> Decision:
    return card_of(slug).decide(case)


def decide_window(slug: str, cases: Sequence[Case]) -> list[Decision]:
    """One decision per case, in order; batched mechanisms decide them together."""
    card = card_of(slug)
    if card.decide_window is not None:
        return card.decide_window(cases)
    return [card.decide(case) for case in cases]


def validate_parameters(slug: str, given: Mapping[str, object]) -> dict[str, float]:
    """The complete parameters of a version: `given` over the defaults.

    Raises UnusableParameters, naming the wrong key and the allowed ones or limits.
    """
    return card_of(slug).complete(given)
