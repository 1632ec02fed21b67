"""Template words about posting."""

from django import template

from clients.kinds import KINDS, KindOfWork

register = template.Library()


@register.simple_tag
def kinds_of_work() -> list[KindOfWork]:
    """What a client may post, in the order of the chooser."""
    return list(KINDS.values())
