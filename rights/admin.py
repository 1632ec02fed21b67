"""The keys under certificates, and which accounts were deleted when."""

from __future__ import annotations

from django.contrib.admin import register

from marketplace.operators import ReadOnlyAdmin
from rights.models import Deletion, SigningKey


@register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "public_key", "since")


@register(Deletion)
class DeletionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "at")
