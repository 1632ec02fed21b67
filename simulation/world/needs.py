"""What a lever needs to have any effect: pulled without it, the run stays the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from allocation.engine.card import Traits
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.saying import Said, both, either
from allocation.engine.saying import to_say as _
from simulation.world.levers import full_name
from simulation.world.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Need:
    """`words` is what to set, with the names of the levers."""

    words: object
    is_met: Callable[[Scenario], bool]


def a_mechanism(fits: Callable[[Traits], bool]) -> Need:
    slugs = [card.slug for card in CATALOGUE.values() if fits(card.traits)]
    return Need(is_one_of("mechanism", slugs), lambda s: s.rules.mechanism in slugs)


def is_one_of(lever: str, values: Sequence[str]) -> Said:
    return Said("{lever}={values}", {"lever": lever, "values": either(values)})


def above(lever: str, least: int) -> Said:
    return Said(_("{lever} above {least}"), {"lever": lever, "least": least})


def another(lever: str, value: int) -> Said:
    return Said(_("another {lever} than {value}"), {"lever": lever, "value": value})


# The same questions as `simulation.world.flows.flow_for` asks.
CLAIMS = a_mechanism(lambda traits: traits.decides == "on_entry")
WAITS = a_mechanism(lambda traits: traits.decides in ("on_entry", "on_posting"))
GATHERS = a_mechanism(lambda traits: traits.decides in ("at_closing", "by_client"))
BIDS = a_mechanism(lambda traits: traits.entry == "bid")
NO_BIDS = a_mechanism(lambda traits: traits.entry != "bid")
OPEN_BIDS = a_mechanism(lambda traits: traits.entry == "bid" and not traits.sealed)
OFFERS = a_mechanism(lambda traits: traits.makes_offers)
ANSWERS = a_mechanism(lambda t: t.makes_offers or (t.entry == "bid" and not t.sealed))
QUALITY = a_mechanism(lambda traits: traits.uses_history or traits.entry == "entry")

RACE = Need("looking=race", lambda s: s.behaviour.looking == "race")
BOTS = Need(above("bots", 0), lambda s: s.population.bots > 0)
QUICK_BOTS = Need(another("bot_speed", 1), lambda s: s.behaviour.bot_speed != 1)
SHIFTS = Need(above("shift_hours", 0), lambda s: s.population.shift_hours > 0)
SHIFT_PAY = Need(
    above("minimum_shift_cents_per_hour", 0), lambda s: s.rules.minimum_shift_cents_per_hour > 0
)
PAID_SHIFT = Need(above("minimum_shift_hours", 0), lambda s: s.rules.minimum_shift_hours > 0)
UNEQUAL_PAY = Need(
    either(
        [
            Said(_("pay_cents that vary"), {}),
            above("surge_most", 1),
            above("floor_cents_per_hour", 0),
        ]
    ),
    lambda s: (
        s.demand.pay_cents.shape != "fixed"
        or s.rules.surge_most > 1
        or s.rules.floor_cents_per_hour > 0
    ),
)
HOURS_OF_WORK_ONLY = Need("waiting_is_duty=false", lambda s: not s.rules.waiting_is_duty)
FAILING = Need(above("failing_share", 0), lambda s: s.demand.failing_share > 0)
CITY = Need(above("city_km", 0), lambda s: s.population.city_km > 0)
MARKUP = Need(
    is_one_of("bidding", ("shaded", "learning")),
    lambda s: s.behaviour.bidding in ("shaded", "learning"),
)

NEEDS: dict[str, tuple[Need, ...]] = {
    "hours": (Need("tasks=0", lambda s: not s.tasks),),
    "demand.patience_hours": (WAITS,),
    "demand.clients": (FAILING,),
    "demand.anchor_share": (FAILING,),
    "population.abroad_share": (
        Need(another("abroad_factor", 1), lambda s: s.population.abroad_factor != 1),
    ),
    "population.abroad_factor": (
        Need(above("abroad_share", 0), lambda s: s.population.abroad_share > 0),
    ),
    "population.quality": (QUALITY,),
    "population.km_per_hour": (CITY,),
    "population.cost_cents_per_km": (CITY,),
    "population.bots": (CLAIMS, RACE, QUICK_BOTS),
    "population.shift_every_hours": (SHIFTS,),
    "population.limited_share": (
        Need(above("limited_hours", 0), lambda s: s.rules.limited_hours > 0),
    ),
    "population.skills_each": (Need(above("skill_kinds", 0), lambda s: s.demand.skill_kinds > 0),),
    "behaviour.choosing": (CLAIMS,),
    "behaviour.looking": (CLAIMS,),
    "behaviour.bot_speed": (CLAIMS, RACE, BOTS),
    "behaviour.bidding": (BIDS,),
    "behaviour.markup": (BIDS, MARKUP),
    "behaviour.private_costs": (BIDS,),
    "behaviour.bidders": (GATHERS,),
    "behaviour.bidders_vary": (GATHERS,),
    "behaviour.bid_seconds": (GATHERS,),
    "behaviour.undercut": (OPEN_BIDS,),
    "behaviour.acceptance": (OFFERS,),
    "behaviour.answer_seconds": (ANSWERS,),
    "behaviour.free_entry": (SHIFTS,),
    "behaviour.boycott_below_cents_per_hour": (SHIFTS,),
    "behaviour.coalition_demands": (
        Need(above("coalition_share", 0), lambda s: s.behaviour.coalition_share > 0),
    ),
    "rules.window_hours": (GATHERS,),
    "rules.guarantee_counts": (
        Need(
            above("guaranteed_cents_per_hour", 0), lambda s: s.rules.guaranteed_cents_per_hour > 0
        ),
    ),
    "rules.surge_way": (Need(above("surge_most", 1), lambda s: s.rules.surge_most > 1),),
    "rules.minimum_shift_hours": (SHIFTS, SHIFT_PAY),
    "rules.minimum_shift_cents_per_hour": (SHIFTS, PAID_SHIFT),
    "rules.limited_hours": (
        Need(above("limited_share", 0), lambda s: s.population.limited_share > 0),
    ),
    "rules.pay_is_shown": (NO_BIDS, UNEQUAL_PAY),
    "behaviour.search_seconds": (HOURS_OF_WORK_ONLY,),
}


def missing(lever: str, scenario: Scenario) -> object:
    """What the lever needs and the scenario has not, as it is said; None when it may have an effect."""
    needs = NEEDS.get(full_name(lever).removesuffix(".a").removesuffix(".b"), ())
    lacking = [need.words for need in needs if not need.is_met(scenario)]
    return both(lacking) if lacking else None
