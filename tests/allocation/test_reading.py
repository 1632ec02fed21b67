"""Explanations as each reader's language says and writes them."""

import pytest
from django.utils import translation

from allocation.queries.reading import ReadersWording


@pytest.mark.parametrize(
    ("language", "number", "money", "percent", "time"),
    [
        ("en", "0.13", "€1,250.50", "33.3\xa0%", "3 days"),
        ("nl", "0,13", "€\xa01.250,50", "33,3\xa0%", "3 dagen"),
        ("fr", "0,13", "1\xa0250,50\xa0€", "33,3\xa0%", "3 jours"),
    ],
)
def test_figures_are_rounded_and_written_as_the_reader_writes_them(
    language, number, money, percent, time
):
    reader = ReadersWording()
    with translation.override(language):
        assert reader.number(0.1278, 2) == number
        assert reader.money(125_050) == money
        assert reader.percent(1 / 3) == percent
        assert reader.duration(200_000) == time


def test_a_factor_is_named_in_the_readers_language():
    with translation.override("nl"):
        assert ReadersWording().factor("reputation") == "de beoordelingen van je eerdere werk"
