"""Every decision, open to operators: who was in it, what counted, and whether it can be repeated."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter, register
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from allocation import actions
from allocation.engine.card import UnusableParameters
from allocation.engine.catalogue import CATALOGUE
from allocation.engine.explain import NotInThisCase
from allocation.forms import VersionForm
from allocation.models import (
    Allocation,
    Bid,
    ChainLink,
    Claim,
    Entry,
    Gathered,
    MechanismVersion,
    Offer,
)
from allocation.queries import dossiers, record
from allocation.queries.explaining import explanation_for
from allocation.queries.rehearsal import rehearsal
from marketplace.operators import ExportMixin, PageAdmin, ReadOnlyAdmin, is_operator
from marketplace.templatetags.market import money
from tasks.templatetags.task_words import version_name
from workers.models import Worker

Choices = list[tuple[str, str]]
SEALED = "sealed until closing"


class MechanismFilter(SimpleListFilter):
    title = "mechanism"
    parameter_name = "mechanism"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(card.slug, card.name) for card in CATALOGUE.values()]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        return rows.of_mechanism(self.value()) if self.value() else rows  # type: ignore[attr-defined]


class MechanismOfVersionFilter(MechanismFilter):
    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        return rows.filter(mechanism=self.value()) if self.value() else rows


class OutcomeFilter(SimpleListFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [("awarded", "awarded"), ("offered", "offered"), ("nobody", "nobody")]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        offered = Q(decision__has_key="offers")
        return {
            "awarded": rows.filter(awarded_count__gt=0),
            "offered": rows.filter(offered),
            "nobody": rows.filter(~offered, awarded_count=0),
        }.get(self.value() or "", rows)


class LatencyFilter(SimpleListFilter):
    title = "latency"
    parameter_name = "latency"
    BANDS = {"1": (0, 1), "10": (1, 10), "50": (10, 50), "250": (50, 250), "more": (250, None)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("1", "under 1 ms"),
            ("10", "1 to 10 ms"),
            ("50", "10 to 50 ms"),
            ("250", "50 to 250 ms"),
            ("more", "250 ms and more"),
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        if self.value() not in self.BANDS:
            return rows
        low, high = self.BANDS[str(self.value())]
        rows = rows.filter(latency_ms__gte=low)
        return rows if high is None else rows.filter(latency_ms__lt=high)


class DecidedFilter(SimpleListFilter):
    title = "decided"
    parameter_name = "since"
    HOURS = {"hour": 1, "day": 24, "week": 168, "month": 720}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("hour", "in the last hour"),
            ("day", "in the last day"),
            ("week", "in the last week"),
            ("month", "in the last 30 days"),
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        if self.value() not in self.HOURS:
            return rows
        span = timedelta(hours=self.HOURS[str(self.value())])
        return rows.filter(decided_at__gte=timezone.now() - span)


@register(Allocation)
class AllocationAdmin(ExportMixin, PageAdmin):
    page_template = "admin/allocation/allocation/page.html"
    list_display = (
        "__str__",
        "decided_at",
        "task",
        "rule",
        "trigger",
        "candidate_count",
        "outcome",
        "latency",
        "is_sealed",
    )
    list_filter = (MechanismFilter, OutcomeFilter, LatencyFilter, "trigger", DecidedFilter)
    list_select_related = ("task", "version", "link")
    ordering = ("-decided_at", "-id")
    search_fields = ("=id", "=task__id")
    search_help_text = "Number of an allocation or of a task"

    @admin.display(description="version")
    def rule(self, allocation: Allocation) -> str:
        return version_name(allocation.version)

    @admin.display(description="outcome")
    def outcome(self, allocation: Allocation) -> str:
        if allocation.awarded_count:
            return f"{allocation.awarded_count} awarded"
        offered = len(allocation.decision.get("offers", ()))
        return f"{offered} offered" if offered else "nobody"

    @admin.display(description="latency")
    def latency(self, allocation: Allocation) -> str:
        return f"{allocation.latency_ms:.1f} ms"

    @admin.display(description="sealed", boolean=True)
    def is_sealed(self, allocation: Allocation) -> bool:
        return hasattr(allocation, "link")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def page_context(self, row: Allocation) -> dict[str, Any]:
        dossier = dossiers.decision_dossier(row)
        return {
            **dossier,
            "outcome": self.outcome(row),
            "case_json": json.dumps(dossier["case"], indent=2, sort_keys=True),
            "decision_json": json.dumps(row.decision, indent=2, sort_keys=True),
        }

    def get_urls(self) -> list[URLPattern]:
        replay, why = (self.admin_site.admin_view(view) for view in (self.replay, self.why))
        name = "allocation_allocation"
        return [
            path("<path:object_id>/replay/", replay, name=f"{name}_replay"),
            path("<path:object_id>/why/<int:worker_id>/", why, name=f"{name}_why"),
            *super().get_urls(),
        ]

    def replay(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Run the mechanism on the stored case once more and show whether the answer is the same."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        allocation = self.found(request, object_id)
        return self.page(request, allocation, again=record.replayed(allocation))

    def why(self, request: HttpRequest, object_id: str, worker_id: int) -> HttpResponse:
        """What one candidate reads when they ask why (not) me."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        allocation = self.found(request, object_id)
        worker = get_object_or_404(Worker, pk=worker_id)
        try:
            told = explanation_for(allocation, worker)
        except NotInThisCase:
            raise Http404 from None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": allocation,
            "title": f"Why? {worker} in allocation {allocation.pk}",
            "worker": worker,
            "told": told,
        }
        return TemplateResponse(request, "admin/allocation/allocation/why.html", context)

    def exported_row(self, row: Allocation, kind: str) -> dict[str, Any]:
        link = getattr(row, "link", None)
        chain = {"position": link and link.position, "hash": link and link.hash}
        if kind == "json":
            return {**dossiers.shown_facts(row), **chain}
        return {
            "allocation": row.pk,
            "task": row.task_id,
            "mechanism": row.version.mechanism,
            "version": row.version.number,
            "trigger": row.trigger,
            "candidates": row.candidate_count,
            "awarded": row.awarded_count,
            "offered": len(row.decision.get("offers", ())),
            "latency_ms": row.latency_ms,
            "decided_at": row.decided_at.isoformat(),
            **chain,
        }


