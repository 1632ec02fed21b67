"""Amounts are read as people write them, or not at all."""

import pytest

from ledger.rules import cents_written


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12,50", 1250),
        ("€ 12,50", 1250),
        ("12.50 €", 1250),
        ("1.250,00", 125_000),
        ("10,555.00", 1_055_500),
        ("1 250", 125_000),
        ("1.250.000", 125_000_000),
        ("1,250,000.05", 125_000_005),
        ("1\u202f250,5", 125_050),
        ("-3", -300),
        ("0", 0),
    ],
)
def test_an_amount_is_read_in_every_language(text, cents):
    assert cents_written(text) == cents


@pytest.mark.parametrize("text", ["10.555", "10,555", "0.555", "€ 1,250", "-1.250"])
def test_three_figures_after_one_sign_may_be_decimals_or_thousands_and_are_not_read(text):
    assert cents_written(text) is None


@pytest.mark.parametrize(
    "text", ["", "abc", "1e3", "NaN", "12.", ".5", "1,2,3", "12.345.6", "٣", "1 2"]
)
def test_what_is_not_clearly_an_amount_is_not_read(text):
    assert cents_written(text) is None
