"""Too many at once: a page that says so, instead of a fault, when a lock did not come in time."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# PostgreSQL's own codes: lock not available, deadlock, serialization failure, query cancelled.
BUSY = {"55P03", "40P01", "40001", "57014"}


class BusyMiddleware:
    """Answer 503 and "try again" when the database refused to wait; nothing was changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError) or code_of(error) not in BUSY:
            return None
        answer = render(request, "503.html", status=503)
        answer["Retry-After"] = "2"
        return answer


def code_of(error: OperationalError) -> str:
    return getattr(error.__cause__, "pgcode", None) or ""
