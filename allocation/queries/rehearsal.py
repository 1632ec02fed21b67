"""What a change of a mechanism would have meant: its newest decisions, taken again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from allocation.engine import codec
from allocation.engine.rehearsal import Move, rehearse
from allocation.models import Allocation, MechanismVersion
from marketplace.kept_aside import keep_aside, kept_aside

MOST = 200  # decisions: that is well below a second
KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`moves` has a row for each decision that would have chosen otherwise, newest first."""

    decisions: int
    moves: tuple[tuple[Allocation, Move], ...]


def rehearsal(mechanism: str, parameters: Mapping[str, float], most: int = MOST) -> Rehearsal:
    """Take the newest decisions among candidates again, each on its own or with its window.

    It changes nothing. What would have followed is not looked at: who waits longer because of it,
    who would have been found among more workers, who would have bid otherwise.
    """
    newest = list(decisions_among_candidates(mechanism)[:most])
    found: dict[int, Move] = {}
    for allocation in newest:
        if allocation.pk not in found:
            found |= taken_again(mechanism, allocation, parameters)
    moves = tuple((one, found[one.pk]) for one in newest if found[one.pk])
    return Rehearsal(len(newest), moves)


def decisions_among_candidates(mechanism: str) -> QuerySet[Allocation]:
    """Newest first."""
    return (
        Allocation.objects.of_mechanism(mechanism)
        .filter(candidate_count__gt=0)
        .select_related("task")
        .order_by("-decided_at", "-pk")
    )


def taken_again(
    mechanism: str, allocation: Allocation, parameters: Mapping[str, float]
) -> dict[int, Move]:
    """The move in this decision and in those that were taken together with it, by their ids."""
    cases = {allocation.pk: allocation.case}
    if allocation.window is not None:
        together = Allocation.objects.filter(window=allocation.window).order_by("pk")
        cases = dict(together.values_list("pk", "case"))
    moves = rehearse(mechanism, [codec.decode_case(c) for c in cases.values()], parameters)
    return dict(zip(cases, moves, strict=True))


def rehearsed_in_public(version: MechanismVersion) -> tuple[int, int]:
    """For everybody, ten minutes old at most: of how many decisions how many would have differed."""
    key = f"rehearsal:{version.pk}"
    known: tuple[int, int] | None = kept_aside(key)
    if known is None:
        found = rehearsal(version.mechanism, version.parameters)
        known = (found.decisions, len(found.moves))
        keep_aside(key, known, KEPT_SECONDS)
    return known
