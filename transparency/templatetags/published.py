"""How a published figure is written: a rounded number, or that there are too few to tell."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.templatetags.market import percent
from transparency.rules import FEW, counted

register = template.Library()


@register.filter
def count(value: Any) -> str:
    """A published count: "<5", or a whole number with the reader's thousands."""
    return FEW if value in (None, FEW) else str(number_format(value, 0, force_grouping=True))


@register.filter
def few(value: int) -> str:
    """A counted number as it may be published."""
    return count(counted(value))


@register.filter
def share(value: float | None) -> str:
    return _("too few to tell") if value is None else percent(value)
