"""The demo's one-click people, for the login page."""

from typing import Any

from django import template
from django.conf import settings

from marketplace.demo import PEOPLE

register = template.Library()


@register.inclusion_tag("components/_demo_people.html", takes_context=True)
def demo_people(context: dict[str, Any]) -> dict[str, Any]:
    """Nobody outside demo mode."""
    people = PEOPLE if settings.DEMO_MODE else ()
    request = context["request"]
    return {
        "people": people,
        "next": request.GET.get("next", ""),
        "csrf_token": context.get("csrf_token"),
    }
