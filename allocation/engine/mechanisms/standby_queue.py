"""Standby queue: the worker who has waited longest gets the next task."""

from collections.abc import Sequence

from allocation.engine.card import Card, Traits
from allocation.engine.contract import Award, Case, Decision, Feature, Outcome, Terms
from allocation.engine.ranking import award_in_order, awards_to_first, pay_is_allowed, standing


def decide(case: Case) -> Decision:
    """Free slots go to the workers on standby, longest wait first, at the posted pay.

    Joining the queue is saying yes beforehand; whoever is not served keeps the place in line.
    Also called a taxi rank or hiring hall.

    Source: taxi ranks and dockers' hiring halls; A. K. Erlang 1917 for its waiting times.
    People who can stay on standby tend to win; people who can wait only briefly tend to lose.
    """
    ordered = standing(case) if pay_is_allowed(case) else []
    pays = [case.pay_cents] * len(ordered)
    return award_in_order(case, ordered, pays, rest=Outcome.WAITING)


def in_short(terms: Terms, workers: Sequence[int], _: Feature) -> tuple[Award, ...]:
    return awards_to_first(terms, workers) if pay_is_allowed(terms) else ()


CARD = Card(
    slug="standby_queue",
    name="Standby queue",
    explanation="Workers line up before there is work. Whoever has waited longest gets the task, "
    "at the pay the client set.",
    family="first come",
    decide=decide,
    in_short=in_short,
    traits=Traits(
        entry="none", decides="on_posting", serves_standby=True, in_order_of_arrival=True
    ),
    sources=(
        "Taxi ranks and union hiring halls, which give work in order of arrival",
        "A. K. Erlang (1917), waiting times when the first in line is served first",
    ),
    tie_rule="Whoever has waited longer is served first.",
    tends_to_win="People who can stay on standby for long.",
    tends_to_lose="People who can be there only briefly: their wait starts again each time.",
)
