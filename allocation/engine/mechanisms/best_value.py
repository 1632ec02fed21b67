"""Best value: sealed bids, where price and quality count by published weights."""

from collections.abc import Mapping

from allocation.engine.card import Card, Factor, Traits
from allocation.engine.contract import Candidate, Case, Decision
from allocation.engine.ranking import (
    award_in_order,
    decide_at_closing,
    is_before_closing,
    standing_bids,
)
from allocation.engine.scoring import (
    best_first,
    factors_of,
    score_of,
    weight_parameters,
    weights_of,
)

WEIGHTS = {"price": 0.50, "reputation": 0.30, "skill_match": 0.20}


def decide(case: Case) -> Decision:
    """At closing, the bids with the highest weighted sum of price and quality win, paid as asked.

    The price factor is (budget - ask) / (budget - floor): it depends on one's own bid only, so no
    rival's bid can swap two others. Equal scores: the earlier received. Also called a scoring
    auction or most economically advantageous tender.

    Source: Che 1993; EU Directive 2014/24, article 67. Well-rated workers with moderate prices
    tend to win; newcomers without ratings must ask less to win.
    """
    if is_before_closing(case):
        return decide_at_closing(case)
    weights = weights_of(case, WEIGHTS)
    bids = standing_bids(case)
    scores = [score_of(features_of(case, bid), weights) for bid in bids]
    ordered, scores = best_first(bids, scores)
    return award_in_order(case, ordered, [c.ask_cents or 0 for c in ordered], scores=scores)


def features_of(case: Case, bid: Candidate) -> Mapping[str, float]:
    """The bid's own features and its price factor."""
    return {**bid.features, "price": price_factor(case, bid)}


def price_factor(case: Case, bid: Candidate) -> float:
    """1 for a bid at the floor, 0 for a bid at the budget (or for naming no price)."""
    room = case.pay_cents - case.floor_cents
    if bid.ask_cents is None:
        return 0.0
    return (case.pay_cents - bid.ask_cents) / room if room > 0 else 1.0


def factors(case: Case, candidate: Candidate) -> tuple[Factor, ...]:
    return factors_of(features_of(case, candidate), weights_of(case, WEIGHTS))


CARD = Card(
    slug="best_value",
    name="Best value for money",
    explanation="Workers name a price that nobody else sees. Price, ratings and skills count by "
    "weights that everybody can read; the best sum wins and is paid its price.",
    family="auction",
    decide=decide,
    factors=factors,
    traits=Traits(
        entry="bid", decides="at_closing", sealed=True, uses_price=True, uses_history=True
    ),
    sources=(
        "Y.-K. Che (1993), Design Competition through Multidimensional Auctions",
        "Directive 2014/24/EU on public procurement, article 67",
    ),
    tie_rule="Of two equal scores the earlier bid wins.",
    tends_to_win="Well-rated workers who ask a moderate price.",
    tends_to_lose="Newcomers: without ratings they must ask less to win.",
    parameters=weight_parameters(WEIGHTS),
)
