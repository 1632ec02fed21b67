"""Scenarios as plain data and back, and the version of the code that plays them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from simulation.world.levers import SECTIONS, build
from simulation.world.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
PLAYED = (
    "simulation/world/**/*.py",
    "allocation/engine/**/*.py",
    "tasks/rules.py",
    "provisions/rules.py",
)


def plain(scenario: Scenario) -> dict[str, Any]:
    """The whole scenario as data that fits into JSON."""
    return asdict(scenario)


def scenario_of(given: Mapping[str, Any]) -> Scenario:
    """The scenario that `plain` wrote. Raises UnknownLever or UnusableValue."""
    parts: dict[str, Any] = {name: build(kind, given[name]) for name, kind in SECTIONS.items()}
    return Scenario(
        name=str(given["name"]), hours=float(given["hours"]), tasks=int(given["tasks"]), **parts
    )


def canonical(value: Any) -> bytes:
    """The one way in which a value is written: sorted, without spaces."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def digest(value: Any) -> str:
    return sha256(canonical(value)).hexdigest()


@cache
def code_version() -> str:
    """Twelve figures that change with any line that a run passes through."""
    total = sha256()
    for path in sorted({path for pattern in PLAYED for path in ROOT.glob(pattern)}):
        total.update(path.relative_to(ROOT).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:12]
