"""A batch below the wage floor is warned about or refused when it is published, and never later."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from agenda.actions import drain
from batches import actions
from ledger.queries import balance_cents
from tasks.models import Task
from tests.batches.making import make_draft
from tests.batches.test_clients_pages import terms
from tests.people import NOW, later, make_operator
from wages.actions import LowPayNeedsAYes, PayIsBelowTheFloor, choose_floor

pytestmark = pytest.mark.django_db
LOW = {"pay_cents": 10, "estimate_seconds": 60}  # 6.00 an hour


def choose(response: str, now=NOW) -> None:
    otto = make_operator(f"otto-{response}")
    choose_floor(country="BE", response=response, by=otto, now=now, reason="Here.", valid_from=now)


def test_below_the_floor_a_market_that_refuses_holds_no_escrow(clara):
    choose("refuse")
    upload, before = make_draft(clara, **LOW), balance_cents(clara.user)
    with pytest.raises(PayIsBelowTheFloor):
        actions.publish(upload_id=upload.pk, by=clara.user, now=NOW, accepts_low_pay=True)
    upload.refresh_from_db()
    assert (upload.state, balance_cents(clara.user)) == ("draft", before)


def test_a_market_that_warns_asks_for_a_yes(clara):
    choose("warn")
    upload = make_draft(clara, **LOW)
    with pytest.raises(LowPayNeedsAYes):
        actions.publish(upload_id=upload.pk, by=clara.user, now=NOW)
    actions.publish(upload_id=upload.pk, by=clara.user, now=NOW, accepts_low_pay=True)
    drain(NOW)
    assert Task.objects.count() == 3


def test_what_was_agreed_is_posted_although_the_floor_rose_meanwhile(clara):
    upload = make_draft(clara, **LOW)
    actions.publish(upload_id=upload.pk, by=clara.user, now=NOW)
    choose("refuse", later(seconds=1))
    drain(later(seconds=2))
    assert Task.objects.count() == 3


def test_the_page_asks_and_takes_the_yes(clara, settings):
    settings.WHITENOISE_AUTOREFRESH = True
    choose("warn", later(days=-1))
    upload, browser = make_draft(clara, **LOW), Browser()
    browser.force_login(clara.user)
    low = terms(publish="1", estimate_seconds="60")
    page = browser.post(f"/batches/{upload.pk}/", low).content.decode()
    assert "I know that this is below the wage floor" in page
    browser.post(f"/batches/{upload.pk}/", low | {"accepts_low_pay": "on"})
    upload.refresh_from_db()
    assert upload.state == "due"
