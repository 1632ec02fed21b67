"""Real people in a real browser: chromium, the live site, and a Celery process beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from playwright.sync_api import BrowserContext

from agenda.actions import drain
from agenda.models import Heartbeat
from marketplace import queue
from marketplace.celery import app
from marketplace.embedded.programs import CELERY, SCHEDULE
from tests.journeys.people import Person

PATIENCE_SECONDS = 30
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium():
    """One chromium for all journeys. Without it they are skipped, but fail where CI=true."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say("No chromium was found: install it to run the browser journeys.")
    from playwright.sync_api import sync_playwright

    # Playwright's sync API runs an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def own_redis():
    """A Redis database of these tests alone: each xdist process takes the next number."""
    parts = urlsplit(django_settings.REDIS_URL)
    place = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    number = (int(parts.path.strip("/") or 0) + place) % 16
    url = urlunsplit(parts._replace(path=f"/{number}"))
    before = django_settings.REDIS_URL
    django_settings.REDIS_URL = app.conf.broker_url = url
    queue.doorbell.cache_clear()
    redis.Redis.from_url(url).flushdb()
    yield url
    django_settings.REDIS_URL = app.conf.broker_url = before
    queue.doorbell.cache_clear()


@pytest.fixture(scope="package")
def celery_processes(own_redis, django_db_setup, django_db_blocker, tmp_path_factory):
    """Celery with its schedule, as the site runs it, on the test database."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    parts = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
        "REDIS_URL": own_redis,
        "TAAKPLEIN_SWEEP_SECONDS": "0.5",
        "TAAKPLEIN_EXAMINE_SECONDS": "0",
    }
    log = (tmp_path_factory.mktemp("celery") / "log").open("w")
    commands = [[sys.executable, "-W", "ignore", "-m", *part] for part in (CELERY, SCHEDULE)]
    running = [
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in commands
    ]
    yield
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    log.close()
    with django_db_blocker.unblock():  # a last sweep may have counted something since the last test
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def site(transactional_db, live_server, celery_processes, settings):
    """The address of a site that is up and whose Celery process has swept."""
    settings.WHITENOISE_AUTOREFRESH = True
    until = time.monotonic() + PATIENCE_SECONDS
    while not Heartbeat.objects.filter(name="sweep").exists():
        assert time.monotonic() < until, "Celery did not sweep."
        time.sleep(0.05)
    return live_server.url


@pytest.fixture(scope="session")
def wardrobe():
    """Browser contexts that a test has left clean, by what they look like: screen, touch.

    A context that has been here before has the styles, the fonts and the scripts already.
    """
    return defaultdict(list)


@pytest.fixture
def walk_in(site, chromium, wardrobe):
    """`walk_in(user)`: a browser of one's own, logged in. Ends with a look at the console.

    `theme="dark"` is by night. `alone=True` gives a context that nobody used before and nobody uses
    after, for tests that turn its clock or listen to its answers.
    """
    opened: list[tuple[Person, list[BrowserContext] | None]] = []

    def open_for(user=None, *, theme: str = "light", alone: bool = False, **looks) -> Person:
        options = {"base_url": site, "viewport": {"width": 1280, "height": 900}} | looks
        free = None if alone else wardrobe[repr(sorted(options.items()))]
        person = Person(free.pop() if free else chromium.new_context(**options))
        opened.append((person, free))
        person.page.emulate_media(color_scheme=theme)
        if user is not None:
            person.context.add_cookies([session_cookie(user, site)])
        return person

    yield open_for
    complaints = [complaint for person, _ in opened for complaint in person.complaints]
    for person, free in opened:
        if free is None or complaints or not person.page.url.startswith(site):
            person.context.close()
        else:
            person.leave()
            free.append(person.context)
    assert complaints == []


def session_cookie(user, site: str) -> dict[str, str]:
    """A log-in without the price of a password check."""
    browser = Browser()
    browser.force_login(user)
    return {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": site}


def wait_until(is_so: Callable[[], bool]) -> None:
    """Do what is due here too, so that nobody waits for the next sweep of Celery."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, "It did not come about."
        if not drain(timezone.now()):
            time.sleep(0.02)
