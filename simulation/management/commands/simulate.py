"""`manage.py simulate PRESET`: run a simulated market and compare arms, with intervals."""

import csv
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from allocation.engine.card import UnusableParameters
from simulation.world import levers, presets
from simulation.world.codebook import MEASURES
from simulation.world.flows import NotSimulated
from simulation.world.measures import Row
from simulation.world.run import interval, replicate, seeds_for
from simulation.world.scenario import Scenario

ENOUGH_REPLICATIONS = 20
REFUSALS = (
    levers.UnknownLever,
    levers.UnusableValue,
    NotSimulated,
    UnusableParameters,
    presets.UnknownPreset,
)


class Command(BaseCommand):
    help = "Simulate a market from a preset; each --arm changes levers, on the same chance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("preset", help=", ".join(presets.preset_names()))
        parser.add_argument(
            "--arm",
            action="append",
            nargs="+",
            default=[],
            metavar="KEY=VALUE",
            help="one more arm, which differs from the preset in these levers",
        )
        parser.add_argument("--replications", type=int, default=5)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, help="write measures.csv and codebook.csv here")
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *, preset: str, replications: int, seed: int, **options: Any) -> None:
        if replications < 1:
            raise CommandError("--replications must be at least 1.")
        try:
            arms = arms_of(preset, options["arm"])
            results = run_arms(arms, seed, replications)
        except REFUSALS as refusal:
            raise CommandError(str(refusal.args[0]))
        if options["out"]:
            write_files(options["out"], results, seeds_for(seed, replications))
        if options["json"]:
            self.stdout.write(json.dumps({"seed": seed, "arms": results}, indent=2))
        else:
            show(results, replications)


def arms_of(preset: str, changes: list[list[str]]) -> dict[str, Scenario]:
    """The preset itself, and one scenario per --arm, each under its own name."""
    base = presets.load(preset).scenario
    arms = {preset: base}
    for arm in changes:
        scenario = base
        for change in arm:
            lever, equals, value = change.partition("=")
            if not equals:
                raise levers.UnknownLever(f"--arm needs key=value, not {change!r}.")
            scenario = levers.pull(scenario, lever, value)
        arms[" ".join(arm)] = scenario
    return arms


def run_arms(arms: dict[str, Scenario], seed: int, replications: int) -> dict[str, list[Row]]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Simulating", total=len(arms) * replications)
        return {
            name: replicate(scenario, seed, replications, after_each=lambda: progress.advance(bar))
            for name, scenario in arms.items()
        }


def show(results: dict[str, list[Row]], replications: int) -> None:
    """One row per measure, one column per arm: mean, and half the width of the 95 % interval."""
    table = Table("measure", "unit", *results)
    for entry in MEASURES:
        cells = [interval([row[entry.name] for row in rows]) for rows in results.values()]
        table.add_row(
            entry.name,
            entry.unit,
            *(
                f"{c.mean:,.4g}" + (f" ± {c.half_width:,.2g}" if c.half_width is not None else "")
                for c in cells
            ),
        )
    console = Console(file=sys.stdout)
    console.print(table)
    if replications < ENOUGH_REPLICATIONS:
        console.print(
            f"Fewer than {ENOUGH_REPLICATIONS} replications: read the intervals with care."
        )


def write_files(folder: Path, results: dict[str, list[Row]], seeds: list[int]) -> None:
    """Tidy CSV: one row per arm and replication, and the codebook beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "measures.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["arm", "replication", "seed", *(entry.name for entry in MEASURES)])
        for name, rows in results.items():
            for number, (seed, row) in enumerate(zip(seeds, rows, strict=True), start=1):
                writer.writerow([name, number, seed, *row.values()])
    with (folder / "codebook.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["column", "unit", "definition", "source"])
        writer.writerow(
            ["arm", "", "The preset, or the levers that differ from it.", "own definition"]
        )
        writer.writerow(
            ["replication", "number", "From 1; same number, same chance.", "own definition"]
        )
        writer.writerow(["seed", "number", "The seed of the replication.", "own definition"])
        writer.writerows([e.name, e.unit, e.definition, e.source] for e in MEASURES)
