"""Explanations in plain English: at most 120 words, and a table of factors beside them.

Doors that speak another language translate the templates and fill in the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

from allocation.engine.contract import Outcome
from allocation.engine.counterfactuals import Change, Counterfactual
from allocation.engine.disclosure import SCORE_STEPS, Band
from allocation.engine.explain import Explanation, Gap, TaskExplanation
from allocation.engine.gates import GATES, remedy, sentence
from allocation.engine.scoring import FEATURES

REASONS = {
    "awarded": "You got this task (slot {slot}) for {pay}.",
    "offered": "You are asked for this task (slot {slot}) for {pay}.",
    "shortlisted": "You are on the client's list. The client chooses.",
    "chosen_by_client": "The client chose you: slot {slot}, for {pay}.",
    "drawn": "Your number was drawn: slot {slot}, for {pay}. The chance was {chance}.",
    "not_drawn": "Your number was not drawn. The chance was {chance}, your draw {draw}; the lowest "
    "numbers won.",
    "gate_closed": "You could not take part in this task.",
    "offer_declined": "You were asked and said no. That lowers no score.",
    "offer_expired": "You were asked and the time to answer ran out. That lowers no score.",
    "not_closed_yet": "Nothing is decided yet. The decision falls at closing.",
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
FIRST_COME_LATE = "Slot {slots} of {slots} was taken {seconds} s before your claim."
OPEN_REASONS = {
    "client_has_to_choose": "You have not chosen yet.",
    "pay_below_floor": "The pay is below the wage floor, so nobody may be given this task.",
    "not_closed_yet": "The decision falls at closing.",
    "nobody_came": "Nobody came forward.",
    "nobody_eligible": "Nobody who came forward was eligible.",
    "everybody_declined": "Everybody who was eligible and asked said no or let the time pass.",
    "nobody_chosen": "Nobody was chosen.",
    "too_few_candidates": "There were fewer eligible workers than places.",
}
FIXED = {
    "draw": "the draw",
    "clients_choice": "the client's choice",
    "other_tasks": "the other tasks of that moment",
    "others": "what the others did",
    "waiting": "how long you have been waiting for work",
    "since_served": "how long ago you last got work",
    **dict.fromkeys(GATES, "a condition of the task"),
    "minimum_age": "your age",
    "status_limit": "the limit of your work status",
}


def in_words(told: Explanation, currency: str = "€") -> str:
    """What happened, where the worker stood and what would have changed it; ≤ 120 words."""
    parts = [reason_in_words(told, currency), *map(sentence, told.closed_gates[:3])]
    parts += remedies_in_words(told)[:3]
    if told.rank is not None and told.ranked > 1:
        parts.append(f"You were number {told.rank} of {told.ranked}{score_in_words(told)}.")
    if told.gap is not None and told.gap.unit == "score":
        parts.append(gap_in_words(told.gap))
    parts += [counterfactual_in_words(found, currency) for found in told.counterfactuals]
    if told.counterfactuals:
        parts.append("This holds if the others had done the same as they did.")
    if told.outcome not in (Outcome.AWARDED, Outcome.OFFERED):
        parts.append(fixed_in_words(told))
    return " ".join(parts)


def reason_in_words(told: Explanation, currency: str) -> str:
    late = told.numbers.get("seconds_late")
    if told.reason == "came_later" and told.mechanism == "first_come" and late is not None:
        said = FIRST_COME_LATE.format(slots=f"{told.numbers['slots']:.0f}", seconds=f"{late:g}")
    else:
        said = REASONS[told.reason].format_map(Shown(told.numbers, currency))
    fee = told.numbers.get("consolation_cents")
    return said if not fee else f"{said} You are paid {money(fee, currency)} for taking part."


class Shown(dict[str, str]):
    """The numbers of a reason as people read them."""

    def __init__(self, numbers: Mapping[str, float], currency: str) -> None:
        super().__init__({name: f"{value:g}" for name, value in numbers.items()})
        for name in ("pay", "ask"):
            if f"{name}_cents" in numbers:
                self[name] = money(numbers[f"{name}_cents"], currency)
        if "chance" in numbers:
            self["chance"] = percent(numbers["chance"])
        if "draw" in numbers:
            self["draw"] = f"{numbers['draw']:.4f}"


def score_in_words(told: Explanation) -> str:
    return f", with a score of {told.score:.3f}" if told.factors and told.score is not None else ""


def gap_in_words(gap: Gap) -> str:
    if gap.amount == 0:
        return "Your score equalled the lowest that was enough; the earlier came first."
    return f"A score higher by {gap.amount:.2f} was enough."


def counterfactual_in_words(found: Counterfactual, currency: str) -> str:
    end = {
        Outcome.AWARDED: "you would have got the task",
        Outcome.OFFERED: "you would have been asked",
        Outcome.SHORTLISTED: "you would be on the client's list",
    }[found.outcome]
    return f"{change_in_words(found.change, currency)}, {end}."


def change_in_words(change: Change, currency: str) -> str:
    if change.kind == "ask":
        return f"With a bid of {money(change.value, currency)} or less"
    if change.kind == "ask_at_floor":
        return f"With a bid of {money(change.value, currency)}, the wage floor"
    if change.kind == "arrival":
        return f"Had you come {change.value:g} s earlier"
    if change.kind == "feature":
        return f"With {change.name.replace('_', ' ')} at {change.value:.2f} or more"
    if change.kind == "gates":
        return "With every condition met"
    return "Had you said yes in time"


def fixed_in_words(told: Explanation) -> str:
    named = dict.fromkeys(FIXED.get(name, name.replace("_", " ")) for name in told.fixed)
    return f"You cannot change {join(list(named))}."


def remedies_in_words(told: Explanation) -> list[str]:
    """What opens the closed gates, one sentence each."""
    return [f"You could {how}." for gate in told.closed_gates if (how := remedy(gate))]


def factor_rows(told: Explanation) -> list[tuple[str, str, str, str]]:
    """The table beside the prose: what, value, weight, contribution; the last row is the score."""
    rows = [
        (
            FEATURES.get(factor.name, factor.name.replace("_", " ")),
            f"{factor.value:.3f}",
            f"{factor.weight:.3f}",
            f"{factor.contribution:.3f}",
        )
        for factor in told.factors
    ]
    total = sum(factor.contribution for factor in told.factors)
    return [*rows, ("score", "", "", f"{total:.3f}")] if rows else []


def band_rows(told: Explanation, currency: str = "€") -> list[tuple[str, int]]:
    """Rivals in bands of at least five: the band in words and how many were in it."""
    return [(band_in_words(band, told.bands_unit, currency), band.count) for band in told.bands]


def band_in_words(band: Band, unit: str, currency: str) -> str:
    if unit == "cents":
        return f"above {money(band.low, currency)} up to {money(band.high, currency)}"
    return f"above {band.low / SCORE_STEPS:.2f} up to {band.high / SCORE_STEPS:.2f}"


def task_in_words(told: TaskExplanation) -> str:
    """For the client: how many came, how many could, and why places are open."""
    came = f"{told.candidates} came forward, {told.eligible} of them eligible."
    declined = f" {told.declined} said no or let the time pass." if told.declined else ""
    filled = f" {len(told.winners)} places given."
    if not told.open_slots:
        return came + declined + filled
    return f"{came}{declined}{filled} {told.open_slots} open: {OPEN_REASONS[told.reason]}"


def money(cents: float, currency: str) -> str:
    return f"{currency}{cents / 100:.2f}"


def percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
