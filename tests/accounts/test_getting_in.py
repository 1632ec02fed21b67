"""Signing up, logging in, the second factor, and the demo's one-click door."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client as Browser

from accounts.models import User
from tests.people import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "lantern-in-the-square"


@pytest.fixture(autouse=True)
def quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()  # where allauth counts how often somebody tried


def sign_up(browser: Browser, **changes):
    answers = {"name": "Clara", "email": "clara@example.com", "password1": PASSWORD} | changes
    return browser.post("/accounts/signup/", answers)


def is_logged_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def test_signing_up_makes_an_account_and_logs_in_before_the_email_is_verified():
    browser = Browser()
    assert sign_up(browser).status_code == 302
    assert is_logged_in(browser)
    assert User.objects.get().name == "Clara"
    assert browser.get("/start/client/").status_code == 200


def test_the_verification_message_holds_a_link_that_works():
    browser = Browser()
    sign_up(browser)
    assert [message.to for message in mail.outbox] == [["clara@example.com"]]
    link = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", mail.outbox[0].body)[1]
    assert browser.get(link).status_code == 200
    browser.post(link)
    assert User.objects.get().emailaddress_set.get().verified


def test_messages_go_to_the_console_unless_told_otherwise(capsys, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    sign_up(Browser())
    assert "To: clara@example.com" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no-address"},
        {"email": ""},
        {"password1": "12345"},
        {"password1": "password"},
        {"password1": ""},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "bad\x00name"},
        {"email": "bad\x00@example.com"},
    ],
)
def test_a_wrong_sign_up_says_why_and_makes_nobody(wrong):
    page = sign_up(Browser(), **wrong)
    assert page.status_code == 200
    assert b"field-error" in page.content
    assert not User.objects.exists()


def test_a_second_sign_up_with_the_same_email_makes_nobody_whatever_the_case():
    sign_up(Browser())
    again = Browser()
    sign_up(again, email="CLARA@Example.com")
    assert not is_logged_in(again)
    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["clara@example.com", "CLARA@EXAMPLE.COM", " Clara@Example.com "])
def test_one_logs_in_by_email_whatever_the_case(email):
    sign_up(Browser())
    browser = Browser()
    browser.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert is_logged_in(browser)


def test_a_wrong_password_does_not_log_in_and_keeps_the_email():
    sign_up(Browser())
    browser = Browser()
    page = browser.post("/accounts/login/", {"login": "clara@example.com", "password": "wrong"})
    assert not is_logged_in(browser)
    assert b'value="clara@example.com"' in page.content


def test_logging_out_takes_a_post():
    browser = Browser()
    sign_up(browser)
    browser.get("/accounts/logout/")
    assert is_logged_in(browser)
    browser.post("/accounts/logout/")
    assert not is_logged_in(browser)


ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def otto() -> User:
    return User.objects.create_superuser("otto@example.com", PASSWORD, name="Otto")


@pytest.fixture
def at_the_set_up(otto) -> Browser:
    """Otto's browser, logged in and asked for the password once more."""
    browser = Browser()
    browser.post("/accounts/login/", {"login": otto.email, "password": PASSWORD})
    asked = browser.get(ACTIVATE)
    assert browser.get(asked.url).status_code == 200
    assert browser.post(asked.url, {"password": PASSWORD}).url == ACTIVATE
    return browser


def test_an_operator_can_set_up_a_second_factor(otto, at_the_set_up):
    page = at_the_set_up.get(ACTIVATE)
    assert page.status_code == 200
    assert b"data:image/svg+xml" in page.content
    secret = page.context["form"].secret
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    assert at_the_set_up.post(ACTIVATE, {"code": code}).status_code == 302
    assert otto.authenticator_set.filter(type="totp").exists()
    assert at_the_set_up.get("/accounts/2fa/").status_code == 200


def test_a_wrong_code_sets_nothing_up(otto, at_the_set_up):
    page = at_the_set_up.post(ACTIVATE, {"code": "0"})
    assert b"field-error" in page.content
    assert not otto.authenticator_set.exists()


def test_after_the_set_up_the_password_alone_does_not_log_in(otto):
    totp.TOTP.activate(otto, totp.generate_totp_secret())
    browser = Browser()
    answer = browser.post("/accounts/login/", {"login": otto.email, "password": PASSWORD})
    assert answer.url == "/accounts/2fa/authenticate/"
    assert not is_logged_in(browser)
    assert browser.get(answer.url).status_code == 200


# --- the demo's door ----------------------------------------------------------------------------
@pytest.fixture
def demo(settings):
    settings.DEMO_MODE = True
    return User.objects.create_user("wim@demo.taakplein.example", name="Wim")


@pytest.mark.parametrize(
    "outside",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil",
    ],
)
def test_the_demo_door_leads_to_no_other_site(demo, outside):
    answer = Browser().post("/demo/be/", {"slug": "wim", "next": outside})
    assert answer.status_code == 302
    assert answer.url == "/"


def test_the_demo_door_leads_where_one_wanted_to_go(demo):
    assert Browser().post("/demo/be/", {"slug": "wim", "next": "/work/"}).url == "/work/"


@pytest.mark.parametrize("slug", ["", "otto@example.com", "stan", "wim@demo", "\x00", "*"])
def test_the_demo_door_opens_only_for_demo_people(demo, slug):
    make_user("stan")
    browser = Browser()
    assert browser.post("/demo/be/", {"slug": slug}).status_code == 404
    assert not is_logged_in(browser)


@pytest.mark.parametrize("path", ["/start/client/", "/start/worker/"])
def test_starting_without_a_name_says_so(path):
    browser = Browser()
    sign_up(browser)
    page = browser.post(path, {"name": "  "})
    assert page.status_code == 200
    assert b"field-error" in page.content
