"""Templates with variables, and what stands in their place for one row."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from batches.rules.tables import INPUT

MOST_TEMPLATE_BYTES = 1024 * 1024
NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
VARIABLE = re.compile(r"\$\{\s*(" + NAME + r")\s*\}")
KINDS = ("text", "long", "choice", "choices", "number", "rating", "file")


def variables_of(text: str) -> tuple[str, ...]:
    """The names in `${name}`, each once, in the order of the text; `Input.x` is x."""
    return tuple(dict.fromkeys(name.removeprefix(INPUT) for name in VARIABLE.findall(text)))


def guess_mapping(variables: Iterable[str], columns: Sequence[str]) -> dict[str, str]:
    """Variable → column: the same name, else the same name whatever the case, `-`, `_` and spaces."""

    def essence(name: str) -> str:
        return re.sub(r"[\s_.-]+", "", name).lower()

    by_essence = {essence(column): column for column in reversed(columns)}
    found = {v: v if v in columns else by_essence.get(essence(v), "") for v in variables}
    return {variable: column for variable, column in found.items() if column}


def filled(text: str, mapping: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The text with each mapped variable replaced by its cell, as it stands."""

    def cell(found: re.Match[str]) -> str:
        column = mapping.get(found[1].removeprefix(INPUT))
        return found[0] if column is None else values.get(column, "")

    return VARIABLE.sub(cell, text)


def filled_html(text: str, mapping: Mapping[str, str], values: Mapping[str, str]) -> str:
    """The HTML with each mapped variable replaced by its cell, escaped.

    A cell is text, whoever wrote it: `<b>` in a table is shown as `<b>`, and can neither break the
    template nor answer in the worker's place.
    """
    return filled(text, mapping, {name: html.escape(value) for name, value in values.items()})


def has_own_form(text: str) -> bool:
    return re.search(r"<(form|crowd-form)[\s>]", text, re.I) is not None


def field_name(label: str, taken: Iterable[str]) -> str:
    """A name for the results made from a label: "How old?" becomes how_old."""
    base = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "answer"
    used, name, number = set(taken), base, 1
    while name in used:
        number += 1
        name = f"{base}_{number}"
    return name
