"""The few steps that mechanisms share: who may take part, and how an order becomes a decision."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from operator import attrgetter

from allocation.engine.contract import (
    Award,
    Candidate,
    Case,
    Decision,
    OfferTo,
    Outcome,
    Ranked,
    Terms,
)

by_arrival = attrgetter("received")


def parameter(case: Case | Terms, name: str, default: float) -> float:
    return case.parameters.get(name, default)


def is_before_closing(case: Case | Terms) -> bool:
    return case.closes_at is not None and case.now < case.closes_at


def is_after_closing(case: Case | Terms) -> bool:
    return case.closes_at is not None and case.now >= case.closes_at


def pay_is_allowed(case: Case | Terms) -> bool:
    """Is the pay that the client fixed at or above the wage floor?"""
    return case.pay_cents >= case.floor_cents


def standing(case: Case) -> list[Candidate]:
    """The eligible candidates who have not said no, in order of arrival."""
    candidates = [c for c in case.candidates if not c.failed_gates and not c.answer]
    if len(candidates) > 1:  # a claim is a case of one
        candidates.sort(key=by_arrival)
    return candidates


def standing_bids(case: Case) -> list[Candidate]:
    """The standing candidates whose ask is at or above the floor and within the budget."""
    floor, budget = case.floor_cents, case.pay_cents
    return [c for c in standing(case) if c.ask_cents is not None and floor <= c.ask_cents <= budget]


def decide_at_closing(case: Case) -> Decision:
    """Nothing yet: everybody waits, unranked, until the closing time."""
    return Decision(ranking=rank(case, [], []), decide_again_at=case.closes_at)


def award_in_order(
    case: Case,
    ordered: Sequence[Candidate],
    pays_cents: Sequence[int],
    *,
    rest: Outcome = Outcome.NOT_AWARDED,
    scores: Sequence[float] | None = None,
) -> Decision:
    """Give the free slots, lowest number first, to the first of `ordered`, at these pays."""
    given = zip(ordered, sorted(case.free_slots), pays_cents, strict=False)
    awards = tuple([Award(candidate.worker, slot, pay) for candidate, slot, pay in given])
    outcomes = first_few(len(awards), Outcome.AWARDED, rest, len(ordered))
    return Decision(awards, (), rank(case, ordered, outcomes, scores))


def offer_in_order(
    case: Case,
    ordered: Sequence[Candidate],
    *,
    offer_seconds: float,
    scores: Sequence[float] | None = None,
) -> Decision:
    """Ask the first of `ordered`, one per free slot, at the posted pay; the others wait."""
    until = offer_ends_at(case, offer_seconds)
    offers = tuple(
        OfferTo(candidate.worker, slot, case.pay_cents, until)
        for candidate, slot in zip(ordered, sorted(case.free_slots), strict=False)
    )
    outcomes = first_few(len(offers), Outcome.OFFERED, Outcome.WAITING, len(ordered))
    return Decision(
        offers=offers,
        ranking=rank(case, ordered, outcomes, scores),
        decide_again_at=until if offers else None,
    )


def awards_to_first(terms: Terms, workers: Sequence[int]) -> tuple[Award, ...]:
    """What `award_in_order` awards at the posted pay, without a ranking."""
    given = zip(workers, sorted(terms.free_slots), strict=False)
    return tuple([Award(worker, slot, terms.pay_cents) for worker, slot in given])


def offers_to_first(
    terms: Terms, workers: Sequence[int], offer_seconds: float
) -> tuple[OfferTo, ...]:
    """What `offer_in_order` offers, without a ranking."""
    until = offer_ends_at(terms, offer_seconds)
    given = zip(workers, sorted(terms.free_slots), strict=False)
    return tuple([OfferTo(worker, slot, terms.pay_cents, until) for worker, slot in given])


def offer_ends_at(case: Case | Terms, offer_seconds: float) -> float:
    """An offer lasts `offer_seconds`, and never past the closing time."""
    until = case.now + offer_seconds
    return until if case.closes_at is None else min(until, case.closes_at)


def first_few(number: int, won: Outcome, rest: Outcome, of: int) -> list[Outcome]:
    return [won] * number + [rest] * (of - number)


def rank(
    case: Case,
    ordered: Sequence[Candidate],
    outcomes: Sequence[Outcome],
    scores: Sequence[float] | None = None,
) -> tuple[Ranked, ...]:
    """One row per candidate: `ordered` from rank 1, then the others in order of arrival."""
    points: Sequence[float | None] = [None] * len(ordered) if scores is None else scores
    workers = [candidate.worker for candidate in ordered]
    rows = zip(workers, outcomes, count(1), points, strict=False)
    ranked = list(map(Ranked._make, rows))
    if len(ordered) < len(case.candidates):
        placed = {candidate.received for candidate in ordered}
        others = [c for c in case.candidates if c.received not in placed]
        others.sort(key=by_arrival)
        ranked += [Ranked(c.worker, outcome_without_rank(case, c)) for c in others]
    return tuple(ranked)


def outcome_without_rank(case: Case, candidate: Candidate) -> Outcome:
    if candidate.failed_gates or not ask_is_allowed(case, candidate):
        return Outcome.INELIGIBLE
    if candidate.answer:
        return Outcome.DECLINED
    return Outcome.WAITING if is_before_closing(case) else Outcome.NOT_AWARDED


def ask_is_allowed(case: Case, candidate: Candidate) -> bool:
    """A named price lies between the floor and the budget. Naming none is allowed here."""
    ask = candidate.ask_cents
    return ask is None or case.floor_cents <= ask <= case.pay_cents
