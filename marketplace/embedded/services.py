"""The database and the broker: given by DATABASE_URL and REDIS_URL, else our own."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from marketplace.embedded.given import given_broker, given_database
from marketplace.embedded.leftovers import started_at, stop_leftovers
from marketplace.embedded.one_at_a_time import (
    Running,
    hold_services,
    running_services,
    show_card,
)
from marketplace.embedded.places import LOGS, VAR
from marketplace.embedded.postgres import start_postgres
from marketplace.embedded.processes import Children
from marketplace.embedded.secret_files import kept_secret
from marketplace.embedded.valkey import start_valkey

PROCESSES = VAR / "processes.json"


@contextmanager
def kept_services() -> Iterator[tuple[Children, Running]]:
    """Start this copy's services with the data in var/; stop everything started at the end."""
    with hold_services():
        stop_leftovers(PROCESSES)
        with stopping_at_the_end(Children(LOGS, record=PROCESSES)) as children:
            print("Starting the database and the broker …", file=sys.stderr, flush=True)
            database_url = given_database() or start_postgres(children, VAR, {})
            redis_url = given_broker() or start_valkey(children, VAR)
            running = Running(os.getpid(), database_url, redis_url)
            show_card(running)
            yield children, running


@contextmanager
def shared_services() -> Iterator[Running]:
    """The services of this copy: those that are up already, else started for this one command."""
    already_up = running_services()
    if already_up:
        yield already_up
        return
    with kept_services() as (_children, running):
        yield running


@contextmanager
def throw_away_services(
    inside: Path, settings: dict[str, str]
) -> Iterator[tuple[Children, Running]]:
    """Fresh services in a temporary folder, for tests and benchmarks. Given URLs do not count."""
    remove_abandoned(inside)
    prefix = f"taakplein-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=inside, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with stopping_at_the_end(Children(folder / "log")) as children:
            database_url = start_postgres(children, folder, settings)
            yield (
                children,
                Running(os.getpid(), database_url, start_valkey(children, folder)),
            )


def remove_abandoned(inside: Path) -> None:
    """Delete the folders of test runs that were killed."""
    for folder in inside.glob("taakplein-*-*"):
        pid = folder.name.split("-")[1]
        if pid.isdigit() and started_at(int(pid)) is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def stopping_at_the_end(children: Children) -> Iterator[Children]:
    try:
        yield children
    finally:
        # A second Ctrl-C must not leave half of them running; this takes a few seconds at most.
        with suppress(ValueError):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
        children.stop()


def environment_for(running: Running, own_data: bool = True) -> dict[str, str]:
    """What every process of the site reads; see marketplace/settings.py."""
    environment = dict(os.environ, DATABASE_URL=running.database_url, REDIS_URL=running.redis_url)
    environment.setdefault("SECRET_KEY", kept_secret(VAR / "secret-key"))
    # One-click logins and made-up people only in a database that we made for the purpose.
    if own_data:
        environment.setdefault("TAAKPLEIN_DEMO", "1")
    return environment
