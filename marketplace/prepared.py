"""Statements that PostgreSQL plans once per connection, for the market's busiest actions.

Claiming, posting and settling say the same few sentences thousands of times an hour. Planning them
each time, and letting the ORM write them each time, costs more than doing them. A statement here is
plain SQL with `%(name)s` places, each with its PostgreSQL type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)
PLACE = re.compile(r"%\((\w+)\)s")

# Which statements each connection to the database knows already.
known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """One statement. Its result names its columns: `*` would break when a migration adds one."""

    def __init__(self, sql: str, **types: str) -> None:
        self.sql = sql
        self.places = list(dict.fromkeys(PLACE.findall(sql)))
        if missing := set(self.places) ^ set(types):
            raise ValueError(f"places and types differ in {', '.join(sorted(missing))}")
        self.types = [types[place] for place in self.places]
        self.name = f"taakplein_{sha256(sql.encode()).hexdigest()[:16]}"

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run it and give every row of its answer."""
        with connection.cursor() as cursor:
            if not settings.PREPARED_STATEMENTS:
                cursor.execute(self.sql, values)
            else:
                self.prepare(cursor)
                cursor.execute(self.call, [values[place] for place in self.places])
            return cursor.fetchall() if cursor.description else []

    def instances(self, model: type[Row], **values: Any) -> list[Row]:
        """Its rows as a model's, when it answers `columns_of` that model."""
        return [instance(model, row) for row in self.rows(**values)]

    def prepare(self, cursor: Any) -> None:
        names = known.setdefault(connection.connection, set())
        if self.name not in names:
            cursor.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.numbered}")
            names.add(self.name)

    @property
    def numbered(self) -> str:
        """The statement with `$1` for its first place, as PREPARE wants it."""
        numbers = {place: f"${n}" for n, place in enumerate(self.places, start=1)}
        return PLACE.sub(lambda place: numbers[place.group(1)], self.sql)

    @property
    def call(self) -> str:
        return f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.places))})"


def columns_of(model: type[models.Model], table: str = "") -> str:
    """A model's columns, in the order in which `instance` reads them."""
    prefix = f"{table}." if table else ""
    return ", ".join(f'{prefix}"{field.column}"' for field in model._meta.concrete_fields)


@cache
def reading(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[tuple[int, Any], ...]]:
    """A model's attributes in the order of its columns, and which columns need converting."""
    fields = model._meta.concrete_fields
    converted = [(n, f.from_db_value) for n, f in enumerate(fields) if hasattr(f, "from_db_value")]
    return tuple(field.attname for field in fields), tuple(converted)


def instance(model: type[Row], row: Sequence[Any]) -> Row:
    """A model's object from its columns, as reading it through the ORM would make it.

    Without the detour through `__init__`, which reads keywords and sends signals that nobody here
    listens to: it is most of the time where many rows are read.
    """
    names, converted = reading(model)
    values = list(row)
    for place, convert in converted:
        values[place] = convert(values[place], None, connection)
    found = model.__new__(model)
    found._state = ModelState()
    found._state.adding, found._state.db = False, DEFAULT_DB_ALIAS
    found.__dict__.update(zip(names, values, strict=True))
    return found
