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


def rehearsal(
    mechanism: str,
    parameters: Mapping[str, float],
    most: int = MOST,
    instead_of: Mapping[str, float] | None = None,
) -> Rehearsal:
    """Take the newest decisions among candidates again, each on its own or with its window.

    Beside what the parameters they had would decide now, or those they would come `instead_of`. It
    changes nothing. What would have followed is not looked at: who waits longer because of it,
    who would have been found among more workers, who would have bid otherwise.
    """
    newest = list(decisions_among_candidates(mechanism)[:most])
    found: dict[int, Move] = {}
    for allocation in newest:
        if allocation.pk not in found:
            found |= taken_again(mechanism, allocation, parameters, instead_of)
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
    mechanism: str,
    allocation: Allocation,
    parameters: Mapping[str, float],
    instead_of: Mapping[str, float] | None,
) -> dict[int, Move]:
    """The move in this decision and in those that were taken together with it, by their ids."""
    cases = {allocation.pk: allocation.case}
    if allocation.window is not None:
        window = Allocation.objects.filter(window=allocation.window).order_by("pk")
        cases = dict(window.values_list("pk", "case"))
    together = [codec.decode_case(case) for case in cases.values()]
    moves = rehearse(mechanism, together, parameters, instead_of)
    return dict(zip(cases, moves, strict=True))


def rehearsed_in_public(version: MechanismVersion, instead_of: MechanismVersion) -> tuple[int, int]:
    """Of how many decisions how many would differ from what the version before it decides.

    For everybody, ten minutes old at most.
    """
    key = f"rehearsal:{version.pk}:{instead_of.pk}"
    known: tuple[int, int] | None = kept_aside(key)
    if known is None:
        found = rehearsal(version.mechanism, version.parameters, instead_of=instead_of.parameters)
        known = (found.decisions, len(found.moves))
        keep_aside(key, known, KEPT_SECONDS)
    return known
