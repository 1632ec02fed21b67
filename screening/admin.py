"""The queue of held tasks, the oldest first, and every ruling on one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import register
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketplace.operators import ActingAdmin, ReadOnlyAdmin
from marketplace.templatetags.market import duration, money
from screening import actions
from screening.forms import RulingForm
from screening.models import HeldTask, Ruling
from screening.queries import holding_rule


@register(HeldTask)
class HeldTaskAdmin(ActingAdmin):
    list_display = ("__str__", "client", "pay", "waiting", "decide_link")
    list_select_related = ("client",)
    ordering = ("posted_at", "id")

    @admin.display(description="pay per slot")
    def pay(self, task: HeldTask) -> str:
        return money(task.pay_cents)

    @admin.display(description="waiting for")
    def waiting(self, task: HeldTask) -> str:
        return duration((timezone.now() - task.posted_at).total_seconds())

    @admin.display(description="")
    def decide_link(self, task: HeldTask) -> SafeString:
        url = reverse("admin:screening_heldtask_decide", args=[task.pk])
        return format_html('<a href="{}">Look and decide</a>', url)

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide)
        name = "screening_heldtask_decide"
        return [path("<int:task_id>/decide/", decide, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The one page about a held task is the one that decides."""
        return redirect("admin:screening_heldtask_decide", object_id)

    def decide(self, request: HttpRequest, task_id: int) -> HttpResponse:
        """The text, the rule that held it, and the form that releases or refuses it."""
        task = get_object_or_404(HeldTask.objects.select_related("client"), pk=task_id)
        rule = holding_rule(task)
        form = RulingForm(request.POST or None)

        def act() -> None:
            said = form.cleaned_data
            is_released = said["verdict"] == Ruling.Verdict.RELEASED
            rule_on = actions.release_task if is_released else actions.refuse_task
            now = timezone.now()
            ruling = rule_on(task_id=task_id, by=request.user, reason=said["reason"], now=now)  # type: ignore[arg-type]
            if said["is_for_all"]:
                actions.rule_alike(ruling=ruling, now=now)

        return self.form_page(
            request,
            form,
            act,
            title=f"“{task.title}”",
            intro=f"Held by the rule “{rule.slug if rule else 'unknown'}”. "
            f"{rule.sentence if rule else ''} Posted by {task.client.name}: {task.description}",
            button="Decide",
        )


@register(Ruling)
class RulingAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "rule", "verdict", "by", "reason", "at")
    list_filter = ("verdict", "rule")
    list_select_related = ("by",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("task")
