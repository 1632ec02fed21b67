"""A CSV file as rows: all of them, or what is wrong with which line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

MOST_TABLE_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 200
MOST_CELL_CHARACTERS = 50_000
MOST_NAME_CHARACTERS = 80
MOST_ERRORS = 20

INPUT, GOLD = "Input.", "Gold."
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class BadLine:
    """What is wrong with a table, and on which line of the file; 0 is the file as a whole."""

    line: int
    code: str
    facts: Mapping[str, object]


class TableIsBad(ValueError):
    """The table cannot be used; `problems` are in the order of their lines."""

    def __init__(self, problems: Sequence[BadLine]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"line {p.line}: {p.code}" for p in problems))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the line of the file it begins on, its cells by column, and known answers if any."""

    line: int
    values: Values
    gold: Values


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_table(content: bytes, most_rows: int) -> Table:
    """A CSV file as rows, all of them or none.

    UTF-8 with or without a byte order mark; comma, semicolon or tab, whichever the first line has
    most of outside quotes. `Input.x` is the column x; `Gold.x` is the known answer to x. Raises
    TableIsBad with at most MOST_ERRORS problems.
    """
    if len(content) > MOST_TABLE_BYTES:
        refuse(0, "too_large", most=MOST_TABLE_BYTES // 1024 // 1024)
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    lines = numbered(reader)
    header = next(((line, cells) for line, cells in lines if any(cells)), None)
    if header is None:
        refuse(0, "empty")
    columns = columns_of(*header)
    rows, problems = [], []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        problem = problem_of(line, cells, columns)
        if problem:
            problems.append(problem)
            if len(problems) >= MOST_ERRORS:
                break
        elif not problems:
            rows.append(row_of(line, cells, columns))
        if len(rows) > most_rows:
            refuse(line, "too_many_rows", most=most_rows)
    if problems:
        raise TableIsBad(problems)
    if not rows:
        refuse(0, "no_rows")
    return Table(tuple(c for c in columns if not c.startswith(GOLD)), tuple(rows))


def refuse(line: int, code: str, **facts: object) -> NoReturn:
    raise TableIsBad([BadLine(line, code, facts)])


def decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(content[: error.start].count(b"\n") + 1, "not_utf8")
    if "\0" in text:
        refuse(text[: text.index("\0")].count("\n") + 1, "nul")
    return text


def delimiter_of(text: str) -> str:
    """The sign that separates the header's cells: the most frequent one outside quotes."""
    first = re.sub(r'"(?:[^"]|"")*"', "", text.lstrip("\r\n")[:100_000]).splitlines()
    header = first[0] if first else ""
    return max(",;\t", key=header.count)


def numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line of the file each begins on: a quoted cell may hold line breaks."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            refuse(line, "broken_quotes")
        yield line, cells


def columns_of(line: int, cells: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip().removeprefix(INPUT) for cell in cells)
    if len(columns) > MOST_COLUMNS:
        refuse(line, "too_many_columns", most=MOST_COLUMNS)
    for place, name in enumerate(columns, start=1):
        if not name:
            refuse(line, "column_without_name", place=place)
        if len(name) > MOST_NAME_CHARACTERS:
            refuse(line, "long_name", place=place, most=MOST_NAME_CHARACTERS)
        if name in columns[: place - 1]:
            refuse(line, "column_twice", name=name)
    return columns


def problem_of(line: int, cells: Sequence[str], columns: Sequence[str]) -> BadLine | None:
    if len(cells) != len(columns):
        return BadLine(line, "cells", {"found": len(cells), "wanted": len(columns)})
    for name, cell in zip(columns, cells, strict=True):
        if len(cell) > MOST_CELL_CHARACTERS:
            return BadLine(line, "long_cell", {"name": name, "most": MOST_CELL_CHARACTERS})
    return None


def row_of(line: int, cells: Sequence[str], columns: Sequence[str]) -> TableRow:
    named = dict(zip(columns, cells, strict=True))
    gold = {name.removeprefix(GOLD): v for name, v in named.items() if name.startswith(GOLD) and v}
    return TableRow(line, {n: v for n, v in named.items() if not n.startswith(GOLD)}, gold)
