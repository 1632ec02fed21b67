"""Asking the present code what it has not been asked yet: the theory, and the findings of others."""

from __future__ import annotations

from datetime import datetime

from simulation import actions, queries
from simulation.findings import FINDINGS, PLAYED_AS, Finding
from simulation.rules import OPERATOR
from simulation.world.store import code_version


def ask_everything(now: datetime) -> None:
    if queries.is_theory_due(code_version()):
        actions.ask_for_theory(now=now)
    for finding in due_findings():
        play(finding, now)


def ask_next(now: datetime) -> None:
    """One thing, and only while nobody waits for the lab."""
    if queries.waiting_runs().exists() or queries.is_being_examined(now):
        return
    if queries.is_theory_due(code_version()):
        actions.ask_for_theory(now=now)
    elif found := due_findings():
        play(found[0], now)


def due_findings() -> list[Finding]:
    asked = queries.findings_asked(code_version())
    return [f for f in FINDINGS if PLAYED_AS[f.slug] == f.slug and f.slug not in asked]


def play(finding: Finding, now: datetime) -> None:
    actions.start_experiment(
        plan=finding.plan,
        title=finding.slug,
        finding=finding.slug,
        by=None,
        visitor="examine",
        again=True,
        allowance=OPERATOR,
        now=now,
    )
