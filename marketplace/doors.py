"""What every door does with a refusal, a missing profile and an unchanged page."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from hashlib import sha256
from inspect import cleandoc
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from accounts.models import User
from allocation.engine.saying import Refusal

View = Callable[..., HttpResponse]
PER_PAGE = 24


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in, as the guards below promise."""

    user: User


def sentence_of(refusal: Exception) -> str:
    """What people read when an action refuses: its own sentences, or else its docstring."""
    if isinstance(refusal, Refusal):
        return refusal.said.in_words(gettext, written)
    own = getattr(refusal, "sentences", ()) or (str(refusal) or docstring_of(type(refusal)),)
    return " ".join(gettext(sentence) for sentence in own)


def written(number: float) -> str:
    """A number with all its figures, as the reader writes it."""
    return str(number_format(Decimal(f"{number:.12g}"), force_grouping=True))


def docstring_of(refusal: type[Exception]) -> str:
    """A refusal's docstring as one line; its name if it has none."""
    return " ".join(cleandoc(refusal.__doc__ or refusal.__name__).split())


def tell_refusal(request: HttpRequest, refusal: Exception) -> None:
    messages.error(request, sentence_of(refusal))


def client_only(view: View) -> View:
    """Only for clients; others are shown how to become one."""
    return with_profile("client", "become_client")(view)


def worker_only(view: View) -> View:
    """Only for workers; others are shown how to become one."""
    return with_profile("worker", "become_worker")(view)


def with_profile(profile: str, otherwise: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not hasattr(request.user, profile):
                return redirect(otherwise)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def page_tag(request: HttpRequest, change_number: int, *also: object) -> str:
    """An ETag for a fragment: the same person, language and change number see the same.

    It is a digest, because what stands in an address may not stand in a header.
    """
    parts = (change_number, request.user.pk, get_language(), *also)
    return '"' + sha256(repr(parts).encode()).hexdigest()[:24] + '"'


def page_of(request: HttpRequest, rows: Any, shown: Any = None) -> Page:
    """The page of a list that the address asks for; a wrong number gives the nearest page.

    `shown` reads what the page shows of its rows. Then `rows` only finds which they are, so that a
    page far down a list does not work out what all the rows before it would show.
    """
    if shown is None:
        return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page = Paginator(rows.values("pk"), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = shown.filter(pk__in=page.object_list).order_by(*rows.query.order_by)
    return page
