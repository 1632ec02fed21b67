"""Sums that must come out to the cent."""

from __future__ import annotations

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
