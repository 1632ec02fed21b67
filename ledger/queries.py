"""What the books say."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import User
from ledger.models import Account, Transfer


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All credits less all debits per kind of account, in cents, and what is wrong with them."""

    by_kind: dict[str, int]
    differing_accounts: tuple[int, ...]

    @property
    def total_cents(self) -> int:
        return sum(self.by_kind.values())

    @property
    def is_right(self) -> bool:
        return self.total_cents == 0 and not self.differing_accounts


TRIAL_BALANCE = """
SELECT a.id, a.kind, a.balance_cents,
       coalesce((SELECT sum(amount_cents) FROM ledger_transfer WHERE credit_id = a.id), 0)
     - coalesce((SELECT sum(amount_cents) FROM ledger_transfer WHERE debit_id = a.id), 0)
  FROM ledger_account a
"""


def trial_balance() -> TrialBalance:
    """Add the transfers up again and hold them against the stored balances."""
    by_kind: dict[str, int] = {}
    differing = []
    with connection.cursor() as cursor:
        cursor.execute(TRIAL_BALANCE)
        for account_id, kind, stored, summed in cursor.fetchall():
            by_kind[kind] = by_kind.get(kind, 0) + int(summed)
            if kind in (Account.Kind.WALLET, Account.Kind.ESCROW) and stored != summed:
                differing.append(account_id)
    return TrialBalance(by_kind, tuple(differing))


def balance_cents(user: User) -> int:
    account = Account.objects.filter(
        kind=Account.Kind.WALLET, owner=user, currency=settings.CURRENCY
    ).first()
    return account.balance_cents if account else 0


def held_cents(user: User) -> int:
    """What this person has in escrow, over all their tasks."""
    escrows = Account.objects.filter(kind=Account.Kind.ESCROW, owner=user)
    return sum(escrows.values_list("balance_cents", flat=True))


def statement(user: User) -> QuerySet[Transfer]:
    """Every transfer in or out of a person's wallet, newest first."""
    return (
        Transfer.objects.filter(
            Q(debit__owner=user, debit__kind="wallet")
            | Q(credit__owner=user, credit__kind="wallet")
        )
        .select_related("debit", "credit")
        .order_by("-at", "-id")
    )
