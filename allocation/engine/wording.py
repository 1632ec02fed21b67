"""Explanations in words: at most 120, with a table of factors beside them.

The templates are English. A door that speaks another language makes its own `Wording` with a
`translate` for the templates, and overrides `money` and `number` where figures are written another
way; `every_template` lists what there is to translate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from allocation.engine.contract import Outcome
from allocation.engine.counterfactuals import Change, Counterfactual
from allocation.engine.disclosure import SCORE_CELLS, Band
from allocation.engine.explain import Explanation, Gap, TaskExplanation
from allocation.engine.gates import GATES, remedy, sentence
from allocation.engine.scoring import FEATURES

REASONS = {
    "awarded": "You got this task (slot {slot}) for {pay}.",
    "offered": "You are asked for this task (slot {slot}) for {pay}.",
    "shortlisted": "At that moment you were on the client's list, and the client had not chosen yet.",
    "still_on_the_list": "At that moment the client had chosen somebody else and could still choose "
    "you. Places left: {left}.",
    "chosen_by_client": "The client chose you: slot {slot}, for {pay}.",
    "drawn": "Your number was drawn: slot {slot}, for {pay}. The chance was {chance}, your draw "
    "{draw} (arrival number {arrival}, counted from 0); the lowest draws won.",
    "not_drawn": "Your number was not drawn. The chance was {chance}, your draw {draw} (arrival "
    "number {arrival}, counted from 0); the lowest draws won.",
    "gate_closed": "In this decision you could get no place.",
    "offer_declined": "You were asked and said no. That lowers no score.",
    "offer_expired": "You were asked and the time to answer ran out. That lowers no score.",
    "not_closed_yet": "At that moment nothing was decided yet. The decision falls at closing.",
    "pay_below_floor": "Nobody got this task: its pay is below the wage floor.",
    "no_ask": "You named no price.",
    "no_free_slot": "All places were taken.",
    "closed": "This task was closed before anybody could be asked.",
    "client_chose_others": "The client chose somebody else.",
    "client_chose_nobody": "The client chose nobody in time.",
    "came_later": "Others were before you.",
    "needed_elsewhere": "You were not asked for this task, although your score was high enough: "
    "all tasks of that moment were matched together, and this was the best total.",
    "lower_bids": "Lower bids, or equal bids that came earlier, filled the places. You asked {ask}.",
    "higher_scores": "Others had a higher score, or the same score and came earlier.",
}
CLAIM_TOO_LATE = "Slot {slots} of {slots} was taken {time} before your claim."
SAME_MOMENT = "The last place was taken at the same moment, just before you."
CAME_BEFORE = "The last place went to somebody who came {time} before you."
FEE = "You are paid {pay} for taking part."
SHARE = "You are paid {pay}, your share of the guaranteed prize."
NO_FEE = (
    "Entries that came earlier are paid {pay} each for taking part. The rule pays only the first few "
    "of those that do not win, so yours is not paid."
)
PAID_BESIDES = {"fee_cents": FEE, "share_cents": SHARE, "fee_of_earlier_cents": NO_FEE}
RANK = "You were number {rank} of {ranked}."
RANK_WITH_SCORE = "You were number {rank} of {ranked}, with a score of {score}."
HIGHER_SCORE = "A score higher by {amount} would have been enough."
CHANGES = {
    "ask": "With a bid of {ask} or less, {end}.",
    "ask_at_floor": "With a bid of {ask}, the lowest allowed, {end}.",
    "arrival": "Had you come {time} earlier, {end}.",
    "feature": "With {feature} at {value} or more, {end}.",
    "gates": "With every condition met, {end}.",
    "answer": "Had you said yes in time, {end}.",
}
ENDS = {
    Outcome.AWARDED: "you would have got the task",
    Outcome.OFFERED: "you would have been asked",
    Outcome.SHORTLISTED: "you would be on the client's list",
}
SECONDS, MINUTES, HOURS, DAYS = "{n} s", "{n} min", "{n} h", "{n} days"
OTHERS_UNCHANGED = "This holds if the others had done the same as they did."
REMEDY = "You could {remedy}."
CANNOT_CHANGE = "You cannot change {things}."
FIXED = {
    **dict.fromkeys(GATES, "a condition of the task"),
    "minimum_age": "your age",
    "status_limit": "the limit of your work status",
    "waiting": "how long you have been waiting for work",
    "since_served": "how long ago you last got work",
    "draw": "the draw",
    "clients_choice": "the client's choice",
    "other_tasks": "the other tasks of that moment",
    "others": "what the others did",
}
OR = "{first} or {last}"
SHORT_NAMES = {name: name.replace("_", " ") for name in FEATURES}
SCORE = "score"
BAND = "above {low} up to {high}"
OPEN_REASONS = {
    "all_taken": "All places were taken already.",
    "client_has_to_choose": "At that moment you had not chosen yet.",
    "client_may_choose_more": "At that moment you had chosen somebody and could still choose for the "
    "places that were left.",
    "pay_below_floor": "The pay is below the wage floor, so nobody may be given this task.",
    "not_closed_yet": "The decision falls at closing.",
    "nobody_came": "Nobody came forward.",
    "nobody_eligible": "Nobody who came forward was eligible.",
    "everybody_declined": "Everybody who was eligible and asked said no or let the time pass.",
    "nobody_chosen": "Nobody was chosen.",
    "client_chose_fewer": "You chose fewer people than there were places.",
    "too_few_candidates": "There were fewer eligible workers than places.",
}
CAME = "{candidates} came forward, {eligible} of them eligible."
DECLINED = "{declined} said no or let the time pass."
GIVEN = "Free places: {free}; given: {given}."
FEES = "Fees for taking part: {total} in all, to {consoled} of those who entered."
SHARES = "The guaranteed prize was shared: {total} in all, to {consoled} of those who entered."


def every_template() -> list[str]:
    """All that a translation has to cover, each once, in the order of this module."""
    remedies = [gate.remedy for gate in GATES.values() if gate.remedy]
    tables = (REASONS, CHANGES, ENDS, FIXED, SHORT_NAMES, FEATURES, OPEN_REASONS)
    single = (
        *(
            CLAIM_TOO_LATE,
            SAME_MOMENT,
            CAME_BEFORE,
            SECONDS,
            MINUTES,
            HOURS,
            DAYS,
            *PAID_BESIDES.values(),
            RANK,
            RANK_WITH_SCORE,
            HIGHER_SCORE,
        ),
        *(
            OTHERS_UNCHANGED,
            REMEDY,
            CANNOT_CHANGE,
            OR,
            SCORE,
            BAND,
            CAME,
            DECLINED,
            GIVEN,
            FEES,
            SHARES,
        ),
    )
    closed = [gate.closed for gate in GATES.values()]
    return list(
        dict.fromkeys([*(t for one in tables for t in one.values()), *single, *closed, *remedies])
    )


def in_words(told: Explanation, currency: str = "€") -> str:
    """The explanation in English."""
    return Wording(currency).explanation(told)


def task_in_words(told: TaskExplanation) -> str:
    """For the client, in English: how many came, why places are open, who was paid besides."""
    return Wording().task(told)


def factor_rows(told: Explanation) -> list[tuple[str, str, str, str]]:
    """The table beside the prose, in English; see `Wording.factor_rows`."""
    return Wording().factor_rows(told)


def band_rows(told: Explanation, currency: str = "€") -> list[tuple[str, int]]:
    """Rivals in bands, in English; see `Wording.band_rows`."""
    return Wording(currency).band_rows(told)


@dataclass(frozen=True)
class Wording:
    """How one language says it. `translate` gets a template and returns its translation."""

    currency: str = "€"
    translate: Callable[[str], str] = str

    def money(self, cents: float) -> str:
        return f"{self.currency}{cents / 100:.2f}"

    def number(self, value: float, digits: int) -> str:
        return f"{value:.{digits}f}"

    def percent(self, share: float) -> str:
        return f"{100 * share:.3g} %"

    def duration(self, seconds: float) -> str:
        """Seconds to a tenth; longer times in whole larger units, rounded up to be enough."""
        if seconds < 120:
            return self.say(SECONDS, n=self.number(seconds, 1))
        if seconds < 7_200:
            return self.say(MINUTES, n=ceil(seconds / 60))
        if seconds < 172_800:
            return self.say(HOURS, n=ceil(seconds / 3_600))
        return self.say(DAYS, n=ceil(seconds / 86_400))

    def say(self, template: str, **values: object) -> str:
        return self.translate(template).format(**values)

    def explanation(self, told: Explanation) -> str:
        """What happened, where the worker stood and what would have changed it; ≤ 120 words."""
        closed = told.closed_gates[:3]
        parts = [self.reason(told), *(self.say(sentence(gate)) for gate in closed)]
        parts += [
            self.say(REMEDY, remedy=self.say(how)) for gate in closed if (how := remedy(gate))
        ]
        parts += self.standing(told)
        parts += [self.counterfactual(found) for found in told.counterfactuals]
        if told.counterfactuals:
            parts.append(self.say(OTHERS_UNCHANGED))
        if told.outcome not in (Outcome.AWARDED, Outcome.OFFERED):
            parts.append(self.fixed(told))
        return " ".join(parts)

    def reason(self, told: Explanation) -> str:
        numbers = told.numbers
        late = numbers.get("seconds_late")
        if told.reason == "came_later" and late is not None:
            before = CAME_BEFORE if numbers["free_slots"] else CLAIM_TOO_LATE
            template = before if late else SAME_MOMENT  # to a tenth of a second
            slots = self.number(numbers["slots"], 0)
            said = self.say(template, slots=slots, time=self.duration(late))
        else:
            said = self.say(REASONS[told.reason], **self.figures(told))
        for name, template in PAID_BESIDES.items():
            if name in numbers:
                said = f"{said} {self.say(template, pay=self.money(numbers[name]))}"
        return said

    def figures(self, told: Explanation) -> dict[str, str]:
        """The numbers of a reason as people read them."""
        return {
            "slot": self.number(told.numbers.get("slot", 0), 0),
            "pay": self.money(told.numbers.get("pay_cents", 0)),
            "ask": self.money(told.numbers.get("ask_cents", 0)),
            "left": self.number(told.numbers.get("places_left", 0), 0),
            "chance": self.percent(told.numbers.get("chance", 0)),
            "draw": self.number(told.numbers.get("draw", 0), 4),
            "arrival": self.number(told.numbers.get("arrival", 0), 0),
        }

    def standing(self, told: Explanation) -> list[str]:
        """The rank, and the gap in score; nothing for whoever was alone."""
        said = []
        if told.rank is not None and told.ranked > 1:
            has_score = bool(told.factors) and told.score is not None
            score = self.number(told.score or 0.0, 3)
            template = RANK_WITH_SCORE if has_score else RANK
            said.append(self.say(template, rank=told.rank, ranked=told.ranked, score=score))
        if told.gap is not None and told.gap.unit == "score":
            said.append(self.gap(told.gap))
        return said

    def gap(self, gap: Gap) -> str:
        return self.say(HIGHER_SCORE, amount=self.number(gap.amount, 2))

    def counterfactual(self, found: Counterfactual) -> str:
        return self.change(found.change, self.say(ENDS[found.outcome]))

    def change(self, change: Change, end: str) -> str:
        return self.say(
            CHANGES[change.kind],
            end=end,
            ask=self.money(change.value),
            time=self.duration(change.value),
            feature=self.say(SHORT_NAMES[change.name]) if change.name else "",
            value=self.number(change.value, 2),
        )

    def fixed(self, told: Explanation) -> str:
        named = dict.fromkeys(self.say(FIXED.get(name, name)) for name in told.fixed)
        *first, last = named
        things = self.say(OR, first=", ".join(first), last=last) if first else last
        return self.say(CANNOT_CHANGE, things=things)

    def factor_rows(self, told: Explanation) -> list[tuple[str, str, str, str]]:
        """What, value, weight, contribution; the last row is the score. [] where nothing counts."""
        rows = [
            (
                self.say(FEATURES.get(factor.name, factor.name)),
                self.number(factor.value, 3),
                self.number(factor.weight, 3),
                self.number(factor.contribution, 3),
            )
            for factor in told.factors
        ]
        total = sum(factor.contribution for factor in told.factors)
        return [*rows, (self.say(SCORE), "", "", self.number(total, 3))] if rows else []

    def band_rows(self, told: Explanation) -> list[tuple[str, int]]:
        """Rivals in bands of at least five: the band in words and how many were in it."""
        return [(self.band(band, told.bands_unit), band.count) for band in told.bands]

    def band(self, band: Band, unit: str) -> str:
        if unit == "cents":
            return self.say(BAND, low=self.money(band.low), high=self.money(band.high))
        low, high = (self.number(edge / SCORE_CELLS, 2) for edge in (band.low, band.high))
        return self.say(BAND, low=low, high=high)

    def task(self, told: TaskExplanation) -> str:
        parts = [self.say(CAME, candidates=told.candidates, eligible=told.eligible)]
        if told.declined:
            parts.append(self.say(DECLINED, declined=told.declined))
        given = len(told.winners)
        parts.append(self.say(GIVEN, free=given + told.open_slots, given=given))
        if told.reason:
            parts.append(self.say(OPEN_REASONS[told.reason]))
        if told.consoled:
            template = SHARES if told.shares_prize else FEES
            total = self.money(told.consoled_cents)
            parts.append(self.say(template, total=total, consoled=told.consoled))
        return " ".join(parts)
