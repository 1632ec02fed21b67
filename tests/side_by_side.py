"""Holding a race open on purpose: one thread stops in the middle while another acts.

A thread has its own database connection, so use these only in transactional tests.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection

PATIENCE_SECONDS = 10


class Pause:
    """A point in the code where the first thread that comes by stops until it is let go."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()
        self._first = threading.Lock()

    def stop_here(self) -> None:
        if self._first.acquire(blocking=False):
            self._reached.set()
            assert self._released.wait(PATIENCE_SECONDS), "nobody let the thread go"

    def wait_until_reached(self) -> None:
        assert self._reached.wait(PATIENCE_SECONDS), "no thread came to the pause"

    def let_go(self) -> None:
        self._released.set()


@contextmanager
def pause(owner: object, name: str, *, after: bool = True) -> Iterator[Pause]:
    """Stop the first call of `owner.name` when it has done its work (or before it starts)."""
    original = getattr(owner, name)
    point = Pause()

    def with_pause(*args: object, **kwargs: object) -> object:
        if not after:
            point.stop_here()
        result = original(*args, **kwargs)
        if after:
            point.stop_here()
        return result

    with patch.object(owner, name, with_pause):
        try:
            yield point
        finally:
            point.let_go()


def start(action: Callable[..., object], **arguments: object) -> Future:
    """Run an action in a thread with its own connection, closed at the end."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(with_own_connection, action, arguments)
    pool.shutdown(wait=False)
    return future


def with_own_connection(action: Callable[..., object], arguments: dict) -> object:
    try:
        return action(**arguments)
    finally:
        connection.close()


def outcome(future: Future) -> object:
    """What the action returned, or the exception it raised."""
    error = future.exception(PATIENCE_SECONDS)
    return future.result() if error is None else error


def is_waiting(future: Future, seconds: float = 0.3) -> bool:
    """True when the action is still stuck behind a lock after a while."""
    try:
        future.exception(seconds)
    except TimeoutError:
        return True
    return False
