"""Real people in a real browser: chromium, the live site, and a Celery process beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client as Browser

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


@pytest.fixture
def site(transactional_db, live_server, celery_processes, settings):
    """The address of a site that is up and whose Celery process has swept."""
    settings.WHITENOISE_AUTOREFRESH = True
    until = time.monotonic() + PATIENCE_SECONDS
    while not Heartbeat.objects.filter(name="sweep").exists():
        assert time.monotonic() < until, "Celery did not sweep."
        time.sleep(0.05)
    return live_server.url


@pytest.fixture
def walk_in(site, chromium):
    """`walk_in(user)`: a browser context of one's own, logged in. Ends with a look at the console."""
    opened: list[Person] = []

    def open_for(user=None, **context) -> Person:
        options = {"base_url": site, "viewport": {"width": 1280, "height": 900}} | context
        person = Person(chromium.new_context(**options))
        opened.append(person)
        if user is not None:
            person.context.add_cookies([session_cookie(user, site)])
        return person

    yield open_for
    for person in opened:
        person.context.close()
    complaints = [complaint for person in opened for complaint in person.complaints]
    assert complaints == []


def session_cookie(user, site: str) -> dict[str, str]:
    """A log-in without the price of a password check."""
    browser = Browser()
    browser.force_login(user)
    return {"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": site}
