"""What the pages that post something share."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from marketplace.doors import View, tell_refusal
from tasks.actions import NotInAClass


def not_in_a_class(view: View) -> View:
    """For what outlasts a round: a pupil is told so at once, and led to what a class posts."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request.user, "room_id", None):
            tell_refusal(request, NotInAClass())
            return redirect("task_new")
        return view(request, *args, **kwargs)

    return guarded
