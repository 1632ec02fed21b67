"""Becoming a client, and putting play money in one's wallet."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from clients.models import Client
from ledger import actions as ledger


class TooMuchPlayMoney(Exception):
    """Play money comes in portions of at most 10,000.00."""


MOST_CENTS = 1_000_000


@transaction.atomic
def become_client(*, user: User, name: str, about: str = "", now: datetime) -> Client:
    """Make this account a client, with a first portion of play money. Harmless twice."""
    client, is_new = Client.objects.get_or_create(
        user=user, defaults={"name": name, "about": about}
    )
    if is_new:
        ledger.deposit(
            user=user,
            amount_cents=settings.FIRST_DEPOSIT_CENTS,
            now=now,
            key=ledger.key_for(f"first deposit of user {user.pk}"),
        )
    return client


def deposit(*, client: Client, amount_cents: int, now: datetime, key: str = "") -> None:
    """Issue play money into the client's wallet; the same `key` once. Raises TooMuchPlayMoney."""
    if not 0 < amount_cents <= MOST_CENTS:
        raise TooMuchPlayMoney
    once = ledger.key_for(f"deposit:{client.user_id}:{key}") if key else None
    ledger.deposit(user=client.user, amount_cents=amount_cents, now=now, key=once)
