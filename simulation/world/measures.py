"""The measures of a run, from its running sums; `simulation.world.codebook` defines each."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import correlation, median

from provisions.rules import Provider, decoupling_index, usually_provided
from simulation.world.market import Market
from simulation.world.people import NEVER

Row = dict[str, float]
Measures = dict[str, float | None]


def measures(market: Market) -> Measures:
    """Every measure of the codebook, in its order. None where there is nothing to divide by."""
    table = worker_rows(market)
    return {**of_tasks(market), **of_money(market, table), **of_workers(market, table)}


def of_tasks(market: Market) -> Measures:
    tallies = market.tallies
    slots = tallies.taken + tallies.unfilled
    waited = tallies.wait_hours + tallies.wait_of_unfilled
    return {
        "tasks_posted": market.posted,
        "slots_filled": tallies.taken,
        "slots_unfilled": tallies.unfilled,
        "fill_share": over(tallies.taken, slots),
        "decisions": tallies.decisions,
        "wait_hours_mean": over(tallies.wait_hours, tallies.taken),
        "wait_hours_sd": deviation(tallies.wait_hours, tallies.wait_hours_squared, tallies.taken),
        "open_slots_mean": over(tallies.open_area, market.closed_at),
        "little_gap": over(tallies.open_area - waited, market.closed_at),
        "entrants_per_task": over(tallies.entrants, market.posted),
    }


def of_money(market: Market, table: Sequence[Row]) -> Measures:
    tallies = market.tallies
    top_ups = sum(market.workers.top_up_cents)
    contributions = tallies.fund_cents - market.rules.fund_reserve_cents + tallies.covered_cents
    fees = (tallies.paid_cents * market.rules.fee_basis_points + 5_000) // 10_000
    earned = sum(row["earned_cents"] for row in table)
    costs = sum(row["costs_cents"] for row in table)
    paid_hours = sum(row["paid_hours"] for row in table)
    all_hours = paid_hours + sum(row["unpaid_hours"] for row in table)
    return {
        "price_cents_mean": over(tallies.paid_cents, tallies.taken - tallies.rejected),
        "worker_pay_cents": tallies.paid_cents,
        "consolation_cents": tallies.consoled_cents,
        "top_up_cents": top_ups,
        "fee_cents": fees,
        "client_spend_cents": tallies.paid_cents
        - tallies.covered_cents
        + tallies.consoled_cents
        + top_ups
        + fees
        + contributions,
        "defaulted_cents": tallies.defaulted_cents,
        "default_covered_share": over(tallies.covered_cents, tallies.defaulted_cents),
        "fund_cents": tallies.fund_cents,
        "rejected_share": over(tallies.rejected, tallies.taken),
        "wage_paid_hour_cents": over(earned, paid_hours),
        "wage_all_hours_cents": over(earned, all_hours),
        "wage_net_cents": over(earned - costs, all_hours),
    }


def of_workers(market: Market, table: Sequence[Row]) -> Measures:
    workers = market.workers
    wages = [
        row["earned_cents"] / hours
        for row in table
        if (hours := row["paid_hours"] + row["unpaid_hours"]) > 0
    ]
    floor = market.rules.floor_cents_per_hour
    unpaid = sum(row["unpaid_hours"] for row in table)
    duty = sum(market.duty_hours(w) for w in range(workers.count))
    worked = sum(workers.paid_hours) + sum(workers.rejected_hours)
    earnings = [row["earned_cents"] for row in table]
    return {
        "wage_median_cents": median(wages) if wages else None,
        "below_floor_share": over(sum(wage < floor for wage in wages), len(wages)),
        "unpaid_time_share": over(unpaid, unpaid + sum(row["paid_hours"] for row in table)),
        "unpaid_bid_hours": sum(workers.bid_hours),
        "utilisation": over(worked, duty),
        "tasks_per_duty_hour": over(market.tallies.taken, duty),
        "idle_share": over(duty - worked - sum(workers.travel_hours), duty),
        "gini_awards": gini(workers.awards),
        "gini_earnings": gini(earnings),
        "top_10_share": top_share(earnings, 0.1),
        "without_work_share": over(workers.awards.count(0), workers.count),
        "decline_share": over(sum(workers.declined), sum(workers.offers)),
        "own_choice_share": own_choice(market),
        "hours_unexplained_share": hours_unexplained(table),
        "decoupling": decoupling(market),
        "first_award_share": over(workers.count - workers.awards.count(0), market.tallies.taken),
        **of_newcomers(market),
    }


def of_newcomers(market: Market) -> Measures:
    workers, first = market.workers, market.scenario.population.workers
    waits = [
        at - joined
        for at, joined in zip(
            workers.first_award_at[first:], workers.joined_at[first:], strict=True
        )
        if at < NEVER
    ]
    return {
        "newcomer_awards_share": over(sum(workers.awards[first:]), market.tallies.taken),
        "newcomer_wait_hours": over(sum(waits), len(waits)),
    }


def worker_rows(market: Market) -> list[Row]:
    """One row per worker, with the columns of the codebook."""
    workers = market.workers
    return [
        {
            "worker": w,
            "reservation_cents": workers.reservation_cents[w],
            "joined_hour": workers.joined_at[w],
            "awards": workers.awards[w],
            "offers": workers.offers[w],
            "bids": workers.bids[w],
            "earned_cents": workers.earned_cents[w]
            + workers.consoled_cents[w]
            + workers.top_up_cents[w],
            "costs_cents": workers.costs_cents[w],
            "paid_hours": paid_hours(market, w),
            "unpaid_hours": unpaid_hours(market, w),
        }
        for w in range(workers.count)
    ]


def unpaid_hours(market: Market, worker: int) -> float:
    """All hours that nobody paid for; waiting counts where it is duty."""
    workers = market.workers
    on_the_move = workers.rejected_hours[worker] + workers.travel_hours[worker]
    seeking = workers.search_hours[worker] + workers.bid_hours[worker]
    if not market.rules.waiting_is_duty:
        covered = paid_hours(market, worker) - workers.paid_hours[worker]
        return max(0.0, on_the_move + seeking - covered)
    return max(0.0, market.duty_hours(worker) - paid_hours(market, worker))


def paid_hours(market: Market, worker: int) -> float:
    """Hours of approved work, and those for which the rules promise pay, work or not."""
    hours = market.workers.paid_hours[worker]
    if market.rules.guaranteed_cents_per_hour and market.rules.guarantee_counts == "duty":
        return max(hours, market.duty_hours(worker))
    return hours + (market.duty.covered_hours[worker] if market.duty else 0.0)


def own_choice(market: Market) -> float | None:
    """Of everything that was put to or tried by workers, what was their own move or their no."""
    workers = market.workers
    own = market.tallies.entrants - sum(workers.offers) + sum(workers.declined)
    return over(own, market.tallies.entrants)


def hours_unexplained(table: Sequence[Row]) -> float | None:
    """1 - r² between hours and earnings over the workers; None when either does not vary."""
    hours = [row["paid_hours"] + row["unpaid_hours"] for row in table]
    earned = [row["earned_cents"] for row in table]
    if len(table) < 2 or len(set(hours)) < 2 or len(set(earned)) < 2:
        return None
    return max(0.0, 1.0 - correlation(hours, earned) ** 2)


def decoupling(market: Market) -> float:
    """The decoupling index of the market's tasks: what is left to the worker or to nobody."""
    usual = usually_provided(
        is_on_site=market.scenario.population.city_km > 0,
        names_a_price=market.card.traits.entry == "bid",
        is_booked=False,
    )
    said = {name: Provider(provider) for name, provider in market.rules.provided.items()}
    return decoupling_index((usual | said).values())


def over(numerator: float, denominator: float) -> float | None:
    """Of nothing there is no mean and no share."""
    return numerator / denominator if denominator else None


def deviation(total: float, squares: float, count: int) -> float | None:
    """The standard deviation of `count` numbers, from their sum and that of their squares."""
    return sqrt(max(0.0, squares / count - (total / count) ** 2)) if count else None


def gini(amounts: Sequence[float]) -> float | None:
    """Σ (2i - n - 1) x_i / (n Σ x), with x in rising order: 0 is equal, near 1 is all to one.

    None where nobody has anything.
    """
    ordered = sorted(amounts)
    total, n = sum(ordered), len(ordered)
    weighted = sum((2 * i - n - 1) * x for i, x in enumerate(ordered, start=1))
    return over(weighted, n * total)


def top_share(amounts: Sequence[float], share: float) -> float | None:
    """What the best-earning `share` of the people (at least one) earn of everything."""
    ordered = sorted(amounts, reverse=True)
    return over(sum(ordered[: max(1, round(share * len(ordered)))]), sum(ordered))
