"""Lists in pages: each page says where the next begins, so rows that come in shift nothing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.exceptions import ValidationError as BadValue
from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

PAGE_SIZE = 50
LARGEST_PAGE = 200


class ByPosition(BasePagination):
    """Keyset pages along `view.page_order`, whose last field is unique.

    Unlike the framework's own cursor it may begin anywhere among rows with an equal first field,
    as the ten thousand tasks of one batch have.
    """

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        self.request = request
        self.order: Sequence[str] = view.page_order
        size = page_size(request.query_params.get("page_size"))
        rows = queryset.order_by(*self.order)
        cursor = request.query_params.get("cursor")
        if cursor:
            rows = rows.filter(beyond(self.order, read_cursor(cursor, self.order, rows.model)))
        found = list(rows[: size + 1])
        self.last = found[size - 1] if len(found) > size else None
        return found[:size]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_address(), "results": data})

    def next_address(self) -> str | None:
        if self.last is None:
            return None
        here = self.request.build_absolute_uri()
        return replace_query_param(here, "cursor", write_cursor(self.order, self.last))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page begins: follow `next` instead of making one.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": "Rows per page.",
                "schema": size,
            },
        ]


def page_size(given: str | None) -> int:
    if given is None:
        return PAGE_SIZE
    if not (given.isascii() and given.isdigit() and len(given) < 10 and int(given) > 0):
        raise ValidationError({"page_size": ["A whole number from 1 to 200."]})
    return min(int(given), LARGEST_PAGE)


def write_cursor(order: Sequence[str], row: Model) -> str:
    values = [str(getattr(row, key.lstrip("-"))) for key in order]
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(cursor: str, order: Sequence[str], model: type[Model]) -> list[Any]:
    """The position in a cursor, each value checked by its field. Raises ValidationError."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(values, list) or len(values) != len(order):
            raise ValueError
        return [read_value(model, key, value) for key, value in zip(order, values, strict=True)]
    except (ValueError, RecursionError, OverflowError, BadValue, FieldDoesNotExist):
        raise ValidationError({"cursor": ["This is not a cursor of this list."]})


def read_value(model: type[Model], key: str, value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError
    found = model._meta.get_field(key.lstrip("-")).to_python(value)  # type: ignore[union-attr]
    if found is None or (isinstance(found, int) and abs(found) >= 2**63):
        raise ValueError
    return found


def beyond(order: Sequence[str], position: Sequence[Any]) -> Q:
    """Rows after a position: after on the first field, or equal there and after on the rest."""
    key, value = order[0], position[0]
    field = key.lstrip("-")
    after = Q(**{f"{field}__{'lt' if key.startswith('-') else 'gt'}": value})
    if len(order) == 1:
        return after
    # The first half alone lets PostgreSQL begin in the middle of an index.
    bound = Q(**{f"{field}__{'lte' if key.startswith('-') else 'gte'}": value})
    return bound & (after | (Q(**{field: value}) & beyond(order[1:], position[1:])))
