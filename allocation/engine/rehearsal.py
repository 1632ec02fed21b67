"""What other parameters would have decided: cases of the past, taken again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from allocation.engine.catalogue import decide_window
from allocation.engine.contract import Case, Decision, Outcome


@dataclass(frozen=True, slots=True)
class Move:
    """Who would have been chosen in one case and was not, and the other way round. Sorted ids."""

    gain: tuple[int, ...] = ()
    lose: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gain or self.lose)


def rehearse(slug: str, together: Sequence[Case], parameters: Mapping[str, float]) -> list[Move]:
    """The cases of one window (or one alone) with other parameters beside the same with their own.

    Both are decided now, with the seed each case has: what differs comes from the parameters, not
    from the draw and not from a change of code. `parameters` are complete (Card.complete).
    """
    before = decide_window(slug, together)
    after = decide_window(slug, [replace(case, parameters=parameters) for case in together])
    return [move(*pair) for pair in zip(before, after, strict=True)]


def move(before: Decision, after: Decision) -> Move:
    then, now = chosen(before), chosen(after)
    return Move(gain=tuple(sorted(now - then)), lose=tuple(sorted(then - now)))


def chosen(decision: Decision) -> set[int]:
    """Who gets the work, is asked to take it, or is shown to the client."""
    listed = {row.worker for row in decision.ranking if row.outcome is Outcome.SHORTLISTED}
    return {given.worker for given in decision.given} | listed
