"""A longer statement time-out for the few transactions that rightly need it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def longer_statements(seconds: int) -> Iterator[None]:
    """Let each statement run so long, until the transaction that this is part of ends.

    A page has two seconds, so that no query can hold it up; a table with very many rows is the
    exception.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])
        yield
