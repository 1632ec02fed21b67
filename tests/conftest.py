"""The people of every test: clara posts, wim and yasmina work, stan is a stranger."""

import pytest

from accounts.models import User
from clients.models import Client
from tests.people import make_client, make_user, make_worker
from workers.models import Worker


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
