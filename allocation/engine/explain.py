"""Why (not) me? The answer for one worker, and for the client, as data that doors can translate.

Deciding keeps no detail, so that it stays cheap; everything here is worked out when somebody asks.
What is told about rivals follows the rule in `disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace
from math import ceil

from allocation.engine.card import Card, Factor
from allocation.engine.catalogue import card_of
from allocation.engine.contract import Answer, Candidate, Case, Decision, Outcome, Ranked
from allocation.engine.counterfactuals import (
    Counterfactual,
    Run,
    counterfactuals,
    score_needed,
)
from allocation.engine.disclosure import (
    Band,
    price_bands,
    price_step_cents,
    score_bands,
)
from allocation.engine.gates import remedy
from allocation.engine.mechanisms.contest import shares_the_prize
from allocation.engine.ranking import is_before_closing, pay_is_allowed
from allocation.engine.scoring import CAN_CHANGE

WINS = {Outcome.AWARDED, Outcome.OFFERED}


class NotInThisCase(LookupError):
    """This worker was not a candidate for this task."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How much better would have been enough. `unit` is "cents", "score" or "seconds"."""

    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one worker is told. `reason` is a key, `numbers` go with it; see `wording.REASONS`.

    `rank` is out of `ranked` eligible candidates; None where it decides nothing. `fixed` names what the worker cannot change.
    """

    mechanism: str
    worker: int
    outcome: Outcome
    reason: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    rank: int | None = None
    ranked: int = 0
    score: float | None = None
    factors: tuple[Factor, ...] = ()
    gap: Gap | None = None
    counterfactuals: tuple[Counterfactual, ...] = ()
    fixed: tuple[str, ...] = ()
    closed_gates: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    bands_unit: str = ""


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody who was awarded or asked, and on which criteria (for the client)."""

    worker: int
    slot: int
    pay_cents: int
    rank: int | None
    score: float | None
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class TaskExplanation:
    """What the client is told. `reason` says why slots are open, or why nobody won; else it is "".

    `consoled` entrants of a contest were paid without winning, `consoled_cents` in all: shares of
    the guaranteed prize where `shares_prize`, fees for taking part otherwise.
    Candidates who were not eligible are only counted: why is nobody's business but theirs.
    """

    mechanism: str
    winners: tuple[Winner, ...]
    open_slots: int
    reason: str
    candidates: int
    eligible: int
    declined: int
    consoled: int
    consoled_cents: int
    shares_prize: bool


def explain(
    slug: str,
    case: Case,
    decision: Decision,
    worker: int,
    *,
    window: Sequence[Case] | None = None,
) -> Explanation:
    """Why this worker got the outcome of `decision`, and what would have changed it.

    For a batched decision give the whole `window`, in its order; `case` is one of it. If running
    the mechanism again does not give `decision`, no counterfactual is shown. Raises NotInThisCase.
    """
    card = card_of(slug)
    candidate = next((c for c in case.candidates if c.worker == worker), None)
    if candidate is None:
        raise NotInThisCase(NotInThisCase.__doc__)
    row = next(row for row in decision.ranking if row.worker == worker)
    about = About(card, case, decision, candidate, row, running_again(card, case, window))
    return about.explanation()


def running_again(card: Card, case: Case, window: Sequence[Case] | None) -> Run:
    """The mechanism as a function of this case alone, the rest of its window unchanged."""
    if window is None or card.decide_window is None:
        return card.decide
    place = next(i for i, other in enumerate(window) if other == case)
    together = card.decide_window

    def run(changed: Case) -> Decision:
        return together([*window[:place], changed, *window[place + 1 :]])[place]

    return run


