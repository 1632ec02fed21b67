"""One set of services per copy of the project: who holds them, and where they answer."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import IO

from marketplace.embedded.places import VAR
from marketplace.embedded.problems import CannotStart
from marketplace.embedded.secret_files import private_file

LOCK = VAR / "running.lock"
CARD = VAR / "running.json"
PATIENCE_SECONDS = 90  # another command may be making the database


@dataclass(frozen=True)
class Running:
    """What is up in this copy. `site_url` stays empty when only a command uses the services."""

    pid: int
    database_url: str
    redis_url: str
    site_url: str = ""


@contextmanager
def hold_services() -> Iterator[None]:
    """Hold this copy's services for ourselves; CannotStart, saying where, when they are held."""
    with LOCK.open("a") as lock:
        if not try_lock(lock):
            raise CannotStart(who_holds_it())
        try:
            yield
        finally:
            CARD.unlink(missing_ok=True)


def show_card(running: Running) -> None:
    """Let other commands of this copy know where the services answer."""
    # The addresses hold passwords.
    with open(CARD, "w", opener=private_file) as card:
        json.dump(asdict(running), card)


def show_site(running: Running, site_url: str) -> None:
    show_card(replace(running, site_url=site_url))


def running_services() -> Running | None:
    """The services that another command of this copy holds, once they answer; None when free."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with LOCK.open("a") as lock:
        while not try_lock(lock):
            card = read_card()
            if card:
                return card
            if time.monotonic() > deadline:
                raise CannotStart(who_holds_it())
            time.sleep(0.1)
    return None


def who_holds_it() -> str:
    card = read_card()
    if card and card.site_url:
        return f"Taakplein already runs from this folder at {card.site_url} (process {card.pid})."
    pid = f" (process {card.pid})" if card else ""
    return (
        f"Another run.py command is using this folder's services{pid}: wait for it or stop it, "
        f"then start again."
    )


def read_card() -> Running | None:
    try:
        return Running(**json.loads(CARD.read_text()))
    except (OSError, ValueError):
        return None


def try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
