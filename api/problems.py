"""Every refusal as one problem document (RFC 9457), with the same words that the pages use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "That is not valid",
    401: "Log in first",
    403: "You may not do that",
    404: "Not found",
    405: "That cannot be done here",
    409: "That is not possible now",
    413: "That is too much at once",
    415: "Send JSON",
    422: "This key was used for something else",
    429: "Too many requests",
    503: "Busy for a moment",
}


class Refusal(Exception):
    """A refusal of the API itself: its docstring is the sentence, `status` its HTTP status."""

    status = 409


class NotAClientYet(Refusal):
    """You are not a client here yet. POST /api/v1/me/client makes you one."""

    status = 403


class NotAWorkerYet(Refusal):
    """You are not a worker here yet. POST /api/v1/me/worker makes you one."""

    status = 403


class BodyIsTooLarge(Refusal):
    """A request body may hold at most five megabytes."""

    status = 413


class TryAgain(Refusal):
    """Somebody else is changing the same thing. Nothing was done; try again in a second."""

    status = 503


def answer_problem(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """The one exception handler: a problem document for what was foreseen, None for a bug."""
    problem = problem_of(error)
    if problem is None:
        return None
    set_rollback()
    return Response(
        problem,
        status=problem["status"],
        headers=headers_of(error),
        content_type=MEDIA_TYPE,
    )


def problem_of(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, Refusal):
        return problem(error.status, sentence(error), code_of(error))
    if is_refusal_of_an_action(error):
        return problem(409, sentence(error), code_of(error), **getattr(error, "facts", {}))
    if isinstance(error, ObjectDoesNotExist | Http404 | exceptions.NotFound):
        return problem(404, "There is nothing here, or it is not yours to see.", "not_found")
    if isinstance(error, RequestDataTooBig):
        return problem_of(BodyIsTooLarge())
    if isinstance(error, OperationalError):
        return problem_of(TryAgain())
    if isinstance(error, PermissionDenied):
        return problem_of(exceptions.PermissionDenied())
    if isinstance(error, exceptions.APIException):
        return problem_of_the_framework(error)
    return None


def problem(status: int, detail: str, code: str, **more: Any) -> dict[str, Any]:
    return {
        "type": f"urn:taakplein:problem:{code}",
        "title": TITLES.get(status, "That did not work"),
        "status": status,
        "detail": detail,
        "code": code,
        **more,
    }


def problem_of_the_framework(error: exceptions.APIException) -> dict[str, Any]:
    """What Django REST framework refuses by itself: wrong fields, no login, too fast …"""
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
        return problem(400, "Some of what you sent is not valid.", "invalid", errors=fields)
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    return problem(error.status_code, str(error.detail), code)


def is_refusal_of_an_action(error: Exception) -> bool:
    """The house rule: an exception that is defined beside an action is an expected refusal."""
    return ".actions" in type(error).__module__


def sentence(error: Exception) -> str:
    """What the exception says itself, or else its docstring, as one line."""
    return str(error) or " ".join(cleandoc(type(error).__doc__ or "").split())


def code_of(error: Exception) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=A)(?=[A-Z][a-z])", "_", type(error).__name__).lower()


def headers_of(error: Exception) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    if isinstance(error, TryAgain | OperationalError):
        headers["Retry-After"] = "1"
    return headers
