"""`python3 run.py manage …`: one management command, in this terminal, with the services up."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from types import FrameType

import psycopg2

from marketplace.embedded.places import ROOT
from marketplace.embedded.processes import dies_with_us
from marketplace.embedded.services import environment_for, shared_services


def manage(arguments: Sequence[str]) -> int:
    own_data = not os.environ.get("DATABASE_URL")
    with shared_services() as running:
        environment = environment_for(running, own_data)
        if own_data and not has_tables(environment["DATABASE_URL"]):
            print("Bringing the database up to date …", file=sys.stderr, flush=True)
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            if (code := in_this_terminal(migrate, environment)) != 0:
                return code
        return in_this_terminal([sys.executable, "manage.py", *arguments], environment)


def has_tables(url: str) -> bool:
    """False for a database that no command has used yet."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def in_this_terminal(command: Sequence[str], environment: "dict[str, str]") -> int:
    """Run a command that reads our keyboard; Ctrl-C is its own to handle. Return its exit code."""
    before = signal.signal(signal.SIGINT, do_nothing)
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            preexec_fn=dies_with_us(signal.SIGTERM, signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        )
        try:
            return exit_code(process.wait())
        finally:
            process.terminate()
            process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def do_nothing(_number: int, _frame: FrameType | None) -> None:
    """A handler, not SIG_IGN: the child would inherit that and never hear Ctrl-C."""


def exit_code(returned: int) -> int:
    """As a shell says it: 128 + the signal for a process that one ended."""
    return returned if returned >= 0 else 128 - returned
