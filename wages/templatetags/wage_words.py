"""Template words about wage floors, and the mark of a page whose time is kept."""

from typing import Any

from django import template
from django.template import Context

from wages.models import WageFloor
from wages.queries import keeps_time
from wages.rules import BEAT_SECONDS, Floor

register = template.Library()


@register.inclusion_tag("wages/_beat.html", takes_context=True)
def keep_time(context: Context, kind: str, assignment: int | None = None) -> dict[str, Any]:
    """Let the page say that it is looked at, where its reader wants their time kept."""
    me = context.get("me")
    worker = me.worker if me else None
    return {
        "is_on": worker is not None and keeps_time(worker),
        "kind": kind,
        "assignment": assignment,
        "seconds": BEAT_SECONDS,
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def country_name(floor: Floor) -> str:
    return str(WageFloor.Country(floor.country).label)


@register.filter
def grade_in_words(floor: Floor) -> str:
    return str(WageFloor.Grade(floor.grade).label)
