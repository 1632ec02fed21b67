"""Statements: every line dated, the balance running through them, by month, as a file too."""

import csv
import io
import itertools
from datetime import UTC, datetime

import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ledger import actions as ledger
from ledger.models import Account
from ledger.queries import (
    balance_cents,
    book_of,
    book_of_person,
    held_cents,
    months_of,
    read_book,
)
from tasks import actions as tasks
from tests.disputes.conftest import hand_in, make_operator
from tests.people import later, make_user, post

pytestmark = pytest.mark.django_db
NUMBERS = itertools.count()
SEPTEMBER, OCTOBER = datetime(2026, 9, 14, 12, tzinfo=UTC), datetime(2026, 10, 2, 9, tzinfo=UTC)
FIRST_OF_OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_list_of_static_files(settings):
    """Each test browser would read the folders of static files anew."""
    settings.WHITENOISE_AUTOREFRESH = True


def wallet(user):
    return book_of_person(user, Account.Kind.WALLET)


@pytest.fixture
def saver(db):
    """Somebody who got 5.00 in September and 3.00 in October."""
    user = make_user("saver")
    ledger.deposit(user=user, amount_cents=500, now=SEPTEMBER)
    ledger.deposit(user=user, amount_cents=300, now=OCTOBER)
    return user


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def test_the_balance_runs_through_the_lines_and_over_the_months(saver):
    everything = read_book(wallet(saver))
    assert [(x.signed_cents, x.balance_cents) for x in everything.lines] == [(300, 800), (500, 500)]
    assert (everything.opening_cents, everything.closing_cents) == (0, 800)
    since = read_book(wallet(saver), since=FIRST_OF_OCTOBER)
    assert [(x.signed_cents, x.balance_cents) for x in since.lines] == [(300, 800)]
    assert (since.opening_cents, since.closing_cents) == (500, 800)
    before = read_book(wallet(saver), until=FIRST_OF_OCTOBER)
    assert (before.opening_cents, before.closing_cents) == (0, 500)
    assert [(m.year, m.month) for m in months_of(wallet(saver))] == [(2026, 10), (2026, 9)]


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=12), st.integers(0, 12))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_each_line_is_the_line_before_plus_its_amount(db, amounts, cut):
    user = make_user(f"saver{next(NUMBERS)}")
    for n, cents in enumerate(amounts):
        ledger.deposit(user=user, amount_cents=cents, now=later(hours=n))
    page = read_book(wallet(user), since=later(hours=cut))
    balance = page.opening_cents
    for line in reversed(page.lines):
        balance += line.signed_cents
        assert line.balance_cents == balance
    assert balance == page.closing_cents == balance_cents(user)


def test_what_is_in_escrow_has_a_statement_that_ends_in_what_is_held(clara, wim):
    held = hand_in(post(clara), wim)
    post(clara, pay_cents=500)
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(hours=1))
    page = read_book(book_of_person(clara.user, Account.Kind.ESCROW))
    assert page.closing_cents == held_cents(clara.user) == 550
    amounts = sorted((x.kind, x.signed_cents) for x in page.lines)
    assert amounts == [("escrow", 550), ("escrow", 1_100), ("fee", -100), ("payout", -1_000)]


def test_the_fees_have_a_statement_though_they_keep_no_balance(clara, wim):
    held = hand_in(post(clara), wim)
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(hours=1))
    fees = book_of(ledger.market_account(Account.Kind.FEES))
    assert read_book(fees).closing_cents == 100


def test_the_file_has_the_months_lines_oldest_first(saver):
    browser = browser_of(saver)
    text = b"".join(browser.get("/statement.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["amount_cents"], r["balance_cents"]) for r in rows] == [
        ("500", "500"),
        ("300", "800"),
    ]
    october = browser.get("/statement.csv?month=2026-10")
    assert 'filename="statement-2026-10.csv"' in october["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(b"".join(october.streaming_content).decode())))
    assert [(r["amount_cents"], r["balance_cents"]) for r in rows] == [("300", "800")]


@pytest.mark.parametrize("month", ["", "x", "2026-13", "2026-00", "9999-99", "%00", "2026-10'"])
def test_a_strange_month_shows_everything(clara, wim, month):
    assert browser_of(clara.user).get(f"/spending/?month={month}").status_code == 200
    assert browser_of(clara.user).get(f"/spending/?of=escrow&month={month}").status_code == 200
    assert browser_of(wim.user).get(f"/earnings/?month={month}").status_code == 200


def test_a_deposit_that_is_sent_twice_is_made_once(clara):
    browser = browser_of(clara.user)
    for _ in range(2):
        browser.post("/spending/", {"amount_cents": "10", "key": "abc"})
    assert balance_cents(clara.user) == 101_000
    browser.post("/spending/", {"amount_cents": "10", "key": "def"})
    assert balance_cents(clara.user) == 102_000


def test_an_operator_reads_every_account_and_its_file(clara, wim):
    held = hand_in(post(clara), wim)
    tasks.approve(assignment_id=held.pk, by=clara.user, now=later(hours=1))
    browser = browser_of(make_operator("otto"))
    for account in Account.objects.all():
        page = browser.get(reverse("admin:ledger_account_change", args=[account.pk]))
        assert page.status_code == 200
        file = browser.get(reverse("admin:ledger_account_statement", args=[account.pk]))
        assert file.status_code == 200
    strangers = browser_of(clara.user).get(
        reverse("admin:ledger_account_statement", args=[account.pk])
    )
    assert strangers.status_code == 302
