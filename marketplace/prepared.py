"""Statements that PostgreSQL plans once per connection, for the market's busiest actions.

Claiming, posting and settling say the same few sentences thousands of times an hour. Planning them
each time, and letting the ORM write them each time, costs more than doing them. A statement here is
plain SQL with `%(name)s` places, each with its PostgreSQL type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connection, models

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


def instance(model: type[Row], row: Sequence[Any]) -> Row:
    """A model's object from its columns, as reading it through the ORM would make it."""
    fields = model._meta.concrete_fields
    values = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, row, strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], values)
