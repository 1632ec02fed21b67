"""Levers: changing one number of a scenario by its name, with errors that name what is allowed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from math import isfinite
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from allocation.engine.card import BETWEEN
from allocation.engine.catalogue import CATALOGUE, card_of
from allocation.engine.saying import Refusal, Said, either
from allocation.engine.saying import to_say as _
from provisions import rules as provisions
from simulation.world.scenario import (
    Behaviour,
    Demand,
    Population,
    Range,
    Rules,
    Scenario,
    Shape,
    Spread,
)

SECTIONS = {
    "demand": Demand,
    "population": Population,
    "behaviour": Behaviour,
    "rules": Rules,
}
ANY = Range(float("-inf"), float("inf"))
DEVIATION = Range(0, 3)  # of the logarithm: at 3 one draw in forty is 400 times the median
MOST_IN_RHYTHM = 168


class UnknownLever(Refusal):
    """There is no lever with this name."""


class UnusableValue(Refusal):
    """This lever cannot have this value."""


def build(section: type, given: Mapping[str, Any], base: Any = None) -> Any:
    """A part of a scenario from plain values, checked one by one."""
    hints = get_type_hints(section, include_extras=True)
    for name in given:
        if name not in hints:
            raise UnknownLever(
                _("There is no {name} here. Allowed: {allowed}."),
                name=repr(name),
                allowed=", ".join(sorted(hints)),
            )
    values = {name: checked(name, hints[name], value) for name, value in given.items()}
    return replace(base, **values) if base is not None else section(**values)


def checked(name: str, hint: Any, value: Any) -> Any:
    """The value in the type of its field and within its range, or UnusableValue in words."""
    kind, allowed = get_args(hint) if get_origin(hint) is Annotated else (hint, ANY)
    if name == "mechanism":
        return one_of(name, CATALOGUE, value)
    if name == "provided":
        return providers(value)
    if get_origin(kind) is Literal:
        return one_of(name, get_args(kind), value)
    if get_origin(kind) is tuple:
        return rhythm(name, value, allowed)
    if kind is Spread:
        return spread(name, value, allowed)
    if kind is bool:
        return one_of(name, ("true", "false"), str(value).lower()) == "true"
    if kind is int:
        return whole(name, value, allowed)
    return number(name, value, allowed) if kind is float else value


def one_of(name: str, choices: Collection[str], value: Any) -> str:
    if value not in choices:
        raise UnusableValue(
            _("{name} must be one of {choices}, not {value}."),
            name=name,
            choices=", ".join(choices),
            value=repr(value),
        )
    return str(value)


def number(name: object, value: Any, allowed: Range = ANY) -> float:
    try:
        found = float(value)
        if not isfinite(found):
            raise ValueError
    except (TypeError, ValueError):
        raise UnusableValue(
            _("{name} must be a number, not {value}."), name=name, value=repr(value)
        )
    if not allowed.least <= found <= allowed.most:
        raise UnusableValue(BETWEEN, name=name, value=found, **ends(allowed))
    return found


def whole(name: str, value: Any, allowed: Range) -> int:
    found = number(name, value, allowed)
    if found != int(found):
        raise UnusableValue(
            _("{name} must be a whole number between {least} and {most}, not {value}."),
            name=name,
            value=found,
            **ends(allowed),
        )
    return int(found)


def ends(allowed: Range) -> dict[str, float]:
    return {"least": allowed.least, "most": allowed.most}


def rhythm(name: str, value: Any, allowed: Range) -> tuple[float, ...]:
    """Numbers with commas between them, or a list of them; nothing is always the same."""
    given = [part for part in value.split(",") if value] if isinstance(value, str) else value
    if len(given) > MOST_IN_RHYTHM:
        raise UnusableValue(
            _("{name} must be {most} numbers at most, not {count}."),
            name=name,
            most=MOST_IN_RHYTHM,
            count=len(given),
        )
    each = Said(_("each part of {name}"), {"name": name})
    found = [number(each, part, allowed) for part in given]
    return tuple(found if isinstance(value, str) else given)


def spread(name: str, value: Any, allowed: Range) -> Spread:
    """A spread as it is or as a mapping of its parts; a bare number does not vary."""
    if not isinstance(value, Spread | Mapping):
        return Spread("fixed", number(name, value, allowed))
    found = value if isinstance(value, Spread) else Spread(**value)
    one_of(f"{name}.shape", get_args(Shape), found.shape)
    number(name, found.a, allowed)
    if found.shape == "uniform":
        number(f"{name}.b", found.b, allowed)
    elif found.shape == "lognormal":
        number(f"{name}.b", found.b, DEVIATION)
        if not found.a:
            raise UnusableValue(
                _("{name} must be above 0: it is the median of a lognormal spread."), name=name
            )
    return found


def providers(given: Mapping[str, Any]) -> dict[str, str]:
    """Who provides what, checked: in a simulation anybody may provide anything."""
    for function, provider in given.items():
        if function not in provisions.NAMES:
            raise UnknownLever(
                _("There is no function {name} to provide. Allowed: {allowed}."),
                name=repr(function),
                allowed=", ".join(provisions.NAMES),
            )
        one_of(f"provided.{function}", list(provisions.Provider), provider)
    return {function: str(provider) for function, provider in given.items()}


def names() -> list[str]:
    """Every lever: `section.field`; `parameters.name` and `provided.function` are parts of two of them."""
    own = [f"{s}.{f.name}" for s, kind in SECTIONS.items() for f in fields(kind)]
    return sorted([*own, "hours", "tasks"])


def pull(scenario: Scenario, lever: str, value: Any) -> Scenario:
    """The scenario with one lever changed.

    A spread keeps its shape: a bare number changes its `a` (mean, median or fixed value), and
    `population.quality.b` changes one part. The section may be left out. Raises UnknownLever or
    UnusableValue; `check_whole` is for when all levers are pulled.
    """
    if lever in ("hours", "tasks"):
        hint = get_type_hints(Scenario, include_extras=True)[lever]
        return replace(scenario, **{lever: checked(lever, hint, value)})
    section, _dot, rest = full_name(lever).partition(".")
    part = getattr(scenario, section)
    field, _dot, side = rest.partition(".")
    now = getattr(part, field)
    changes = {field: value}
    if field in ("parameters", "provided") and not isinstance(value, Mapping):
        changes = {field: {**now, side: part_of(part, field, side, value)}}
    elif isinstance(now, Spread):
        changes = {field: moved(lever, now, side or "a", value)}
    elif side:
        raise UnknownLever(
            _("{name} has no part {part}."), name=lever.removesuffix(f".{side}"), part=repr(side)
        )
    if field == "parameters":
        changes = {field: card_of(part.mechanism).complete(changes[field])}
    if field == "mechanism" and value != now:
        changes["parameters"] = {}  # the old mechanism's numbers mean nothing to the new one
    return replace(scenario, **{section: build(type(part), changes, part)})


def part_of(rules: Rules, field: str, part: str, value: Any) -> Any:
    """The value of one parameter or of one function that is provided."""
    if part:
        return value if field == "provided" else number(f"{field}.{part}", value)
    known = provisions.NAMES if field == "provided" else card_of(rules.mechanism).defaults
    none = Said(_("{mechanism} has none"), {"mechanism": rules.mechanism})
    raise UnusableValue(
        _("{name} cannot be set by one value; name its parts: {parts}."),
        name=field,
        parts=", ".join(f"{field}.{name}" for name in known) or none,
    )


def moved(lever: str, now: Spread, side: str, value: Any) -> Spread:
    if side == "b" and now.shape in ("fixed", "exponential"):
        raise UnusableValue(
            _("{name} has no effect here: the spread is {shape}, without a b."),
            name=lever,
            shape=now.shape,
        )
    found = number(lever, value)
    return replace(now, b=found) if side == "b" else replace(now, a=found)


def check_whole(scenario: Scenario) -> None:
    """What no lever alone can know. Raises UnusableValue."""
    if not max(scenario.demand.rhythm, default=1):
        raise UnusableValue(_("rhythm must have an hour in which tasks are posted."))
    for section, kind in SECTIONS.items():
        for field in fields(kind):
            found = getattr(getattr(scenario, section), field.name)
            if isinstance(found, Spread) and found.shape == "uniform" and found.a > found.b:
                raise UnusableValue(
                    _(
                        "{name} must be {most} at most, not {value}: it lies between {name} and {end}."
                    ),
                    name=field.name,
                    most=found.b,
                    value=found.a,
                    end=f"{field.name}.b",
                )


def full_name(lever: str) -> str:
    """`section.field…` for a lever that may have been named without its section."""
    if lever.startswith(("parameters.", "provided.")):
        return f"rules.{lever}"
    known = names()
    stem, side = (lever[:-2], lever[-2:]) if lever.endswith((".a", ".b")) else (lever, "")
    for name in known:
        section, _dot, field = name.rpartition(".")
        if stem in (name, field) and (section or not side):
            return name + side
    if lever.startswith(("rules.parameters.", "rules.provided.")):
        return lever
    said = {"name": repr(lever), "allowed": ", ".join(known)}
    if meant := like(lever, known):
        raise UnknownLever(
            _("There is no lever {name}. Did you mean {meant}? Allowed: {allowed}."),
            meant=either(meant),
            **said,
        )
    raise UnknownLever(_("There is no lever {name}. Allowed: {allowed}."), **said)


def like(lever: str, known: Sequence[str]) -> list[str]:
    """At most three levers that share the most words with this one, mistyped ones too."""
    words = {name: set(name.rpartition(".")[2].split("_")) for name in known}
    vocabulary = sorted(set().union(*words.values()))
    asked = lever.rpartition(".")[2].split("_")
    meant = {close for word in asked for close in get_close_matches(word, vocabulary, 1, 0.75)}
    shared = {name: len(meant & its) for name, its in words.items()}
    most = max(shared.values())
    return [name for name in known if most and shared[name] == most][:3]
