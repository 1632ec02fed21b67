"""Whose limits count for a request, without keeping who it was."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from rest_framework.throttling import BaseThrottle

from accounts.models import User


def visitor_of(request: HttpRequest, by: User | None) -> str:
    """A digest of the person, or of the address of who has no account."""
    ident = f"user {by.pk}" if by else f"address {BaseThrottle().get_ident(request)}"  # type: ignore[arg-type]
    return salted_hmac("simulation.visitor", ident, algorithm="sha256").hexdigest()
