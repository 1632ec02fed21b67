"""Tasks and everything that happened to them, for operators to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter, register
from django.db.models import QuerySet
from django.http import HttpRequest

from allocation.engine.catalogue import CATALOGUE
from allocation.queries import dossiers
from marketplace.operators import PageAdmin, ReadOnlyAdmin
from marketplace.templatetags.market import money
from tasks.models import Assignment, Batch, Review, Share, Slot, Submission, Task, TaskEvent


class MechanismFilter(SimpleListFilter):
    title = "mechanism"
    parameter_name = "mechanism"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(card.slug, card.name) for card in CATALOGUE.values()]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        return rows.filter(mechanism=self.value()) if self.value() else rows


@register(Task)
class TaskAdmin(PageAdmin):
    page_template = "admin/tasks/task/page.html"
    list_display = ("__str__", "client", "mechanism", "pay", "slot_count", "state", "posted_at")
    list_filter = ("state", MechanismFilter, "kind")
    list_select_related = ("client",)
    ordering = ("-id",)
    search_fields = ("=id", "=client__user__email")
    search_help_text = "Number of a task, or a client's whole e-mail address"

    @admin.display(description="pay per slot")
    def pay(self, task: Task) -> str:
        return money(task.pay_cents)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("client__user", "escrow", "batch")

    def page_context(self, row: Task) -> dict[str, Any]:
        return dossiers.task_dossier(row)


@register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "client", "task_count", "most_per_worker", "created_at")
    list_select_related = ("client",)
    ordering = ("-id",)


@register(Share)
class ShareAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "batch", "worker", "held", "most")
    list_select_related = ("batch", "worker")
    ordering = ("-id",)


class OfTask(ReadOnlyAdmin):
    """Rows of one task, found by its number."""

    ordering = ("-id",)
    search_fields = ("=task__id",)
    search_help_text = "Number of a task"


@register(Slot)
class SlotAdmin(OfTask):
    list_display = ("__str__", "task", "worker", "lease", "dropped_at")
    list_select_related = ("task", "worker")


@register(Assignment)
class AssignmentAdmin(OfTask):
    list_display = ("__str__", "task", "worker", "pay", "state", "started_at", "due_at")
    list_filter = ("state",)
    list_select_related = ("task", "worker", "slot")

    @admin.display(description="pay")
    def pay(self, assignment: Assignment) -> str:
        return money(assignment.pay_cents)


@register(TaskEvent)
class TaskEventAdmin(OfTask):
    list_display = ("__str__", "task", "worker", "by", "at")
    list_select_related = ("task", "worker", "by")


@register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "assignment", "submitted_at")
    list_select_related = ("assignment",)
    ordering = ("-id",)
    search_fields = ("=assignment__task__id",)
    search_help_text = "Number of a task"


@register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "submission", "reason_code", "by", "at")
    list_filter = ("verdict", "reason_code")
    list_select_related = ("submission", "by")
    ordering = ("-id",)
