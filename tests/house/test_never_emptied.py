"""What may not be deleted row by row may not be emptied either, for every table there is."""

import pytest
from django.db import connection

from tests.refusals import refused, run_sql

pytestmark = pytest.mark.django_db
# The kind of a trigger is a sum of bits: PostgreSQL, src/include/catalog/pg_trigger.h.
DELETE, TRUNCATE = 8, 32


def tables_with_a_trigger_on(kind: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled = 'O' AND tgtype & %s <> 0",
            [kind],
        )
        return {table for (table,) in cursor.fetchall()}


def test_every_table_that_guards_its_rows_is_never_emptied():
    guarded = tables_with_a_trigger_on(DELETE)
    assert guarded >= {"allocation_allocation", "ledger_transfer", "wages_wagefloor"}
    never_emptied = tables_with_a_trigger_on(TRUNCATE)
    assert never_emptied - guarded == {"allocation_unsealed"}  # the sealer takes its rows away
    assert guarded <= never_emptied


def test_emptying_is_refused():
    for table in sorted(tables_with_a_trigger_on(TRUNCATE)):
        with refused(f"{table} is never emptied"):
            run_sql(f"TRUNCATE {table} CASCADE")
