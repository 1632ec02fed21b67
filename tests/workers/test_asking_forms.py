"""Bidding and handing in: wrong input gets a sentence, and nothing typed is lost."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from allocation import actions as allocation
from allocation.models import Bid
from tasks.actions import submit_work
from tasks.models import Assignment, Submission
from tests.people import NOW, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(wim):
    browser = Browser()
    browser.force_login(wim.user)
    return browser


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount_cents": "abc"}, "Write an amount in figures"),
        ({"amount_cents": "-3"}, "At least 0.01."),
        ({"amount_cents": "0"}, "At least 0.01."),
        ({"amount_cents": "2"}, "below the lowest price"),
        ({"amount_cents": "10.01"}, "above what this task allows"),
        ({"amount_cents": "99999999"}, "At most"),
        ({"amount_cents": ""}, "This field is required."),
        ({"message": "bad\x00text"}, "Null characters are not allowed."),
        ({"message": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_wrong_bid_gets_a_sentence_and_keeps_what_was_typed(browser, clara, wrong, sentence):
    task = post(clara, mechanism="sealed_first_price", floor_cents=300)
    typed = {"amount_cents": "7,50", "message": "I can start today."} | wrong
    page = browser.post(f"/work/{task.pk}/bid/", typed)
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert not Bid.objects.exists()
    if "message" not in wrong:
        assert "I can start today." in text


def test_the_page_of_a_wrong_bid_is_not_swapped_before_something_happens(browser, clara):
    task = post(clara, mechanism="sealed_first_price")
    page = browser.post(f"/work/{task.pk}/bid/", {"amount_cents": "abc"}).content.decode()
    tag = browser.get(f"/work/{task.pk}/moving/").headers["ETag"].strip('"')
    assert tag in page


def test_a_bid_with_a_comma_is_a_bid(browser, clara):
    task = post(clara, mechanism="sealed_first_price")
    assert browser.post(f"/work/{task.pk}/bid/", {"amount_cents": "7,50"}).status_code == 302
    assert Bid.objects.get().amount_cents == 750


def test_a_bid_at_closing_is_refused_with_a_sentence(browser, clara):
    task = post(clara, mechanism="sealed_first_price")
    task.closes_at = timezone.now()
    task.save()
    page = browser.post(f"/work/{task.pk}/bid/", {"amount_cents": "7,50"}, follow=True)
    assert b"Bidding on this task has closed." in page.content
    assert not Bid.objects.exists()


@pytest.mark.parametrize("content", ["", "   ", "bad\x00text", "x" * 100_001])
def test_a_wrong_submission_is_not_handed_in(browser, clara, wim, content):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    held = Assignment.objects.get()
    page = browser.post(f"/today/{held.pk}/", {"content": content})
    assert page.status_code in (200, 422)
    assert b"field-error" in page.content
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "said", [{}, {"text": ""}, {"reason_code": "x", "text": "why"}, {"reason_code": "\x00"}]
)
def test_a_rejection_without_a_reason_is_refused_with_a_sentence(clara, wim, said):
    task = post(clara)
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    held = Assignment.objects.get()
    submit_work(assignment_id=held.pk, by=wim, content="Done.", now=NOW)
    client = Browser()
    client.force_login(clara.user)
    page = client.post(f"/assignments/{held.pk}/reject/", said, follow=True)
    assert page.status_code == 200
    assert b"alert-error" in page.content
    held.refresh_from_db()
    assert held.state == "submitted"
