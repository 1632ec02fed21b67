"""Template words about notices."""

from typing import Any

from django import template
from django.template import Context

from notices.models import Notice
from notices.queries import unread_of
from notices.words import ICONS, line

register = template.Library()


@register.inclusion_tag("notices/_live_bell.html", takes_context=True)
def bell(context: Context) -> dict[str, Any]:
    """The bell of whoever is logged in; nothing for visitors."""
    me = context.get("me")
    if me is None or not getattr(me.user, "is_authenticated", False):
        return {"is_shown": False}
    return {"is_shown": True, "unread": unread_of(me.user)[0]}


@register.filter
def in_a_line(notice: Notice) -> str:
    return line(notice)


@register.filter
def shape(notice: Notice) -> str:
    """The icon of its kind."""
    return ICONS[notice.kind]
