"""What other parameters would have decided: cases of the past, taken again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from allocation.engine.catalogue import decide_window
from allocation.engine.contract import Case, Decision, Outcome


@dataclass(frozen=True, slots=True)
class Move:
    """Who would have been chosen in one case and was not, the other way round, and who would have
    been paid something else. Sorted ids.
    """

    gain: tuple[int, ...] = ()
    lose: tuple[int, ...] = ()
    other_pay: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gain or self.lose or self.other_pay)


def rehearse(
    slug: str,
    together: Sequence[Case],
    parameters: Mapping[str, float],
    instead_of: Mapping[str, float] | None = None,
) -> list[Move]:
    """The cases of one window (or one alone) with other parameters beside the same with their own.

    Or beside the same with those they would come `instead_of`. Both are decided now, with the seed
    each case has: what differs comes from the parameters, not from the draw and not from a change
    of code. All parameters are complete (Card.complete).
    """
    usual = together if instead_of is None else with_parameters(together, instead_of)
    before = decide_window(slug, usual)
    after = decide_window(slug, with_parameters(together, parameters))
    return [move(*pair) for pair in zip(before, after, strict=True)]


def with_parameters(cases: Sequence[Case], parameters: Mapping[str, float]) -> list[Case]:
    return [replace(case, parameters=parameters) for case in cases]


def move(before: Decision, after: Decision) -> Move:
    then, now = chosen(before), chosen(after)
    return Move(
        gain=tuple(sorted(now.keys() - then.keys())),
        lose=tuple(sorted(then.keys() - now.keys())),
        other_pay=tuple(sorted(one for one in then.keys() & now.keys() if then[one] != now[one])),
    )


def chosen(decision: Decision) -> dict[int, int | None]:
    """Who gets the work, is asked to take it, or is shown to the client, and the pay in cents.

    Also who is consoled, apart from whoever wins.
    """
    listed = [row.worker for row in decision.ranking if row.outcome is Outcome.SHORTLISTED]
    paid = (*decision.consolations, *decision.given)
    return {**dict.fromkeys(listed), **{one.worker: one.pay_cents for one in paid}}
