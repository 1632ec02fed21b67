"""`manage.py examine`: hold the engine against theory and literature, now instead of bit by bit."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from agenda.jobs import work_aside_for
from simulation import examining, findings, queries
from simulation.world.store import code_version
from simulation.world.theory.check import Check


class Command(BaseCommand):
    help = "Play the theory and the findings that the present code has not been asked yet."

    def handle(self, *args: Any, **options: Any) -> None:
        examining.ask_everything(timezone.now())
        work_aside_for(float("inf"))
        self.tell()

    def tell(self) -> None:
        for part, row in queries.latest_examinations().items():
            checks = [Check(**check) for check in row.rows or []]
            held = sum(check.passes for check in checks)
            self.stdout.write(f"{part}: {held} of {len(checks)} hold")
        for verdict in findings.verdicts(queries.latest_of_findings(), (), code_version()):
            self.stdout.write(f"{verdict.badge:5} {verdict.slug}  {verdict.result}")