@dataclass(frozen=True, slots=True)
class About:
    """One worker in one decision; each method answers one part of the question."""

    card: Card
    case: Case
    decision: Decision
    candidate: Candidate
    row: Ranked
    run: Run

    def explanation(self) -> Explanation:
        told = Explanation(
            mechanism=self.card.slug,
            worker=self.row.worker,
            outcome=self.row.outcome,
            reason=self.reason(),
            numbers=self.numbers(),
            factors=self.factors(),
            fixed=self.fixed(),
            closed_gates=self.closed_gates(),
        )
        if self.is_still_secret():
            return told
        found = self.counterfactuals()
        return replace(
            told,
            rank=rank_that_counts(self.card, self.case.free_slots, self.row.rank),
            ranked=self.ranked(),
            score=self.row.score,
            gap=self.gap(found),
            counterfactuals=found,
            bands=self.bands(),
            bands_unit=self.bands_unit(),
        )

    def is_still_secret(self) -> bool:
        """Sealed bids may still change: nothing may be learnt about rivals."""
        if not self.card.traits.sealed:
            return False
        open_ended = self.case.closes_at is None and self.decision.asks_client
        return is_before_closing(self.case) or open_ended

    def ranked(self) -> int:
        return sum(row.rank is not None for row in self.decision.ranking)

    def reason(self) -> str:
        """The key of the one sentence that matters most."""
        outcome, traits = self.row.outcome, self.card.traits
        if outcome is Outcome.INELIGIBLE:
            return "gate_closed"
        if outcome is Outcome.DECLINED:
            return "offer_expired" if self.candidate.answer is Answer.EXPIRED else "offer_declined"
        if outcome in WINS or outcome is Outcome.SHORTLISTED:
            return self.reason_of_success()
        if is_before_closing(self.case) and traits.decides == "at_closing":
            return "not_closed_yet"
        if self.row.rank is None:
            return self.reason_of_no_rank()
        return self.reason_of_loss()

    def reason_of_success(self) -> str:
        if self.row.outcome is Outcome.AWARDED and self.card.traits.decides == "by_client":
            return "chosen_by_client"
        if self.is_still_on_the_list():
            return "still_on_the_list"
        if self.card.traits.random:
            return "drawn"
        return self.row.outcome.value

    def is_still_on_the_list(self) -> bool:
        """After the client chose somebody, and not for every place."""
        is_listed = self.row.outcome is Outcome.SHORTLISTED
        return is_listed and not chose_nobody(self.case, self.decision)

    def reason_of_no_rank(self) -> str:
        if not pay_is_allowed(self.case):
            return "pay_below_floor"
        if self.card.traits.entry == "bid" and self.candidate.ask_cents is None:
            return "no_ask"
        if not self.case.free_slots:
            return "no_free_slot"
        return "not_closed_yet" if is_before_closing(self.case) else "closed"

    def reason_of_loss(self) -> str:
        traits = self.card.traits
        if traits.decides == "by_client" and self.row.outcome is Outcome.NOT_AWARDED:
            nobody = chose_nobody(self.case, self.decision)
            return "client_chose_nobody" if nobody else "client_chose_others"
        if traits.in_order_of_arrival and self.seconds_late() is not None:
            return "came_later"
        if not self.case.free_slots:
            return "no_free_slot"
        if traits.random:
            return "not_drawn"
        if traits.batched and self.is_above_the_cut():
            return "needed_elsewhere"
        if traits.uses_price and self.card.factors is None:
            return "lower_bids"
        return "higher_scores" if self.card.factors is not None else "came_later"

    def is_above_the_cut(self) -> bool:
        """A rival with a lower score was asked, because of the other tasks in the window."""
        places = [row.rank for row in self.decision.ranking if row.outcome in WINS]
        return any(rank and self.row.rank and rank > self.row.rank for rank in places)

    def numbers(self) -> dict[str, float]:
        """What the sentence of `reason` needs. Own numbers and public ones only."""
        case = self.case
        numbers: dict[str, float] = {}
        for one in self.decision.given:
            if one.worker == self.row.worker:
                numbers |= {"slot": one.slot, "pay_cents": one.pay_cents}
        if self.is_still_on_the_list():
            numbers["places_left"] = len(case.free_slots) - len(self.decision.awards)
        numbers |= self.paid_besides()
        numbers["free_slots"] = len(case.free_slots)
        numbers["slots"] = case.slot_count or len(case.free_slots)
        if self.candidate.ask_cents is not None:
            numbers["ask_cents"] = self.candidate.ask_cents
        if self.card.traits.random and self.row.score is not None:
            arrival = self.candidate.received
            numbers |= {"draw": self.row.score, "chance": self.chance(), "arrival": arrival}
        late = self.seconds_late() if self.card.traits.in_order_of_arrival else None
        if late is not None:
            numbers["seconds_late"] = round(late, 1)
        return numbers

    def paid_besides(self) -> dict[str, float]:
        """What this entry is paid without winning, or what only earlier ones are."""
        paid = {one.worker: one.pay_cents for one in self.decision.consolations}
        is_share = shares_the_prize(self.case, self.decision)
        if self.row.worker in paid:
            return {"share_cents" if is_share else "fee_cents": paid[self.row.worker]}
        if not paid or is_share or self.row.rank is None or self.row.outcome in WINS:
            return {}
        return {"fee_of_earlier_cents": min(paid.values())}

    def chance(self) -> float:
        """With equal chances for all entries: slots per entry, at most 1."""
        return min(1.0, len(self.case.free_slots) / max(self.ranked(), 1))

    def seconds_late(self) -> float | None:
        """How long before this claim the last slot was taken; None if none was taken before."""
        if self.row.outcome in WINS or self.row.rank is None:
            return None
        if not self.case.free_slots:
            taken = self.case.last_taken_at
        else:
            winners = {award.worker for award in self.decision.awards}
            taken = max(
                (c.received_at for c in self.case.candidates if c.worker in winners), default=None
            )
        return None if taken is None else max(0.0, self.candidate.received_at - taken)

    def factors(self) -> tuple[Factor, ...]:
        weigh = self.card.factors
        return weigh(self.case, self.candidate) if weigh and self.row.rank is not None else ()

    def closed_gates(self) -> tuple[str, ...]:
        gates = list(self.candidate.failed_gates)
        ask = self.candidate.ask_cents
        if self.row.outcome is Outcome.INELIGIBLE and ask is not None:
            if ask < self.case.floor_cents:
                gates.append("ask_below_floor")
            elif ask > self.case.pay_cents:
                gates.append("ask_above_budget")
        return tuple(gates)

    def gap(self, found: tuple[Counterfactual, ...]) -> Gap | None:
        """What was missing, on the coarse grid; None where nothing measurable was."""
        if self.row.rank is None or self.row.outcome not in (Outcome.NOT_AWARDED, Outcome.WAITING):
            return None
        if self.card.traits.in_order_of_arrival:
            late = self.seconds_late()
            return None if late is None else Gap(round(late, 1), "seconds")
        if self.card.traits.random or self.row.score is None:
            return self.gap_in_cents(found)
        return self.gap_in_score(self.row.score)

    def gap_in_cents(self, found: tuple[Counterfactual, ...]) -> Gap | None:
        ask = self.candidate.ask_cents
        for one in found:
            if one.change.kind.startswith("ask") and ask is not None and ask > one.change.value:
                return Gap(ask - one.change.value, "cents")
        return None

    def gap_in_score(self, score: float) -> Gap | None:
        """Hundredths that are enough; none where the score was not what was missing."""
        needed = self.score_needed()
        if needed is None or needed > 1:  # nobody can have that much
            return None
        if self.card.traits.decides == "by_client" or self.is_above_the_cut():
            return None
        return Gap(max(1, ceil((needed - score) * 100 - 1e-9)) / 100, "score")

    def score_needed(self) -> float | None:
        return score_needed(
            self.card, self.case, self.decision, self.candidate, self.row.outcome, self.run
        )

    def counterfactuals(self) -> tuple[Counterfactual, ...]:
        """None for winners, and none where the decision cannot be repeated."""
        if self.row.outcome in WINS or self.run(self.case) != self.decision:
            return ()
        return counterfactuals(
            self.card, self.case, self.candidate, self.row.outcome, self.run, self.score_needed()
        )

    def fixed(self) -> tuple[str, ...]:
        """What decided and is not in this worker's hands."""
        traits = self.card.traits
        kept = [gate for gate in self.candidate.failed_gates if remedy(gate) is None]
        weighed = [f.name for f in self.factors() if f.weight and f.name != "price"]
        kept += [name for name in weighed if name not in CAN_CHANGE]
        kept += ["draw"] * traits.random
        kept += ["clients_choice"] * (traits.decides == "by_client")
        kept += ["other_tasks"] * traits.batched
        return (*kept, "others")

    def bands(self) -> tuple[Band, ...]:
        """Rivals' bids or scores by count; () while undecided, or when they are fewer than five."""
        if self.may_still_change() or self.decision.asks_client:
            return ()
        rivals = [
            row
            for row in self.decision.ranking
            if row.rank is not None and row.worker != self.row.worker
        ]
        if self.bands_unit() == "score":
            return score_bands([row.score for row in rivals if row.score is not None])
        if self.bands_unit() == "cents":
            asks = {c.worker: c.ask_cents for c in self.case.candidates}
            prices = [asks[row.worker] for row in rivals]
            step = price_step_cents(self.case.pay_cents)
            return price_bands(
                [price for price in prices if price is not None], step, self.case.floor_cents
            )
        return ()

    def may_still_change(self) -> bool:
        """True before closing, where it is the closing that decides."""
        decides_later = self.card.traits.decides in ("at_closing", "by_client")
        return decides_later and is_before_closing(self.case)

    def bands_unit(self) -> str:
        if self.card.factors is not None:
            return "score"
        return "cents" if self.card.traits.uses_price else ""


