"""Template words about who provides what."""

from django import template

from provisions.words import Provided, provided_in_words
from tasks.models import Task

register = template.Library()


@register.filter
def provided(task: Task) -> Provided:
    return provided_in_words(task.provided_by)


@register.filter
def provided_percent(task: Task) -> int:
    return round(100 * task.decoupling_index)


@register.filter
def provided_for_client(task: Task) -> Provided:
    return provided_in_words(task.provided_by, for_client=True)
