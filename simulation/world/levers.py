"""Levers: changing one number of a scenario by its name, with errors that name what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any, get_args, get_type_hints

from allocation.engine.catalogue import CATALOGUE, card_of
from provisions import rules as provisions
from simulation.world.scenario import Behaviour, Demand, Population, Rules, Scenario, Shape, Spread

SECTIONS = {
    "demand": Demand,
    "population": Population,
    "behaviour": Behaviour,
    "rules": Rules,
}


MOST = {"clients": 10_000}


class UnknownLever(ValueError):
    """There is no lever with this name."""


class UnusableValue(ValueError):
    """This lever cannot have this value."""


def build(section: type, given: Mapping[str, Any], base: Any = None) -> Any:
    """A part of a scenario from plain values, checked one by one."""
    hints = get_type_hints(section)
    for name in given:
        if name not in hints:
            raise UnknownLever(f"There is no {name!r} here. Allowed: {', '.join(sorted(hints))}.")
    values = {name: checked(name, hints[name], value) for name, value in given.items()}
    return replace(base, **values) if base is not None else section(**values)


def checked(name: str, hint: Any, value: Any) -> Any:
    """The value in the type of its field, or UnusableValue in words."""
    if name == "provided" and isinstance(value, Mapping):
        return providers(value)
    if hint is Spread and isinstance(value, Mapping):
        return spread(name, value)
    if hint is Spread:
        if isinstance(value, Spread):
            return value
        return Spread("fixed", number(name, value))
    choices = get_args(hint)
    if choices and all(isinstance(choice, str) for choice in choices) and value not in choices:
        raise UnusableValue(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    if name == "mechanism" and value not in CATALOGUE:
        raise UnusableValue(f"mechanism must be one of {', '.join(CATALOGUE)}, not {value!r}.")
    if hint is bool:
        if str(value).lower() not in ("true", "false"):
            raise UnusableValue(f"{name} must be true or false, not {value!r}.")
        return str(value).lower() == "true"
    if hint is int:
        return round(within(name, number(name, value)))
    if hint is float:
        return within(name, number(name, value))
    if not choices or isinstance(value, list | Mapping):
        return tuple(value) if isinstance(value, list) else value
    if name in ("rhythm", "parameters", "provided"):
        raise UnusableValue(f"{name} cannot be set by one value; name its parts.")
    return value


def providers(given: Mapping[str, Any]) -> dict[str, str]:
    """Who provides what, checked: in a simulation anybody may provide anything."""
    for function, provider in given.items():
        if function not in provisions.NAMES:
            allowed = ", ".join(provisions.NAMES)
            raise UnknownLever(f"There is no function {function!r} to provide. Allowed: {allowed}.")
        if provider not in list(provisions.Provider):
            allowed = ", ".join(provisions.Provider)
            raise UnusableValue(f"provided.{function} must be one of {allowed}, not {provider!r}.")
    return {function: str(provider) for function, provider in given.items()}


def spread(name: str, value: Mapping[str, Any]) -> Spread:
    found = Spread(**value)
    if found.shape not in get_args(Shape):
        allowed = ", ".join(get_args(Shape))
        raise UnusableValue(f"{name}: shape must be one of {allowed}, not {found.shape!r}.")
    return found


def within(name: str, value: float) -> float:
    """A share is at most 1, and nobody needs a million clients."""
    most = 1 if name.endswith("_share") else MOST.get(name, value)
    if value > most:
        raise UnusableValue(f"{name} must be {most} at most, not {value:g}.")
    return value


def number(name: str, value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        raise UnusableValue(f"{name} must be a number, not {value!r}.")
    if not 0 <= found < float("inf"):
        raise UnusableValue(f"{name} must be 0 or more, not {value!r}.")
    return found


def names() -> list[str]:
    """Every lever: `section.field`; `parameters.name` and `provided.function` are parts of two of them."""
    own = [f"{s}.{f.name}" for s, kind in SECTIONS.items() for f in fields(kind)]
    return sorted([*own, "hours", "tasks"])


def pull(scenario: Scenario, lever: str, value: Any) -> Scenario:
    """The scenario with one lever changed.

    A spread keeps its shape: a bare number changes its `a` (mean, median or fixed value), and
    `population.quality.b` changes one part. The section may be left out. Raises UnknownLever or
    UnusableValue.
    """
    if lever in ("hours", "tasks"):
        return replace(scenario, **{lever: checked(lever, get_type_hints(Scenario)[lever], value)})
    section, _, rest = full_name(lever).partition(".")
    part = getattr(scenario, section)
    if rest.startswith("parameters."):
        own = {**part.parameters, rest.removeprefix("parameters."): number(lever, value)}
        return replace(
            scenario, rules=replace(part, parameters=card_of(part.mechanism).complete(own))
        )
    if rest.startswith("provided."):
        said = {**part.provided, rest.removeprefix("provided."): value}
        return replace(scenario, rules=replace(part, provided=providers(said)))
    field, _, side = rest.partition(".")
    now = getattr(part, field)
    if isinstance(now, Spread):
        moved = number(lever, value)
        value = replace(now, b=moved) if side == "b" else replace(now, a=moved)
    changes = {field: value}
    if field == "mechanism" and value != now:
        changes["parameters"] = {}  # the old mechanism's numbers mean nothing to the new one
    return replace(scenario, **{section: build(type(part), changes, part)})


def full_name(lever: str) -> str:
    """`section.field…` for a lever that may have been named without its section."""
    if lever.startswith(("parameters.", "provided.")):
        return f"rules.{lever}"
    known = names()
    stem, side = (lever[:-2], lever[-2:]) if lever.endswith((".a", ".b")) else (lever, "")
    for name in known:
        if stem in (name, name.partition(".")[2]):
            return name + side
    if lever.startswith(("rules.parameters.", "rules.provided.")):
        return lever
    meant = " or ".join(like(lever, known))
    hint = f" Did you mean {meant}?" if meant else ""
    raise UnknownLever(f"There is no lever {lever!r}.{hint} Allowed: {', '.join(known)}.")


def like(lever: str, known: Sequence[str]) -> list[str]:
    """At most three levers that share the most words with this one, mistyped ones too."""
    words = {name: set(name.rpartition(".")[2].split("_")) for name in known}
    vocabulary = sorted(set().union(*words.values()))
    asked = lever.rpartition(".")[2].split("_")
    meant = {close for word in asked for close in get_close_matches(word, vocabulary, 1, 0.75)}
    shared = {name: len(meant & its) for name, its in words.items()}
    most = max(shared.values())
    return [name for name in known if most and shared[name] == most][:3]
