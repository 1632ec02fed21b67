"""The public keys that signed certificates, and the accounts that were deleted."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SigningKey(models.Model):
    """A public key under which this market signed certificates. Append-only, so that a certificate
    can be checked long after the market signs with another key."""

    key_id = models.CharField(max_length=16, primary_key=True)
    public_key = models.CharField(max_length=44, help_text="Ed25519, 32 bytes in base64.")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.key_id


class Deletion(models.Model):
    """That an account was deleted by its owner, and when. Append-only."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deletion"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"account {self.user_id} deleted"
