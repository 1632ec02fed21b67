"""Programs that act for the people of a test, each with a token."""

from __future__ import annotations

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts.models import User
from tests.people import later


class Program(APIClient):
    """Speaks to /api/v1/ and never hides a crash."""

    def generic(self, method, path, *args, **kwargs):
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return super().generic(method, address, *args, **kwargs)


def program_for(user: User | None) -> Program:
    program = Program(raise_request_exception=True)
    if user is not None:
        key = Token.objects.get_or_create(user=user)[0].key
        program.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return program


@pytest.fixture
def as_clara(clara):
    return program_for(clara.user)


@pytest.fixture
def as_wim(wim):
    return program_for(wim.user)


@pytest.fixture
def as_yasmina(yasmina):
    return program_for(yasmina.user)


@pytest.fixture
def as_stan(stan):
    return program_for(stan)


@pytest.fixture
def as_nobody(db):
    return program_for(None)


def a_new_task(**changes):
    """A plain errand as JSON: €10.00, one slot, closes in an hour, due in a day."""
    return {
        "title": "Carry a box",
        "description": "From the door to the attic.",
        "mechanism": "first_come",
        "pay_cents": 1000,
        "estimate_seconds": 1800,
        "closes_at": later(hours=1).isoformat(),
        "deadline_at": later(days=1).isoformat(),
    } | changes
