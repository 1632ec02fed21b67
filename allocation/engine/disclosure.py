"""What one worker may learn about the others: bands of at least five, and coarse thresholds.

The rule, which explanations keep, one by one and all together:

1. No rival's id, ask, feature or score is ever shown.
2. Every number that depends on a rival's is worked out from the cell that the rival's number lies
   in, as if the rival had the strongest number of that cell. Cells are fixed: prices between
   multiples of the step, scores between fiftieths. So nothing that is told changes when a rival
   moves within a cell, and putting thresholds, bands and decisions side by side narrows nothing.
3. Rivals are counted in bands of whole cells; a band holds at least five. With fewer than five
   rivals there is no band at all.
4. Nothing about rivals is shown before a sealed closing.

Ranks and outcomes are told as they are, and each compares two numbers. Times of claims are shown to
a tenth of a second: who took a slot, and when, is no secret. A winner under a second or uniform
price is told the own pay, which is a rival's ask by the rule. See docs/explanations.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

FEWEST_IN_A_BAND = 5
SCORE_CELLS = 50  # a rival's score counts in fiftieths: 0.1 of a feature that weighs a fifth
FEATURE_STEPS = 20  # what one's own feature should have been, in twentieths
JUST_MORE = 1e-6  # than the strongest score of a cell


@dataclass(frozen=True, slots=True)
class Band:
    """`count` rivals lie above `low` and at most at `high` (cents, or fiftieths of a score)."""

    low: int
    high: int
    count: int


def price_step_cents(budget_cents: int) -> int:
    """The step of shown prices: about 5 % of the budget, in whole 5 cents, at least 5 cents."""
    return max(5, round(budget_cents / 100) * 5)


def score_cell(value: float) -> int:
    """How many fiftieths cover this value; the small allowance forgives binary fractions."""
    return ceil(value * SCORE_CELLS - 1e-9)


def price_cell(ask_cents: int, step_cents: int, floor_cents: int) -> int:
    """Cell n holds the asks above n - 1 steps up to n steps; the lowest holds the floor too."""
    return -(-max(ask_cents, floor_cents + 1) // step_cents)


def strongest_ask_cents(ask_cents: int, step_cents: int, floor_cents: int) -> int:
    """The lowest ask in the cell of this one: what a rival is taken to have asked."""
    below = (price_cell(ask_cents, step_cents, floor_cents) - 1) * step_cents
    return floor_cents if below <= floor_cents else below + 1


def score_above(score: float) -> float:
    """More than any score in the cell of this one."""
    return score_cell(score) / SCORE_CELLS + JUST_MORE


def price_bands(
    asks_cents: Sequence[int], step_cents: int, floor_cents: int = 0
) -> tuple[Band, ...]:
    """Rivals' asks in bands of at least five, lowest first; () for fewer than five rivals.

    Where the floor is the edge of a cell, the lowest band begins just below it.
    """
    cells = [price_cell(ask, step_cents, floor_cents) for ask in asks_cents]
    found = bands(cells, step_cents)
    if found and 0 < found[0].low == floor_cents:
        found = (Band(floor_cents - 1, found[0].high, found[0].count), *found[1:])
    return found


def score_bands(scores: Sequence[float]) -> tuple[Band, ...]:
    """Rivals' scores in bands of at least five, in fiftieths, lowest first."""
    return bands([max(1, score_cell(score)) for score in scores], 1)


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
