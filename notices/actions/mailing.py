"""E-mail about notices, as due work that may fail and is tried again.

A notice is marked as mailed in the transaction that sends it. Should a process die between the mail
server's "yes" and that commit, the message goes once more with the same Message-ID, by which mail
programs know it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import User
from notices import words
from notices.links import absolute, stop_address
from notices.models import Notice, Preference
from notices.queries import channel_for, language_of, may_be_mailed, notices_for_digest

MAIL, DIGEST = "notice_mail", "notice_digest"
STALE = timedelta(days=3)  # what could not be mailed in this time stays in the inbox only
MOST_LINES = 30
Channel = Preference.Channel


@transaction.atomic
def mail_notice(*, notice_id: int, now: datetime) -> bool:
    """Mail one notice, unless it was read or mailed or its person does not want it any more."""
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=notice_id, read_at=None, mailed_at=None, at__gt=now - STALE)
        .first()
    )
    if notice is None:
        return False
    channel, has_asked = channel_for(notice.person, notice.kind)
    if channel != Channel.MAIL or not may_be_mailed(notice.person, has_asked=has_asked):
        return False
    Notice.objects.filter(pk=notice.pk).update(mailed_at=now)
    with override(language_of(notice.person)):
        letter(notice).send()
    return True


@transaction.atomic
def mail_digest(*, person_id: int, now: datetime) -> bool:
    """Mail what a person wants to hear of once a day, unless there is nothing unread of it."""
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    found = notices_for_digest(person)
    if not found:
        return False
    Notice.objects.filter(pk__in=[notice.pk for notice in found]).update(mailed_at=now)
    with override(language_of(person)):
        daily_letter(person, found, now).send()
    return True


def letter(notice: Notice) -> EmailMessage:
    sentence = words.line(notice)
    lines = [
        _("Hello %(name)s,") % {"name": notice.person.name},
        sentence,
        absolute(reverse("notice", args=[notice.pk])),
        *farewell(notice.person, notice.kind),
    ]
    return message(notice.person, sentence, lines, f"notice-{notice.pk}", notice.kind)


def daily_letter(person: User, found: Sequence[Notice], now: datetime) -> EmailMessage:
    subject = ngettext(
        "%(n)d thing that happened on %(site)s", "%(n)d things that happened on %(site)s",
        len(found),
    ) % {"n": len(found), "site": settings.SITE_NAME}  # fmt: skip
    shown = [f"- {words.line(notice)}" for notice in found[:MOST_LINES]]
    lines = [
        _("Hello %(name)s,") % {"name": person.name},
        "\n".join(shown),
        absolute(reverse("inbox")),
        *farewell(person, ""),
    ]
    return message(person, subject, lines, f"digest-{person.pk}-{now:%Y%m%d}", "")


def farewell(person: User, kind: str) -> list[str]:
    """Why this mail came, and how to get no more of it."""
    about = words.name_of(kind) if kind else _("daily e-mail")
    stop = (
        _("No more e-mail about “%(kind)s”:") % {"kind": about} if kind else _("No daily e-mail:")
    )
    return [
        "-- \n" + _("You get this because you have an account on %(site)s.")
        % {"site": settings.SITE_NAME},
        stop + " " + stop_address(person.pk, kind),
        _("Choose what you hear of:") + " " + absolute(reverse("notice_preferences")),
    ]  # fmt: skip


def message(person: User, subject: str, lines: list[str], key: str, kind: str) -> EmailMessage:
    """A plain letter; its headers let mail programs show a button that stops such mail."""
    host = settings.SITE_URL.rpartition("/")[2].partition(":")[0]
    headers = {
        "Message-ID": f"<{key}@{host}>",
        "List-Unsubscribe": f"<{stop_address(person.pk, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    subject = " ".join(subject.split())
    body = "\n\n".join(lines) + "\n"
    return EmailMessage(subject, body, to=[person.email], headers=headers)
