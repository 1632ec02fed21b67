"""E-mail: once, in the person's language, only where it is wanted, and tried again."""

import re
from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client as Browser

from agenda.actions import drain
from agenda.models import DueWork
from allocation import actions as allocation
from notices.actions import (
    choose_channels,
    mail_digest,
    mail_notice,
    read_all,
    remember_language,
    tell_all,
)
from notices.actions.writing import next_digest
from notices.links import stop_address
from tasks import actions as tasks
from tasks.models import Assignment
from tests.people import NOW, later, post

pytestmark = pytest.mark.django_db
SOON = {"minutes": 3}


@pytest.fixture(autouse=True)
def confirmed(clara, wim):
    for user in (clara.user, wim.user):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def reject(clara, wim) -> None:
    """Work of wim's that clara rejects: mailed at once, as long as nobody chose otherwise."""
    task = post(clara, title="Carry a box")
    allocation.claim_slot(task_id=task.pk, by=wim, now=NOW)
    work = {"assignment_id": Assignment.objects.get(task=task).pk, "now": NOW}
    tasks.submit_work(by=wim, content="Done.", **work)
    tasks.reject(by=clara.user, reason_code="wrong", text="It is blue.", **work)
    tell_all(NOW)


def letters_to(user) -> list[EmailMessage]:
    return [letter for letter in mail.outbox if letter.to == [user.email]]


def test_a_rejection_is_mailed_once_after_two_minutes(clara, wim):
    reject(clara, wim)
    drain(later(minutes=1), aside=True)
    assert letters_to(wim.user) == []
    drain(later(**SOON), aside=True)
    drain(later(**SOON), aside=True)
    [letter] = letters_to(wim.user)
    assert letter.subject == "Your work for “Carry a box” was rejected. The reason is on its page."
    notice = wim.user.notices.get()
    assert f"/inbox/{notice.pk}/" in letter.body
    assert not mail_notice(notice_id=notice.pk, now=later(**SOON))
    assert len(letters_to(wim.user)) == 1


def test_what_was_read_meanwhile_is_not_mailed(clara, wim):
    reject(clara, wim)
    read_all(by=wim.user, now=NOW)
    drain(later(**SOON), aside=True)
    assert letters_to(wim.user) == []


def test_an_offer_is_mailed_at_once(clara, wim):
    allocation.go_available(by=wim, now=NOW)
    task = post(clara, mechanism="scored_offers")
    allocation.settle_task(task_id=task.pk, trigger="posted", now=NOW)
    tell_all(NOW)
    drain(NOW, aside=True)
    assert len(letters_to(wim.user)) == 1


def test_when_the_mail_server_fails_it_is_tried_again(clara, wim, monkeypatch, caplog):
    reject(clara, wim)
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", lambda *_, **__: refuse())
        drain(later(**SOON), aside=True, most=1)
    [waiting] = DueWork.objects.filter(topic="notice_mail")
    assert (waiting.attempts, wim.user.notices.get().mailed_at) == (1, None)
    assert "SMTPServerDisconnected" in waiting.last_error
    drain(later(minutes=4), aside=True)
    assert len(letters_to(wim.user)) == 1


def refuse() -> None:
    raise SMTPServerDisconnected


def test_after_three_days_it_stays_in_the_inbox_only(clara, wim):
    reject(clara, wim)
    drain(later(days=4), aside=True)
    assert letters_to(wim.user) == []


def test_it_is_written_in_the_language_in_which_the_person_reads(clara, wim):
    remember_language(person=wim.user, language="nl")
    reject(clara, wim)
    drain(later(**SOON), aside=True)
    from django.utils.translation import gettext, override

    with override("nl"):
        hello = gettext("Hello %(name)s,") % {"name": "Wim"}
    assert letters_to(wim.user)[0].body.startswith(hello)


@pytest.mark.parametrize("field", ["is_simulated", "is_active"])
def test_simulated_and_switched_off_people_get_no_mail(clara, wim, field):
    setattr(wim.user, field, field == "is_simulated")
    wim.user.save()
    reject(clara, wim)
    drain(later(**SOON), aside=True)
    assert letters_to(wim.user) == []


def test_an_address_that_nobody_confirmed_gets_no_mail(clara, wim):
    EmailAddress.objects.filter(user=wim.user).update(verified=False)
    reject(clara, wim)
    drain(later(**SOON), aside=True)
    assert letters_to(wim.user) == []


@pytest.mark.parametrize(("demo", "asks", "letters"), [(1, 1, 1), (1, 0, 0), (0, 1, 0)])
def test_a_person_of_the_demo_is_mailed_only_if_they_ask(clara, wim, settings, demo, asks, letters):
    settings.DEMO_MODE = bool(demo)
    wim.user.email = "wim@demo.taakplein.example"
    wim.user.save()
    EmailAddress.objects.filter(user=wim.user).update(email=wim.user.email)
    if asks:
        choose_channels(by=wim.user, channels={"rejected": "mail"})
    reject(clara, wim)
    drain(later(**SOON), aside=True)
    assert len(letters_to(wim.user)) == letters


def test_the_daily_mail_has_everything_unread_once(clara, wim):
    choose_channels(by=wim.user, channels={"rejected": "daily"})
    reject(clara, wim)
    reject(clara, wim)
    eight = next_digest(NOW)
    assert DueWork.objects.get(topic="notice_digest", subject_id=wim.user.pk).due_at == eight
    mail_digest(person_id=wim.user.pk, now=eight)
    assert not mail_digest(person_id=wim.user.pk, now=eight)
    [letter] = letters_to(wim.user)
    assert letter.body.count("was rejected") == 2


def test_the_link_in_a_mail_stops_such_mail_after_a_click_without_a_log_in(clara, wim):
    reject(clara, wim)
    drain(later(**SOON), aside=True)
    [letter] = letters_to(wim.user)
    link = re.search(r"http://[^/]+(/inbox/stop/\S+)", letter.body)[1]
    assert letter.extra_headers["List-Unsubscribe"].endswith(f"{link}>")
    stranger = Browser(enforce_csrf_checks=True)
    assert stranger.get(link).status_code == 200
    assert not wim.user.preferences.exists()
    assert stranger.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wim.user.preferences.get().channel == "site"
    reject(clara, wim)
    drain(later(**SOON), aside=True)
    assert len(letters_to(wim.user)) == 1


def test_the_link_that_stops_mail_is_the_same_at_any_time(wim, monkeypatch):
    before = stop_address(wim.user.pk, "rejected")
    monkeypatch.setattr("time.time", lambda: NOW.timestamp() + 86_400 * 400)
    assert stop_address(wim.user.pk, "rejected") == before


def test_a_link_that_was_tampered_with_is_not_found(wim):
    signed = stop_address(wim.user.pk, "rejected").rpartition("/stop/")[2].rstrip("/")
    facts, signature = signed.split(":")
    of_another_kind = stop_address(wim.user.pk, "paid").rpartition("/stop/")[2].partition(":")[0]
    for address in (f"{of_another_kind}:{signature}", f"{facts}:x", facts, "x:y:z"):
        assert Browser().get(f"/inbox/stop/{address}/").status_code == 404
    assert not wim.user.preferences.exists()