@register(MechanismVersion)
class MechanismVersionAdmin(ReadOnlyAdmin):
    change_list_template = "admin/allocation/mechanismversion/change_list.html"
    list_display = ("called", "valid_from", "published_at", "by", "reason")
    list_display_links = ("called",)
    list_filter = (MechanismOfVersionFilter,)
    list_select_related = ("by",)
    ordering = ("mechanism", "-number")

    @admin.display(description="mechanism version")
    def called(self, version: MechanismVersion) -> str:
        return version_name(version)

    def get_urls(self) -> list[URLPattern]:
        publish = self.admin_site.admin_view(self.publish)
        name = "allocation_mechanismversion_publish"
        return [path("publish/<slug:slug>/", publish, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        cards = [card for card in CATALOGUE.values() if card.parameters]
        return super().changelist_view(request, {**(extra_context or {}), "cards": cards})

    def publish(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Announce a new version of one mechanism: the only way to change its parameters."""
        if not is_operator(request):
            raise PermissionDenied
        if slug not in CATALOGUE:
            raise Http404
        now = timezone.now()
        form = VersionForm(request.POST or None, card=CATALOGUE[slug], now=now)
        tried, version = None, None
        if "try" in request.POST:
            tried = try_or_say_why_not(form)
        elif form.is_valid():
            version = publish_or_say_why_not(form, request, now)
        if version:
            messages.success(
                request,
                f"Version {version.number} of “{CATALOGUE[slug].name}” is published "
                f"and decides from {version.valid_from:%d %B %Y}.",
            )
            return redirect("admin:allocation_mechanismversion_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"A new version of “{CATALOGUE[slug].name}”",
            "card": CATALOGUE[slug],
            "form": form,
            "tried": tried,
        }
        return TemplateResponse(request, "admin/allocation/mechanismversion/publish.html", context)


def try_or_say_why_not(form: VersionForm) -> dict[str, Any] | None:
    """What these numbers would have decided, with names; None when they cannot be used."""
    if not form.is_usable_to_try():
        return None
    try:
        parameters = form.card.complete(form.parameters)
    except UnusableParameters as error:
        form.add_error(None, str(error))
        return None
    found = rehearsal(form.card.slug, parameters)
    people = {pk for _, move in found.moves for pk in (*move.gain, *move.lose, *move.other_pay)}
    names = dict(Worker.objects.filter(pk__in=people).values_list("pk", "name"))
    rows = [
        (
            allocation,
            *([names[pk] for pk in part] for part in (move.gain, move.lose, move.other_pay)),
        )
        for allocation, move in found.moves
    ]
    return {"decisions": found.decisions, "rows": rows}


def publish_or_say_why_not(
    form: VersionForm, request: HttpRequest, now: Any
) -> MechanismVersion | None:
    try:
        return actions.publish_version(
            mechanism=form.card.slug,
            parameters=form.parameters,
            valid_from=form.cleaned_data["valid_from"],
            reason=form.cleaned_data["reason"],
            by=request.user,  # type: ignore[arg-type]
            now=now,
        )
    except (
        actions.TooFarAhead,
        actions.TooLittleNotice,
        actions.ParametersCannotBeUsed,
        actions.VersionChangesNothing,
        actions.VersionNeedsAReason,
        actions.VersionNeedsAnOperator,
    ) as refusal:
        form.add_error(None, str(refusal) or str(refusal.__doc__))
        return None


@register(Bid)
class BidAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "task", "worker", "price", "state", "received_at")
    list_filter = ("state",)
    list_select_related = ("task", "worker")
    fields = ("task", "worker", "price", "said", "state", "received_at")
    ordering = ("-id",)
    search_fields = ("=task__id",)
    search_help_text = "Number of a task"

    @admin.display(description="price")
    def price(self, bid: Bid) -> str:
        cents = dossiers.shown_amount(bid)
        return SEALED if cents is None else money(cents)

    @admin.display(description="message")
    def said(self, bid: Bid) -> str:
        """Sealed with the price, which it may tell."""
        return SEALED if dossiers.shown_amount(bid) is None else bid.message


@register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "task", "worker", "received_at", "is_won")
    list_select_related = ("task", "worker")
    ordering = ("-id",)
    search_fields = ("=task__id",)
    search_help_text = "Number of a task"


@register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """That somebody entered, and when. The work itself is between the worker and the client."""

    list_display = ("__str__", "task", "worker", "received_at", "revised_at")
    list_select_related = ("task", "worker")
    fields = ("task", "worker", "received_at", "revised_at")
    ordering = ("-id",)
    search_fields = ("=task__id",)
    search_help_text = "Number of a task"


@register(Gathered)
class GatheredAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "task", "mechanism", "due_at")
    list_select_related = ("task",)
    ordering = ("due_at", "task_id")


@register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "task", "worker", "pay", "state", "made_at", "expires_at")
    list_filter = ("state",)
    list_select_related = ("task", "worker")
    ordering = ("-id",)
    search_fields = ("=task__id",)
    search_help_text = "Number of a task"

    @admin.display(description="pay")
    def pay(self, offer: Offer) -> str:
        return money(offer.pay_cents)


@register(ChainLink)
class ChainLinkAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "decision", "sealed_at", "hash")
    list_select_related = ("allocation",)
    ordering = ("-position",)
    search_fields = ("=position", "=hash")
    search_help_text = "Position, or a whole hash"

    @admin.display(description="allocation")
    def decision(self, link: ChainLink) -> str:
        url = reverse("admin:allocation_allocation_change", args=[link.allocation_id])
        return format_html('<a href="{}">{}</a>', url, link.allocation)
