"""Cases and decisions as plain JSON, there and back without loss, and the digests of both.

Fields that have their default value are left out, so a field added to the contract later does not
change the digest of an older case.
"""

from __future__ import annotations

import ast
import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any

from allocation.engine.catalogue import card_of
from allocation.engine.contract import (
    Answer,
    Award,
    Candidate,
    Case,
    Consolation,
    Decision,
    OfferTo,
    Outcome,
    Ranked,
)

AS_THEY_ARE = {int, float, str, bool, type(None)}
Record = Candidate | Case | Decision | Award | OfferTo | Ranked | Consolation


def encode(record: Record) -> dict[str, Any]:
    """A case, a decision or a part of one as a dict that JSON can hold."""
    kind: Any = type(record)
    names, defaults, read = shape_of(kind)
    values = zip(names, read(record), defaults, strict=True)
    return {name: plain(value) for name, value, default in values if value != default}


@cache
def shape_of(kind: Any) -> tuple[Iterable[str], Iterable[object], Callable[[Any], tuple[Any, ...]]]:
    """Its fields, their defaults, and what reads all of them at once."""
    defaults = defaults_of(kind)
    return defaults.keys(), defaults.values(), attrgetter(*defaults)


@cache
def defaults_of(kind: Any) -> dict[str, object]:
    """Every field with its default; MISSING where it has none."""
    if issubclass(kind, Ranked):
        return {name: Ranked._field_defaults.get(name, MISSING) for name in Ranked._fields}
    return {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(kind)
    }


def plain(value: Any) -> Any:
    kind = type(value)
    if kind in AS_THEY_ARE:  # nearly all: asked first, as the other questions take longer
        return value
    if kind is dict or isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, Record):
        return encode(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def decode_case(record: Mapping[str, Any]) -> Case:
    given = dict(record)
    given["free_slots"] = tuple(given["free_slots"])
    given["candidates"] = tuple(decode_candidate(c) for c in given.get("candidates", ()))
    given["chosen"] = tuple(given.get("chosen", ()))
    return Case(**given)


def decode_candidate(record: Mapping[str, Any]) -> Candidate:
    given = dict(record)
    given["failed_gates"] = tuple(given.get("failed_gates", ()))
    given["answer"] = Answer(given.get("answer", Answer.NONE))
    return Candidate(**given)


def decode_decision(record: Mapping[str, Any]) -> Decision:
    given = dict(record)
    given["awards"] = tuple(Award(**award) for award in given.get("awards", ()))
    given["offers"] = tuple(OfferTo(**offer) for offer in given.get("offers", ()))
    given["ranking"] = tuple(decode_ranked(row) for row in given.get("ranking", ()))
    given["consolations"] = tuple(Consolation(**c) for c in given.get("consolations", ()))
    return Decision(**given)


def decode_ranked(record: Mapping[str, Any]) -> Ranked:
    return Ranked(**{**record, "outcome": Outcome(record["outcome"])})


def digest(thing: Record | Mapping[str, Any]) -> str:
    """SHA-256 (64 hexadecimal digits) of the canonical JSON: sorted keys, no spaces.

    Raises ValueError for a number that JSON cannot hold (infinite, or not a number).
    """
    record = thing if isinstance(thing, Mapping) else encode(thing)
    return sha256(canonical(record).encode()).hexdigest()


def canonical(record: Mapping[str, Any]) -> str:
    return json.dumps(
        record, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A case and its decision as dicts and as JSON, and the digest of both: what a record keeps.

    The digest is that of {"case": …, "decision": …}, put together from the two texts, because
    writing them as JSON is most of the work.
    """

    case: dict[str, Any]
    decision: dict[str, Any]
    case_json: str
    decision_json: str
    digest: str


def write(case: Case, decision: Decision) -> Written:
    """Raises ValueError for a number that JSON cannot hold."""
    rows = encode(case), encode(decision)
    texts = canonical(rows[0]), canonical(rows[1])
    both = f'{{"case":{texts[0]},"decision":{texts[1]}}}'
    return Written(*rows, *texts, sha256(both.encode()).hexdigest())


@cache
def code_digest(slug: str) -> str:
    """SHA-256 of the source of this mechanism and of every engine module that it uses."""
    total = sha256()
    for module in sorted(engine_modules_of(card_of(slug).decide.__module__)):
        total.update(module.encode() + b"\0" + source_of(module) + b"\0")
    return total.hexdigest()


def engine_modules_of(module: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """This module and, step by step, the engine modules that it imports."""
    seen |= {module}
    for imported in engine_imports(source_of(module)):
        if imported not in seen:
            seen |= engine_modules_of(imported, seen)
    return seen


def engine_imports(source: bytes) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("allocation.engine"):
            yield node.module or ""


def source_of(module: str) -> bytes:
    path = importlib.import_module(module).__file__
    assert path is not None
    return Path(path).read_bytes()
