"""The closed forms, each with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import ceil, comb, exp, expm1, gamma, lgamma, log, pi, sqrt

# Weights under which only one feature counts, to ask the engine about one number alone.
ONLY_SKILL = {
    "weight_skill_match": 1.0,
    "weight_distance": 0.0,
    "weight_reputation": 0.0,
    "weight_waiting": 0.0,
}


def expected_price(n: int) -> float:
    """2 / (n + 1): lowest price of n costs from U[0,1], first (equilibrium) or second price.

    Source: Vickrey 1961; Krishna, Auction Theory, chapter 2.
    """
    return 2 / (n + 1)


def naive_price(n: int) -> float:
    """1 / (n + 1): the lowest of n costs from U[0,1], asked and paid as it is."""
    return 1 / (n + 1)


def second_price_variance(n: int) -> float:
    """2 (n - 1) / ((n + 1)² (n + 2)): variance of the second lowest of n (Krishna, chapter 2)."""
    return 2 * (n - 1) / ((n + 1) ** 2 * (n + 2))


def first_price_variance(n: int) -> float:
    """(n - 1)² / (n (n + 1)² (n + 2)): variance of the equilibrium price (Krishna, chapter 2)."""
    return (n - 1) ** 2 / (n * (n + 1) ** 2 * (n + 2))


def trade_with_reserve(n: int, reserve: float) -> float:
    """1 - (1 - r)ⁿ: somebody's cost is below the reserve (Krishna, chapter 2)."""
    return 1 - (1 - reserve) ** n


def uniform_price(n: int, slots: int) -> float:
    """(k + 1) / (n + 1): the lowest losing of n bids for k slots (Krishna, chapter 12)."""
    return (slots + 1) / (n + 1)


