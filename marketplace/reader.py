"""Who is asking: an account with both its sides in one query, by its number or by its token."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Model

from accounts.models import User
from marketplace.prepared import Prepared, columns_of, instance


class SessionOfAPerson(AuthenticationBackend):  # type: ignore[misc]
    """Logs people in by e-mail and password; every later page reads who they are in one query."""

    def get_user(self, user_id: Any) -> User | None:
        for row in accounts().rows(id=user_id):
            user = read_person(row)
            return user if self.user_can_authenticate(user) else None
        return None


@cache
def accounts() -> Prepared:
    """Whose session this is, asked with every page of somebody who is logged in."""
    return Prepared(f"SELECT {person_columns()} {SIDES} WHERE u.id = %(id)s", id="bigint")


# Read after the account itself, as `u`.
SIDES = """FROM accounts_user u
      LEFT JOIN workers_worker w ON w.user_id = u.id
      LEFT JOIN clients_client c ON c.user_id = u.id"""


def sides() -> dict[str, type[Model]]:
    from clients.models import Client  # these need the apps to be loaded
    from workers.models import Worker

    return {"worker": Worker, "client": Client}


def person_columns() -> str:
    worker, client = sides().values()
    return f"{columns_of(User, 'u')}, {columns_of(worker, 'w')}, {columns_of(client, 'c')}"


def read_person(row: Sequence[Any]) -> User:
    """The account in a row of `person_columns`, with its worker and client side or without."""
    user = instance(User, row[: (at := len(User._meta.concrete_fields))])
    for name, model in sides().items():
        size = len(model._meta.concrete_fields)
        columns, at = row[at : at + size], at + size
        side = None if columns[0] is None else instance(model, columns)
        User._meta.get_field(name).set_cached_value(user, side)  # type: ignore[union-attr]
        if side:
            side.user = user  # type: ignore[attr-defined]
    return user
