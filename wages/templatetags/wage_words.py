"""Template words about wage floors."""

from django import template

from wages.models import WageFloor
from wages.rules import Floor

register = template.Library()


@register.filter
def country_name(floor: Floor) -> str:
    return str(WageFloor.Country(floor.country).label)


@register.filter
def grade_in_words(floor: Floor) -> str:
    return str(WageFloor.Grade(floor.grade).label)
