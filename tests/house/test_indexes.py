"""The indexes and constraints that the models name are there, and no index is another's beginning."""

import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = pytest.mark.django_db

# An index that begins another costs every write and answers nothing more. Compared are columns,
# their order, operators and collation; partial indexes hold other rows, unique ones a rule.
DOUBLES = """
WITH plain AS (
    SELECT indrelid, indexrelid, indisunique, indnkeyatts AS many, indkey::int2[] AS columns,
           indoption::int2[] AS orders, indclass::oid[] AS operators, indcollation::oid[] AS collations
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
     WHERE indpred IS NULL AND indexprs IS NULL AND amname = 'btree'
)
SELECT indrelid::regclass::text, short.indexrelid::regclass::text || ' begins ' ||
       long.indexrelid::regclass::text
  FROM plain short JOIN plain long USING (indrelid)
 WHERE short.indexrelid <> long.indexrelid AND NOT short.indisunique AND short.many <= long.many
   AND short.columns[0:short.many - 1] = long.columns[0:short.many - 1]
   AND short.orders[0:short.many - 1] = long.orders[0:short.many - 1]
   AND short.operators[0:short.many - 1] = long.operators[0:short.many - 1]
   AND short.collations[0:short.many - 1] = long.collations[0:short.many - 1]
 ORDER BY 1, 2
"""
THERE = "SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class WHERE relkind = 'i'"


def our_models() -> list[type[models.Model]]:
    """Django's and allauth's own, and many-to-many fields, are theirs to change."""
    theirs = ("django.", "allauth.", "rest_framework.")
    return [model for model in apps.get_models() if not model.__module__.startswith(theirs)]


def found(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def doubles() -> list[str]:
    ours = {model._meta.db_table for model in our_models()}
    return [said for table, said in found(DOUBLES) if table in ours]


def test_every_index_and_constraint_that_a_model_names_is_in_the_database():
    """A migration may drop one in passing: Django's own does when a field loses its index."""
    named = {
        one.name
        for model in our_models()
        for one in (*model._meta.constraints, *model._meta.indexes)
    }
    assert "one_holder_per_slot" in named
    assert named - {name for (name,) in found(THERE)} == set()


def test_no_index_is_the_beginning_of_another():
    assert doubles() == []


def test_the_detector_works_it_finds_the_index_that_a_foreign_key_makes():
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX doubled ON allocation_allocation (task_id)")
    assert doubles() == ["doubled begins decisions_about_a_task"]
