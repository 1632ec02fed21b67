"""The engine beside closed forms: fixed seeds, three standard errors.

Costs are drawn from U[0,1] and written as cents of a budget of a million, so that rounding to the
cent is far below the tolerance.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from allocation.engine.catalogue import decide, decide_window
from allocation.engine.contract import Candidate, Case
from tests.engine.cases import case_with

UNIT = 1_000_000
ROUNDS = 3_000


def auction(slug: str, asks: np.ndarray, *, slots: int = 1, reserve: float = 1.0) -> list[float]:
    """What the winners are paid, in units of the budget."""
    bids = tuple(
        Candidate(order, order, ask_cents=round(float(ask) * UNIT))
        for order, ask in enumerate(asks)
    )
    case = case_with(*bids, pay_cents=round(reserve * UNIT), free_slots=tuple(range(1, slots + 1)))
    return [award.pay_cents / UNIT for award in decide(slug, case).awards]


def assert_mean(found: list[float], expected: float, standard_deviation: float | None = None):
    spread = np.std(found, ddof=1) if standard_deviation is None else standard_deviation
    assert abs(np.mean(found) - expected) < 3 * spread / sqrt(len(found))


@pytest.mark.parametrize("n", [2, 3, 5, 10])
def test_second_price_averages_two_over_n_plus_one(n):
    """Vickrey 1961: E = 2/(n+1), variance 2(n-1)/((n+1)^2 (n+2))."""
    rng = np.random.default_rng(n)
    paid = [auction("sealed_second_price", rng.random(n))[0] for _ in range(ROUNDS)]
    variance = 2 * (n - 1) / ((n + 1) ** 2 * (n + 2))
    assert_mean(paid, 2 / (n + 1), sqrt(variance))
    assert np.var(paid) == pytest.approx(variance, rel=0.15)


@pytest.mark.parametrize("n", [2, 3, 5, 10])
def test_first_price_with_equilibrium_bids_averages_the_same(n):
    """Bid c + (1-c)/n: E = 2/(n+1), variance (n-1)^2/(n (n+1)^2 (n+2))."""
    rng = np.random.default_rng(n + 100)
    paid = []
    for _ in range(ROUNDS):
        costs = rng.random(n)
        paid += auction("sealed_first_price", costs + (1 - costs) / n)
    variance = (n - 1) ** 2 / (n * (n + 1) ** 2 * (n + 2))
    assert_mean(paid, 2 / (n + 1), sqrt(variance))
    assert np.var(paid) == pytest.approx(variance, rel=0.15)


@pytest.mark.parametrize("slug", ["sealed_first_price", "open_descending"])
@pytest.mark.parametrize("n", [2, 5])
def test_bidding_ones_own_cost_where_one_is_paid_it_earns_nothing(slug, n):
    """The lowest of n costs: E = 1/(n+1)."""
    rng = np.random.default_rng(n + 200)
    assert_mean([auction(slug, rng.random(n))[0] for _ in range(ROUNDS)], 1 / (n + 1))


@pytest.mark.parametrize("reserve", [0.2, 0.5])
def test_a_reserve_trades_with_probability_one_minus_all_above(reserve):
    """P(trade) = 1 - (1-r)^n."""
    rng, n = np.random.default_rng(7), 3
    traded = [
        float(bool(auction("sealed_second_price", rng.random(n), reserve=reserve)))
        for _ in range(ROUNDS)
    ]
    assert_mean(traded, 1 - (1 - reserve) ** n)


@pytest.mark.parametrize(("n", "k"), [(5, 2), (10, 3), (10, 7)])
def test_the_uniform_price_averages_k_plus_one_over_n_plus_one(n, k):
    rng = np.random.default_rng(n * k)
    paid = [auction("uniform_price", rng.random(n), slots=k) for _ in range(ROUNDS)]
    assert all(len(set(prices)) == 1 and len(prices) == k for prices in paid)
    assert_mean([prices[0] for prices in paid], (k + 1) / (n + 1))


def test_asking_ones_cost_is_best_under_second_price():
    """No other ask earns more against the same rivals, in any single auction."""
    rng = np.random.default_rng(11)
    for _ in range(500):
        cost, rivals, other = rng.random(), rng.random(3), rng.random()
        assert profit(cost, cost, rivals) >= profit(other, cost, rivals) - 2 / UNIT


def profit(ask: float, cost: float, rivals: np.ndarray) -> float:
    bids = [Candidate(n, n, ask_cents=round(a * UNIT)) for n, a in enumerate([ask, *rivals])]
    (award,) = decide("sealed_second_price", case_with(*bids, pay_cents=UNIT)).awards
    return award.pay_cents / UNIT - cost if award.worker == 0 else 0.0


def matched_cost(costs: np.ndarray, scale: float) -> float:
    """Total cost of the best matching of tasks (rows) with workers (columns)."""
    window = [case_of_costs(row, scale, task) for task, row in enumerate(costs)]
    decisions = decide_window("optimal_matching", window)
    pairs = [(task, decision.offers[0].worker) for task, decision in enumerate(decisions)]
    assert len({worker for _, worker in pairs}) == len(costs)
    return sum(costs[pair] for pair in pairs)


def case_of_costs(costs: np.ndarray, scale: float, task: int) -> Case:
    """A low cost is a good match: the only weight is on `skill_match` = 1 - cost / scale."""
    rows = [
        Candidate(n, n, features={"skill_match": 1 - cost / scale}) for n, cost in enumerate(costs)
    ]
    nothing_else = {"weight_distance": 0.0, "weight_reputation": 0.0, "weight_waiting": 0.0}
    return case_with(*rows, task=task, parameters=nothing_else)


@pytest.mark.parametrize("n", [5, 10])
def test_optimal_matching_of_exponential_costs_reaches_parisis_sum(n):
    """Parisi 1998 (proved 2004): the expected optimum is the sum of 1/k^2 for k ≤ n."""
    rng = np.random.default_rng(n)
    totals = [matched_cost(rng.exponential(size=(n, n)), 20.0) for _ in range(800)]
    assert_mean(totals, sum(1 / k**2 for k in range(1, n + 1)))


@pytest.mark.parametrize("n", [5, 10])
def test_taking_the_cheapest_remaining_worker_costs_the_harmonic_number(n):
    """One task after the other: the k-th last takes the least of k, so H_n in all."""
    rng = np.random.default_rng(n + 50)
    totals = []
    for _ in range(800):
        costs, left = rng.exponential(size=(n, n)), set(range(n))
        total = 0.0
        for task in range(n):
            case = case_of_costs(costs[task], 20.0, task)
            case = replace(case, candidates=tuple(c for c in case.candidates if c.worker in left))
            (offer,) = decide("scored_offers", case).offers
            left.remove(offer.worker)
            total += costs[task, offer.worker]
        totals.append(total)
    assert_mean(totals, sum(1 / k for k in range(1, n + 1)))


def test_the_vcg_example_has_optimum_three_and_payments_five_and_six():
    """Payment = own cost + what the others would lose without this worker (Clarke 1971)."""
    costs = np.array([[1.0, 4, 5], [3, 2, 6]])
    assert matched_cost(costs, 10) == 3
    without = [matched_cost(np.delete(costs, worker, axis=1), 10) for worker in (0, 1)]
    assert [costs[w, w] + without[w] - 3 for w in (0, 1)] == [5, 6]


@pytest.mark.parametrize("n", [2, 5])
def test_a_contest_in_equilibrium_collects_n_minus_one_over_n_plus_one(n):
    """Effort (n-1)/n v^n: total (n-1)/(n+1), best (n-1)/(2n); the most skilled wins."""
    rng = np.random.default_rng(n)
    totals, bests = [], []
    for _ in range(ROUNDS):
        skills = rng.random(n)
        efforts = (n - 1) / n * skills**n
        picked = int(np.argmax(efforts))
        entrants = [Candidate(order, order) for order in range(n)]
        (award,) = decide("contest", case_with(*entrants, chosen=(picked,))).awards
        assert award.worker == int(np.argmax(skills))
        totals.append(efforts.sum())
        bests.append(efforts[award.worker])
    assert_mean(totals, (n - 1) / (n + 1))
    assert_mean(bests, (n - 1) / (2 * n))


@pytest.mark.parametrize(("fast", "people"), [(4, 4), (10, 20)])
def test_a_claim_bot_wins_in_proportion_to_its_speed_but_not_in_a_lottery(fast, people):
    """Exponential races: k/(k+m) for first come; 1/(m+1) when everybody's chance is the same."""
    rng = np.random.default_rng(fast)
    firsts, draws = [], []
    for seed in range(ROUNDS):
        delays = np.append(rng.exponential(1 / fast), rng.exponential(size=people))
        order = np.argsort(np.argsort(delays))
        claims = [Candidate(n, int(order[n]), float(delays[n])) for n in range(people + 1)]
        case = case_with(*claims, seed=seed)
        firsts.append(float(decide("first_come", case).awards[0].worker == 0))
        draws.append(float(decide("lottery", case).awards[0].worker == 0))
    assert_mean(firsts, fast / (fast + people))
    assert_mean(draws, 1 / (people + 1))


