"""What one worker may learn about the others: bands of at least five, and coarse thresholds.

The rule, which explanations keep:

1. No rival's id, ask, feature or score is ever shown.
2. What would have been enough is shown on a coarse grid, on the side where it still is enough: a
   price rounded down to a multiple of the step and strictly below the rival's ask (or the wage
   floor or the budget, which everybody knows), a feature or a gap in score rounded up to a twentieth. The
   rival's number lies somewhere within a step, and nothing changes when it moves inside it.
3. Rivals are counted in bands whose edges lie on the same grid; a band holds at least five. With
   fewer than five rivals there is no band at all.
4. Nothing about rivals is shown before a sealed closing.

Times of claims are shown to a tenth of a second: who took a slot, and when, is no secret.
A winner under a second or uniform price is told the own pay, which is a rival's ask by the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

FEWEST_IN_A_BAND = 5
SCORE_STEPS = 20  # a score or feature is shown in twentieths


@dataclass(frozen=True, slots=True)
class Band:
    """`count` rivals lie above `low` and at most at `high` (cents, or twentieths of a score)."""

    low: int
    high: int
    count: int


def price_step_cents(budget_cents: int) -> int:
    """The step of shown prices: about 5 % of the budget, in whole 5 cents, at least 5 cents."""
    return max(5, round(budget_cents / 100) * 5)


def steps_up(value: float) -> int:
    """How many twentieths cover this value; the small allowance forgives binary fractions."""
    return ceil(value * SCORE_STEPS - 1e-9)


def price_bands(asks_cents: Sequence[int], step_cents: int) -> tuple[Band, ...]:
    """Rivals' asks in bands of at least five, lowest first; () for fewer than five rivals."""
    return bands([-(-ask // step_cents) for ask in asks_cents], step_cents)


def score_bands(scores: Sequence[float]) -> tuple[Band, ...]:
    """Rivals' scores in bands of at least five, in twentieths, lowest first."""
    return bands([max(1, steps_up(score)) for score in scores], 1)


def bands(cells: Sequence[int], step: int) -> tuple[Band, ...]:
    """Join neighbouring cells until each band holds at least five; the rest joins the last."""
    found: list[Band] = []
    low = count = 0
    ordered = sorted(cells)
    for place, cell in enumerate(ordered):
        low = cell - 1 if not count else low
        count += 1
        is_last_of_cell = place + 1 == len(ordered) or ordered[place + 1] != cell
        if is_last_of_cell and count >= FEWEST_IN_A_BAND:
            found.append(Band(low * step, cell * step, count))
            count = 0
    if count and found:
        last = found.pop()
        found.append(Band(last.low, ordered[-1] * step, last.count + count))
    return tuple(found)
