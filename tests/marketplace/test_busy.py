"""When the database does not wait, people are told to try again."""

import psycopg2
import pytest
from django.db import OperationalError
from django.test import RequestFactory

from marketplace.busy import BusyMiddleware


class LockNotAvailable(psycopg2.OperationalError):
    pgcode = "55P03"


def refused(cause: Exception) -> OperationalError:
    error = OperationalError("refused")
    error.__cause__ = cause
    return error


def test_a_lock_that_did_not_come_is_a_page_that_says_try_again():
    door = BusyMiddleware(lambda request: None)
    answer = door.process_exception(RequestFactory().get("/"), refused(LockNotAvailable()))
    assert answer.status_code == 503
    assert b"press once more" in answer.content


@pytest.mark.parametrize("error", [refused(psycopg2.OperationalError()), ValueError("ours")])
def test_every_other_fault_stays_a_fault(error):
    door = BusyMiddleware(lambda request: None)
    assert door.process_exception(RequestFactory().get("/"), error) is None
