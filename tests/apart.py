"""An action in a process of its own, which can be killed in the middle.

A thread (side_by_side.py) can only end: what it holds is given back by Python. A process that is
killed gives nothing back; PostgreSQL notices that nobody is there any more.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pkgutil import resolve_name
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()  # the new process reads this module before it reads any model

from django.db import connection  # noqa: E402

PATIENCE_SECONDS = 6  # a process that starts on a busy machine takes its time
PROCESSES = multiprocessing.get_context("spawn")
STOPPED = "stopped"


class Apart:
    """A process that does one action, and stops for good when a function in it has returned."""

    def __init__(self, action: Callable, arguments: dict[str, object], stops_after: str) -> None:
        self._ear, mouth = PROCESSES.Pipe(duplex=False)
        database = connection.settings_dict["NAME"]
        self._process = PROCESSES.Process(
            target=act, args=(mouth, database, action, arguments, stops_after), daemon=True
        )
        self._process.start()
        mouth.close()

    def wait_until_stopped(self) -> None:
        assert self._says() == STOPPED

    def outcome(self) -> object:
        """What the action returned, or the exception it raised."""
        return self._says()

    def kill(self) -> None:
        """`kill -9`; whoever has ended already stays as they are."""
        self._process.kill()
        self._process.join()

    def _says(self) -> object:
        assert self._ear.poll(PATIENCE_SECONDS), "the process says nothing"
        return self._ear.recv()


@contextmanager
def apart(action: Callable, *, stops_after: str = "", **arguments: object) -> Iterator[Apart]:
    """Do an action elsewhere; `stops_after` is the dotted name of a function that it calls."""
    other = Apart(action, arguments, stops_after)
    try:
        yield other
    finally:
        other.kill()


def act(mouth, database: str, action: Callable, arguments: dict, stops_after: str) -> None:
    """What the new process does."""
    connection.settings_dict["NAME"] = database
    if stops_after:
        patch(stops_after, stopping(mouth, stops_after)).start()
    try:
        mouth.send(action(**arguments))
    except Exception as error:
        mouth.send(error)


def stopping(mouth, name: str) -> Callable:
    original = resolve_name(name)

    def with_a_stop(*args: object, **kwargs: object) -> None:
        original(*args, **kwargs)
        mouth.send(STOPPED)
        signal.pause()

    return with_a_stop


def wait_until_somebody_waits() -> None:
    """Until some connection to this database waits for what another holds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not waiting_count():
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.01)


def waiting_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]
