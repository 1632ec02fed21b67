"""Template words about tasks."""

from django import template
from django.utils.translation import gettext

from allocation.engine.catalogue import card_of
from tasks.models import Task, TaskEvent
from tasks.words import sentence

register = template.Library()


@register.filter
def in_words(event: TaskEvent) -> str:
    return sentence(event)


@register.filter
def mechanism_name(task: Task) -> str:
    return gettext(card_of(task.mechanism).name)


@register.filter
def is_bidding(task: Task) -> bool:
    return card_of(task.mechanism).traits.entry == "bid"


@register.filter
def translated(words: str) -> str:
    """A sentence of the catalogue in the reader's language."""
    return gettext(words) if words else ""
