"""Logging in, being slowed down, reading long lists, and the published schema."""

import logging

import pytest
import redis
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client as Browser

from accounts.models import User
from tests.api.conftest import a_new_task, program_for
from tests.people import later, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh_counters():
    """No counts of an earlier test with the same address or person."""
    doorway = redis.Redis.from_url(cache._servers[0])
    for key in doorway.scan_iter("taakplein:*throttle:*"):
        doorway.delete(key)
    doorway.close()


@pytest.fixture
def wims_password(wim):
    wim.user.set_password("a long sentence")
    wim.user.save()
    return {"email": "wim@example.org", "password": "a long sentence"}


def test_a_token_is_made_by_password_and_taken_back(as_nobody, wims_password, fresh_counters):
    made = as_nobody.post("tokens", wims_password)
    assert made.status_code == 201
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {made.json()['token']}"}
    assert as_nobody.get("me", **bearer).json()["name"] == "Wim"
    assert as_nobody.delete("tokens", **bearer).status_code == 204
    assert as_nobody.get("me", **bearer).status_code == 401


def test_a_wrong_password_makes_no_token(as_nobody, wims_password, fresh_counters):
    assert as_nobody.post("tokens", wims_password | {"password": "guess"}).status_code == 401


def test_password_tries_are_limited_before_a_password_is_checked(
    as_nobody, wims_password, fresh_counters, settings, monkeypatch
):
    settings.API_PASSWORD_TRIES_PER_MINUTE = 0
    monkeypatch.setattr(User, "check_password", lambda *_: pytest.fail("a password was checked"))
    refused = as_nobody.post("tokens", wims_password)
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 61


def test_a_session_works_too_but_only_with_its_csrf_token(wim):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(wim.user)
    assert browser.get("/api/v1/me").json()["name"] == "Wim"
    refused = browser.post("/api/v1/me/standby")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


def test_who_asks_too_fast_is_told_when_to_come_back(as_wim, fresh_counters, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    codes = [as_wim.get("me").status_code for _ in range(5)]
    assert codes.count(429) >= 1 and codes[0] == 200


def test_without_redis_everybody_is_let_through(as_wim, settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with caplog.at_level(logging.WARNING):
        assert as_wim.get("me").status_code == 200
    assert "a request was not counted" in caplog.text


def test_pages_give_every_row_once_although_all_were_posted_at_once(as_nobody, as_clara):
    as_clara.post("batches", {"title": "Boxes", "tasks": [a_new_task()] * 7})
    seen, address, pages = [], "tasks?page_size=3", 0
    while address:
        page = as_nobody.get(address).json()
        seen += [task["id"] for task in page["results"]]
        address, pages = page["next"], pages + 1
    assert (len(seen), len(set(seen)), pages) == (7, 7, 3)
    assert seen == sorted(seen, reverse=True)


def test_rows_that_come_in_do_not_shift_a_page(as_nobody, clara):
    tasks = [post(clara, now=later(seconds=-n)).pk for n in range(3)]
    first = as_nobody.get("tasks?page_size=2").json()
    post(clara, now=later(seconds=5))
    second = as_nobody.get(first["next"]).json()
    assert [t["id"] for t in first["results"] + second["results"]] == tasks


LISTS = ["tasks", "assignments", "claims", "allocations", "bids", "offers", "me/statement"]


@pytest.mark.parametrize("address", [*LISTS, "tasks/{task}/events", "tasks/{task}/bids"])
def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    as_clara, wim, address, django_assert_max_num_queries
):
    program = program_for(wim.user)
    tasks = [as_clara.post("tasks", a_new_task()).json()["id"] for _ in range(4)]
    for task in tasks:
        claim = program.post(f"tasks/{task}/claims").json()
        program.post(f"assignments/{claim['assignment']}/submit", {"content": "Done."})
    with django_assert_max_num_queries(6):
        assert program.get(address.format(task=tasks[0])).status_code == 200


def test_the_schema_is_valid_and_complete(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "api.yml"))


def test_the_documentation_is_served_without_inline_scripts(as_nobody):
    page = as_nobody.get("/api/docs/").content.decode()
    assert "<script>" not in page
    assert as_nobody.get("/api/schema/").status_code == 200
