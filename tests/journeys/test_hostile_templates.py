"""A client's HTML can neither reach the worker's session nor send anything away.

The same attacks are tried in an unprotected frame first: there every one of them succeeds, so none is
here that could not fail.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from allocation import actions as allocation
from tests.batches.making import make_batch, make_template
from tests.journeys.conftest import session_cookie
from tests.journeys.hostile import LOUD_ATTACKS, QUIET_ATTACKS, elsewhere, template_of
from tests.people import NOW, make_client, make_worker
from workers.models import Worker

pytestmark = pytest.mark.browser
WAIT_MS, PATIENCE_SECONDS = 1500, 15
EVERY_ATTACK = [dict(QUIET_ATTACKS), *({name: code} for name, code in LOUD_ATTACKS.items())]


def names(attacks) -> str:
    return next(iter(attacks)) if len(attacks) == 1 else "all that stay on the page"


@pytest.fixture
def server():
    with elsewhere() as server:
        yield server


@dataclass
class Visit:
    """A page in a fresh browser, and what it wrote on its console."""

    page: Page
    said: set[str] = field(default_factory=set)

    def loot(self) -> set[str]:
        return {text.removeprefix("LOOT ") for text in self.said if text.startswith("LOOT ")}

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_so() and time.monotonic() < until:
            self.page.wait_for_timeout(50)


@pytest.fixture
def visit(chromium):
    """Open an address in a fresh browser, and wait until its attacks have begun."""
    contexts = []

    def open_at(address: str, cookies=()) -> Visit:
        context = chromium.new_context()
        contexts.append(context)
        context.add_cookies(list(cookies))
        visit = Visit(context.new_page())
        visit.page.on("console", lambda message: visit.said.add(message.text))
        visit.page.goto(address, wait_until="commit")
        visit.wait_until(lambda: "RAN" in visit.said)
        assert "RAN" in visit.said
        return visit

    yield open_at
    for context in contexts:
        context.close()


@pytest.mark.parametrize("attacks", EVERY_ATTACK, ids=names)
def test_without_protection_every_attack_succeeds(attacks, server, visit):
    server.attack = "<!doctype html>" + template_of(attacks, server.address, server.address)
    visited = visit(f"{server.address}/victim")
    visited.wait_until(lambda: set(attacks) <= server.heard | visited.loot())
    assert set(attacks) - (server.heard | visited.loot()) == set()


def test_in_a_clients_frame_none_does(server, visit, site):
    clara, wim = make_client("clara"), make_worker("wim", capacity=len(EVERY_ATTACK))
    cookies = cookies_worth_stealing(wim, site)
    visits = {}
    for attacks in EVERY_ATTACK:
        template = make_template(clara, body=template_of(attacks, server.address, site))
        task = make_batch(clara, template, content=b"x\n1\n").batch.tasks.get()
        allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
        address = f"{site}/today/{wim.assignments.get(task=task).pk}/"
        visits[address] = visit(address, cookies)
    visits[address].page.wait_for_timeout(WAIT_MS)  # all of them have begun: now let them try
    assert server.heard == set()
    for address, visited in visits.items():
        assert (visited.loot(), visited.page.url) == (set(), address)
    assert set(wim.assignments.values_list("state", flat=True)) == {"in_progress"}


def cookies_worth_stealing(wim: Worker, site: str) -> list[dict[str, str]]:
    elsewhere = site.replace("localhost", "127.0.0.1")
    return [
        session_cookie(wim.user, site),
        session_cookie(wim.user, elsewhere),
        {"name": "plain", "value": "secret", "url": site},
        {"name": "plain", "value": "secret", "url": elsewhere},
    ]
