"""Who sends `Authorization: Bearer …`. Apart, because the framework's settings load it early."""

from __future__ import annotations

from functools import cache

from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from marketplace.prepared import Prepared, columns_of, instance
from marketplace.reader import SIDES, person_columns, read_person


class TokenOfAPerson(TokenAuthentication):
    """Reads the token, the account and both its sides in one query."""

    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[User, object]:
        from rest_framework.authtoken.models import Token  # needs the apps to be loaded

        for row in bearers().rows(key=key) if key.isalnum() else []:
            size = len(Token._meta.concrete_fields)
            token, user = instance(Token, row[:size]), read_person(row[size:])
            token.user = user
            if user.is_active:
                return user, token
        raise AuthenticationFailed("This token is not valid (any more).")


@cache
def bearers() -> Prepared:
    """Whose token this is, asked with every request of a program."""
    from rest_framework.authtoken.models import Token

    return Prepared(
        f"""SELECT {columns_of(Token, "t")}, {person_columns()} {SIDES}
              JOIN authtoken_token t ON t.user_id = u.id
             WHERE t.key = %(key)s""",  # nosec B608: column names
        key="text",
    )
