"""Limits of statuses, as dated facts. Who has which status is not shown: it is nobody's business here."""

from __future__ import annotations

from django.contrib.admin import register

from marketplace.operators import ReadOnlyAdmin
from statuses.models import StatusLimit


@register(StatusLimit)
class StatusLimitAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__", "country", "status", "hours", "valid_from", "valid_to", "grade", "source", "as_of",
    )  # fmt: skip
    list_filter = ("country", "status")
    ordering = ("country", "status", "-valid_from")
