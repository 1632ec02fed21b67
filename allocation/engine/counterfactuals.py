"""What would have changed a decision: each change is tried out by running the mechanism again.

Only changes that the worker could have made are tried, one at a time, with all others unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeVar

from allocation.engine.card import Card
from allocation.engine.contract import Answer, Candidate, Case, Decision, Outcome
from allocation.engine.disclosure import (
    FEATURE_STEPS,
    SCORE_CELLS,
    price_step_cents,
    score_above,
    strongest_ask_cents,
)
from allocation.engine.gates import remedy
from allocation.engine.ranking import ask_is_allowed
from allocation.engine.scoring import CAN_CHANGE

MOST_SHOWN = 3
ROUNDING = 1e-9  # a sum of weighted features may come out this much too low
SUCCESS = {Outcome.AWARDED: 2, Outcome.OFFERED: 2, Outcome.SHORTLISTED: 1}
Run = Callable[[Case], Decision]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the worker could have done otherwise.

    `kind` is "ask" (value in cents), "ask_at_floor" (the lowest bid that is allowed), "arrival"
    (value in seconds earlier), "feature" (`name`, value 0…1), "gates" (open all closed ones) or
    "answer" (say yes to the offer).
    """

    kind: str
    value: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """A verified change and the outcome it leads to when everybody else stays the same."""

    change: Change
    outcome: Outcome


def counterfactuals(
    card: Card, case: Case, worker: Candidate, was: Outcome, run: Run, needed: float | None
) -> tuple[Counterfactual, ...]:
    """At most three changes, each of which led to a better outcome when `run` on the changed case.

    `needed` is the score that is enough; see `score_needed`.
    """
    found: list[Counterfactual] = []
    for change in feasible_changes(card, case, worker, was, run, needed):
        outcome = reached(change, outcome_of(run(changed(case, worker, change)), worker.worker))
        if is_better(outcome, was):
            found.append(Counterfactual(change, outcome))
        if len(found) == MOST_SHOWN:
            break
    return tuple(found)


def reached(change: Change, outcome: Outcome) -> Outcome:
    """Whoever would be asked by the changed case and says yes has the task."""
    says_yes = change.kind == "answer" and outcome is Outcome.OFFERED
    return Outcome.AWARDED if says_yes else outcome


def feasible_changes(
    card: Card,
    case: Case,
    worker: Candidate,
    was: Outcome,
    run: Run,
    needed: float | None,
) -> Iterator[Change]:
    """Changes worth trying, the easiest for the worker first."""
    if worker.failed_gates:
        if all(remedy(gate) for gate in worker.failed_gates):
            yield Change("gates")
        return
    if worker.answer:
        yield Change("answer")
        return
    attempts = Attempts(card, case, worker, was, run, needed)
    if card.traits.uses_price and worker.ask_cents is not None:
        yield from attempts.asks(worker.ask_cents)
    if card.traits.in_order_of_arrival:
        yield from attempts.arrivals()
    if card.factors is not None and ask_is_allowed(case, worker):
        weighed = {factor.name for factor in card.factors(case, worker) if factor.weight}
        for name in sorted(weighed & CAN_CHANGE):
            yield from attempts.features(name)


def score_needed(
    card: Card, case: Case, decision: Decision, worker: Candidate, was: Outcome, run: Run
) -> float | None:
    """A score that is enough, from the cell of the score that was; None where nothing is scored.

    Alone, that is more than anybody has in the cell of the lowest score that got or may get a slot.
    In a window the answer depends on many scores at once, so it is tried out, in fiftieths.
    """
    if card.factors is None:
        return None
    if card.traits.batched:
        return score_needed_in_a_window(card, case, worker, was, run)
    chosen = [row.score for row in decision.ranking if row.outcome in SUCCESS]
    cut = min((score for score in chosen if score is not None), default=None)
    return None if cut is None else score_above(cut)


def score_needed_in_a_window(
    card: Card, case: Case, worker: Candidate, was: Outcome, run: Run
) -> float | None:
    weigh = card.factors
    names = [factor.name for factor in weigh(case, worker)] if weigh else []

    def is_enough(step: int) -> bool:
        """Weights add up to one, so with all features alike the score is that feature."""
        other = replace(worker, features=dict.fromkeys(names, step / SCORE_CELLS))
        return is_better(outcome_of(run(with_row(case, other)), worker.worker), was)

    steps = first_that(is_enough, range(1, SCORE_CELLS + 1))
    return next((step / SCORE_CELLS for step in steps), None)


