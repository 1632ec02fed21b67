"""The complete own log of one person, part by part, as rows that JSON and CSV can hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from ledger.models import Account
from ledger.queries import book_of_person, read_book
from rights.queries.decisions import decisions_about
from rights.queries.parts import PARTS

Rows = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the log: its name in the file, what it is, and how its rows are read."""

    name: str
    words: str | Promise
    rows: Callable[[User], Rows]


def own_decisions(user: User) -> Rows:
    return decisions_about(user.worker) if hasattr(user, "worker") else iter(())


def wallet(user: User) -> Rows:
    return book_rows(user, Account.Kind.WALLET)


def escrow(user: User) -> Rows:
    return book_rows(user, Account.Kind.ESCROW)


def book_rows(user: User, kind: Account.Kind) -> Rows:
    """The lines of a person's book, oldest first, with the balance after each. Who is at the other
    end is not told."""
    lines: Any = read_book(book_of_person(user, kind)).lines.reverse()
    for line in lines:
        yield {
            "id": str(line.pk),
            "at": line.at.isoformat(),
            "kind": line.kind,
            "about": line.about,
            "amount_cents": line.signed_cents,
            "balance_cents": line.balance_cents,
            "currency": line.currency,
        }


CHAPTERS: tuple[Chapter, ...] = (
    *(Chapter(part.name, part.words, part.rows) for part in PARTS),
    Chapter("decisions", _("every decision in which you were a candidate, with the factors used"), own_decisions),
    Chapter("wallet", _("every transfer in and out of your wallet"), wallet),
    Chapter("escrow", _("every transfer in and out of your escrow"), escrow),
)  # fmt: skip
