"""The gates: hard conditions of eligibility, each with the sentence that a worker reads.

Nothing else may close a task to a worker. Clients never see which gate was closed, only that
somebody was not eligible.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """`remedy` completes "You could …"; None when there is nothing the worker can do."""

    name: str
    closed: str
    remedy: str | None = None


GATES: dict[str, Gate] = {
    gate.name: gate
    for gate in (
        Gate(
            "skill",
            "The task asks for a skill that is not on your profile.",
            "add the skill to your profile",
        ),
        Gate(
            "language",
            "The task asks for a language that you have not shown.",
            "show that you speak it",
        ),
        Gate(
            "place",
            "The task is outside the area where you work.",
            "widen the area where you work",
        ),
        Gate("minimum_age", "The task has a minimum age that you have not shown."),
        Gate(
            "qualification",
            "The task asks for a qualification that you have not shown.",
            "show the qualification",
        ),
        Gate(
            "insurance",
            "The task asks for proof of insurance.",
            "show proof of insurance",
        ),
        Gate("status_limit", "A limit on hours or income of your work status was reached."),
        Gate("already_on_task", "You have or had a place in this task, and nobody gets one twice."),
        Gate("share", "You have had as many tasks of this batch as one person may have."),
        Gate("own_task", "You cannot work on a task that you posted yourself."),
        Gate(
            "no_capacity",
            "You already hold as many tasks as you may at one time.",
            "finish or return a task first",
        ),
        Gate(
            "overlap",
            "You hold a shift that overlaps with this one.",
            "return the other shift first",
        ),
        # The three below are found by the engine itself, from the bid.
        Gate("no_ask", "No price was named."),
        Gate("ask_below_floor", "Your bid was below the lowest price allowed."),
        Gate("ask_above_budget", "Your bid was above the budget."),
    )
}


def sentence(gate: str) -> str:
    """What the worker reads; an unknown gate is named as it is, never hidden."""
    known = GATES.get(gate)
    return known.closed if known else f"A condition of the task was not met: {gate}."


def remedy(gate: str) -> str | None:
    known = GATES.get(gate)
    return known.remedy if known else None
