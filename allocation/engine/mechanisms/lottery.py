"""Lottery: everybody who enters before closing has the same chance."""

from allocation.engine.card import Card, Traits
from allocation.engine.contract import Case, Decision
from allocation.engine.ranking import (
    award_in_order,
    decide_at_closing,
    is_before_closing,
    pay_is_allowed,
    standing,
)
from allocation.engine.seeds import draw


def decide(case: Case) -> Decision:
    """At closing, each entry draws a number from the committed seed; the lowest draws win.

    A draw is keyed by the order of arrival, so being fast wins nothing and nobody's id matters.
    Also called a random window or random serial order.

    Source: random serial order (Abdulkadiroglu and Sonmez 1998), as against claim bots.
    Slow and busy people gain what claim bots lose; long experience and quality count for nothing.
    """
    if is_before_closing(case):
        return decide_at_closing(case)
    entries = standing(case) if pay_is_allowed(case) else []
    draws = [draw(case.seed, "lottery", c.received) for c in entries]
    order = sorted(range(len(entries)), key=lambda i: (draws[i], entries[i].received))
    ordered = [entries[i] for i in order]
    scores = [draws[i] for i in order]
    return award_in_order(case, ordered, [case.pay_cents] * len(ordered), scores=scores)


CARD = Card(
    slug="lottery",
    name="Lottery",
    explanation="Everybody who enters before closing has the same chance, at the pay the client "
    "set. Being fast does not help, so claim bots do not help either.",
    family="first come",
    decide=decide,
    traits=Traits(entry="claim", decides="at_closing", random=True),
    sources=(
        "A. Abdulkadiroglu and T. Sonmez (1998), Random Serial Dictatorship",
        "M. Blum (1981), Coin Flipping by Telephone, for committing to the seed first",
    ),
    tie_rule="Of two equal draws the earlier entry wins.",
    tends_to_win="People who cannot watch the site all day.",
    tends_to_lose="Fast claimers and bots; also people with rare skills, which count for nothing.",
)
