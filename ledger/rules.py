"""Sums that must come out to the cent."""

from __future__ import annotations

import re
from collections.abc import Sequence


def split(amount_cents: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to `weights`, to the cent, losing nothing.

    Largest remainder (Hamilton): everybody gets the rounded-down share, the cents left over go to
    the largest remainders, the earlier one first when two are equal.

    Raises ValueError when there is nothing to split over.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights) or amount_cents < 0:
        raise ValueError("weights must not be negative, and one must be above zero")
    shares = [amount_cents * weight // total for weight in weights]
    remainders = [amount_cents * weight % total for weight in weights]
    left = amount_cents - sum(shares)
    for place in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left]:
        shares[place] += 1
    return shares


# Whole units, in groups of three or not, and at most two decimals after another sign.
# Three figures after a single point or comma are a thousand to some and a thousandth to others.
AMOUNT = re.compile(
    r"[-−]?(?:[0-9]{1,12}(?:[.,][0-9]{1,2})?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?"
    r"|[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?|[0-9]{1,3}(?:\s[0-9]{3})+(?:[.,][0-9]{1,2})?)"
)
EITHER_WAY = re.compile(r"[-−]?[0-9]+[.,][0-9]{3}")
DECIMALS = re.compile(r"[.,]([0-9]{1,2})$")


def cents_written(text: str) -> int | None:
    """An amount as people write it, in cents: "12.50", "12,5", "1.250,00", "€ 1 250".

    None if unclear, also where it can be read in two ways: "10.555".
    """
    written = text.replace("€", "").strip()
    if not AMOUNT.fullmatch(written) or EITHER_WAY.fullmatch(written):
        return None
    decimals = DECIMALS.search(written)
    whole = int(re.sub("[^0-9]", "", DECIMALS.sub("", written)))
    cents = whole * 100 + (int(decimals[1].ljust(2, "0")) if decimals else 0)
    return -cents if written[0] in "-−" else cents
