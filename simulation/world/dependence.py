"""What a rule does to those who depend on the platform most, and to those who depend least.

Who depends on it is read from the reservation wage: whoever works for the least has the fewest
other ways to earn (Schor, Attwood-Charles, Cansoy, Ladegaard and Wengronowitz 2020, "Dependence and
precarity in the platform economy"). The workers are cut into three thirds by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from simulation.world.market import Market
from simulation.world.measures import Measures, Row, gini, over, worker_rows

THIRDS = ("most", "between", "least")


def by_dependence(market: Market) -> dict[str, Measures]:
    """The measures of SPLIT in the codebook for each third; empty when all workers are alike."""
    table = sorted(worker_rows(market), key=lambda row: (row["reservation_cents"], row["worker"]))
    if len(table) < len(THIRDS) or table[0]["reservation_cents"] == table[-1]["reservation_cents"]:
        return {}
    cuts = [round(len(table) * i / len(THIRDS)) for i in range(len(THIRDS) + 1)]
    floor = market.rules.floor_cents_per_hour
    return {third: of_group(table[cuts[i] : cuts[i + 1]], floor) for i, third in enumerate(THIRDS)}


def of_group(rows: Sequence[Row], floor_cents_per_hour: float) -> Measures:
    hours = [row["paid_hours"] + row["unpaid_hours"] for row in rows]
    earned = [row["earned_cents"] for row in rows]
    wages = [cents / spent for cents, spent in zip(earned, hours, strict=True) if spent > 0]
    return {
        "earned_cents_mean": fmean(earned),
        "awards_mean": fmean(row["awards"] for row in rows),
        "wage_all_hours_cents": over(sum(earned), sum(hours)),
        "wage_net_cents": over(sum(earned) - sum(row["costs_cents"] for row in rows), sum(hours)),
        "unpaid_time_share": over(sum(row["unpaid_hours"] for row in rows), sum(hours)),
        "below_floor_share": over(sum(wage < floor_cents_per_hour for wage in wages), len(wages)),
        "without_work_share": over(sum(not row["awards"] for row in rows), len(rows)),
        "gini_earnings": gini(earned),
    }
