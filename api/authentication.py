"""Who sends `Authorization: Bearer …`. Apart, because the framework's settings load it early."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db.models import Model
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from marketplace.prepared import Prepared, columns_of, instance


class TokenOfAPerson(TokenAuthentication):
    """Reads the token, the account and both its sides in one query."""

    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[User, object]:
        for row in bearers().rows(key=key) if key.isalnum() else []:
            user, token = read_bearer(row)
            if user.is_active:
                return user, token
        raise AuthenticationFailed("This token is not valid (any more).")


@cache
def bearers() -> Prepared:
    """Whose token this is, asked with every request of a program."""
    token, user, worker, client = people()
    return Prepared(
        f"""SELECT {columns_of(token, "t")}, {columns_of(user, "u")}, {columns_of(worker, "w")},
                   {columns_of(client, "c")}
              FROM authtoken_token t
              JOIN accounts_user u ON u.id = t.user_id
              LEFT JOIN workers_worker w ON w.user_id = u.id
              LEFT JOIN clients_client c ON c.user_id = u.id
             WHERE t.key = %(key)s""",  # nosec B608: column names
        key="text",
    )


def people() -> tuple[type[Model], ...]:
    from rest_framework.authtoken.models import Token

    from clients.models import Client  # these need the apps to be loaded
    from workers.models import Worker

    return Token, User, Worker, Client


def read_bearer(row: Sequence[Any]) -> tuple[User, Any]:
    """The account and its token, with the account's worker and client side where it has them."""
    parts: list[Any] = []
    at = 0
    for model in people():
        size = len(model._meta.concrete_fields)
        columns, at = row[at : at + size], at + size
        parts.append(None if columns[0] is None else instance(model, columns))
    token, user, worker, client = parts
    token.user = user
    for name, side in (("worker", worker), ("client", client)):
        User._meta.get_field(name).set_cached_value(user, side)  # type: ignore[union-attr]
        if side:
            side.user = user
    return user, token
