"""Tokens: a program logs in once with e-mail and password, then sends `Authorization: Bearer`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from api.doors import Door, document, read
from api.people import person
from api.throttles import PasswordTries, PerMinute


class Login(serializers.Serializer):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()


class Tokens(Door):
    """A token is made by password and taken back by whoever holds it."""

    def get_permissions(self) -> list[Any]:
        return [AllowAny() if self.request.method == "POST" else IsAuthenticated()]

    def get_throttles(self) -> list[Any]:
        return [PasswordTries()] if self.request.method == "POST" else [PerMinute()]

    @document(
        "Log in and get a token",
        takes=Login,
        gives=TokenSerializer,
        status=201,
        description="The same token each time until it is taken back. A few tries a minute.",
    )
    def post(self, request: Request) -> Response:
        given = read(Login, request)
        user = authenticate(request, username=given["email"], password=given["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed("This e-mail and password do not belong together.")
        return Response({"token": Token.objects.get_or_create(user=user)[0].key}, status=201)

    @document("Take one's token back", status=204)
    def delete(self, request: Request) -> Response:
        Token.objects.filter(user=person(request)).delete()
        return Response(status=204)
