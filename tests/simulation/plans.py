"""Small experiments for tests: a few tasks, two arms, done in a blink."""

from __future__ import annotations

from simulation import actions
from simulation.models import Experiment
from simulation.rules import Arm, Plan
from tests.people import NOW


def a_plan(replications: int = 2, tasks: int | str = 40, seed: int = 7, **change: str) -> Plan:
    base = {"tasks": str(tasks)}
    arms = (Arm("as it is", base), Arm("rotation", base | {"mechanism": "rotation"} | change))
    return Plan("deliveroo", arms, replications, seed)


def start(plan: Plan | None = None, **changes) -> Experiment:
    asked = {"plan": plan or a_plan(), "title": "Who is asked?", "by": None, "visitor": "v1"}
    return actions.start_experiment(**asked | {"now": NOW} | changes)
