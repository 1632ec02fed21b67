"""`python3 run.py test` and `bench`: on fresh services that are thrown away afterwards."""

import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from marketplace.embedded.checks import failed_checks
from marketplace.embedded.management import in_this_terminal
from marketplace.embedded.one_at_a_time import Running
from marketplace.embedded.places import ROOT, VAR
from marketplace.embedded.postgres import THROW_AWAY
from marketplace.embedded.programs import PREPARE
from marketplace.embedded.services import environment_for, throw_away_services
from marketplace.embedded.site import module

# A file stays in one process, and the files of a folder follow each other: so what they share (a
# browser, Celery, two running copies of the market) is started once and not for every test.
SIDE_BY_SIDE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
# The cluster is thrown away as a whole, so no test database has to be dropped out of it.
PYTEST = [sys.executable, "-m", "pytest", "--create-db", "--reuse-db"]


def test(arguments: Sequence[str]) -> int:
    """Checks and all tests; with arguments only pytest. Its summary is the last line."""
    with throw_away_services(Path(tempfile.gettempdir()), THROW_AWAY) as (
        _children,
        running,
    ):
        environment = fresh_environment(running)
        failed = [] if arguments else failed_checks(environment)
        if failed:
            print(f"Failed before the tests: {', '.join(failed)}.\n", flush=True)
        return in_this_terminal([*PYTEST, *(arguments or SIDE_BY_SIDE)], environment) or int(
            bool(failed)
        )


def bench(names: Sequence[str]) -> int:
    """Benchmarks on a migrated, empty database that writes to this disk as a real one does."""
    with throw_away_services(VAR, {}) as (children, running):
        environment = fresh_environment(running)
        children.finish("prepare", module(PREPARE), environment=environment, folder=ROOT)
        return in_this_terminal([sys.executable, "-m", "tests.benchmarks", *names], environment)


def fresh_environment(running: Running) -> dict[str, str]:
    environment = environment_for(running, own_data=False)
    return environment | {
        "SECRET_KEY": secrets.token_urlsafe(40),
        "TAAKPLEIN_DEMO": "0",
    }
