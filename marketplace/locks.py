"""The one row lock that Django's ORM cannot ask for."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def lock_key_share(model: type[Row], pk: int) -> Row:
    """Read a row under FOR KEY SHARE: many may hold it together, FOR UPDATE waits for them all.

    Claims and bids hold their task this way; closing, cancelling and settling take FOR UPDATE, so
    each bid is either wholly before or wholly after a closing. Raises DoesNotExist.
    """
    table = model._meta.db_table
    rows = list(
        model._default_manager.raw(f'SELECT * FROM "{table}" WHERE id = %s FOR KEY SHARE', [pk])  # nosec B608
    )
    if not rows:
        raise model.DoesNotExist(f"{table} {pk}")  # type: ignore[attr-defined]
    return rows[0]
