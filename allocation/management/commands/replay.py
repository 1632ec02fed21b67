"""`manage.py replay`: take past decisions again and compare."""

from argparse import ArgumentParser
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from allocation.queries import record

SHOWN = 20  # differences printed per decision


class Command(BaseCommand):
    help = (
        "Run the mechanism again on the stored case of past decisions. Changes nothing. Exit code "
        "1 and a table of differences when a decision does not come out the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every decision")
        which.add_argument("--task", type=int, help="the decisions about this task")
        which.add_argument("--allocation", type=int, help="this one decision")

    def handle(self, *, task: int | None, allocation: int | None, **options: Any) -> None:
        console = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        decisions = record.decisions_to_replay(task=task, allocation=allocation)
        total, different, older_code = decisions.count(), 0, 0
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("decisions", total=total)
            for page in record.in_chunks(decisions):
                for kept in page:
                    again = record.replayed(kept)
                    older_code += not again.is_same_code
                    if not again.is_same:
                        different += 1
                        console.print(table_of(again))
                    progress.advance(bar)
        say(console, total, different, older_code)
        if different or not total:
            raise SystemExit(1)


def table_of(again: record.Replayed) -> Table:
    kept = again.allocation
    title = f"DIFFERENT: allocation {kept.pk} about task {kept.task_id} ({kept.version})"
    table = Table("Where", "Kept", "Now", title=title, title_style="bold red")
    for difference in again.differences[:SHOWN]:
        table.add_row(difference.where, str(difference.kept), str(difference.again))
    left = len(again.differences) - SHOWN
    if left > 0:
        table.caption = f"and {left} more"
    return table


def say(console: Console, total: int, different: int, older_code: int) -> None:
    if not total:
        console.print("There is no such decision.")
        return
    console.print(f"{total:,} replayed, {total - different:,} the same, {different:,} different.")
    if older_code:
        console.print(
            f"{older_code:,} were taken by another version of the mechanism's code than today's."
        )
