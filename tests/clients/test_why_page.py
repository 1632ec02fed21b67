"""Why a client's task was decided as it was, and what is said where nothing was decided."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from agenda.actions import drain
from allocation import actions as allocation
from tests.people import NOW, later, post

pytestmark = pytest.mark.django_db


def page_of(browser: Browser, task, name: str = "task_why") -> str:
    return browser.get(reverse(name, args=[task.pk])).content.decode()


@pytest.fixture
def browser(clara) -> Browser:
    browser = Browser()
    browser.force_login(clara.user)
    return browser


def test_a_task_that_ended_undecided_says_what_that_means(browser, clara):
    """The market stood still from before the posting was looked at until after the closing."""
    task = post(clara, mechanism="scored_offers", closes_at=later(seconds=20))
    drain(later(minutes=5))
    assert not task.allocations.exists()
    page = page_of(browser, task)
    assert "No decision was taken<" in page
    assert "nobody was chosen, asked or turned down" in page
    assert "The task ended and no place was given." in page_of(browser, task, "client_task")


def test_an_open_task_says_that_its_decision_is_still_to_come(browser, clara):
    page = page_of(browser, post(clara))
    assert "No decision was taken yet" in page
    assert "chosen, asked or turned down" not in page


def test_a_decision_takes_the_place_of_both(browser, clara, wim):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    page = page_of(browser, task)
    assert "No decision was taken" not in page
    assert "Ask a person to look again" in page


def test_a_stranger_reads_nothing_of_it(clara, stan):
    browser = Browser()
    browser.force_login(stan)
    assert browser.get(reverse("task_why", args=[post(clara).pk])).status_code in (302, 403, 404)
