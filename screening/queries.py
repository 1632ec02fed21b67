"""Why a task is held, and what a person said of it."""

from __future__ import annotations

from screening.models import Ruling
from screening.rules import BY_SLUG, Rule
from tasks.models import Task


def holding_rule(task: Task) -> Rule | None:
    """The rule that held this task when it was posted; None when none did."""
    held = task.events.filter(kind="held").values_list("facts", flat=True).first()
    return BY_SLUG.get(held["rule"]) if held else None


def ruling_on(task: Task) -> Ruling | None:
    return Ruling.objects.filter(task=task).select_related("by").first()
