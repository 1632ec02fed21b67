"""`manage.py verify`: is the record of decisions whole, and do the books balance?"""

from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from allocation.queries import record


class Command(BaseCommand):
    help = (
        "Check the hash chain of decisions, that all work was given by one, the committed seeds, the "
        "versions, the workers listed under their skills and the ledger. Changes nothing. "
        "Exit code 1 and one sentence per problem when something is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--newest", type=int, help="only this many links and tasks")
        parser.add_argument("--expect", default="", help="a hash that was noted earlier")

    def handle(self, *, newest: int | None, expect: str, **options: Any) -> None:
        if newest is not None and newest < 1:
            raise CommandError("--newest must be at least 1.")
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        table = Table("Check", "Looked at", "Problems", title="The record")
        found: list[str] = []
        with Progress(console=Console(stderr=True), transient=True) as progress:
            for check in record.checks(timezone.now(), newest=newest, expect=expect):
                findings = list_problems(check, progress)
                table.add_row(check.name, f"{check.size:,}", f"{len(findings):,}")
                found += findings
        console.print(table)
        for sentence in found:
            console.print(sentence, markup=False, highlight=False)
        if found:
            raise SystemExit(1)
        last = record.newest_link()
        console.print("Nothing is wrong. " + (f"Last hash to note: {last.hash}" if last else ""))


def list_problems(check: record.Check, progress: Progress) -> list[str]:
    problems = []
    for sentence in progress.track(check.look(), total=check.size, description=check.name):
        if sentence:
            problems.append(sentence)
    return problems
