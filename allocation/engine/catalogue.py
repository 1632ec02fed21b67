"""The catalogue of mechanisms: every rule that a client may choose, by its slug."""

from __future__ import annotations

from collections.abc import Mapping

from allocation.engine.card import Card
from allocation.engine.contract import Case, Decision
from allocation.engine.mechanisms import first_come, scored_offers, sealed_first_price

CATALOGUE: dict[str, Card] = {
    module.CARD.slug: module.CARD
    for module in (
        first_come,
        sealed_first_price,
        scored_offers,
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


def validate_parameters(slug: str, given: Mapping[str, object]) -> dict[str, float]:
    """The complete parameters of a version: `given` over the defaults.

    Raises UnusableParameters, naming the wrong key and the allowed ones or limits.
    """
    return card_of(slug).complete(given)
