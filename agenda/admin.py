"""What is due, the longest overdue first, and who last showed that it lives."""

from django.contrib import admin
from django.contrib.admin import register
from django.utils import timezone

from agenda.models import DueWork, Heartbeat
from marketplace.operators import ReadOnlyAdmin
from marketplace.templatetags.market import duration


@register(DueWork)
class DueWorkAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "due_at", "overdue", "attempts", "last_error")
    list_filter = (("topic", admin.AllValuesFieldListFilter),)
    ordering = ("due_at", "id")

    @admin.display(description="overdue by")
    def overdue(self, work: DueWork) -> str:
        late = (timezone.now() - work.due_at).total_seconds()
        return duration(late) if late > 0 else ""


@register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "at")
    ordering = ("name",)
