"""A client's HTML can neither reach the worker's session nor send anything away.

The same attacks are tried in an unprotected frame first: there every one of them succeeds, so none is
here that could not fail.
"""

from __future__ import annotations

import time

import pytest

from allocation import actions as allocation
from tests.batches.making import make_batch, make_template
from tests.journeys.conftest import session_cookie
from tests.journeys.hostile import LOUD_ATTACKS, QUIET_ATTACKS, elsewhere, template_of
from tests.people import NOW, make_client, make_worker

pytestmark = pytest.mark.browser
WAIT_MS, PATIENCE_SECONDS = 1500, 15
EVERY_ATTACK = [dict(QUIET_ATTACKS), *({name: code} for name, code in LOUD_ATTACKS.items())]


def names(attacks) -> str:
    return next(iter(attacks)) if len(attacks) == 1 else "all that stay on the page"


@pytest.fixture
def server():
    with elsewhere() as server:
        yield server


@pytest.fixture
def visit(chromium):
    """Open an address in a fresh browser; gives what the attacks said, and the page's address."""
    contexts = []

    def open_at(address: str, cookies=()) -> tuple[set[str], str]:
        context = chromium.new_context()
        contexts.append(context)
        context.add_cookies(list(cookies))
        said: set[str] = set()
        page = context.new_page()
        page.on("console", lambda message: said.add(message.text))
        page.goto(address, wait_until="commit")
        until = time.monotonic() + PATIENCE_SECONDS
        while "RAN" not in said and time.monotonic() < until:
            page.wait_for_timeout(50)
        page.wait_for_timeout(WAIT_MS)
        return said, page.url

    yield open_at
    for context in contexts:
        context.close()


def loot(said: set[str]) -> set[str]:
    return {text.removeprefix("LOOT ") for text in said if text.startswith("LOOT ")}


@pytest.mark.parametrize("attacks", EVERY_ATTACK, ids=names)
def test_without_protection_every_attack_succeeds(attacks, server, visit):
    server.attack = "<!doctype html>" + template_of(attacks, server.address, server.address)
    said, _address = visit(f"{server.address}/victim")
    assert "RAN" in said
    assert set(attacks) - (server.heard | loot(said)) == set()


@pytest.mark.parametrize("attacks", EVERY_ATTACK, ids=names)
def test_in_a_clients_frame_none_does(attacks, server, visit, site):
    clara, wim = make_client("clara"), make_worker("wim")
    body = template_of(attacks, server.address, site)
    upload = make_batch(clara, make_template(clara, body=body), content=b"x\n1\n")
    task = upload.batch.tasks.get()
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    held = wim.assignments.get()
    cookies = [
        session_cookie(wim.user, site),
        session_cookie(wim.user, site.replace("localhost", "127.0.0.1")),
        {"name": "plain", "value": "secret", "url": site},
        {"name": "plain", "value": "secret", "url": site.replace("localhost", "127.0.0.1")},
    ]
    said, address = visit(f"{site}/today/{held.pk}/", cookies)
    assert "RAN" in said
    assert (server.heard, loot(said)) == (set(), set())
    assert address == f"{site}/today/{held.pk}/"
    held.refresh_from_db()
    assert held.state == "in_progress"
