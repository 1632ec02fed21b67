"""Nobody is left on an address that only takes a form: not by a log-in, not by a switch of language."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tasks.models import Task
from tests.people import post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings):
    settings.WHITENOISE_AUTOREFRESH = True


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def next_of(answer) -> str:
    """Where a log-in that was asked for goes on to."""
    [after] = parse_qs(urlsplit(answer["Location"]).query)["next"]
    return after


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/class/join/", "/class/"),
        ("/lab/ask/", "/lab/"),
        ("/earnings/time/beat/", "/earnings/time/"),
        ("/searches/7/rename/", "/searches/7/"),
        ("/shifts/7/reserve/?of=x", "/shifts/"),
    ],
)
def test_an_address_of_a_form_leads_to_the_page_above_it(wim, path, page):
    answer = browser_of(wim.user).get(path)
    assert (answer.status_code, answer.headers.get("Location")) == (302, page)


def test_with_no_page_above_it_a_page_says_so_in_words(wim):
    answer = browser_of(wim.user).get(reverse("bid_withdraw", args=[7]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    shown = answer.content.decode()
    assert "Nothing was changed" in shown and reverse("worker_home") in shown


def test_a_form_for_a_page_that_only_shows_gets_words_too(wim):
    answer = browser_of(wim.user).post(reverse("worker_home"))
    assert answer.status_code == 405 and "Nothing was changed" in answer.content.decode()


def test_the_api_says_no_in_its_own_words(wim):
    answer = browser_of(wim.user).delete("/api/v1/tasks")
    assert answer.status_code == 405 and answer.json()["status"] == 405


def test_a_switch_of_language_after_a_form_that_failed_leads_to_the_form(db):
    browser = Browser()
    wrong = {"code": "WRONG", "nickname": "Noor", "role": "worker"}
    failed = browser.post(reverse("class_join"), wrong)
    assert failed.status_code == 422
    switched = {"next": failed.request["PATH_INFO"], "language": "nl"}
    answer = browser.post(reverse("set_language"), switched, follow=True)
    assert answer.redirect_chain[-1] == ("/class/", 302) and answer.status_code == 200


def test_a_log_in_that_a_form_asked_for_goes_on_to_the_page_of_the_form(clara):
    task = post(clara)
    page = reverse("client_task", args=[task.pk]) + "?a=1"
    form = reverse("task_cancel", args=[task.pk])
    answer = Browser().post(form, headers={"Referer": f"http://testserver{page}"})
    assert next_of(answer) == page
    task.refresh_from_db()
    assert task.state == Task.State.OPEN


@pytest.mark.parametrize("page", ["", "https://elsewhere.example/tasks/1/", "javascript:alert(1)"])
def test_a_log_in_goes_on_to_no_page_of_somebody_else(clara, page):
    form = reverse("task_cancel", args=[post(clara).pk])
    answer = Browser().post(form, headers={"Referer": page} if page else {})
    assert next_of(answer) == reverse("welcome")


def test_a_log_in_that_a_page_asked_for_goes_on_to_that_page():
    assert next_of(Browser().get("/today/?a=1")) == "/today/?a=1"
