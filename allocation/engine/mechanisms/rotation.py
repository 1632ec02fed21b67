"""Rotation: whoever was served longest ago is asked first."""

from collections.abc import Sequence

from allocation.engine.card import Card, Factor, Traits
from allocation.engine.contract import Candidate, Case, Decision, Feature, OfferTo, Terms
from allocation.engine.mechanisms.scored_offers import OFFER_SECONDS
from allocation.engine.ranking import (
    is_after_closing,
    offer_in_order,
    offers_to_first,
    parameter,
    pay_is_allowed,
    standing,
)
from allocation.engine.scoring import best_few, best_first, factors_of


def decide(case: Case) -> Decision:
    """The workers who got work longest ago are offered the free slots, at the posted pay.

    What counts is the time since the last award: 1 for who never got work yet, otherwise growing
    from 0 towards 1. Equal: the earlier received. Also called least recently served or a fair rota.

    Source: round robin scheduling (Kleinrock 1976) and hiring-hall rotation lists.
    Everybody available gets about the same number of tasks; whoever was quickest or best rated
    under another rule loses that lead.
    """
    may_offer = pay_is_allowed(case) and not is_after_closing(case)
    candidates = standing(case) if may_offer else []
    waits = [candidate.features.get("since_served", 0.0) for candidate in candidates]
    ordered, waits = best_first(candidates, waits)
    offer_seconds = parameter(case, OFFER_SECONDS.name, OFFER_SECONDS.default)
    return offer_in_order(case, ordered, offer_seconds=offer_seconds, scores=waits)


def in_short(terms: Terms, workers: Sequence[int], feature: Feature) -> tuple[OfferTo, ...]:
    if not workers or not pay_is_allowed(terms) or is_after_closing(terms):
        return ()
    first = best_few(workers, feature("since_served"), len(terms.free_slots))
    return offers_to_first(
        terms, first, parameter(terms, OFFER_SECONDS.name, OFFER_SECONDS.default)
    )


def factors(case: Case, candidate: Candidate) -> tuple[Factor, ...]:
    return factors_of(candidate.features, {"since_served": 1.0})


CARD = Card(
    slug="rotation",
    name="In turn",
    explanation="The engine asks whoever got work longest ago, at the pay the client set, so that "
    "work is shared out evenly.",
    family="scored",
    decide=decide,
    in_short=in_short,
    factors=factors,
    traits=Traits(entry="none", decides="on_posting", uses_history=True, makes_offers=True),
    sources=(
        "L. Kleinrock (1976), Queueing Systems, volume 2: round robin",
        "Union hiring halls with rotation lists",
    ),
    tie_rule="Of two who got work equally long ago whoever has been available longer is asked first.",
    tends_to_win="Newcomers and people who had little work.",
    tends_to_lose="People who would win on ratings or speed and could fill all their hours.",
    parameters=(OFFER_SECONDS,),
)
