"""Who sends `Authorization: Bearer …`. Apart, because the framework's settings load it early."""

from __future__ import annotations

from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User


class TokenOfAPerson(TokenAuthentication):
    """Reads the token, the account and both its sides in one query."""

    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[User, object]:
        from rest_framework.authtoken.models import Token  # needs the apps to be loaded

        tokens = Token.objects.select_related("user__worker", "user__client")
        token = tokens.filter(key=key).first() if key.isalnum() else None
        if token is None or not token.user.is_active:
            raise AuthenticationFailed("This token is not valid (any more).")
        return token.user, token
