"""A statement as a page or a file: one month or everything, with the balance after each line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from ledger import queries
from ledger.models import Transfer
from marketplace.doors import page_of
from marketplace.operators import csv_of
from tasks.words import note


def statement_page(request: HttpRequest, book: queries.Book) -> dict[str, Any]:
    """What `components/_statement.html` shows: the month that the address asks for, or all."""
    month, since, until = span_of(request.GET.get("month", ""))
    found = queries.read_book(book, since, until)
    return {
        "page": page_of(request, found.lines),
        "opening_cents": found.opening_cents,
        "closing_cents": found.closing_cents,
        "month": month,
        "months": queries.months_of(book),
    }


def statement_file(request: HttpRequest, book: queries.Book) -> StreamingHttpResponse:
    """The same lines, oldest first, as a CSV file; amounts in cents and in the currency's unit."""
    month, since, until = span_of(request.GET.get("month", ""))
    lines = queries.read_book(book, since, until).lines.reverse().iterator(chunk_size=500)
    response = StreamingHttpResponse(csv_of(map(row_of, lines)), content_type="text/csv")
    name = f"statement-{month or 'all'}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def row_of(line: Any) -> dict[str, Any]:
    transfer: Transfer = line
    return {
        "at": transfer.at.isoformat(),
        "kind": transfer.kind,
        "about": note(transfer.about),
        "amount_cents": line.signed_cents,
        "balance_cents": line.balance_cents,
        "currency": transfer.currency,
        "transfer": str(transfer.pk),
    }


def span_of(month: str) -> tuple[str, datetime | None, datetime | None]:
    """A month written as "2026-11", its first moment and the next month's; empty when unclear."""
    if not re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", month):
        return "", None, None
    first = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=timezone.get_current_timezone())
    return month, first, (first + timedelta(days=32)).replace(day=1)
