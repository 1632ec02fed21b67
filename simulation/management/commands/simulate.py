"""`manage.py simulate PRESET`: run a simulated market and compare arms, with intervals.

Exit codes: 0 done; 1 refused, with a sentence that names the wrong word and the allowed ones; 2 the
command line itself is wrong; 3 a bundle was played again and gave other bytes.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from simulation import files
from simulation.files import Played
from simulation.rules import (
    AT_A_TERMINAL,
    Arm,
    NotAScenario,
    Plan,
    TooLarge,
    input_digest,
    scenarios_to_play,
)
from simulation.words import NOTHING, SPLIT
from simulation.world import levers, presets
from simulation.world.codebook import MEASURES
from simulation.world.comparing import ENOUGH_REPLICATIONS, Comparison, compare
from simulation.world.dependence import THIRDS, by_dependence
from simulation.world.measures import Measures, measures
from simulation.world.run import result_digest, run, seeds_for
from simulation.world.scenario import Scenario
from simulation.world.store import code_version, plain

OTHER_BYTES = 3
ROUNDING = 1e-9  # what is nearer to nothing is nothing but rounding
NO_LIMIT = 10_000  # columns, where no terminal is there to be narrow
SHOWN_OF_THIRDS = {f"{third}_dependent_{name}" for third in THIRDS for name, _, _ in SPLIT}
Results = dict[str, list[Measures]]
Asked = tuple[
    Scenario, str, int, int, bool
]  # what is played, arm, replication, seed, whether to digest


class Command(BaseCommand):
    help = "Simulate a market from a preset; each --arm changes levers, on the same chance."

    def create_parser(self, *names: Any, **options: Any) -> Any:
        """A word that is nearly right is no right word: --set is not --settings."""
        return super().create_parser(*names, allow_abbrev=False, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("preset", nargs="?", help=", ".join(presets.preset_names()))
        for name, what in (
            ("--base", "change the preset itself in these levers, for every arm"),
            ("--arm", "one more arm, which differs from the preset in these levers"),
        ):
            parser.add_argument(
                name, action="append", nargs="+", default=[], metavar="KEY=VALUE", help=what
            )
        parser.add_argument("--replications", type=int, default=5)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="how many runs at once"
        )
        parser.add_argument(
            "--out",
            type=Path,
            metavar="DIR",
            help="write measures.csv, .json, .parquet, codebook.csv and bundle.json here",
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument(
            "--again", type=Path, metavar="BUNDLE", help="play a bundle again, compare every byte"
        )

    def handle(self, *, preset: str | None, replications: int, seed: int, **options: Any) -> None:
        if options["again"]:
            return self.play_again(options["again"])
        if preset is None:
            known = ", ".join(presets.preset_names())
            raise CommandError(f"Name a preset: {known}.")
        if options["processes"] < 1:
            raise CommandError("--processes must be at least 1.")
        try:
            plan = plan_of(preset, options["base"], options["arm"], replications, seed)
            scenarios = scenarios_to_play(plan, AT_A_TERMINAL)
        except (levers.UnknownLever, NotAScenario, TooLarge) as refusal:
            raise CommandError(str(refusal.args[0]))
        if options["out"]:
            make_folder(options["out"])
        runs = run_arms(plan, scenarios, options["processes"], digest=bool(options["out"]))
        if options["out"]:
            write_files(options["out"], plan, scenarios, runs)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(seed, runs), indent=2))
        else:
            console = Console(file=sys.stdout, markup=False, highlight=False)
            show(console, by_arm(runs), replications)
        return None

    def play_again(self, path: Path) -> None:
        """Exit code 0 when every run of the bundle gives the bytes that it gave before."""
        try:
            bundle = json.loads(path.read_text(encoding="utf-8"))
            files.check_bundle(bundle)
            found = list(files.play_bundle(bundle))
        except files.BundleWasChanged as refusal:
            raise CommandError(f"{path} was changed after it was written: {refusal}.")
        except (levers.UnknownLever, levers.UnusableValue, NotAScenario) as refusal:
            raise CommandError(f"{path} cannot be played by this version of the code: {refusal}")
        except (OSError, ValueError, LookupError, TypeError) as fault:
            raise CommandError(f"{path} is not a bundle: {type(fault).__name__}: {fault}")
        other = [(arm, number) for arm, number, kept, again in found if kept != again]
        if not other:
            asked = bundle["replications"] * len(bundle["arms"])
            fewer = f" The bundle holds no other of the {asked}." if len(found) < asked else ""
            self.stdout.write(f"{len(found)} runs, the same bytes.{fewer}")
            return
        for arm, number in other:
            self.stderr.write(f"{arm}, replication {number}: other bytes")
        kept, now = bundle.get("code_version"), code_version()
        raise CommandError(
            f"{len(other)} of {len(found)} runs differ. The bundle is from version {kept} of the "
            f"code, this is version {now}.",
            returncode=OTHER_BYTES,
        )


def dict_of(changes: list[str]) -> dict[str, str]:
    """Lever → value, from KEY=VALUE. Raises UnknownLever for anything else."""
    found = {}
    for change in changes:
        lever, equals, value = change.partition("=")
        if not equals:
            known = ", ".join(levers.names())
            raise levers.UnknownLever(f"This needs key=value, not {change!r}. Keys: {known}.")
        if lever in found:
            raise levers.UnknownLever(f"{lever} is there twice.")
        found[lever] = value
    return found


def plan_of(
    preset: str, base: list[list[str]], arms: list[list[str]], replications: int, seed: int
) -> Plan:
    """The preset itself, and one more arm per --arm, each under its own name."""
    first = dict_of([change for changes in base for change in changes])
    asked = [Arm(preset, first), *(Arm(" ".join(arm), first | dict_of(arm)) for arm in arms)]
    names = [arm.name for arm in asked]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise NotAScenario(f"--arm {twice} is there twice.")
    return Plan(preset, tuple(asked), replications, seed)


def run_arms(
    plan: Plan, scenarios: list[Scenario], processes: int, *, digest: bool
) -> list[Played]:
    """Every run, arm by arm; the order and the bytes do not depend on how many processes there are."""
    seeds = seeds_for(plan.seed, plan.replications)
    asked = [
        (scenario, arm.name, number, seed, digest)
        for arm, scenario in zip(plan.arms, scenarios, strict=True)
        for number, seed in enumerate(seeds, start=1)
    ]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Simulating", total=len(asked))
        runs = []
        for run_done in played_by(processes, asked):
            progress.advance(bar)
            runs.append(run_done)
    return runs


def played_by(processes: int, asked: list[Asked]) -> Iterator[Played]:
    if processes == 1 or len(asked) == 1:
        yield from map(play, asked)
        return
    with ProcessPoolExecutor(min(processes, len(asked))) as pool:
        yield from pool.map(play, asked)


def play(asked: Asked) -> Played:
    scenario, name, number, seed, digest = asked
    market = run(scenario, seed, keep_records=digest)
    kept = result_digest(market) if digest else ""
    return Played(name, number, seed, measures(market), by_dependence(market), kept)


def by_arm(runs: list[Played]) -> Results:
    """Arm → a row per run, with the columns that the files have; None where there is no value."""
    found: Results = {}
    for row in files.tidy(runs):
        measured = {entry.name: row[entry.name] for entry in files.MEASURED}
        found.setdefault(row["arm"], []).append(measured)
    return found


def as_json(seed: int, runs: list[Played]) -> dict[str, Any]:
    """The measures of every run, and of every arm the means and the differences from the first."""
    results = by_arm(runs)
    return {
        "seed": seed,
        "code_version": code_version(),
        "arms": results,
        "compared": {
            name: {
                entry.name: as_numbers(found)
                for entry in files.MEASURED
                if (found := beside_the_first(results, name, entry.name)).arm.count
            }
            for name in results
        },
    }


def beside_the_first(results: Results, arm: str, measure: str) -> Comparison:
    base = next(iter(results))
    return compare(results[arm], results[base] if arm != base else None, measure)


def as_numbers(found: Comparison) -> dict[str, Any]:
    """`runs` and `pairs`: how many the mean and the difference are over."""
    gap = found.difference
    return {
        "mean": found.arm.mean,
        "half_width": found.arm.half_width,
        "runs": found.arm.count,
        "pairs": gap.count if gap else None,
        "difference": gap.mean if gap else None,
        "difference_half_width": gap.half_width if gap else None,
        "effect": found.effect,
        "is_clear": found.is_clear,
    }


def show(console: Console, results: Results, replications: int) -> None:
    """One table, or one per arm where a terminal is too narrow for all of them."""
    if not console.is_terminal:
        console.width = NO_LIMIT
    together = table_of(results, list(results))
    unlimited = console.options.update(width=NO_LIMIT)
    if console.measure(together, options=unlimited).maximum <= console.width:
        console.print(together)
    else:
        for arm in results:
            alone = table_of(results, [arm])
            console.width = max(console.width, console.measure(alone, options=unlimited).minimum)
            console.print(alone)
    if len(results) > 1:
        console.print("In brackets: the difference from the first arm, * when it is clear (95 %).")
    first, *others = results
    for arm in others:
        if results[arm] == results[first]:
            console.print(f"{arm}: nothing at all came out differently, in any run.")
    if replications < ENOUGH_REPLICATIONS:
        console.print(
            f"Fewer than {ENOUGH_REPLICATIONS} replications: read the intervals with care."
        )


def table_of(results: Results, arms: list[str]) -> Table:
    """One row per measure, one column per arm: mean, half the 95 % interval, and the difference.

    The thirds by dependence come last, with the measures that the lab shows of them.
    """
    names = (Column(arm, overflow="fold") for arm in arms)
    table = Table(Column("measure", no_wrap=True), Column("unit", no_wrap=True), *names)
    for entry in files.MEASURED:
        found = [beside_the_first(results, arm, entry.name) for arm in arms]
        cells = [cell(f, len(results[arm])) for arm, f in zip(arms, found, strict=True)]
        has_any = any(f.arm.count for f in found)
        if entry in MEASURES or (entry.name in SHOWN_OF_THIRDS and has_any):
            table.add_row(entry.name, entry.unit, *cells, end_section=entry == MEASURES[-1])
    return table


def cell(found: Comparison, runs: int) -> str:
    """Of how many runs it is the mean stands behind it, where that is not all of them."""
    half, mean = found.arm.half_width, found.arm.mean
    if mean is None:
        return NOTHING
    if abs(mean) < ROUNDING:
        mean, half = 0.0, half and (half if half >= ROUNDING else 0.0)
    words = f"{mean:,.4g}" + (f" ± {half:,.2g}" if half is not None else "")
    words += f" in {found.arm.count} of {runs}" if found.arm.count < runs else ""
    gap = found.difference.mean if found.difference else None
    return words if gap is None else f"{words} ({gap:+,.3g}{'*' if found.is_clear else ''})"


def make_folder(folder: Path) -> None:
    """Before anything is played, so that no result is lost for want of a place."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise CommandError(f"--out: {folder} cannot be made ({fault.strerror}).")
    if not os.access(folder, os.W_OK):
        raise CommandError(f"--out: {folder} cannot be written to.")


