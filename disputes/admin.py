"""What waits for an operator: overdue first, each with its facts and a place to decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter, register
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from disputes import actions
from disputes.forms import DecisionForm
from disputes.models import Dispute, HeldRejection, HumanReview, ProblemTicket, Question, Statement
from marketplace.doors import sentence_of
from marketplace.operators import PageAdmin, ReadOnlyAdmin, is_operator
from marketplace.templatetags.market import duration
from tasks.models import Assignment
from tasks.queries import assignments_with_work

REFUSALS = (actions.AlreadyDecided, actions.ADecisionNeedsAReason, actions.NotForYouToDecide)


class WaitingFilter(SimpleListFilter):
    """What waits is shown first; the decided ones are one click away."""

    title = "state"
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("decided", "decided"), ("all", "all")]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": "waiting"}, *others]

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        if self.value() == "all":
            return rows
        if self.value() == "decided":
            return rows.exclude(decided_at=None)
        return self.waiting(rows)

    def waiting(self, rows: QuerySet) -> QuerySet:
        return rows.filter(decided_at=None)


class HeldFilter(WaitingFilter):
    def waiting(self, rows: QuerySet) -> QuerySet:
        return rows.filter(decided_at=None, submission__review=None)


class QuestionAdmin(PageAdmin):
    """One kind of question: the queue, and a page that shows the facts and takes the decision."""

    page_template = "admin/disputes/question.html"
    list_display: Any = ("__str__", "clock", "asked_by", "asked_at", "outcome", "decided_by")
    list_filter = (WaitingFilter,)
    list_select_related = ("asked_by", "decided_by")
    ordering = (F("decided_at").asc(nulls_first=True), "due_at", "id")
    search_fields = ("=id", "=asked_by__email")
    search_help_text = "Number, or the whole e-mail address of who asked"
    decide_with: Callable[..., Question]
    id_argument = ""

    @admin.display(description="decide within")
    def clock(self, question: Question) -> str:
        if question.is_decided:
            return "decided"
        left = (question.due_at - timezone.now()).total_seconds()
        return duration(left) if left > 0 else f"OVERDUE by {duration(-left)}"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_decide"
        decide = self.admin_site.admin_view(self.decide)
        return [path("<path:object_id>/decide/", decide, name=name), *super().get_urls()]

    def page_context(self, row: Any) -> dict[str, Any]:
        return {
            "question": row,
            "now": timezone.now(),
            "form": DecisionForm(question=row),
            "decide_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_decide",
            "list_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist",
            **self.facts_of(row),
        }

    def facts_of(self, row: Any) -> dict[str, Any]:
        return {}

    def decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down this operator's decision, or say why it cannot be theirs."""
        if request.method != "POST" or not is_operator(request):
            raise PermissionDenied
        question = self.found(request, object_id)
        form = DecisionForm(request.POST, question=question)
        if form.is_valid():
            refusal = self.refusal_to(question, form, request, timezone.now())
            if refusal is None:
                messages.success(request, "Decided. Both sides read your reason.")
                return redirect(
                    f"admin:{self.opts.app_label}_{self.opts.model_name}_change", question.pk
                )
            form.add_error(None, sentence_of(refusal))
        return self.page(request, self.found(request, object_id), form=form)

    def refusal_to(
        self, question: Any, form: DecisionForm, request: HttpRequest, now: datetime
    ) -> Exception | None:
        try:
            type(self).decide_with(
                **{self.id_argument: question.pk}, by=request.user, now=now, **form.cleaned_data
            )
        except REFUSALS as refusal:
            return refusal
        return None


def work_of(assignment_id: int) -> Assignment:
    return assignments_with_work().get(pk=assignment_id)


@register(HeldRejection)
class HeldRejectionAdmin(QuestionAdmin):
    list_filter = (HeldFilter,)
    decide_with = staticmethod(actions.decide_held_rejection)
    id_argument = "held_id"

    def facts_of(self, row: HeldRejection) -> dict[str, Any]:
        others = HeldRejection.objects.filter(asked_by=row.asked_by).exclude(pk=row.pk)
        return {
            "assignment": work_of(row.submission.assignment_id),
            "others": others.select_related("asked_by").order_by("-id")[:10],
        }


@register(Dispute)
class DisputeAdmin(QuestionAdmin):
    decide_with = staticmethod(actions.decide_dispute)
    id_argument = "dispute_id"

    def facts_of(self, row: Dispute) -> dict[str, Any]:
        return {
            "assignment": work_of(row.assignment_id),
            "statements": row.statements.select_related("by").order_by("id"),
        }


@register(HumanReview)
class HumanReviewAdmin(QuestionAdmin):
    decide_with = staticmethod(actions.decide_review)
    id_argument = "review_id"

    def facts_of(self, row: HumanReview) -> dict[str, Any]:
        return {"allocation": row.allocation}


@register(ProblemTicket)
class ProblemTicketAdmin(QuestionAdmin):
    list_display = (*QuestionAdmin.list_display, "escalated_at")
    decide_with = staticmethod(actions.answer_problem)
    id_argument = "problem_id"

    def facts_of(self, row: ProblemTicket) -> dict[str, Any]:
        return {"waits_for_client": row.escalated_at is None}


@register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "by", "is_client", "at")
    list_select_related = ("by", "dispute")
    ordering = ("-id",)
