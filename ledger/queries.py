"""What the books say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Q,
    QuerySet,
    RowRange,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import TruncMonth

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
    return money_of(user)[1]


def money_of(user: User) -> tuple[int, int]:
    """What a person has in their wallet, and in escrow over all their tasks, in cents."""
    own = Account.objects.filter(owner=user, currency=settings.CURRENCY).order_by()
    cents = dict(own.values_list("kind").annotate(Sum("balance_cents")))
    return cents.get(Account.Kind.WALLET) or 0, cents.get(Account.Kind.ESCROW) or 0


def statement(user: User) -> QuerySet[Transfer]:
    """Every transfer in or out of a person's wallet, newest first."""
    return (
        Transfer.objects.filter(
            Q(debit__owner=user, debit__kind="wallet")
            | Q(credit__owner=user, credit__kind="wallet")
        )
        .select_related("debit", "credit")
        .order_by("-number")
    )


@dataclass(frozen=True, slots=True)
class Book:
    """The transfers of one account, or of all of a person's accounts of one kind."""

    came_in: Q
    went_out: Q

    def transfers(self) -> QuerySet[Transfer]:
        return Transfer.objects.filter(self.came_in | self.went_out)


def book_of(account: Account) -> Book:
    return Book(Q(credit=account), Q(debit=account))


def book_of_person(user: User, kind: Account.Kind) -> Book:
    """A person's wallet, or everything that they have in escrow."""
    return Book(Q(credit__owner=user, credit__kind=kind), Q(debit__owner=user, debit__kind=kind))


@dataclass(frozen=True, slots=True)
class Page:
    """One month of a book, or all of it: the balance before, the lines, the balance after.

    Each line has `signed_cents` and `balance_cents`, the balance after it; newest first.
    """

    opening_cents: int
    closing_cents: int
    lines: QuerySet[Transfer]


def read_book(book: Book, since: datetime | None = None, until: datetime | None = None) -> Page:
    """The lines from `since` on and before `until`, with the balance running through them."""
    opening = turnover(book, before=since) if since else 0
    rows = within(book.transfers(), since, until)
    signed = signed_amount(book)
    in_order = F("number").asc()
    running = Window(Sum(signed), order_by=in_order, frame=RowRange(end=0))
    lines = (
        rows.annotate(signed_cents=signed, balance_cents=Value(opening) + running)
        .select_related("debit", "credit")
        .order_by("-number")
    )
    moved = rows.aggregate(sum=Sum(signed))["sum"] or 0
    return Page(opening, opening + moved, lines)


def within(
    rows: QuerySet[Transfer], since: datetime | None, until: datetime | None
) -> QuerySet[Transfer]:
    if since:
        rows = rows.filter(at__gte=since)
    return rows.filter(at__lt=until) if until else rows


def turnover(book: Book, before: datetime) -> int:
    """What a book held before a moment, in cents."""
    rows = book.transfers().filter(at__lt=before)
    return int(rows.aggregate(sum=Sum(signed_amount(book)))["sum"] or 0)


def signed_amount(book: Book) -> Case:
    return Case(
        When(book.came_in, then=F("amount_cents")),
        default=-F("amount_cents"),
        output_field=BigIntegerField(),
    )


def months_of(book: Book) -> list[datetime]:
    """The months in which something moved, newest first, as their first moments."""
    return list(book.transfers().datetimes("at", "month", order="DESC"))


def spent_by_month(user: User) -> list[tuple[datetime, int, int]]:
    """(month, pay in cents, fees in cents), oldest first: what left this person for others.

    Pay is payouts, bonuses and what was paid for taking part; refunds come back and do not count.
    """
    pay = Q(kind__in=["payout", "bonus", "consolation"])
    fee = Q(kind="fee")
    out = Transfer.objects.filter(pay | fee, debit__owner=user)
    by_month = out.annotate(month=TruncMonth("at")).values("month").order_by("month")
    sums = by_month.annotate(
        pay=Sum("amount_cents", filter=pay), fee=Sum("amount_cents", filter=fee)
    )
    return [(row["month"], row["pay"] or 0, row["fee"] or 0) for row in sums]
