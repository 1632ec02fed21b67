"""The operators' site: its front page, the books, the state of the record, and who may come in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone

from agenda import queries as agenda
from allocation.queries import record, speed
from disputes.queries import operators_queue
from ledger.models import Account
from ledger.queries import trial_balance
from marketplace.operators import OperatorAdmin
from proofs.models import Proof
from screening.models import HeldTask
from tasks.models import Task

LOOKED_AT = 1_000  # how many links and decisions a button on a page checks; the command does all
LATE_SWEEP_SECONDS = 10


class OperatorSite(AdminSite):
    site_header = "Taakplein, for operators"
    site_title = "Taakplein operators"
    index_title = "The market now"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only pages written for this market: none that show tokens or secrets of other apps."""
        if admin_class is not None and issubclass(admin_class, OperatorAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """The site's own login, so that a second factor is asked for here too."""
        answer: TemplateResponse = secure_admin_login(super().login)(request, extra_context)
        return answer

    def get_urls(self) -> list[URLPattern | URLResolver]:
        ours: list[URLPattern | URLResolver] = [
            path("books/", self.admin_view(self.books), name="books"),
            path("record/", self.admin_view(self.record), name="record"),
            path("record/check/", self.admin_view(self.check_record), name="record_check"),
            path("speed/", self.admin_view(self.speed), name="speed"),
        ]
        return [*ours, *super().get_urls()]

    def page(self, request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
        context = {**self.each_context(request), "title": title, **context}
        return TemplateResponse(request, f"admin/{name}.html", context)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        return super().index(request, {**(extra_context or {}), **market_now(request)})

    def books(self, request: HttpRequest) -> HttpResponse:
        """The trial balance: every transfer added up again."""
        books = trial_balance()
        kinds = [(Account.Kind(kind).label, cents) for kind, cents in sorted(books.by_kind.items())]
        return self.page(request, "books", "Trial balance", books=books, kinds=kinds)

    def record(self, request: HttpRequest, **found: Any) -> HttpResponse:
        """The newest link, and buttons that check the newest decisions."""
        return self.page(
            request,
            "record",
            "The record of decisions",
            newest=record.newest_link(),
            looked_at=LOOKED_AT,
            **found,
        )

    def check_record(self, request: HttpRequest) -> HttpResponse:
        """Verify, or replay, the newest of the record. Changes nothing."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if "replay" in request.POST:
            again = [record.replayed(kept) for kept in record.newest_decisions(LOOKED_AT)]
            different = [one for one in again if not one.is_same]
            return self.record(request, replayed=len(again), different=different)
        problems = record.problems(timezone.now(), newest=LOOKED_AT)
        return self.record(request, is_verified=True, problems=problems)

    def speed(self, request: HttpRequest) -> HttpResponse:
        since = timezone.now() - timedelta(days=30)
        return self.page(
            request,
            "speed",
            "How quickly work is given out",
            latencies=speed.latencies(since),
            fills=speed.fills(since),
        )


def market_now(request: HttpRequest) -> dict[str, Any]:
    """The figures on the operators' front page."""
    now = timezone.now()
    since_sweep = agenda.seconds_since_sweep(now)
    return {
        "overdue": agenda.overdue_count(now - timedelta(seconds=LATE_SWEEP_SECONDS)),
        "since_sweep": since_sweep,
        "is_sweeping": since_sweep is not None and since_sweep < LATE_SWEEP_SECONDS,
        "latencies": speed.latencies(now - timedelta(hours=1)),
        "held_tasks": HeldTask.objects.filter(state=Task.State.HELD).count(),
        "waiting_proofs": Proof.objects.filter(state=Proof.State.SHOWN).count(),
        "open_tasks": Task.objects.open().count(),
        "books": trial_balance(),
        "queue": operators_queue(now),
        "newest": record.newest_link(),
        "has_second_factor": is_mfa_enabled(request.user),
    }