def explain_task(slug: str, case: Case, decision: Decision) -> TaskExplanation:
    """For the client: who won and on which criteria, or why slots are still open."""
    outcomes = [row.outcome for row in decision.ranking]
    winners = tuple(winners_of(card_of(slug), case, decision))
    open_slots = len(case.free_slots) - len(winners)
    return TaskExplanation(
        mechanism=slug,
        winners=winners,
        open_slots=open_slots,
        reason=why_open(card_of(slug), case, decision) if open_slots or not winners else "",
        candidates=len(outcomes),
        eligible=sum(outcome is not Outcome.INELIGIBLE for outcome in outcomes),
        declined=sum(outcome is Outcome.DECLINED for outcome in outcomes),
        consoled=len(decision.consolations),
        consoled_cents=sum(one.pay_cents for one in decision.consolations),
        shares_prize=shares_the_prize(case, decision),
    )


def chose_nobody(case: Case, decision: Decision) -> bool:
    """Has a client who picks given none of the places, neither now nor before?"""
    return not decision.awards and case.last_taken_at is None


def rank_that_counts(card: Card, free_slots: Sized, rank: int | None) -> int | None:
    """None where it decided nothing: no place was free, or the client picks among entries, whose
    order is that of arrival."""
    return rank if free_slots and card.traits.entry != "entry" else None


