"""Running a mechanism again on what was stored, and naming every difference from what it said then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allocation.engine import codec
from allocation.engine.contract import Decision

NOTHING = "(nothing)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the decision of now is not the decision of then."""

    where: str
    kept: object
    again: object

    def __str__(self) -> str:
        return f"{self.where}: {self.kept} was kept, {self.again} came out now"


def replay(decision: Mapping[str, Any], run: Callable[[], Decision]) -> tuple[Difference, ...]:
    """Decide again with `run`; () when the answer is the stored decision.

    A case that cannot be decided any more is a difference too, not an error.
    """
    try:
        again = codec.encode(run())
    except Exception as error:
        return (Difference("decision", "an answer", f"{type(error).__name__}: {error}"),)
    return tuple(differences("decision", decision, json.loads(json.dumps(again))))


def differences(where: str, kept: Any, again: Any) -> Iterator[Difference]:
    """Every leaf at which two JSON values differ, named by its path."""
    if isinstance(kept, Mapping) and isinstance(again, Mapping):
        for key in sorted({*kept, *again}):
            yield from differences(
                f"{where}.{key}", kept.get(key, NOTHING), again.get(key, NOTHING)
            )
    elif isinstance(kept, list) and isinstance(again, list):
        for place in range(max(len(kept), len(again))):
            yield from differences(f"{where}[{place}]", item(kept, place), item(again, place))
    elif kept != again:
        yield Difference(where, kept, again)


def item(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else NOTHING
