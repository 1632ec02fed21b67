"""Looking for workers who saved a search: a few searches each sweep, each every ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from notices.actions.writing import News, write
from notices.models import SavedSearch
from notices.searches import new_count

EVERY = timedelta(minutes=10)
MOST = 50  # per sweep, which is 30,000 in ten minutes; with more, each is looked at less often


@transaction.atomic
def look_at_searches(now: datetime) -> int:
    """Tell workers how much is new since they last opened a search; return how many were told.

    A search is told again only when there is more than was told before.
    """
    due = SavedSearch.objects.filter(looked_at__lte=now - EVERY).order_by("looked_at", "id")
    free = due.select_for_update(skip_locked=True, of=("self",)).select_related("worker")
    news = []
    for search in free[:MOST]:
        count = new_count(search)
        if count > search.told_count:
            news.append(news_of(search, count, now))
        search.looked_at, search.told_count = now, count
        search.save(update_fields=["looked_at", "told_count"])
    return write(news, now) if news else 0


def news_of(search: SavedSearch, count: int, now: datetime) -> News:
    facts = {"search": search.pk, "name": search.name, "fits": count}
    return News(search.worker.user_id, "search", f"search:{search.pk}", None, 0, now, facts)
