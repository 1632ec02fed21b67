"""What a mechanism is shown (a Case) and what it answers (a Decision).

`Mechanism = Callable[[Case], Decision]`. A mechanism reads nothing but its case: no clock, no
database, no global randomness. Same case, same decision, for ever; that is what makes a decision
replayable, and what lets the live market and the simulator share one engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol


class Outcome(StrEnum):
    """What a decision means for one candidate."""

    AWARDED = "awarded"  # holds a slot now
    OFFERED = "offered"  # is asked, and may decline
    SHORTLISTED = "shortlisted"  # the client may choose this candidate
    WAITING = "waiting"  # ranked, not asked yet; may still be
    NOT_AWARDED = "not_awarded"
    DECLINED = "declined"  # said no, or let the offer expire
    INELIGIBLE = "ineligible"  # a gate was closed


class Answer(StrEnum):
    """What a candidate said to an offer on this task."""

    NONE = ""
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One worker in a case.

    `received` is the place in the order of arrival (of the claim, the bid or the wait), 0 first,
    unique within a case. `features` are normalised to 0…1, 1 is best; their source is written
    beside them where the case is built. `failed_gates` names every closed gate; empty is eligible.
    """

    worker: int
    received: int
    received_at: float = 0.0
    ask_cents: int | None = None
    features: Mapping[str, float] = field(default_factory=dict)
    failed_gates: tuple[str, ...] = ()
    answer: Answer = Answer.NONE

    @property
    def is_eligible(self) -> bool:
        return not self.failed_gates


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a mechanism may know about one task at one moment.

    Money is integer cents, times are seconds since the epoch. `free_slots` are the numbers of the
    slots nobody holds and no open offer reserves. `pay_cents` is the pay per slot where the client
    fixes it, and the budget per slot (the highest acceptable price) where workers name a price.
    `chosen` are the workers the client picked, in order, where the client picks, and
    `deadline_at` is the last moment to pick somebody who has yet to do the work.
    `slot_count` is all slots of the task, held ones included, and `last_taken_at` the moment the
    last of them was taken; mechanisms ignore both, an explanation of a late claim needs them.
    """

    task: int
    free_slots: tuple[int, ...]
    pay_cents: int
    now: float
    candidates: tuple[Candidate, ...] = ()
    floor_cents: int = 0
    closes_at: float | None = None
    seed: int = 0
    parameters: Mapping[str, float] = field(default_factory=dict)
    chosen: tuple[int, ...] = ()
    slot_count: int | None = None
    last_taken_at: float | None = None
    deadline_at: float | None = None

    @property
    def eligible(self) -> tuple[Candidate, ...]:
        return tuple(c for c in self.candidates if c.is_eligible)


@dataclass(frozen=True, slots=True)
class Award:
    """This worker gets this slot for this pay."""

    worker: int
    slot: int
    pay_cents: int


@dataclass(frozen=True, slots=True)
class OfferTo:
    """This worker is asked to take this slot for this pay, until `until` (epoch seconds)."""

    worker: int
    slot: int
    pay_cents: int
    until: float


@dataclass(frozen=True, slots=True)
class Consolation:
    """This worker is paid for taking part, without holding a slot (contests only)."""

    worker: int
    pay_cents: int


class Ranked(NamedTuple):
    """One candidate's place in a decision. `rank` is 1 for the best; None when not ranked.

    A named tuple, because a decision makes one per candidate: four times as fast as a dataclass.
    """

    worker: int
    outcome: Outcome
    rank: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a mechanism answers.

    `decide_again_at` (epoch seconds) is set when time alone may change the answer. `ranking` has
    one row per candidate: the ranked ones from rank 1, then the others in order of arrival.
    """

    awards: tuple[Award, ...] = ()
    offers: tuple[OfferTo, ...] = ()
    ranking: tuple[Ranked, ...] = ()
    decide_again_at: float | None = None
    asks_client: bool = False
    consolations: tuple[Consolation, ...] = ()

    @property
    def given(self) -> tuple[Award | OfferTo, ...]:
        """Everybody who gets or is asked to take a slot."""
        return (*self.awards, *self.offers)


class Mechanism(Protocol):
    """A rule that decides."""

    def __call__(self, case: Case, /) -> Decision: ...


class Terms(NamedTuple):
    """A case without its candidates: what there is to give, for how much, and until when."""

    free_slots: tuple[int, ...]
    pay_cents: int
    floor_cents: int
    now: float
    closes_at: float | None
    parameters: Mapping[str, float]


Feature = Callable[[str], Sequence[float]]


class InShort(Protocol):
    """`decide(case).given`, in its order, and nothing else: no ranking, nobody's outcome.

    `workers` are the standing candidates in order of arrival, and `feature` gives the values of a
    feature in that order. For whoever decides a million times and keeps no explanation.
    """

    def __call__(
        self, terms: Terms, workers: Sequence[int], feature: Feature, /
    ) -> tuple[Award | OfferTo, ...]: ...
