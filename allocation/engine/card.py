"""The card of a mechanism: what the register shows about it and what the other apps may ask."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from allocation.engine.contract import Candidate, Case, Decision, InShort, Mechanism
from allocation.engine.saying import Refusal, Said, plain
from allocation.engine.saying import to_say as _

BETWEEN = _("{name} must be between {least} and {most}, not {value}.")
BETWEEN_IN_UNITS = _("{name} must be between {least} and {most} {unit}, not {value}.")
LEAST_WEIGHT = 0.001  # smaller ones would decide alone without anybody being able to read them
NONE = Said(_("none"), {})


class UnusableParameters(Refusal):
    """These parameters cannot be used."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a version of a mechanism sets. `unit` is "" for a plain number.

    `is_whole` says that it counts something or names a choice, so no fraction means anything.
    `shows_in_a_case` is False where it acts before or after a decision, so that taking decisions
    of the past again says nothing about it.
    """

    name: str
    default: float
    minimum: float
    maximum: float
    unit: str
    meaning: str
    shows_in_a_case: bool = True
    is_whole: bool = False

    @property
    def limits(self) -> tuple[str, str]:
        """The least and the most, written out."""
        return plain(self.minimum), plain(self.maximum)


@dataclass(frozen=True, slots=True)
class Factor:
    """One part of a score: contribution = weight × value. Contributions add up to the score."""

    name: str
    value: float
    weight: float

    @property
    def contribution(self) -> float:
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class Traits:
    """What a mechanism needs and does, so that no other code has to know its slug.

    `entry` is how workers get into the case: "claim" (mine, at the posted pay), "bid" (with a
    price), "entry" (with finished work) or "none" (the engine looks among available workers).
    `decides` is when: "on_entry" (at each claim), "on_posting", "at_closing" or "by_client".
    """

    entry: Literal["claim", "bid", "entry", "none"]
    decides: Literal["on_entry", "on_posting", "at_closing", "by_client"]
    serves_standby: bool = False  # at posting, workers on standby come first, longest wait first
    sealed: bool = False  # nobody may see a rival's ask before closing
    uses_price: bool = False  # the asks influence who wins
    uses_history: bool = False  # past work influences who wins
    in_order_of_arrival: bool = False  # only who came first counts
    random: bool = False  # needs a committed seed
    batched: bool = False  # decides a window of tasks together
    makes_offers: bool = False  # the winner is asked and may decline


def nobody_chooses(_case: Case) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the register knows about one mechanism. Prose is plain English; doors translate.

    `tie_rule` says what decides among equals. `factors` splits a candidate's score into its parts; None where nothing is scored.
    `extra_reserve_cents` says what a task may cost beyond the pay of its slots, from the parameters
    of its version; None where that is nothing. `is_time_to_choose` says whether a client's pick still
    counts; never where no client picks. `in_short` is the same rule for callers who keep no
    explanation; None where there is no shorter way.
    """

    slug: str
    name: str
    explanation: str
    family: Literal["first come", "auction", "scored"]
    decide: Mechanism
    traits: Traits
    sources: tuple[str, ...]
    tie_rule: str
    tends_to_win: str
    tends_to_lose: str
    parameters: tuple[Parameter, ...] = ()
    factors: Callable[[Case, Candidate], tuple[Factor, ...]] | None = None
    decide_window: Callable[[Sequence[Case]], list[Decision]] | None = None
    extra_reserve_cents: Callable[[Mapping[str, float]], int] | None = None
    is_time_to_choose: Callable[[Case], bool] = nobody_chooses
    in_short: InShort | None = None

    @property
    def is_scored(self) -> bool:
        return self.factors is not None

    @property
    def defaults(self) -> dict[str, float]:
        return {parameter.name: parameter.default for parameter in self.parameters}

    def complete(self, given: Mapping[str, object]) -> dict[str, float]:
        """Every parameter of this mechanism: the given values, checked, over the defaults.

        Raises UnusableParameters with a sentence that names the wrong key and what is allowed.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise UnusableParameters(
                    _("{mechanism} has no parameter {name}. Allowed: {allowed}."),
                    mechanism=self.slug,
                    name=repr(name),
                    allowed=", ".join(sorted(known)) or NONE,
                )
        complete = {
            name: checked(parameter, given.get(name, parameter.default))
            for name, parameter in known.items()
        }
        weights = {name: value for name, value in complete.items() if name.startswith("weight_")}
        for name, value in weights.items():
            if 0 < value < LEAST_WEIGHT:
                raise UnusableParameters(
                    _("{name} must be 0 or at least {least}."), name=name, least=LEAST_WEIGHT
                )
        if weights and not any(weights.values()):
            raise UnusableParameters(
                _("{mechanism} needs at least one weight above 0."), mechanism=self.slug
            )
        return complete


def checked(parameter: Parameter, value: object) -> float:
    """The value as a finite number within the parameter's limits, or UnusableParameters."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if number is None or not math.isfinite(number):
        raise UnusableParameters(
            _("{name} must be a number, not {value}."), name=parameter.name, value=repr(value)
        )
    if not parameter.minimum <= number <= parameter.maximum:
        raise UnusableParameters(
            BETWEEN_IN_UNITS if parameter.unit else BETWEEN,
            name=parameter.name,
            least=parameter.minimum,
            most=parameter.maximum,
            unit=Said(parameter.unit, {}),
            value=number,
        )
    if parameter.is_whole and number != int(number):
        raise UnusableParameters(
            _("{name} must be a whole number, not {value}."), name=parameter.name, value=number
        )
    return float(number)
