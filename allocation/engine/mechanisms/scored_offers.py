"""Scored offers: the best-scoring available workers are asked, and may decline."""

from collections.abc import Sequence

from allocation.engine.card import Card, Factor, Parameter, Traits
from allocation.engine.contract import Candidate, Case, Decision, Feature, OfferTo, Terms
from allocation.engine.ranking import (
    is_after_closing,
    offer_in_order,
    offers_to_first,
    parameter,
    pay_is_allowed,
    standing,
)
from allocation.engine.scoring import (
    best_few,
    best_first,
    factors_of,
    scores_by_feature,
    scores_of,
    weight_parameters,
    weights_of,
)

WEIGHTS = {"skill_match": 0.40, "distance": 0.25, "reputation": 0.20, "waiting": 0.15}
OFFER_SECONDS = Parameter(
    "offer_seconds",
    60,
    5,
    604_800,
    "seconds",
    "How long a worker may think about an offer.",
    shows_in_a_case=False,
)


def decide(case: Case) -> Decision:
    """As many of the best-scoring workers as there are free slots get an offer with a time limit.

    Whoever declines or lets it pass is skipped on this task and loses nothing anywhere else; the
    next best is asked. Equal scores: the longer on the list first. Also called dispatch.

    Source: Grubhub's published dispatch instances (Reyes et al. 2018) for offers in score order.
    Near, well-rated workers tend to win; newcomers without ratings and people at the edge of
    town tend to lose.
    """
    may_offer = pay_is_allowed(case) and not is_after_closing(case)
    candidates = standing(case) if may_offer else []
    weights = weights_of(case, WEIGHTS)
    ordered, scores = best_first(candidates, scores_of(candidates, weights))
    offer_seconds = parameter(case, "offer_seconds", OFFER_SECONDS.default)
    return offer_in_order(case, ordered, offer_seconds=offer_seconds, scores=scores)


def in_short(terms: Terms, workers: Sequence[int], feature: Feature) -> tuple[OfferTo, ...]:
    if not workers or not pay_is_allowed(terms) or is_after_closing(terms):
        return ()
    scores = scores_by_feature(feature, weights_of(terms, WEIGHTS), len(workers))
    first = best_few(workers, scores, len(terms.free_slots))
    return offers_to_first(terms, first, parameter(terms, "offer_seconds", OFFER_SECONDS.default))


def factors(case: Case, candidate: Candidate) -> tuple[Factor, ...]:
    return factors_of(candidate.features, weights_of(case, WEIGHTS))


CARD = Card(
    slug="scored_offers",
    name="Scored offers",
    explanation="The engine asks the best-matching worker first, at the pay the client set. "
    "Whoever says no or waits too long is skipped, and the next is asked.",
    family="scored",
    decide=decide,
    in_short=in_short,
    factors=factors,
    traits=Traits(entry="none", decides="on_posting", uses_history=True, makes_offers=True),
    sources=(
        "D. Reyes et al. (2018), The Meal Delivery Routing Problem",
        "Grubhub MDRP instances",
    ),
    tie_rule="Of two equal scores whoever has been available longer is asked first.",
    tends_to_win="Workers close by with many good ratings.",
    tends_to_lose="Newcomers without ratings, and people who live far from where tasks are.",
    parameters=(*weight_parameters(WEIGHTS), OFFER_SECONDS),
)
