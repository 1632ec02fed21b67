"""Writing very many rows at once: PostgreSQL's COPY, fed row by row, so that memory stays small."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
CHUNK_CHARACTERS = 1 << 16


def copy_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows in the caller's transaction; the ids rise in the order of the rows.

    About fifteen times as fast as `bulk_create`. Defaults of Django are not filled in: name every
    field that must not be NULL. Values: text, numbers, booleans, moments, None; a dictionary is
    written as JSON, a list or a tuple as an array of texts.
    """
    columns = ", ".join(f'"{model._meta.get_field(name).column}"' for name in fields)  # type: ignore[union-attr]
    sql = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'  # nosec B608: names of our own
    with connection.cursor() as cursor:
        cursor.copy_expert(sql, Lines("\t".join(map(written, row)) + "\n" for row in rows))


class Lines:
    """An iterator of lines as the file that psycopg2 wants to read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines

    def read(self, _size: int = -1) -> str:
        chunk, length = [], 0
        for line in self.lines:
            chunk.append(line)
            length += len(line)
            if length >= CHUNK_CHARACTERS:
                break
        return "".join(chunk)


def written(value: Any) -> str:
    """One value in COPY's text format."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False).translate(ESCAPED)
    if isinstance(value, list | tuple):
        return array(value).translate(ESCAPED)
    return str(value).translate(ESCAPED)


def array(texts: Sequence[str]) -> str:
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
