"""The worked example of each mechanism: a small case, and what the engine answers to it today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from allocation.engine.card import Card, Factor
from allocation.engine.catalogue import card_of, decide_window
from allocation.engine.codec import decode_case
from allocation.engine.contract import Award, Candidate, Case, Decision, OfferTo, Ranked
from allocation.engine.wording import SHORT_NAMES

EXAMPLES = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate: what they brought, and what became of it. `place` is 1 for whoever came first."""

    task: int
    name: str
    candidate: Candidate
    ranked: Ranked
    factors: tuple[Factor, ...]
    given: Award | OfferTo | None
    consolation_cents: int | None

    @property
    def place(self) -> int:
        return self.candidate.received + 1

    @property
    def named_factors(self) -> list[tuple[str, Factor]]:
        return [(SHORT_NAMES[factor.name], factor) for factor in self.factors]


@dataclass(frozen=True, slots=True)
class Worked:
    """A case, or a window of cases, and a row for each candidate, best first."""

    cases: tuple[Case, ...]
    rows: tuple[Row, ...]
    chosen: tuple[str, ...]

    @property
    def case(self) -> Case:
        return self.cases[0]

    @property
    def is_window(self) -> bool:
        return len(self.cases) > 1


@cache
def worked_example(slug: str) -> Worked:
    card = card_of(slug)
    told = json.loads((EXAMPLES / f"{slug}.json").read_text(encoding="utf-8"))
    names = {int(worker): name.title() for worker, name in told["people"].items()}
    cases = tuple(decode_case(case) for case in told["window"])
    rows = (
        row
        for case, decision in zip(cases, decide_window(slug, cases), strict=True)
        for row in rows_of(card, case, decision, names)
    )
    return Worked(cases, tuple(rows), tuple(names[worker] for worker in cases[0].chosen))


def rows_of(card: Card, case: Case, decision: Decision, names: dict[int, str]) -> Iterator[Row]:
    candidates = {candidate.worker: candidate for candidate in case.candidates}
    given = {one.worker: one for one in decision.given}
    consoled = {one.worker: one.pay_cents for one in decision.consolations}
    for ranked in decision.ranking:
        worker = ranked.worker
        yield Row(
            task=case.task,
            name=names[worker],
            candidate=candidates[worker],
            ranked=ranked,
            factors=card.factors(case, candidates[worker]) if card.factors else (),
            given=given.get(worker),
            consolation_cents=consoled.get(worker),
        )
