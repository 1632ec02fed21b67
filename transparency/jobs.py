"""The clock of the published figures."""

from __future__ import annotations

from datetime import datetime

from agenda.actions import due, every_sweep
from transparency import actions

every_sweep(actions.keep_fresh)


@due(actions.COUNT, aside=True)
def count_figures(row_id: int, now: datetime) -> None:
    actions.count_figures(now)
