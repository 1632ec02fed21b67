"""Who is asking: every row is fetched through the person's own client or worker."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from rest_framework.request import Request

from accounts.models import User
from api.problems import NotAClientYet, NotAWorkerYet
from clients.models import Client
from workers.models import Worker


def client_of(request: Request) -> Client:
    try:
        return person(request).client
    except Client.DoesNotExist:
        raise NotAClientYet


def worker_of(request: Request) -> Worker:
    try:
        return person(request).worker
    except Worker.DoesNotExist:
        raise NotAWorkerYet


def worker_or_none(user: User | AnonymousUser) -> Worker | None:
    return getattr(user, "worker", None)


def client_or_none(user: User | AnonymousUser) -> Client | None:
    return getattr(user, "client", None)


def person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
