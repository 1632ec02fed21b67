"""Putting decisions on the hash chain, one writer at a time, never in anybody's way."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from allocation.models import Allocation, ChainLink, Unsealed
from allocation.queries.record import facts_of
from allocation.rules import FIRST_HASH, link_hash

SEALER_LOCK = 7_215_001  # any number nobody else locks; held until commit
BATCH = 500


def seal_all(now: datetime, *, most_batches: int = 40) -> int:
    """Seal what waits, in batches; the rest is for the next sweep. Returns how many were sealed."""
    sealed = 0
    for _ in range(most_batches):
        batch = seal_some(now)
        sealed += batch
        if batch < BATCH:
            break
    return sealed


@transaction.atomic
def seal_some(now: datetime) -> int:
    """Write the next links, oldest allocation first. 0 when another process is the sealer.

    A decision that commits late gets a later place; its place says when it was sealed, not when it
    was taken.
    """
    if not is_the_sealer():
        return 0
    waiting = Unsealed.objects.order_by("pk").values_list("pk", flat=True)[:BATCH]
    allocations = list(
        Allocation.objects.filter(pk__in=list(waiting)).select_related("version").order_by("pk")
    )
    links = next_links(allocations, now)
    ChainLink.objects.bulk_create(links)
    Unsealed.objects.filter(pk__in=[a.pk for a in allocations]).delete()
    return len(links)


def is_the_sealer() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])


def next_links(allocations: list[Allocation], now: datetime) -> list[ChainLink]:
    last = ChainLink.objects.order_by("-position").first()
    position, previous = (last.position, last.hash) if last else (0, FIRST_HASH)
    links = []
    for allocation in allocations:
        position += 1
        link = ChainLink(
            position=position,
            allocation=allocation,
            previous_hash=previous,
            hash=link_hash(position, previous, facts_of(allocation)),
            sealed_at=now,
        )
        links.append(link)
        previous = link.hash
    return links
