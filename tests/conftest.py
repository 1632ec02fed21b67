"""The people of every test: clara posts, wim and yasmina work, stan is a stranger."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models.signals import post_migrate

from accounts.models import User
from clients.models import Client
from tests.people import make_client, make_user, make_worker
from workers.models import Worker


def publish_first_versions(sender, **_) -> None:
    """Put back the rows that a migration wrote: a transactional test empties every table."""
    version = apps.get_model("allocation", "MechanismVersion")
    if sender.name == "allocation" and not version.objects.exists():
        import_module("allocation.migrations.0003_first_versions").publish(apps, None)


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
