"""What a person does with their inbox, their preferences and their saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from notices import rules
from notices.models import Letterbox, Notice, Preference, SavedSearch
from workers.models import Worker

MOST_SEARCHES = 20
Channel = Preference.Channel


class TooManySearches(Exception):
    """You keep twenty searches. Delete one before you save another."""


class SearchNeedsAName(Exception):
    """Give the search a name that none of your others has."""


@transaction.atomic
def read_notice(*, notice_id: int, by: User, now: datetime) -> Notice:
    """Mark one notice as read. Harmless twice."""
    notice = Notice.objects.select_related("task__client").get(pk=notice_id, person=by)
    by.notices.filter(pk=notice.pk, read_at=None).update(read_at=now)
    return notice


@transaction.atomic
def read_all(*, by: User, now: datetime) -> int:
    """Mark everything as read that happened until now; return how many were unread."""
    return by.notices.filter(read_at=None, at__lte=now).update(read_at=now)


@transaction.atomic
def choose_channels(*, by: User, channels: Mapping[str, str]) -> None:
    """Keep how this person hears of each kind: kind → channel. What is usual is kept too."""
    rows = [Preference(person=by, kind=kind, channel=way) for kind, way in channels.items()]
    Preference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["channel"],
    )


@transaction.atomic
def stop_mail(*, person_id: int, kind: str) -> None:
    """No more e-mail about a kind, or no daily e-mail; the inbox still tells. Harmless twice."""
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    chosen = dict(person.preferences.values_list("kind", "channel"))
    in_force = rules.KINDS | chosen
    if kind:
        stopped = [kind] if in_force[kind] in (Channel.MAIL, Channel.DAILY) else []
    else:
        stopped = [one for one, channel in in_force.items() if channel == Channel.DAILY]
    choose_channels(by=person, channels=dict.fromkeys(stopped, Channel.SITE))


@transaction.atomic
def remember_language(*, person: User, language: str) -> None:
    """Write this person's e-mail in the language in which they read the site. Harmless twice."""
    Letterbox.objects.update_or_create(person=person, defaults={"language": language})


@transaction.atomic
def save_search(*, by: Worker, name: str, filters: dict[str, Any], now: datetime) -> SavedSearch:
    """Keep filters under a name; the same name again changes them.

    Raises TooManySearches or SearchNeedsAName.
    """
    by = Worker.objects.select_for_update(no_key=True).get(pk=by.pk)
    name = name.strip()
    if not name:
        raise SearchNeedsAName
    others = by.searches.exclude(name=name)
    if others.count() >= MOST_SEARCHES:
        raise TooManySearches
    kept, _ = SavedSearch.objects.update_or_create(
        worker=by,
        name=name,
        defaults={"filters": filters, "seen_at": now, "looked_at": now, "told_count": 0},
        create_defaults={
            "filters": filters, "seen_at": now, "looked_at": now, "created_at": now,
        },
    )  # fmt: skip
    return kept


@transaction.atomic
def rename_search(*, search_id: int, by: Worker, name: str) -> SavedSearch:
    """Raises SearchNeedsAName when it is empty or another search's."""
    search = SavedSearch.objects.select_for_update().get(pk=search_id, worker=by)
    search.name = name.strip()
    if not search.name:
        raise SearchNeedsAName
    try:
        with transaction.atomic():
            search.save(update_fields=["name"])
    except IntegrityError as error:
        raise SearchNeedsAName from error
    return search


@transaction.atomic
def forget_search(*, search_id: int, by: Worker, now: datetime) -> None:
    """Delete a search; what it told is read. Harmless twice."""
    by.user.notices.filter(about=f"search:{search_id}", read_at=None).update(read_at=now)
    SavedSearch.objects.filter(pk=search_id, worker=by).delete()


@transaction.atomic
def open_search(*, search_id: int, by: Worker, now: datetime) -> SavedSearch:
    """Look at a search: what is new is counted from now on. Harmless twice."""
    search = SavedSearch.objects.select_for_update().get(pk=search_id, worker=by)
    search.seen_at, search.told_count = now, 0
    search.save(update_fields=["seen_at", "told_count"])
    by.user.notices.filter(about=f"search:{search.pk}", read_at=None).update(read_at=now)
    return search
