"""Asking the database for something that it must refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, models, transaction


@contextmanager
def refused(because: str) -> Iterator[None]:
    """What is done inside is refused by the database itself, for this reason."""
    with pytest.raises(IntegrityError, match=because), transaction.atomic():
        yield


def run_sql(sql: str, *values: object) -> int:
    """Run one statement past the ORM and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def rows_of(model: type[models.Model]) -> list[tuple]:
    return list(model._default_manager.order_by("pk").values_list())
