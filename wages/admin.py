"""Wage floors: the dated facts, what this market chose among them, and what work really paid.

The diaries of time and costs are not here. They belong to the workers.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin import register
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from marketplace.operators import ActingAdmin, ReadOnlyAdmin
from marketplace.templatetags.market import hourly
from wages import actions
from wages.forms import ChoiceForm, FactForm
from wages.models import MarketFloor, MeasuredPay, WageFloor


@register(WageFloor)
class WageFloorAdmin(ActingAdmin):
    change_list_template = "admin/acting_list.html"
    list_display = (
        "__str__", "country", "per_hour", "valid_from", "valid_to", "grade", "source", "as_of",
    )  # fmt: skip
    list_filter = ("country", "currency", "grade")
    ordering = ("country", "-valid_from", "-id")

    @admin.display(description="per hour")
    def per_hour(self, floor: WageFloor) -> str:
        return f"{floor.amount_cents / 100:.2f} {floor.currency}"

    def get_urls(self) -> list[URLPattern]:
        enter = self.admin_site.admin_view(self.enter)
        return [path("enter/", enter, name="wages_wagefloor_enter"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        acts = [("Enter a dated fact", "admin:wages_wagefloor_enter")]
        return super().changelist_view(request, {**(extra_context or {}), "acts": acts})

    def enter(self, request: HttpRequest) -> HttpResponse:
        form = FactForm(request.POST or None)
        return self.form_page(
            request,
            form,
            lambda: actions.enter_floor(by=request.user, now=timezone.now(), **form.cleaned_data),  # type: ignore[arg-type]
            title="Enter a wage floor",
            intro="A fact is never changed. A mistake is mended by another fact with the same first "
            "day. Write down where you read it: everybody sees the source. Not legal advice.",
            button="Enter it",
        )


@register(MarketFloor)
class MarketFloorAdmin(ActingAdmin):
    change_list_template = "admin/acting_list.html"
    list_display = ("__str__", "country", "response", "valid_from", "by", "reason", "chosen_at")
    list_select_related = ("by",)
    ordering = ("-valid_from", "-id")

    def get_urls(self) -> list[URLPattern]:
        choose = self.admin_site.admin_view(self.choose)
        return [path("choose/", choose, name="wages_marketfloor_choose"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        acts = [("Choose the floor of this market", "admin:wages_marketfloor_choose")]
        return super().changelist_view(request, {**(extra_context or {}), "acts": acts})

    def choose(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        form = ChoiceForm(request.POST or None, now=now)
        act = partial(actions.choose_floor, by=request.user, now=now)  # type: ignore[arg-type]
        return self.form_page(
            request,
            form,
            lambda: act(**form.cleaned_data),
            title="Choose the floor of this market",
            intro="Every task shows its expected pay per hour against this floor. When a country's "
            "floor changes, the market follows by itself. Tasks posted before stay as they are.",
            button="Choose it",
        )


@register(MeasuredPay)
class MeasuredPayAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__", "client", "batch", "median", "assignment_count", "worker_count", "measured_at",
    )  # fmt: skip
    list_select_related = ("client", "batch")
    ordering = ("-id",)

    @admin.display(description="median per hour")
    def median(self, measure: MeasuredPay) -> str:
        return hourly(measure.median_hourly_cents) if measure.is_shown else "too few workers"