def write_files(folder: Path, plan: Plan, scenarios: list[Scenario], runs: list[Played]) -> None:
    """Tidy tables, one row per arm and replication, their codebook, and what plays it again."""
    rows = files.tidy(runs)
    (folder / "measures.csv").write_text(files.csv_text(rows), encoding="utf-8", newline="")
    (folder / "measures.json").write_text(files.json_text(rows), encoding="utf-8")
    (folder / "measures.parquet").write_bytes(files.parquet_bytes(rows))
    (folder / "codebook.csv").write_text(files.codebook_csv(), encoding="utf-8", newline="")
    (folder / "bundle.json").write_text(
        files.bundle_text(bundle(plan, scenarios, runs)), encoding="utf-8"
    )


def bundle(plan: Plan, scenarios: list[Scenario], runs: list[Played]) -> dict[str, Any]:
    asked = {
        "title": plan.preset,
        "preset": plan.preset,
        "seed": plan.seed,
        "replications": plan.replications,
        "input_digest": input_digest(plan, scenarios),
        "code_version": code_version(),
    }
    arms = [
        files.Arm(
            arm.name,
            arm.levers,
            plain(scenario),
            [files.KeptRun(r.replication, r.seed, r.digest) for r in runs if r.arm == arm.name],
        )
        for arm, scenario in zip(plan.arms, scenarios, strict=True)
    ]
    return files.bundle(asked, presets.load(plan.preset).sources, timezone.now().date(), arms)
