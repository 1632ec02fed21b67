"""`manage.py examine [--theory] [--literature]`: hold the engine against theory and literature."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from agenda.jobs import work_aside_for
from simulation import actions, findings, queries
from simulation.rules import OPERATOR
from simulation.world.store import code_version
from simulation.world.theory.all_checks import PARTS
from simulation.world.theory.check import Check


class Command(BaseCommand):
    help = "Play the theory and the findings that the present code has not been asked yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--theory", action="store_true", help="only the theory")
        parser.add_argument("--literature", action="store_true", help="only the findings")

    def handle(self, *, theory: bool, literature: bool, **options: Any) -> None:
        if theory or not literature:
            self.ask_for_theory()
        if literature or not theory:
            self.ask_for_findings()
        work_aside_for(float("inf"))
        self.tell()

    def ask_for_theory(self) -> None:
        found = queries.latest_examinations().values()
        known = {row.part for row in found if row.code_version == code_version()}
        if known != set(PARTS):
            actions.ask_for_theory(now=timezone.now())

    def ask_for_findings(self) -> None:
        known = queries.latest_of_findings()
        for finding in findings.FINDINGS:
            slug = findings.PLAYED_AS[finding.slug]
            if slug in known and known[slug].code_version == code_version():
                continue
            actions.start_experiment(
                plan=finding.plan,
                title=slug,
                finding=slug,
                by=None,
                visitor="examine",
                allowance=OPERATOR,
                now=timezone.now(),
            )

    def tell(self) -> None:
        for part, row in queries.latest_examinations().items():
            checks = [Check(**check) for check in row.rows or []]
            held = sum(check.passes for check in checks)
            self.stdout.write(f"{part}: {held} of {len(checks)} hold")
        for verdict in findings.verdicts(queries.latest_of_findings(), (), code_version()):
            self.stdout.write(f"{verdict.badge:5} {verdict.slug}  {verdict.result}")
