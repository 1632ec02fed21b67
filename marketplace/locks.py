"""Reading one row under a lock, as briefly as the busiest actions need it."""

from functools import cache
from typing import Literal, TypeVar

from django.db import models

from marketplace.prepared import Prepared, columns_of

Row = TypeVar("Row", bound=models.Model)
Strength = Literal["KEY SHARE", "SHARE", "NO KEY UPDATE", "UPDATE"]


def lock(model: type[Row], pk: int, strength: Strength) -> Row:
    """The row as it is now, held until the transaction ends. Raises DoesNotExist.

    Claims and bids hold their task FOR KEY SHARE, which many may do together; closing, cancelling
    and settling take FOR UPDATE, so each bid is either wholly before or wholly after a closing.
    """
    rows = locking(model, strength).instances(model, pk=pk)
    if not rows:
        raise model.DoesNotExist(f"{model._meta.verbose_name} {pk}")  # type: ignore[attr-defined]
    return rows[0]


@cache
def locking(model: type[models.Model], strength: Strength) -> Prepared:
    table = model._meta.db_table
    return Prepared(
        f'SELECT {columns_of(model)} FROM "{table}" WHERE id = %(pk)s FOR {strength}',  # nosec B608
        pk="bigint",
    )
