"""A client's HTML in a frame of another origin, from which nothing gets out but answers.

The frame comes from another host name than the pages, without cookies, under a policy that loads
nothing and sends nothing. Its address is a signed token: who has it sees one row of one template,
and whoever shows the page gives it out. See docs/batches.md for what was tried against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from batches import rules
from batches.models import Template

PREFIX = "/frame/"
SALT = "batches.frame"
LASTS_SECONDS = 24 * 3600
# The two names of this machine: what one of them shows, the other frames.
OTHER_NAME = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; media-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors {site}; sandbox allow-scripts"
)
AMAZONS_ELEMENTS = re.compile(
    r"<script\b[^>]*\bcrowd-html-elements[^>]*>\s*</script>", re.IGNORECASE
)

SHADOW_OF_MARKUP = re.compile(r"shadowroot", re.IGNORECASE)


# --- on the page that shows the frame -------------------------------------------------------------
def origin_of(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def frame_origin(request: HttpRequest) -> str:
    """Where frames come from, for a page at this request's address."""
    host, colon, port = request.get_host().rpartition(":")
    if not colon or not port.isdigit():
        host, colon, port = request.get_host(), "", ""
    if settings.FRAME_HOST:
        given = settings.FRAME_HOST
        return (
            f"{request.scheme}://{given}"
            if ":" in given
            else f"{request.scheme}://{given}{colon}{port}"
        )
    return f"{request.scheme}://{OTHER_NAME.get(host, host)}{colon}{port}"


def frame_address(
    request: HttpRequest, template: Template, mapping: Mapping[str, str], row_id: int | None
) -> str:
    """The address of one row in one template, for the next LASTS_SECONDS."""
    told = {"t": template.pk, "m": dict(mapping), "r": row_id, "s": origin_of(request)}
    return frame_origin(request) + PREFIX + signing.dumps(told, salt=SALT, compress=True) + "/"


def let_in(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Allow this page, and no other, to hold frames. Wherever a frame goes, this holds it to them."""
    response._csp_update = {"frame-src": [frame_origin(request) + PREFIX]}  # type: ignore[attr-defined]
    return response


# --- the frame itself -----------------------------------------------------------------------------
def read_token(token: str) -> dict[str, Any]:
    """What an address was given out for. Raises signing.BadSignature."""
    return dict(signing.loads(token, salt=SALT, max_age=LASTS_SECONDS))


def document(
    template: Template, mapping: Mapping[str, str], values: Mapping[str, str], site: str
) -> str:
    """The template filled for one row, with our two scripts before it and a form around it."""
    body = AMAZONS_ELEMENTS.sub("", rules.filled_html(template.body, mapping, values))
    body = SHADOW_OF_MARKUP.sub("no-shadow", body)  # js/frame.js could not look into it
    if not rules.has_own_form(body):
        body = f"<form>{body}</form>"
    head = format_html(
        '<!doctype html><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><style>{}</style>'
        '<script data-site="{}" data-submit="{}">{}</script><script>{}</script>',
        template.name,
        mark_safe(script("css/frame.css")),  # nosec B308, B703: files of our own
        site,
        _("Hand in"),
        mark_safe(script("js/frame.js")),  # nosec B308, B703
        mark_safe(script("js/crowd.js")),  # nosec B308, B703
    )
    return head + body


@cache
def script(name: str) -> str:
    return Path(settings.BASE_DIR, "static", name).read_text()


def answer(html: str, site: str) -> HttpResponse:
    response = HttpResponse(html)
    response["Content-Security-Policy"] = POLICY.format(site=site)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Cache-Control"] = "private, max-age=600"
    return response
