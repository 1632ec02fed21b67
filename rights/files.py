"""The own log as one JSON file or as a zip of CSV files, written piece by piece."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import override

from accounts.models import User
from marketplace.operators import harmless
from rights.queries.log import CHAPTERS, Chapter

READ_ME = """Your own log, as of {now}.

One file per part; an empty part has no file. Amounts are whole cents, moments are in UTC or with
their offset. A cell that begins with a quote mark began with a sign that a spreadsheet would run.

{parts}
"""


def json_log(user: User, now: datetime) -> Iterator[str]:
    """The whole log as the pieces of one JSON document."""
    with override("en"):
        meaning = {chapter.name: str(chapter.words) for chapter in CHAPTERS}
    head = {"as_of": now.isoformat(), "account": user.pk, "meaning": meaning}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "log": {'
    for place, chapter in enumerate(CHAPTERS):
        yield ("," if place else "") + f'\n"{chapter.name}": ['
        yield from pieces(chapter.rows(user))
        yield "]"
    yield "\n}}\n"


def pieces(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    between = "\n"
    for row in rows:
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n"


def csv_log(user: User, now: datetime) -> IO[bytes]:
    """The log as a zip with one CSV file per part that has rows, ready to be read.

    Only the zip is in memory: a few megabytes for ten thousand pieces of work.
    """
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as folder:
        with override("en"):
            parts = "\n".join(f"{chapter.name}.csv: {chapter.words}" for chapter in CHAPTERS)
        folder.writestr("README.txt", READ_ME.format(now=now.isoformat(), parts=parts))
        for chapter in CHAPTERS:
            write_csv(folder, chapter, user)
    file.seek(0)
    return file


def write_csv(folder: ZipFile, chapter: Chapter, user: User) -> None:
    rows = chapter.rows(user)
    first = next(rows, None)
    if first is None:
        return
    with folder.open(f"{chapter.name}.csv", "w") as raw:
        with io.TextIOWrapper(raw, "utf-8", newline="") as text:
            writer = csv.writer(text)
            writer.writerow(first)
            for row in chain([first], rows):
                writer.writerow([harmless(cell(value)) for value in row.values()])


def cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
