"""Frames are answered before sessions, cookies and everything else; a frames' host serves no more."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from batches import framing
from batches.models import Row, Template

Next = Callable[[HttpRequest], HttpResponse]


class FrameMiddleware:
    """Stands before the sessions: a frame is never told who is looking, and never sets a cookie."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_frame = request.path.startswith(framing.PREFIX)
        if settings.FRAME_HOST and (host_of(request) == settings.FRAME_HOST) != is_frame:
            return HttpResponseNotFound()
        return frame(request) if is_frame else self.get_response(request)


def host_of(request: HttpRequest) -> str:
    host = request.get_host()
    return host if ":" in settings.FRAME_HOST else host.partition(":")[0]


def frame(request: HttpRequest) -> HttpResponse:
    token = request.path.removeprefix(framing.PREFIX).rstrip("/")
    try:
        told = framing.read_token(token)
    except signing.BadSignature:
        return HttpResponseNotFound()
    template = Template.objects.filter(pk=told["t"]).first()
    if template is None or request.method not in ("GET", "HEAD"):
        return HttpResponseNotFound()
    row = Row.objects.filter(pk=told["r"]).first() if told["r"] else None
    html = framing.document(template, told["m"], row.values if row else {}, told["s"])
    return framing.answer(html, told["s"])
