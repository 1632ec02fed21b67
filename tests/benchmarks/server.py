"""The site's own processes, started for a benchmark, and people who talk to it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone
from rest_framework.authtoken.models import Token

from accounts.models import User
from clients.models import Client
from ledger import actions as ledger
from marketplace.embedded import programs
from workers.models import Worker

# The limit would stop the measurement. Requests are counted all the same, so its cost is in.
ENVIRONMENT = {"API_REQUESTS_PER_MINUTE": "100000000"}


@contextmanager
def site() -> Iterator[str]:
    """gunicorn as `python3 run.py` starts it; gives its address."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    with program(programs.web(address), programs.WEB_ENVIRONMENT):
        wait_until_answering(address)
        yield address


@contextmanager
def jobs() -> Iterator[None]:
    """Celery with its schedule, as `python3 run.py` starts them."""
    with program(programs.CELERY), program(programs.SCHEDULE):
        time.sleep(6)  # both need a moment to reach the broker
        yield


@contextmanager
def program(command: Sequence[str], more: dict[str, str] | None = None) -> Iterator[None]:
    environment = os.environ | ENVIRONMENT | (more or {})
    process = subprocess.Popen([sys.executable, "-m", *command], env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until_answering(address: str) -> None:
    for _ in range(200):
        try:
            Program(address, "").get("mechanisms/first_come")
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The site did not answer within 20 seconds.")


class Program:
    """One person's keep-alive connection."""

    def __init__(self, address: str, token: str) -> None:
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> dict:
        return self.ask("GET", path)[1]

    def post(self, path: str, body: object = None) -> tuple[int, dict]:
        return self.ask("POST", path, json.dumps(body or {}))

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, dict]:
        try:
            self.connection.request(method, f"/api/v1/{path}", body, self.headers)
        except (BrokenPipeError, ConnectionResetError):  # idle for longer than the site keeps it
            self.connection.close()
            self.connection.request(method, f"/api/v1/{path}", body, self.headers)
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())


def token_of(user: User) -> str:
    return Token.objects.get_or_create(user=user)[0].key


def make_client(name: str) -> Client:
    user, _ = User.objects.get_or_create(email=f"{name}@bench.example", defaults={"name": name})
    ledger.deposit(user=user, amount_cents=10**10, now=timezone.now())
    return Client.objects.get_or_create(user=user, defaults={"name": name})[0]


def make_worker(name: str, capacity: int = 1000) -> Worker:
    user, _ = User.objects.get_or_create(email=f"{name}@bench.example", defaults={"name": name})
    made = {"name": name, "capacity": capacity}
    return Worker.objects.get_or_create(user=user, defaults=made)[0]


def a_task(**changes: object) -> dict:
    now = timezone.now()
    return {
        "title": "Label a picture",
        "description": "Say what is on it.",
        "mechanism": "first_come",
        "pay_cents": 10,
        "estimate_seconds": 30,
        "closes_at": (now + timedelta(days=1)).isoformat(),
        "deadline_at": (now + timedelta(days=2)).isoformat(),
    } | changes


def share(values: Sequence[float], part: float) -> float:
    """The value below which this part of the sorted values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def where() -> dict[str, str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return {"database": parts.path.lstrip("/"), "cores": str(os.cpu_count())}
