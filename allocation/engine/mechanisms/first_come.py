"""First come: the earliest eligible claim gets the slot."""

from collections.abc import Sequence
from typing import Any

from allocation.engine.card import Card, Traits
from allocation.engine.contract import Award, Case, Decision, Feature, Terms
from allocation.engine.ranking import award_in_order, awards_to_first, standing


def decide(case: Case) -> Decision:
    """Free slots go to the earliest eligible claims, at the posted pay.

    Workers on standby when the task is posted come before the first claim, longest wait first.
    Also called FCFS or FIFO.

    Source: the claim rule of Amazon Mechanical Turk; A. K. Erlang 1917 for its waiting times.
    Fast connections and claim bots tend to win; people who are busy or offline tend to lose.
    """
    ordered = standing(case) if is_served(case.pay_cents, case.floor_cents) else []
    return award_in_order(case, ordered, [case.pay_cents] * len(ordered))


def is_served(pay_cents: Any, floor_cents: Any) -> Any:
    """Does who claims a free slot alone get it? Yes, unless it pays less than the wage floor.

    Takes cents, or arrays of them.
    """
    return pay_cents >= floor_cents


def in_short(terms: Terms, workers: Sequence[int], _: Feature) -> tuple[Award, ...]:
    if not is_served(terms.pay_cents, terms.floor_cents):
        return ()
    return awards_to_first(terms, workers)


CARD = Card(
    slug="first_come",
    name="First come, first served",
    explanation="The first worker who claims a place gets it, at the pay the client set.",
    family="first come",
    decide=decide,
    in_short=in_short,
    traits=Traits(entry="claim", decides="on_entry", serves_standby=True, in_order_of_arrival=True),
    sources=(
        "Amazon Mechanical Turk: workers accept open work on a first-come basis",
        "A. K. Erlang (1917), waiting times when the first in line is served first",
    ),
    tie_rule="Of two claims the earlier wins.",
    tends_to_win="People who are online all day, have a fast connection or use a claim bot.",
    tends_to_lose="People who look between other duties, use a phone, or live in another time zone.",
)
