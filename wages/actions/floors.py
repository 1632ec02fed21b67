"""Entering dated facts, and choosing which of them this market goes by."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from wages.models import MarketFloor, WageFloor
from wages.queries import day_of, floor_of

FACTS = Path(__file__).resolve().parent.parent / "facts" / "wage_floors.json"


class FloorNeedsAnOperator(Exception):
    """A wage floor is entered and chosen by a named operator."""


class ChoiceNeedsAReason(Exception):
    """Say why: every client reads which floor holds, and may ask."""


class NoSuchFloor(Exception):
    """There is no floor of this country in the market's currency today. Enter it first."""


class StartIsInThePast(Exception):
    """A floor holds from now on at the earliest: what was posted was posted under the old one."""


class FactNeedsASource(Exception):
    """Say where this was read: a fact without a source is not one."""


def load_facts(model: Any = WageFloor) -> int:
    """Write the facts that come with the product, those that are not there yet. Harmless twice."""
    kept = json.loads(FACTS.read_text())
    known = set(model.objects.values_list("country", "amount_cents", "valid_from"))
    rows = [row | {"as_of": kept["as_of"]} for row in map(with_dates, kept["floors"])]
    new = [r for r in rows if (r["country"], r["amount_cents"], r["valid_from"]) not in known]
    model.objects.bulk_create(model(**row) for row in new)
    return len(new)


def with_dates(row: dict[str, Any]) -> dict[str, Any]:
    days = {name: row.get(name) for name in ("valid_from", "valid_to")}
    return row | {name: date.fromisoformat(day) if day else None for name, day in days.items()}


def enter_floor(*, by: User, now: datetime, source: str, **fact: Any) -> WageFloor:
    """Add one dated fact. Raises FloorNeedsAnOperator or FactNeedsASource."""
    if not (by.is_staff and by.is_active):
        raise FloorNeedsAnOperator
    if not source.strip():
        raise FactNeedsASource
    return WageFloor.objects.create(entered_by=by, as_of=day_of(now), source=source.strip(), **fact)


@transaction.atomic
def choose_floor(
    *, country: str, response: str, reason: str, valid_from: datetime, by: User, now: datetime
) -> MarketFloor:
    """Let this market go by the floor of one country, or by none (an empty country), from a moment.

    Raises FloorNeedsAnOperator, ChoiceNeedsAReason, StartIsInThePast or NoSuchFloor.
    """
    if not (by.is_staff and by.is_active):
        raise FloorNeedsAnOperator
    if not reason.strip():
        raise ChoiceNeedsAReason
    if valid_from < now - timedelta(minutes=10):  # a form takes a while to fill in
        raise StartIsInThePast
    if country and floor_of(country, max(now, valid_from)) is None:
        raise NoSuchFloor
    return MarketFloor.objects.create(
        country=country,
        response=response,
        reason=reason.strip(),
        valid_from=max(now, valid_from),
        by=by,
        chosen_at=now,
    )
