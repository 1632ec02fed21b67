"""What a client spent, month by month, as bars; the template draws them and a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 70, 8, 12, 28
STEPS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
         1_000_000, 5_000_000, 10_000_000)  # fmt: skip
WIDEST = 56


@dataclass(frozen=True, slots=True)
class Month:
    """What left a client's escrow and wallet for good in one month, in cents."""

    first: date
    pay_cents: int
    fee_cents: int

    @property
    def total_cents(self) -> int:
        return self.pay_cents + self.fee_cents


@dataclass(frozen=True, slots=True)
class Bar:
    month: Month
    x: float
    width: float
    pay_y: float
    pay_height: float
    fee_y: float
    fee_height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    ticks: list[tuple[float, int]]  # y, cents
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart_of(months: Sequence[Month]) -> Chart | None:
    """The picture, oldest month first, or None when nothing was spent."""
    most = max((month.total_cents for month in months), default=0)
    if most == 0:
        return None
    step = next((s for s in STEPS if most / s <= 4), STEPS[-1])
    top = -(-most // step) * step
    scale = (HEIGHT - TOP - BOTTOM) / top
    room = (WIDTH - LEFT - RIGHT) / len(months)
    width = round(min(WIDEST, room * 0.7), 1)
    floor = HEIGHT - BOTTOM
    bars = []
    for place, month in enumerate(months):
        pay, fee = month.pay_cents * scale, month.fee_cents * scale
        bars.append(
            Bar(
                month=month,
                x=round(LEFT + room * (place + 0.5) - width / 2, 1),
                width=width,
                pay_y=round(floor - pay, 1),
                pay_height=round(pay, 1),
                fee_y=round(floor - pay - fee, 1),
                fee_height=round(fee, 1),
            )
        )
    ticks = [(round(floor - cents * scale, 1), cents) for cents in range(0, top + 1, step)]
    return Chart(bars, ticks)
