"""Shifts and what became of them, for operators to read."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import register

from marketplace.operators import ReadOnlyAdmin
from marketplace.templatetags.market import money
from shifts.models import Attendance, Cancellation, NoShow, PublishedHour, Reserve, Shift


@register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "task", "starts_at", "ends_at", "break_minutes", "cancellation")
    list_select_related = ("task",)
    ordering = ("-starts_at", "-task_id")


@register(Attendance)
class AttendanceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "worker", "starts_at", "ends_at", "is_held")
    list_filter = ("is_held",)
    list_select_related = ("worker",)
    ordering = ("-starts_at", "-assignment_id")


@register(Cancellation)
class CancellationAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "fee", "by", "at")
    list_select_related = ("by",)
    ordering = ("-at", "-assignment_id")

    @admin.display(description="fee")
    def fee(self, cancellation: Cancellation) -> str:
        return money(cancellation.fee_cents)


@register(NoShow)
class NoShowAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "side", "by", "reason", "answer", "at")
    list_filter = ("side",)
    list_select_related = ("by",)
    ordering = ("-at", "-assignment_id")


@register(Reserve)
class ReserveAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "worker", "joined_at", "left_at", "served_at")
    list_select_related = ("worker",)
    ordering = ("-id",)
    search_fields = ("=task__id",)
    search_help_text = "Number of a task"


@register(PublishedHour)
class PublishedHourAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "worker", "starts_at", "ends_at", "price", "task", "withdrawn_at")
    list_select_related = ("worker", "task")
    ordering = ("-starts_at", "-id")

    @admin.display(description="price")
    def price(self, hour: PublishedHour) -> str:
        return money(hour.pay_cents)
