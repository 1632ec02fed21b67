"""Addresses that only take a form: who comes to one without the form is led to the page it stands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


class WayBackMiddleware:
    """A log-in, a language switch and a typed address never end on a blank page.

    The API says no in its own words, so its answers pass through.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if isinstance(answer, HttpResponseNotAllowed):
            return page_above(request) or no_page(request, answer)
        if request.method == "POST" and is_asked_to_log_in(request, answer):
            return redirect_to_login(page_of_the_form(request))
        return answer


def page_above(request: HttpRequest) -> HttpResponse | None:
    """/class/ for /class/join/. None when nobody was only looking, or nothing stands above."""
    if request.method not in ("GET", "HEAD"):
        return None
    return next((redirect(path) for path in paths_above(request.path) if is_named(path)), None)


def paths_above(path: str) -> Iterator[str]:
    """/a/b/ and /a/ for /a/b/c/; the square stands above everything and says nothing."""
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        yield f"/{'/'.join(parts[:count])}/"


def is_named(path: str) -> bool:
    """What has no name only catches the rest."""
    try:
        return bool(resolve(path).url_name)
    except Resolver404:
        return False


def no_page(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    answer = render(request, "405.html", status=405)
    answer["Allow"] = refused["Allow"]
    return answer


def is_asked_to_log_in(request: HttpRequest, answer: HttpResponse) -> bool:
    """Whether a form was answered by the log-in, which would go on to where the form was sent."""
    to = urlsplit(answer.get("Location", ""))
    after = parse_qs(to.query).get(REDIRECT_FIELD_NAME)
    return to.path == resolve_url(settings.LOGIN_URL) and after == [request.get_full_path()]


def page_of_the_form(request: HttpRequest) -> str:
    """The page of ours that the form was sent from, or else where a log-in leads anyway."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl()
