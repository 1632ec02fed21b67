"""When the brake on mass rejection holds, without a database."""

from __future__ import annotations


def brake_holds(*, handed_in: int, rejected: int, percent: int, at_least: int) -> bool:
    """Whether one more rejection has to wait for an operator.

    `handed_in` and `rejected` count the assignments of one batch, before this one is rejected. The
    first `at_least` rejections always take effect, so that a small batch is not braked by one.
    """
    after = rejected + 1
    return after > at_least and after * 100 > percent * handed_in
