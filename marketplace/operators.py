"""What every operator's page in Django admin has in common: who may look, who may change, paging."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import OperationalError, connection, transaction
from django.db.models import Model
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from marketplace.doors import sentence_of

COUNTED = 10_000  # a list says "more than" beyond this, and pages no further
COUNT_TIMEOUT_MS = 500
EXPORTED = 50_000


def is_operator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


class CappedPaginator(Paginator):
    """Counts no further than it is worth waiting for, so lists stay quick at millions of rows."""

    @cached_property
    def count(self) -> int:
        """The number of rows, or COUNTED when there are more or counting takes too long."""
        rows: Any = self.object_list
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {COUNT_TIMEOUT_MS}")
                found = int(rows.order_by()[: COUNTED + 1].count())
                # The time-out belongs to the count only, also inside a larger transaction.
                cursor.execute("RESET statement_timeout")
        except OperationalError:
            found = COUNTED + 1
        self.is_capped = found > COUNTED
        return min(found, COUNTED)

    is_capped = False


class OperatorAdmin(ModelAdmin):
    """Operators see every row; nobody deletes one."""

    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    show_facets = ShowFacets.NEVER
    view_on_site = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_operator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(OperatorAdmin):
    """Rows that only the market's own actions write, also when an address is typed by hand."""

    sortable_by = ()
    list_display_links: Any = ("__str__",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PageAdmin(ReadOnlyAdmin):
    """A read-only row with a page of its own instead of a form."""

    page_template = ""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return self.page(request, self.found(request, object_id))

    def found(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row

    def page(self, request: HttpRequest, row: Any, **extra: Any) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": str(row),
            "media": self.media,
            **self.page_context(row),
            **extra,
        }
        return TemplateResponse(request, self.page_template, context)

    def page_context(self, row: Any) -> dict[str, Any]:
        return {}


class ActingAdmin(ReadOnlyAdmin):
    """Read-only rows, and beside them what an operator may do: a form, and one action behind it."""

    def form_page(
        self,
        request: HttpRequest,
        form: Form,
        act: Callable[[], object],
        *,
        title: str,
        intro: str,
        button: str,
    ) -> HttpResponse:
        """Show the form; when it is sent, act, and say on it why the market refuses."""
        if not is_operator(request):
            raise PermissionDenied
        if form.is_valid():
            try:
                act()
            except Exception as refusal:
                if ".actions" not in type(refusal).__module__:  # a bug, not a refusal
                    raise
                form.add_error(None, sentence_of(refusal))
            else:
                messages.success(request, f"{title}: done.")
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist",
            "title": title,
            "intro": intro,
            "button": button,
            "form": form,
        }
        return TemplateResponse(request, "admin/acting.html", context)


class ExportMixin(ModelAdmin):
    """`export/csv/` and `export/json/`: the list as filtered, newest EXPORTED rows, streamed."""

    change_list_template = "admin/exportable_change_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        export = self.admin_site.admin_view(self.export)
        return [path("export/<slug:kind>/", export, name=name), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        export = {
            "exported": EXPORTED,
            "export_name": f"admin:{self.opts.app_label}_{self.opts.model_name}_export",
        }
        return super().changelist_view(request, {**(extra_context or {}), **export})

    def export(self, request: HttpRequest, kind: str) -> StreamingHttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in ("csv", "json"):
            raise Http404
        rows = self.get_changelist_instance(request).get_queryset(request)
        is_complete = not rows[EXPORTED : EXPORTED + 1].exists()
        chosen = rows[:EXPORTED].iterator(chunk_size=500)
        exported = (self.exported_row(row, kind) for row in chosen)
        body = csv_of(exported) if kind == "csv" else json_of(exported, is_complete)
        response = StreamingHttpResponse(
            body, content_type="text/csv" if kind == "csv" else "application/json"
        )
        which = "all" if is_complete else f"newest-{EXPORTED}"
        filename = f"{self.opts.model_name}-{which}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response

    def exported_row(self, row: Any, kind: str) -> Mapping[str, Any]:
        raise NotImplementedError


class Line:
    """A file that hands back what the csv module writes."""

    def write(self, text: str) -> str:
        return text


def csv_of(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    writer = csv.writer(Line())
    is_first = True
    for row in rows:
        if is_first:
            yield writer.writerow(row)
            is_first = False
        yield writer.writerow([harmless(value) for value in row.values()])


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a quote in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def json_of(rows: Iterator[Mapping[str, Any]], is_complete: bool) -> Iterator[str]:
    yield f'{{"is_complete": {json.dumps(is_complete)}, "rows": ['
    between = "\n"
    for row in rows:
        yield between + json.dumps(row, default=str)
        between = ",\n"
    yield "\n]}\n"
