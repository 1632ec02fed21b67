"""Statements that are planned once per connection."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.prepared import Prepared, columns_of
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(request) -> Prepared:
    """A statement that only this test has prepared."""
    return Prepared(
        f"/* {request.node.name} */ SELECT {columns_of(Worker)} FROM workers_worker WHERE name = %(name)s AND id <> %(other)s"
        " AND name = %(name)s",
        name="text",
        other="bigint",
    )


@pytest.mark.parametrize("is_on", [True, False])
def test_a_row_is_what_the_orm_would_read(wim, yasmina, named, settings, is_on):
    settings.PREPARED_STATEMENTS = is_on
    [found] = named.instances(Worker, name="Wim", other=yasmina.pk)
    assert found == wim
    unlike = [f for f in Worker._meta.concrete_fields if f.name != "created_at"]
    stored = Worker.objects.get(pk=wim.pk)
    assert [f.value_from_object(found) for f in unlike] == [
        f.value_from_object(stored) for f in unlike
    ]


def test_a_connection_prepares_a_statement_once(wim, named):
    with CaptureQueriesContext(connection) as said:
        for _ in range(3):
            named.rows(name="Wim", other=0)
    assert [q["sql"].split()[0] for q in said] == ["PREPARE", "EXECUTE", "EXECUTE", "EXECUTE"]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_again(wim, named):
    assert len(named.rows(name="Wim", other=0)) == 1
    connection.close()
    assert len(named.rows(name="Wim", other=0)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_column_that_comes_later_does_no_harm(wim, named):
    assert len(named.rows(name="Wim", other=0)) == 1
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE workers_worker ADD COLUMN later int")
        try:
            assert len(named.rows(name="Wim", other=0)) == 1
        finally:
            cursor.execute("ALTER TABLE workers_worker DROP COLUMN later")


def test_a_place_without_a_type_is_told_at_once():
    with pytest.raises(ValueError, match="wallet"):
        Prepared("SELECT %(wallet)s")
