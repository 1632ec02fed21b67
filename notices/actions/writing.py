"""Writing notices down: more of what is still unread is counted on the line that stands there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from accounts.models import User
from agenda.actions import schedule
from agenda.queries import is_scheduled
from notices import rules
from notices.actions.mailing import DIGEST, MAIL
from notices.models import Preference
from notices.queries import channels_of, may_be_mailed

Channel = Preference.Channel
WAIT = timedelta(minutes=2)  # who is on the site reads it there, and gets no mail
DIGEST_HOUR = 8


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell one person. `facts` are what its sentence needs."""

    person: int
    kind: str
    about: str
    task: int | None
    cents: int
    at: datetime
    facts: dict[str, Any]


WRITE = """
INSERT INTO notices_notice (person_id, kind, about, task_id, count, cents, facts, at)
VALUES (%(person)s, %(kind)s, %(about)s, %(task)s, 1, %(cents)s, %(facts)s, %(at)s)
ON CONFLICT (person_id, kind, about) WHERE read_at IS NULL
DO UPDATE SET count = notices_notice.count + 1, cents = notices_notice.cents + excluded.cents,
              task_id = excluded.task_id, facts = excluded.facts, at = excluded.at
RETURNING id, count
"""


def write(news: Sequence[News], now: datetime) -> int:
    """Write the notices that people want, in the caller's transaction; return how many.

    Simulated people have no inbox. Mail is scheduled for a new line only: what is added to a line
    that was not read yet sends no second mail.
    """
    people = User.objects.in_bulk({one.person for one in news})
    chosen = channels_of(people)
    written = 0
    for one in news:
        person = people[one.person]
        channel = chosen.get((one.person, one.kind))
        wanted = channel or rules.KINDS[one.kind]
        if person.is_simulated or wanted == Channel.OFF:
            continue
        written += 1
        notice, count = write_one(one)
        if count == 1 and may_be_mailed(person, has_asked=channel is not None):
            mail_later(notice, one, wanted, now)
    return written


def write_one(one: News) -> tuple[int, int]:
    facts = {name: value for name, value in one.facts.items() if value not in (None, "")}
    values: dict[str, str | int | datetime | None] = {
        "person": one.person,
        "kind": one.kind,
        "about": one.about,
        "task": one.task,
        "cents": one.cents,
        "facts": json.dumps(facts),
        "at": one.at,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        pk, count = cursor.fetchone()
    return pk, count


def mail_later(notice: int, one: News, wanted: str, now: datetime) -> None:
    if wanted == Channel.MAIL:
        schedule(MAIL, notice, at=now if one.kind in rules.URGENT else now + WAIT)
    elif wanted == Channel.DAILY and not is_scheduled(DIGEST, one.person, after=now):
        schedule(DIGEST, one.person, at=next_digest(now))


def next_digest(now: datetime) -> datetime:
    """The next eight o'clock of the market's own day."""
    here = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    today = here.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today > here else today + timedelta(days=1)
