"""What all doors of the API have in common, and how each is described in the schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import MEDIA_TYPE, TITLES
from api.reading import JSONOnly

Handler = TypeVar("Handler", bound=Callable[..., Any])

KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Any text of at most 200 characters, new for each thing you want done. The same "
    "key with the same body answers what it answered before and does nothing again (for 24 hours).",
)


class ProblemSerializer(serializers.Serializer):
    """A problem document (RFC 9457): why something was refused, in words and as a code."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="The sentence that a person reads.")
    code = serializers.CharField(help_text="The same for programs, such as `task_is_not_open`.")
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="With status 400: field → what is wrong with it."
    )


class Door(GenericAPIView):
    """One address of the API. OPTIONS is not offered: the schema says what each takes and gives."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    permission_classes = [IsAuthenticated]
    content_negotiation_class = JSONOnly
    pagination_class: Any = None
    page_order: Sequence[str] = ("-id",)

    def list_of(self, rows: Any, serializer: type[serializers.Serializer]) -> Response:
        """One page of the filtered rows."""
        page = self.paginate_queryset(self.filter_queryset(rows))
        context = self.get_serializer_context()
        return self.get_paginated_response(serializer(page, many=True, context=context).data)


class Nothing(Door):
    """Every address that does not exist: a problem document too."""

    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound


def document(
    summary: str,
    *,
    takes: Any = None,
    gives: Any = None,
    status: int = 200,
    refuses: Sequence[int] = (),
    description: str = "",
    parameters: Sequence[OpenApiParameter] = (),
) -> Callable[[Handler], Handler]:
    """Describe one operation: what it takes and gives, and how it may refuse.

    Its summary is its name too (`post_a_task`), so a summary is used once; its example stands under
    that name in examples.json.
    """
    problems = {
        (code, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=TITLES[code])
        for code in sorted({400, 401, 404, 429} | set(refuses))
    }
    return extend_schema(
        operation_id=re.sub(r"\W+", "_", summary.lower()),
        summary=summary,
        description=description or summary + ".",
        request=takes,
        responses={status: gives, **problems},
        parameters=list(parameters),
    )


def read(serializer: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    """The request's body, checked. Raises ValidationError."""
    return dict(ready(serializer).run_validation(request.data))


def show(serializer: type[serializers.Serializer], row: object) -> dict[str, Any]:
    """One row as this serializer shows it."""
    return dict(ready(serializer).to_representation(row))


@cache
def ready(serializer: type[serializers.Serializer]) -> Any:
    """One serializer for all requests: making its fields takes longer than using them.

    It keeps nothing of what it reads or shows. One that needs a context has to be made anew.
    """
    return serializer()
