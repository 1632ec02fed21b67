"""What all tests share: the people, a broker database for each parallel run, no silent skips in CI.

clara posts, wim and yasmina work, stan is a stranger.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.db import OperationalError
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate
from django.utils import translation

from accounts.models import User
from clients.models import Client
from marketplace.celery import app
from statuses.actions import load_limits
from tests.people import make_client, make_user, make_worker
from wages.actions import load_facts
from workers.models import Worker


def use_our_own_broker_database() -> None:
    """Let each xdist process ring its own doorbell: gw0 takes Redis database 1, gw1 takes 2, …

    In the environment too, for the processes that tests start.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    server = settings.REDIS_URL.rpartition("/")[0]
    settings.REDIS_URL = os.environ["REDIS_URL"] = f"{server}/{number}"
    settings.CELERY_BROKER_URL = app.conf.broker_url = settings.REDIS_URL
    # Or one process would empty the cache in which another is counting.
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL


use_our_own_broker_database()


@pytest.fixture
def empty_broker() -> Iterator[redis.Redis]:
    """A connection to this run's broker, without a message in it before and after the test."""
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.flushdb()
        yield broker
        broker.flushdb()


@pytest.fixture(autouse=True)
def everybody_reads_english_at_first() -> None:
    """Whatever language the test before read."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a browser test that skips is a browser test that fails: nobody would notice it."""
    report = yield
    if report.skipped and os.environ.get("CI") and item.get_closest_marker("browser"):
        report.outcome = "failed"
    return report


def publish_first_versions(sender, **_) -> None:
    """Put back the rows that a migration wrote: a transactional test empties every table."""
    version = apps.get_model("allocation", "MechanismVersion")
    if sender.name == "allocation" and not version.objects.exists():
        import_module("allocation.migrations.0003_first_versions").publish(apps, None)
    if sender.name == "wages":
        load_facts()
    if sender.name == "statuses":
        load_limits()


# What a migration wrote and no test changes.
KEPT = {"auth_permission", "django_content_type"}


def delete_what_is_there(sql_flush):
    """Let emptying the tables delete their few rows, under the locks that TRUNCATE would take.

    TRUNCATE makes a hundred new files, and every process that has the tables open reads them anew.

    It waits longer than a person would: a backend whose client was killed, or an autovacuum, may hold
    a table for a second or more after a test; PostgreSQL asks an autovacuum to go only after
    `deadlock_timeout`, which is as long as our own `lock_timeout`. And it empties what the database
    never lets anybody empty.
    """

    def patient_sql_flush(self, style, tables, *, reset_sequences=False, **options):
        patience = ["SET LOCAL lock_timeout = '30s'", "SET LOCAL statement_timeout = '60s'"]
        patience += ["SET LOCAL session_replication_role = replica"]  # no trigger refuses
        if reset_sequences:
            return patience + sql_flush(self, style, tables, reset_sequences=True, **options)
        names = [self.quote_name(table) for table in sorted(set(tables) - KEPT)]
        deletes = [f"DELETE FROM {name}" for name in names]
        return [*patience, f"LOCK TABLE {', '.join(names)}", *deletes]

    return patient_sql_flush


def begin_again_after_a_deadlock(execute_sql_flush):
    """Let emptying the tables, which locks them one by one, meet a Celery process that reads them."""

    def persistent_execute_sql_flush(self, statements):
        for _ in range(5):
            with suppress(OperationalError):
                return execute_sql_flush(self, statements)
        return execute_sql_flush(self, statements)

    return persistent_execute_sql_flush


DatabaseOperations.execute_sql_flush = begin_again_after_a_deadlock(
    DatabaseOperations.execute_sql_flush
)
DatabaseOperations.sql_flush = delete_what_is_there(DatabaseOperations.sql_flush)


# `flush`, which ends every transactional test, announces itself with this signal.
post_migrate.connect(publish_first_versions)


@pytest.fixture
def clara(db) -> Client:
    return make_client("clara")


@pytest.fixture
def wim(db) -> Worker:
    return make_worker("wim")


@pytest.fixture
def yasmina(db) -> Worker:
    return make_worker("yasmina")


@pytest.fixture
def stan(db) -> User:
    return make_user("stan")
