"""Keeping what a mechanism saw and what it answered: the row, its digest, the event that tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from allocation.engine import codec
from allocation.engine.contract import Case, Decision
from allocation.models import Allocation, MechanismVersion
from marketplace.prepared import Prepared
from tasks.models import Task

Trigger = Allocation.Trigger


def write_down(
    task: Task,
    version: MechanismVersion,
    trigger: str,
    case: Case,
    decision: Decision,
    now: datetime,
    seconds: float,
    window: UUID | None = None,
) -> Allocation:
    """Keep what the mechanism saw and what it answered, and tell that it was decided."""
    written = codec.write(case, decision)
    facts = facts_of(task, trigger, case, decision, written, now, seconds)
    [(pk,)] = KEEP.rows(**facts, **in_writing(task, version, decision, written, window))
    return Allocation(
        pk=pk,
        task=task,
        version=version,
        window=window,
        case=written.case,
        decision=written.decision,
        **facts,
    )


def record_of(
    task: Task,
    version: MechanismVersion,
    trigger: str,
    case: Case,
    decision: Decision,
    now: datetime,
    seconds: float,
) -> dict[str, Any]:
    """What `RECORD` and `TOLD` say, for a statement that writes more in the same breath."""
    written = codec.write(case, decision)
    facts = facts_of(task, trigger, case, decision, written, now, seconds)
    return facts | in_writing(task, version, decision, written)


def facts_of(
    task: Task,
    trigger: str,
    case: Case,
    decision: Decision,
    written: codec.Written,
    now: datetime,
    seconds: float,
) -> dict[str, Any]:
    return {
        "awarded_count": len(decision.awards),
        "candidate_count": len(case.candidates),
        "trigger": trigger,
        "digest": written.digest,
        "code_digest": codec.code_digest(task.mechanism),
        "latency_ms": round(seconds * 1000, 3),
        "decided_at": now,
    }


def in_writing(
    task: Task,
    version: MechanismVersion,
    decision: Decision,
    written: codec.Written,
    window: UUID | None = None,
) -> dict[str, Any]:
    return {
        "task": task.pk,
        "version": version.pk,
        "window": str(window) if window else None,
        "case": written.case_json,
        "decision": written.decision_json,
        "offered_count": len(decision.offers),
        "ranked_count": len(decision.ranking),
    }


# The row that is kept of every decision, and what the event about it says.
RECORD = """
    INSERT INTO allocation_allocation
           (task_id, version_id, trigger, "window", "case", decision, digest, code_digest,
            awarded_count, candidate_count, latency_ms, decided_at)
    SELECT %(task)s, %(version)s, %(trigger)s, %(window)s, %(case)s, %(decision)s, %(digest)s,
           %(code_digest)s, %(awarded_count)s, %(candidate_count)s, %(latency_ms)s, %(decided_at)s"""
TOLD = """jsonb_build_object('allocation', id, 'awarded', %(awarded_count)s,
                              'offered', %(offered_count)s, 'candidates', %(ranked_count)s)"""
KEPT = f"""
WITH kept AS ({RECORD}
    RETURNING id
), told AS (
    INSERT INTO tasks_taskevent (task_id, kind, at, facts)
    SELECT %(task)s, 'decided', %(decided_at)s, {TOLD} FROM kept
)
"""  # nosec B608: constants
KEPT_TYPES = {
    "task": "bigint",
    "version": "bigint",
    "trigger": "text",
    "window": "uuid",
    "case": "jsonb",
    "decision": "jsonb",
    "digest": "text",
    "code_digest": "text",
    "awarded_count": "int",
    "candidate_count": "int",
    "offered_count": "int",
    "ranked_count": "int",
    "latency_ms": "float8",
    "decided_at": "timestamptz",
}
KEEP = Prepared(f"{KEPT} SELECT id FROM kept", **KEPT_TYPES)  # nosec B608: a constant
