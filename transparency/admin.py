"""When the published figures were counted, and how long that took."""

from __future__ import annotations

from django.contrib.admin import register

from marketplace.operators import ReadOnlyAdmin
from transparency.models import Figures


@register(Figures)
class FiguresAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "counted_at", "seconds")
