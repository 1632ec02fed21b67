"""Reading a request body: JSON that everything behind this door can safely hold."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.http.request import RawPostDataException
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

DEPTH = 20  # levels of lists and objects; a batch of tasks needs four
# What PostgreSQL cannot store in text: NUL, and halves of a character (lone surrogates).
SUSPECT = re.compile(rb"\\u(0000|[dD][89aAbBcCdDeEfF])")


class SafeJSONParser(BaseParser):
    """JSON with finite numbers, real characters and a bounded depth. Anything else is a 400."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = raw_body((parser_context or {})["request"])
        try:
            given = json.loads(raw, parse_constant=refuse_constant, parse_float=finite_float)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.")
        except ValueError as error:
            raise ParseError(f"This is not valid JSON: {error}")
        refuse_depth(given)
        if SUSPECT.search(raw):
            refuse_impossible_text(given)
        return given


class JSONOnly(DefaultContentNegotiation):
    """Answers are JSON whatever was asked for, so a browser's Accept header is no error."""

    def select_renderer(  # type: ignore[override]
        self,
        request: Request,
        renderers: list[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)


def raw_body(request: Request) -> bytes:
    """The bytes of the body; Django refuses more than DATA_UPLOAD_MAX_MEMORY_SIZE."""
    try:
        return request._request.body
    except RawPostDataException:
        raise ParseError("The body could not be read.")


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number that can be stored")


def finite_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def refuse_depth(given: Any) -> None:
    """Raise ParseError when containers are nested more than DEPTH levels. No recursion."""
    level = [given]
    for _ in range(DEPTH + 1):
        level = [item for part in level for item in parts_of(part)]
        if not level:
            return
    raise ParseError("The JSON is nested too deeply.")


def refuse_impossible_text(given: Any) -> None:
    """Raise ParseError for a NUL or half a character, in a value or in a name."""
    waiting = [given]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str) and not can_be_stored(part):
            raise ParseError("A text holds a character that cannot be stored.")
        waiting += parts_of(part)
        waiting += part if isinstance(part, dict) else ()


def can_be_stored(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def parts_of(part: Any) -> list[Any]:
    if isinstance(part, dict):
        return list(part.values())
    return part if isinstance(part, list) else []