def gini(counts: np.ndarray) -> float:
    ordered = np.sort(counts)
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def test_a_lottery_among_fifty_over_two_thousand_tasks_has_gini_nine_hundredths():
    """Binomial counts: Gini ≈ sd/(mean √π) ≈ .087."""
    everybody = case_with(*(Candidate(n, n) for n in range(50)))
    ginis = []
    for market in range(8):
        wins = np.zeros(50)
        for task in range(2_000):
            seed = market * 10_000 + task
            wins[decide("lottery", replace(everybody, seed=seed)).awards[0].worker] += 1
        ginis.append(gini(wins))
    assert abs(np.mean(ginis) - 0.087) < 3 * np.std(ginis, ddof=1) / sqrt(8)


def test_where_each_win_is_one_more_lot_inequality_rises_to_a_half():
    """Pólya's urn: shares become uniform on the simplex, whose Gini is (n-1)/(2n) ≈ .5."""
    ginis = []
    for market in range(12):
        lots = [Candidate(n, n) for n in range(20)]
        for task in range(200):
            case = case_with(*lots, seed=market * 1_000 + task)
            # Each lot is a candidate; the owner is the worker number modulo 20.
            owner = decide("lottery", case).awards[0].worker % 20
            lots.append(Candidate(20 * len(lots) + owner, len(lots)))
        wins = np.bincount([lot.worker % 20 for lot in lots], minlength=20) - 1
        ginis.append(gini(wins))
    assert abs(np.mean(ginis) - 0.5) < 3 * np.std(ginis, ddof=1) / sqrt(12) + 1 / 40


def test_rotation_among_the_available_shares_work_almost_evenly():
    """Each worker available one time in twenty; least recently served first: Gini ≈ .05."""
    rng, ginis = np.random.default_rng(4), []
    for _ in range(5):
        wins, last = np.zeros(50), np.full(50, -1.0)
        for now in range(2_000):
            available = np.flatnonzero(rng.random(50) < 0.05)
            if len(available):
                served = rotate(available, now - last[available])
                wins[served], last[served] = wins[served] + 1, now
        ginis.append(gini(wins))
    assert abs(np.mean(ginis) - 0.05) < 3 * np.std(ginis, ddof=1) / sqrt(5) + 0.002


def rotate(available: np.ndarray, waits: np.ndarray) -> int:
    rows = [
        Candidate(int(worker), order, features={"since_served": float(wait / waits.max())})
        for order, (worker, wait) in enumerate(zip(available, waits, strict=True))
    ]
    return decide("rotation", case_with(*rows)).offers[0].worker
