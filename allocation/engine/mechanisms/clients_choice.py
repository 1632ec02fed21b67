"""Client's choice: the engine ranks the bids by published weights, the client picks."""

from allocation.engine.card import Card, Factor, Parameter, Traits
from allocation.engine.contract import Award, Candidate, Case, Decision, Outcome
from allocation.engine.mechanisms.best_value import features_of
from allocation.engine.ranking import ask_is_allowed, parameter, pay_is_allowed, rank, standing
from allocation.engine.scoring import (
    best_first,
    factors_of,
    score_of,
    weight_parameters,
    weights_of,
)

WEIGHTS = {"reputation": 0.40, "skill_match": 0.40, "price": 0.20}
SHORTLIST_SIZE = Parameter(
    "shortlist_size",
    5,
    1,
    100,
    "workers",
    "How many of the best-ranked are on the shortlist.",
    is_whole=True,
)


def decide(case: Case) -> Decision:
    """The bids are ranked by published weights; whom the client picks gets a slot, paid as asked.

    The first few are shortlisted. The order advises and bars nobody: the client may pick any
    eligible bid, as long as there is time for the work. A worker who named no price is paid the
    posted pay. Also called curated hiring.

    Source: the hiring pages of Elance and oDesk; Horton 2017 on what recommendations do there.
    Workers at the top of the list and well-known ones tend to win; newcomers tend to lose.
    """
    weights = weights_of(case, WEIGHTS)
    candidates = candidates_of(case)
    scores = [score_of(features_of(case, c), weights) for c in candidates]
    ordered, scores = best_first(candidates, scores)
    in_time = is_time_to_choose(case)
    awards = awards_to_chosen(case, ordered) if in_time else ()
    may_pick = in_time and len(awards) < len(case.free_slots)
    asks_client = may_pick and len(ordered) > len(awards)
    shortlisted = int(parameter(case, SHORTLIST_SIZE.name, SHORTLIST_SIZE.default))
    places = [place_outcome(place, shortlisted, may_pick) for place in range(len(ordered))]
    ranking = rank(case, ordered, places, scores)
    winners = {award.worker for award in awards}
    return Decision(
        awards=awards,
        ranking=tuple(
            row._replace(outcome=Outcome.AWARDED) if row.worker in winners else row
            for row in ranking
        )
        if winners
        else ranking,
        decide_again_at=case.deadline_at if asks_client else None,
        asks_client=asks_client,
    )


def is_time_to_choose(case: Case) -> bool:
    return case.deadline_at is None or case.now < case.deadline_at


def candidates_of(case: Case) -> list[Candidate]:
    """Who may be picked: a price within the limits, or none and a posted pay above the floor."""
    if not pay_is_allowed(case):
        return []
    return [c for c in standing(case) if ask_is_allowed(case, c)]


def awards_to_chosen(case: Case, ordered: list[Candidate]) -> tuple[Award, ...]:
    """One slot for each chosen worker who may be picked, in the order of choosing."""
    by_worker = {candidate.worker: candidate for candidate in ordered}
    chosen = [by_worker[worker] for worker in dict.fromkeys(case.chosen) if worker in by_worker]
    return tuple(
        Award(c.worker, slot, case.pay_cents if c.ask_cents is None else c.ask_cents)
        for c, slot in zip(chosen, sorted(case.free_slots), strict=False)
    )


def place_outcome(place: int, shortlisted: int, may_pick: bool) -> Outcome:
    if not may_pick:
        return Outcome.NOT_AWARDED
    return Outcome.SHORTLISTED if place < shortlisted else Outcome.WAITING


def factors(case: Case, candidate: Candidate) -> tuple[Factor, ...]:
    return factors_of(features_of(case, candidate), weights_of(case, WEIGHTS))


CARD = Card(
    slug="clients_choice",
    name="The client chooses",
    explanation="Workers name a price. The client sees them ranked by weights that everybody can "
    "read, and picks whom they like.",
    family="auction",
    decide=decide,
    factors=factors,
    is_time_to_choose=is_time_to_choose,
    traits=Traits(
        entry="bid", decides="by_client", sealed=True, uses_price=True, uses_history=True
    ),
    sources=(
        "The hiring pages of Elance and oDesk",
        "J. Horton (2017), The Effects of Algorithmic Labor Market Recommendations",
    ),
    tie_rule="The client decides. Of two equal scores the earlier bid stands higher on the list.",
    tends_to_win="Workers at the top of the list, and workers the client knows.",
    tends_to_lose="Newcomers without ratings, and anybody the client has a prejudice against.",
    parameters=(*weight_parameters(WEIGHTS), SHORTLIST_SIZE),
)
