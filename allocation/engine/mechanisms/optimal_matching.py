"""Optimal matching: a window of tasks and the available workers, matched for the best total."""

from collections.abc import Sequence

from allocation.engine.card import Card, Parameter, Traits
from allocation.engine.contract import Candidate, Case, Decision, OfferTo, Outcome
from allocation.engine.matching import Wanted, match
from allocation.engine.mechanisms.scored_offers import OFFER_SECONDS, WEIGHTS, factors
from allocation.engine.ranking import (
    is_after_closing,
    offer_ends_at,
    parameter,
    pay_is_allowed,
    rank,
    standing,
)
from allocation.engine.scoring import best_first, scores_of, weight_parameters, weights_of

WINDOW_SECONDS = Parameter(
    "window_seconds",
    30,
    1,
    3_600,
    "seconds",
    "How long tasks are gathered before matching.",
    shows_in_a_case=False,
)


def decide(case: Case) -> Decision:
    """Decide a window with one task in it: those with the highest scores are offered its slots."""
    return decide_window([case])[0]


def decide_window(cases: Sequence[Case]) -> list[Decision]:
    """The free slots of all tasks in a window are offered so that the sum of all scores is highest.

    A worker gets at most one offer per window, at the posted pay, so somebody may be asked for a
    second-best task because a rival is needed elsewhere. Scores are those of scored offers. Also
    called the assignment problem or batched dispatch.

    Source: Kuhn 1955, Crouse 2016. Workers whose strengths are rare in the window tend to win;
    workers who are second best everywhere tend to lose.
    """
    scored = [scored_candidates(case) for case in cases]
    columns = column_of_each_worker(cases)
    wanted = [
        Wanted(len(case.free_slots), [columns[c.worker] for c in ordered], scores)
        for case, (ordered, scores) in zip(cases, scored, strict=True)
    ]
    return [
        offers_for(case, ordered, scores, places)
        for case, (ordered, scores), places in zip(cases, scored, match(wanted), strict=True)
    ]


def scored_candidates(case: Case) -> tuple[list[Candidate], list[float]]:
    """Who may be asked, best score first, and the scores."""
    may_offer = case.free_slots and pay_is_allowed(case) and not is_after_closing(case)
    candidates = standing(case) if may_offer else standing(case)[:0]
    weights = weights_of(case, WEIGHTS)
    return best_first(candidates, scores_of(candidates, weights))


def column_of_each_worker(cases: Sequence[Case]) -> dict[int, int]:
    """Number the workers by where they first appear: order of tasks, then order of arrival.

    Numbering by id or by listing would let either decide between equally good matchings.
    """
    columns: dict[int, int] = {}
    for case in cases:
        for candidate in sorted(case.candidates, key=lambda c: c.received):
            columns.setdefault(candidate.worker, len(columns))
    return columns


def offers_for(
    case: Case, ordered: list[Candidate], scores: list[float], places: list[int]
) -> Decision:
    """Offers to the candidates at these places of the ranking; everybody else waits."""
    until = offer_ends_at(case, parameter(case, OFFER_SECONDS.name, OFFER_SECONDS.default))
    outcomes = [Outcome.WAITING] * len(ordered)
    for place in places:
        outcomes[place] = Outcome.OFFERED
    offers = tuple(
        OfferTo(ordered[place].worker, slot, case.pay_cents, until)
        for place, slot in zip(places, sorted(case.free_slots), strict=False)
    )
    return Decision(
        offers=offers,
        ranking=rank(case, ordered, outcomes, scores),
        decide_again_at=until if offers else None,
    )


CARD = Card(
    slug="optimal_matching",
    name="Best match for all tasks together",
    explanation="Tasks of the same moment are matched with workers in one go, so that all of them "
    "together fit best. Each worker is asked, at the pay the client set.",
    family="scored",
    decide=decide,
    factors=factors,
    decide_window=decide_window,
    traits=Traits(
        entry="none", decides="on_posting", uses_history=True, batched=True, makes_offers=True
    ),
    sources=(
        "H. W. Kuhn (1955), The Hungarian Method for the Assignment Problem",
        "D. F. Crouse (2016), On Implementing 2D Rectangular Assignment Algorithms",
    ),
    tie_rule="Of two who fit equally well the one who comes first: in the order of the tasks, then "
    "by how long they have been available.",
    tends_to_win="Workers whose strengths are rare among those available.",
    tends_to_lose="Workers who are second best everywhere.",
    parameters=(*weight_parameters(WEIGHTS), OFFER_SECONDS, WINDOW_SECONDS),
)
