"""What one may take home: tidy tables with their codebook, and the bundle that plays it again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from simulation import rules
from simulation.world.codebook import EXPERIMENT_COLUMNS, MEASURES, SPLIT, Entry
from simulation.world.dependence import THIRDS
from simulation.world.run import result_digest, run, seeds_for
from simulation.world.store import scenario_of

WHO = {
    "most": "Only the third who depend on the platform most.",
    "between": "Only the third in between, by how much they depend on the platform.",
    "least": "Only the third who depend on the platform least.",
}
MEASURED: tuple[Entry, ...] = (
    *MEASURES,
    *(
        Entry(f"{third}_dependent_{e.name}", e.unit, f"{e.definition} {WHO[third]}", e.source)
        for third in THIRDS
        for e in SPLIT
    ),
)
COLUMNS: tuple[Entry, ...] = (*EXPERIMENT_COLUMNS, *MEASURED)


@dataclass(frozen=True, slots=True)
class Played:
    """One finished run, as it goes into the tables; its digest goes into the bundle."""

    arm: str
    replication: int
    seed: int
    measures: Mapping[str, float | None]
    by_dependence: Mapping[str, Mapping[str, float | None]]
    digest: str = ""


def tidy(runs: Iterable[Played]) -> list[dict[str, Any]]:
    """One row per run, one column per entry of COLUMNS, in that order. None where there is none."""
    return [
        {"arm": run.arm, "replication": run.replication, "seed": run.seed}
        | measured(run.measures, run.by_dependence)
        for run in runs
    ]


def measured(
    measures: Mapping[str, Any], by_dependence: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """One run in the columns of MEASURED. None where there is none."""
    return {entry.name: measures.get(entry.name) for entry in MEASURES} | {
        f"{third}_dependent_{entry.name}": by_dependence.get(third, {}).get(entry.name)
        for third in THIRDS
        for entry in SPLIT
    }


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """An empty cell where there is no value."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, [entry.name for entry in COLUMNS], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def json_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows with their codebook."""
    return json.dumps({"codebook": codebook(), "rows": list(rows)}, indent=1, allow_nan=False)


def parquet_bytes(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Measures are decimal numbers whatever their values are; null where there is none."""
    import pyarrow  # takes a third of a second, so only where a file is made
    from pyarrow import parquet

    columns = {
        entry.name: pyarrow.array(
            [row[entry.name] for row in rows],
            type=None if entry in EXPERIMENT_COLUMNS else pyarrow.float64(),
        )
        for entry in COLUMNS
    }
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), file)
    return file.getvalue()


def codebook() -> list[dict[str, str]]:
    return [
        {"column": e.name, "unit": e.unit, "definition": e.definition, "source": e.source}
        for e in COLUMNS
    ]


def codebook_csv() -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, ["column", "unit", "definition", "source"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(codebook())
    return file.getvalue()


# --- the bundle -----------------------------------------------------------------------------------


def bundle(
    asked: Mapping[str, Any], sources: Mapping[str, str], as_of: date, arms: Sequence[Arm]
) -> dict[str, Any]:
    """Parameters, seeds, code version, dated facts, and the digest of every result.

    `asked` is what else is known of the question: preset, seed, replications, code_version …
    """
    facts = {"as_of": as_of.isoformat(), "sources": sources}
    return {"format": 1, **asked, "facts": facts, "arms": [asdict(arm) for arm in arms]}


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of a bundle: the levers that were pulled, the whole scenario, and its runs."""

    name: str
    levers: Mapping[str, str]
    scenario: Mapping[str, Any]
    runs: list[KeptRun]


@dataclass(frozen=True, slots=True)
class KeptRun:
    """`digest` is that of the result's canonical bytes."""

    replication: int
    seed: int
    digest: str


def bundle_text(bundle: Mapping[str, Any]) -> str:
    return json.dumps(bundle, indent=1, sort_keys=True, allow_nan=False) + "\n"


class BundleWasChanged(Exception):
    """What is in this bundle is not what was played."""


def check_bundle(bundle: Mapping[str, Any]) -> None:
    """Holds a bundle against its own input_digest. Raises BundleWasChanged with what was changed."""
    seed, replications = bundle["seed"], bundle["replications"]
    arms = [(arm["name"], arm["scenario"]) for arm in bundle["arms"]]
    if bundle["input_digest"] != rules.digest_of_question(arms, seed, replications):
        raise BundleWasChanged("input_digest is not that of its arms, scenarios and seed")
    seeds = seeds_for(seed, replications)
    for arm in bundle["arms"]:
        scenario = scenario_of(arm["scenario"])
        if rules.pulled(scenario, rules.Arm(arm["name"], arm["levers"])) != scenario:
            raise BundleWasChanged(f"the levers of {arm['name']!r} are not those of its scenario")
        if any(kept["seed"] != seeds[kept["replication"] - 1] for kept in arm["runs"]):
            raise BundleWasChanged(
                f"the seeds of {arm['name']!r} are not those of its replications"
            )


def play_bundle(bundle: Mapping[str, Any]) -> Iterator[tuple[str, int, str, str]]:
    """Play every run of a bundle again: arm, replication, the digest kept and the one found."""
    for arm in bundle["arms"]:
        scenario = scenario_of(arm["scenario"])
        for kept in arm["runs"]:
            market = run(scenario, kept["seed"], keep_records=True)
            yield arm["name"], kept["replication"], kept["digest"], result_digest(market)
