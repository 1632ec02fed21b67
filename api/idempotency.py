"""`Idempotency-Key`: the same key and body give the same answer, and do nothing again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import IdempotentAnswer
from api.people import person
from api.problems import Refusal
from api.reading import raw_body

KEPT = timedelta(hours=24)
LONGEST_KEY = 200


class KeyUsedForSomethingElse(Refusal):
    """This Idempotency-Key came before with another request. Use a new key for a new request."""

    status = 422


def idempotent(post: Callable[..., Response]) -> Callable[..., Response]:
    """Let a POST be repeated safely under a key.

    The key's row is written first and in the action's own transaction: a second request with the
    same key waits on the unique constraint until the first has committed, and then finds its
    answer. A refusal rolls the row back too: it changed nothing, so it may be asked again.
    """

    @wraps(post)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return post(view, request, *args, **kwargs)
        check_key(key)
        request.data  # noqa: B018  a body that cannot be read is refused before a row is written
        with transaction.atomic():
            answer, is_new = begin(request, key, timezone.now())
            if not is_new:
                return repeat(answer)
            response = post(view, request, *args, **kwargs)
            answer.status, answer.body = response.status_code, response.data
            answer.save(update_fields=["status", "body"])
            return response

    return once


def check_key(key: str) -> None:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise ValidationError({"Idempotency-Key": ["1 to 200 printable ASCII characters."]})


def begin(request: Request, key: str, now: datetime) -> tuple[IdempotentAnswer, bool]:
    """This key's row, new or as it was left. Raises KeyUsedForSomethingElse."""
    digest = digest_of(request)
    answers = IdempotentAnswer.objects.filter(user=person(request), key=key)
    answers.filter(created_at__lt=now - KEPT).delete()
    new = IdempotentAnswer(user=person(request), key=key, digest=digest, created_at=now)
    IdempotentAnswer.objects.bulk_create([new], ignore_conflicts=True)
    kept = answers.get()
    if kept.digest != digest:
        raise KeyUsedForSomethingElse
    return kept, kept.status == 0


def digest_of(request: Request) -> str:
    what = f"{request.method} {request.path}\n".encode()
    return sha256(what + raw_body(request)).hexdigest()


def repeat(answer: IdempotentAnswer) -> Response:
    return Response(answer.body, status=answer.status, headers={"Idempotent-Replayed": "true"})


def forget_old_answers(now: datetime) -> None:
    IdempotentAnswer.objects.filter(created_at__lt=now - KEPT).delete()
