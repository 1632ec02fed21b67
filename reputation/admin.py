"""What people said of each other, and hiding what is abusive."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin import register
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marketplace.operators import ActingAdmin
from reputation import actions
from reputation.forms import HidingForm
from reputation.models import Opinion


@register(Opinion)
class OpinionAdmin(ActingAdmin):
    list_display = (
        "__str__",
        "by",
        "score",
        "shown_reason",
        "revealed_at",
        "hidden_by",
        "hide_link",
    )
    list_filter = ("side", "score")
    list_select_related = ("by", "hidden_by")
    ordering = ("-id",)
    search_fields = ("=assignment__id",)
    search_help_text = "Number of an assignment"

    @admin.display(description="reason")
    def shown_reason(self, opinion: Opinion) -> str:
        return opinion.reason[:120]

    @admin.display(description="")
    def hide_link(self, opinion: Opinion) -> SafeString | str:
        if opinion.is_hidden:
            return opinion.hidden_because
        url = reverse("admin:reputation_opinion_hide", args=[opinion.pk])
        return format_html('<a href="{}">Hide</a>', url)

    def get_urls(self) -> list[URLPattern]:
        hide = self.admin_site.admin_view(self.hide)
        name = "reputation_opinion_hide"
        return [path("<int:opinion_id>/hide/", hide, name=name), *super().get_urls()]

    def hide(self, request: HttpRequest, opinion_id: int) -> HttpResponse:
        opinion = get_object_or_404(Opinion, pk=opinion_id)
        form = HidingForm(request.POST or None)
        return self.form_page(
            request,
            form,
            lambda: actions.hide_opinion(
                opinion_id=opinion_id,
                by=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            ),
            title="Hide an opinion",
            intro=f"“{opinion.reason}” Only the words are hidden. Everybody sees that something was "
            "said, who hid it and why.",
            button="Hide it",
        )
