"""Moving play money: deposits, escrow, payouts, refunds. Every move is one row."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from ledger.models import Account, Transfer
from marketplace.prepared import Prepared

NAMESPACE = uuid.UUID("b0a1f3a2-6d0e-4d52-9f43-8a3a52c8f0aa")


class NotEnoughMoney(Exception):
    """There is not enough play money in the wallet for this. Deposit some first."""


def key_for(what: str) -> uuid.UUID:
    """The idempotency key of a move that happens at most once, from its name."""
    return uuid.uuid5(NAMESPACE, what)


def wallet_of(user: User) -> Account:
    return Account.objects.get_or_create(
        kind=Account.Kind.WALLET, owner=user, currency=settings.CURRENCY
    )[0]


FILL_ESCROW = Prepared(
    """
WITH wallet AS (
    SELECT id FROM ledger_account
     WHERE kind = 'wallet' AND owner_id = %(owner)s AND currency = %(currency)s
), escrow AS (
    INSERT INTO ledger_account (kind, owner_id, currency, balance_cents)
    SELECT 'escrow', %(owner)s, %(currency)s, 0 FROM wallet
    RETURNING id
)
INSERT INTO ledger_transfer (id, kind, debit_id, credit_id, amount_cents, currency, about, at)
SELECT %(key)s, 'escrow', wallet.id, escrow.id, %(amount)s, %(currency)s, %(about)s, %(now)s
  FROM wallet, escrow
RETURNING credit_id
""",
    owner="bigint",
    currency="text",
    key="uuid",
    amount="bigint",
    about="text",
    now="timestamptz",
)


def fill_escrow(
    *, owner: User, amount_cents: int, now: datetime, about: str, key: uuid.UUID | None = None
) -> Account:
    """Open an escrow account and move this amount, which is not zero, from the wallet into it.

    Raises NotEnoughMoney; the caller's transaction is over then.
    """
    values = {"owner": owner.pk, "currency": settings.CURRENCY, "key": str(key or uuid.uuid4())}
    try:
        made = FILL_ESCROW.rows(**values, amount=amount_cents, about=about, now=now)
    except IntegrityError as error:
        if "a_balance_is_never_below_zero" in str(error):
            raise NotEnoughMoney from error
        raise
    if not made:  # nobody without a wallet has money
        raise NotEnoughMoney
    [(pk,)] = made
    return Account(pk=pk, kind=Account.Kind.ESCROW, owner=owner, currency=settings.CURRENCY)


def market_account(kind: Account.Kind) -> Account:
    """The market's own account of a kind: the mint, or the fees."""
    return Account.objects.get_or_create(kind=kind, currency=settings.CURRENCY, owner=None)[0]


@transaction.atomic
def move(
    *,
    kind: Transfer.Kind,
    debit: Account,
    credit: Account,
    amount_cents: int,
    now: datetime,
    key: uuid.UUID | None = None,
    about: str = "",
) -> None:
    """Move an amount between two accounts. Zero moves nothing; the same key moves once.

    Raises NotEnoughMoney when the debited account would fall below zero.
    """
    if amount_cents == 0 or is_moved(key):
        return
    try:
        with transaction.atomic():
            Transfer.objects.create(
                id=key or uuid.uuid4(),
                kind=kind,
                debit=debit,
                credit=credit,
                amount_cents=amount_cents,
                currency=debit.currency,
                about=about,
                at=now,
            )
    except IntegrityError as error:
        if "a_balance_is_never_below_zero" in str(error):
            raise NotEnoughMoney from error
        # The same move, written by somebody else while we waited to write it.
        if not is_moved(key):
            raise


def is_moved(key: uuid.UUID | None) -> bool:
    return key is not None and Transfer.objects.filter(pk=key).exists()


def lock_accounts(*accounts: Account) -> None:
    """Lock accounts in the order of their ids, before the first of several moves between them.

    One move locks its two accounts in that order itself. Two moves in a row would not, and two
    people who pay each other at the same instant would wait for each other.
    """
    ids = [account.pk for account in accounts]
    list(Account.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def deposit(*, user: User, amount_cents: int, now: datetime, key: uuid.UUID | None = None) -> None:
    """Issue play money into a person's wallet."""
    move(
        kind=Transfer.Kind.DEPOSIT,
        debit=market_account(Account.Kind.MINT),
        credit=wallet_of(user),
        amount_cents=amount_cents,
        now=now,
        key=key,
        about="play money",
    )
