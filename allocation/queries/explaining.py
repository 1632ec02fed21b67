"""Why somebody got the work, from the record: the stored case, explained by the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from allocation.engine import catalogue, codec
from allocation.engine.card import Factor
from allocation.engine.contract import Case, Decision
from allocation.engine.explain import (
    Explanation,
    TaskExplanation,
    explain,
    explain_task,
    rank_that_counts,
)
from allocation.models import Allocation
from allocation.queries.reading import ReadersWording
from tasks.models import Task
from workers.models import Worker


@dataclass(frozen=True, slots=True)
class Told:
    """One explanation as a page or the API shows it: a few sentences and tables beside them."""

    allocation: Allocation
    explanation: Explanation
    words: str
    factors: tuple[Mapping[str, Any], ...]
    bands: tuple[tuple[str, int], ...]


def rank_told(slug: str, case: Mapping[str, Any], row: Mapping[str, Any]) -> int | None:
    """The rank of a row of the record, where it decided something."""
    return rank_that_counts(catalogue.card_of(slug), case["free_slots"], row.get("rank"))


def explanation_for(allocation: Allocation, worker: Worker) -> Told:
    """Why this worker got what they got. Raises NotInThisCase when they were no candidate."""
    slug = allocation.version.mechanism
    case = codec.decode_case(allocation.case)
    decision = codec.decode_decision(allocation.decision)
    told = explain(slug, case, decision, worker.pk, window=window_of(allocation))
    reader = ReadersWording()
    return Told(
        allocation=allocation,
        explanation=told,
        words=reader.explanation(told),
        factors=tuple(factor_row(factor, reader) for factor in told.factors),
        bands=tuple(reader.band_rows(told)),
    )


def window_of(allocation: Allocation) -> list[Case] | None:
    """The cases that were decided together with this one, in their order; None when it was alone."""
    if allocation.window is None:
        return None
    together = Allocation.objects.filter(window=allocation.window).order_by("id")
    return [codec.decode_case(case) for case in together.values_list("case", flat=True)]


def run_again(allocation: Allocation) -> Decision:
    """What the mechanism of now answers to the case of then, with the rest of its window."""
    slug = allocation.version.mechanism
    if allocation.window is None:
        return catalogue.decide(slug, codec.decode_case(allocation.case))
    earlier = Allocation.objects.filter(window=allocation.window, pk__lt=allocation.pk)
    return catalogue.decide_window(slug, window_of(allocation) or [])[earlier.count()]


def factor_row(factor: Factor, reader: ReadersWording) -> dict[str, Any]:
    """What counted, in words; its contribution stays a number, because a bar is drawn to it."""
    return {
        "label": reader.factor(factor.name),
        "value": reader.number(factor.value, 3),
        "weight": reader.number(factor.weight, 3),
        "contribution": round(factor.contribution, 3),
    }


def task_explanation(allocation: Allocation) -> tuple[TaskExplanation, str]:
    """Why the client's task was decided so, or stayed open: as data and in words."""
    case = codec.decode_case(allocation.case)
    decision = codec.decode_decision(allocation.decision)
    told = explain_task(allocation.version.mechanism, case, decision)
    return told, ReadersWording().task(told)


def decisions_about(worker: Worker, task: Task | None = None) -> QuerySet[Allocation]:
    """The allocations in which this worker was a candidate, asked or not, newest first."""
    found = Allocation.objects.with_candidate(worker)
    found = found.filter(task=task) if task else found
    return found.select_related("task__client", "version").order_by("-id")
