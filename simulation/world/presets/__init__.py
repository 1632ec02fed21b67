"""The presets: a platform of the literature per TOML file, with the source of every number."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allocation.engine.saying import Refusal
from allocation.engine.saying import to_say as _
from simulation.world.levers import SECTIONS, build
from simulation.world.scenario import Scenario

FOLDER = Path(__file__).parent


class UnknownPreset(Refusal):
    """There is no preset with this name."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A scenario with its story, and the title and kind of its tasks on the live market.

    `sources` says for each number where it comes from.
    """

    scenario: Scenario
    title: str
    story: str
    task: str
    kind: str
    sources: dict[str, str]


def preset_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Preset:
    """Raises UnknownPreset, naming the known ones."""
    if name not in preset_names():
        raise UnknownPreset(
            _("There is no preset {name}. Known: {known}."),
            name=repr(name),
            known=", ".join(preset_names()),
        )
    given = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    parts: dict[str, Any] = {s: build(kind, given.get(s, {})) for s, kind in SECTIONS.items()}
    scenario = Scenario(name=name, hours=float(given["hours"]), **parts)
    return Preset(
        scenario, given["title"], given["story"], given["task"], given["kind"], given["sources"]
    )


def numbers_of(name: str) -> set[str]:
    """`section.key` of everything the file sets: each must have a source."""
    given = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{key}" for section in SECTIONS for key in given.get(section, {})}