def erlang_b(servers: int, load: float) -> float:
    """B₀ = 1, B_k = a B_{k-1} / (k + a B_{k-1}): the share turned away (Erlang 1917)."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """B / (1 - ρ (1 - B)): the share that waits at all (Erlang 1917)."""
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait(servers: int, arrivals: float, service: float = 1.0) -> float:
    """C / (c μ - λ): the mean wait over all, in units of 1 / μ when μ is 1 (Erlang 1917)."""
    return erlang_c(servers, arrivals / service) / (servers * service - arrivals)


def abandonment(servers: int, arrivals: float, patience: float, service: float = 1.0) -> float:
    """(1 + xJ) / (ε + λJ) for M/M/c with one fixed patience d.

    ε = 1 / B_{c-1}(λ/μ), x = λ - cμ, J = (e^{xd} - 1) / x + e^{xd} / (cμ); the first term of J
    tends to d for x → 0. Source: Baccelli and Hebuterne 1981; Zeltyn and Mandelbaum 2005.
    """
    epsilon = 1 / erlang_b(servers - 1, arrivals / service)
    x = arrivals - servers * service
    first = expm1(x * patience) / x if abs(x) > 1e-12 else patience
    j = first + exp(x * patience) / (servers * service)
    return (1 + x * j) / (epsilon + arrivals * j)


def bot_share(speed: float, people: int) -> float:
    """k / (k + m): one bot k times as fast as each of m people (competing exponentials)."""
    return speed / (speed + people)


def optimal_matching_cost(n: int) -> float:
    """Σ 1/k² up to n, for n × n costs from exp(1) (Parisi 1998; proved by Aldous and others)."""
    return sum(1 / k**2 for k in range(1, n + 1))


def first_come_matching_cost(n: int) -> float:
    """H_n: each in turn takes the cheapest that remains, costs from exp(1)."""
    return sum(1 / k for k in range(1, n + 1))


def nearest_distance(workers: int) -> float:
    """Γ(3/2) Γ(N+1) / (√π Γ(N+3/2)): the nearest of N on the unit torus.

    The integral of (1 - π r²)ᴺ over the disc of area 1. The torus differs from the disc only where
    all N are further than half its side: (1 - π/4)ᴺ, below one in a million from ten workers on.
    """
    return gamma(1.5) * gamma(workers + 1) / (sqrt(pi) * gamma(workers + 1.5))


def contest_effort(n: int, skill: float) -> float:
    """(n - 1) / n · vⁿ: equilibrium effort of skill v from U[0,1], one prize (Moldovanu and Sela 2001)."""
    return (n - 1) / n * skill**n


def contest_total_effort(n: int) -> float:
    """(n - 1) / (n + 1): expected effort of all n together (Moldovanu and Sela 2001)."""
    return (n - 1) / (n + 1)


def contest_best_effort(n: int) -> float:
    """(n - 1) / (2n): expected effort of the most skilled of n (Moldovanu and Sela 2001)."""
    return (n - 1) / (2 * n)


def contest_gain(n: int) -> float:
    """1 / (n (n + 1)): the mean of vⁿ/n, what skill v gains in equilibrium, its effort taken off."""
    return 1 / (n * (n + 1))


def beta_below(x: float, a: int, b: int) -> float:
    """P(the a-th lowest of a + b - 1 draws from U[0,1] is below x): a binomial tail."""
    n = a + b - 1
    return sum(comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1))


def loss_by_another_ask(n: int, slots: int, cost: float, ask: float) -> float:
    """What asking something else than the own cost loses where all winners get the lowest losing bid.

    Y, the k-th lowest of the n - 1 rivals, decides: |Y - c| is lost where Y lies between cost and
    ask, and nothing elsewhere, so honesty is never worse (Vickrey 1961; Krishna, chapter 12).
    Y is Beta(k, n - k), with mean k / n.
    """
    low, high = min(cost, ask), max(cost, ask)
    k = slots
    mean_between = k / n * (beta_below(high, k + 1, n - k) - beta_below(low, k + 1, n - k))
    chance_between = beta_below(high, k, n - k) - beta_below(low, k, n - k)
    return abs(mean_between - cost * chance_between)


def gini_by_lot(people: int, tasks: int) -> float:
    """Gini of awards when each task goes to one of the people by lot.

    E|A - B| / (2 mean) · (people - 1) / people for two people's awards A and B. Of their K together,
    binomial with chance 2 / people, each had half the chance, so E(|A - B| given K) is that of a
    walk of K steps: 2 ⌈K/2⌉ C(K, ⌈K/2⌉) / 2ᴷ (de Moivre 1730).
    """
    p, gap = 2 / people, 0.0
    for k in range(1, tasks + 1):
        half = ceil(k / 2)
        ways = exp(log_comb(tasks, k) + k * log(p) + (tasks - k) * log(1 - p))
        gap += ways * 2 * half * exp(log_comb(k, half) - k * log(2))
    return gap / (2 * tasks / people) * (people - 1) / people


def log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def without_work_by_lot(people: int, tasks: int) -> float:
    """(1 - 1/n)ᵐ: the share of n people who get none of m tasks drawn by lot (occupancy)."""
    return (1 - 1 / people) ** tasks


def random_matching_cost(n: int) -> float:
    """n: every task to a random worker who remains, costs from exp(1), each with mean 1."""
    return float(n)


def ruin(
    periods: int, paid_in: float, losses: Mapping[float, float], reserve: float = 0.0
) -> float:
    """P(a fund falls below zero within so many periods), by exact recursion.

    Each period brings `paid_in` and then a loss, drawn from `losses` (size → chance); the reserve
    is there at the start. The compound binomial model of ruin (Gerber 1988; Lundberg 1903).
    """
    alive: dict[float, float] = {reserve: 1.0}
    for _ in range(periods):
        after: dict[float, float] = defaultdict(float)
        for balance, chance in alive.items():
            for loss, probability in losses.items():
                left = round(balance + paid_in - loss, 9)
                if left >= 0:
                    after[left] += chance * probability
        alive = after
    return 1 - sum(alive.values())


def losses_of_clients(clients: int, default: float, anchor: float) -> dict[float, float]:
    """What clients who fail in one month cost, as a share of the month's volume → its chance.

    One anchor client brings the share `anchor` of the volume, the others the rest in equal parts.
    """
    each, others = (1 - anchor) / (clients - 1), clients - 1
    chances: dict[float, float] = defaultdict(float)
    for failed in range(6):  # more than five at a time: once in 10^8 months
        some = comb(others, failed) * default**failed * (1 - default) ** (others - failed)
        chances[round(failed * each, 9)] += some * (1 - default)
        chances[round(failed * each + anchor, 9)] += some * default
    return chances