def is_better(reached: Outcome, was: Outcome) -> bool:
    return SUCCESS.get(reached, 0) > SUCCESS.get(was, 0)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Looks for the smallest sufficient change, against rivals as strong as their cells allow."""

    card: Card
    case: Case
    worker: Candidate
    was: Outcome
    run: Run
    needed: float | None

    def helps(self, change: Change) -> bool:
        """Where a score decides, it must be enough; else the mechanism answers."""
        if self.card.factors is not None:
            return self.needed is not None and self.score_after(change) > self.needed - ROUNDING
        decision = self.run(changed(self.strongest_case(), self.worker, change))
        return is_better(outcome_of(decision, self.worker.worker), self.was)

    def score_after(self, change: Change) -> float:
        weigh = self.card.factors
        other = changed_row(self.worker, change)
        return sum(factor.contribution for factor in weigh(self.case, other)) if weigh else 0.0

    def strongest_case(self) -> Case:
        """The rivals with the lowest asks of their cells."""
        floor, step = self.case.floor_cents, price_step_cents(self.case.pay_cents)
        rows = tuple(
            c
            if c.worker == self.worker.worker or not named_a_good_price(self.case, c)
            else replace(c, ask_cents=strongest_ask_cents(c.ask_cents or 0, step, floor))
            for c in self.case.candidates
        )
        return replace(self.case, candidates=rows)

    def asks(self, ask_cents: int) -> Iterator[Change]:
        """The highest price on the grid that wins; the floor and the budget are no secret."""
        floor, step = self.case.floor_cents, price_step_cents(self.case.pay_cents)
        if ask_cents < floor:
            yield from filter(self.helps, [Change("ask_at_floor", floor)])
            return
        budget = self.case.pay_cents
        top = min(ask_cents - 1, budget)
        grid = set(range((floor // step + 1) * step, top + 1, step))
        grid |= {limit for limit in (floor, budget) if 0 < limit <= top}
        changes = [
            Change("ask_at_floor" if price == floor else "ask", price) for price in sorted(grid)
        ]
        yield from last_that(self.helps, changes)

    def arrivals(self) -> Iterator[Change]:
        """How much earlier a claim had to be, in tenths of a second."""
        earlier = [
            self.worker.received_at - rival.received_at
            for rival in self.case.candidates
            if rival.received < self.worker.received
        ]
        if not self.case.free_slots and self.case.last_taken_at is not None:
            earlier.append(self.worker.received_at - self.case.last_taken_at)
        tenths = sorted({ceil(max(gap, 0) * 10 + 1e-6) for gap in earlier})
        changes = [Change("arrival", tenth / 10) for tenth in tenths]
        yield from first_that(self.helps, changes)

    def features(self, name: str) -> Iterator[Change]:
        """The lowest value of one feature, in twentieths, that is enough."""
        now = int(self.worker.features.get(name, 0.0) * FEATURE_STEPS + 1e-9)
        changes = [
            Change("feature", step / FEATURE_STEPS, name)
            for step in range(now + 1, FEATURE_STEPS + 1)
        ]
        yield from first_that(self.helps, changes)


def first_that(holds: Callable[[T], bool], changes: Sequence[T]) -> Iterator[T]:
    """The first change that holds, by halving: whatever comes after it holds too."""
    low, high = 0, len(changes)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(changes[middle]) else (middle + 1, high)
    yield from changes[low : low + 1]


def last_that(holds: Callable[[T], bool], changes: Sequence[T]) -> Iterator[T]:
    """The last change that holds, by halving: whatever comes before it holds too."""
    yield from first_that(holds, changes[::-1])


def outcome_of(decision: Decision, worker: int) -> Outcome:
    return next(row.outcome for row in decision.ranking if row.worker == worker)


def changed(case: Case, worker: Candidate, change: Change) -> Case:
    """The case as it would have been; everybody else is unchanged."""
    if change.kind == "arrival":
        return arrived_earlier(case, worker, change.value)
    return with_row(case, changed_row(worker, change))


def changed_row(worker: Candidate, change: Change) -> Candidate:
    if change.kind in ("ask", "ask_at_floor"):
        return replace(worker, ask_cents=round(change.value))
    if change.kind == "feature":
        return replace(worker, features={**worker.features, change.name: change.value})
    if change.kind == "gates":
        return replace(worker, failed_gates=())
    return replace(worker, answer=Answer.NONE)


def named_a_good_price(case: Case, candidate: Candidate) -> bool:
    return candidate.ask_cents is not None and ask_is_allowed(case, candidate)


def with_row(case: Case, row: Candidate) -> Case:
    rows = tuple(row if c.worker == row.worker else c for c in case.candidates)
    return replace(case, candidates=rows)


def arrived_earlier(case: Case, worker: Candidate, seconds: float) -> Case:
    """This worker `seconds` sooner, before everybody who then came later; the others as they were.

    Where the last slot was gone before the case began, arriving before that moment finds it free.
    """
    at = worker.received_at - seconds
    others = sorted(
        (c for c in case.candidates if c.worker != worker.worker), key=lambda c: c.received
    )
    overtaken = [place for place, c in enumerate(others) if c.received_at > at]
    place = min(overtaken[0] if overtaken else len(others), worker.received)
    in_order = [*others[:place], replace(worker, received_at=at), *others[place:]]
    rows = tuple(replace(c, received=order) for order, c in enumerate(in_order))
    was_free = case.last_taken_at is not None and at < case.last_taken_at
    if was_free and not case.free_slots:
        return replace(case, candidates=rows, free_slots=(case.slot_count or 1,))
    return replace(case, candidates=rows)