def winners_of(card: Card, case: Case, decision: Decision) -> list[Winner]:
    rows = {row.worker: row for row in decision.ranking}
    candidates = {c.worker: c for c in case.candidates}
    return [
        Winner(
            worker=one.worker,
            slot=one.slot,
            pay_cents=one.pay_cents,
            rank=rank_that_counts(card, case.free_slots, rows[one.worker].rank),
            score=rows[one.worker].score,
            factors=card.factors(case, candidates[one.worker]) if card.factors else (),
        )
        for one in decision.given
    ]


def why_open(card: Card, case: Case, decision: Decision) -> str:
    """The key of the first reason that holds; see `wording.OPEN_REASONS`."""
    if not case.free_slots:
        return "all_taken"
    outcomes = {row.outcome for row in decision.ranking}
    if decision.asks_client:
        nobody = chose_nobody(case, decision)
        return "client_has_to_choose" if nobody else "client_may_choose_more"
    if not pay_is_allowed(case):
        return "pay_below_floor"
    if is_before_closing(case) and not decision.offers and outcomes & {Outcome.WAITING}:
        return "not_closed_yet"
    if not outcomes:
        return "nobody_came"
    if outcomes == {Outcome.INELIGIBLE}:
        return "nobody_eligible"
    if outcomes <= {Outcome.INELIGIBLE, Outcome.DECLINED}:
        return "everybody_declined"
    if card.traits.decides == "by_client" and not chose_nobody(case, decision):
        passed_over = Outcome.NOT_AWARDED in outcomes
        return "client_chose_fewer" if passed_over else "too_few_candidates"
    if not decision.awards and not decision.offers:
        return "nobody_chosen"
    return "too_few_candidates"
