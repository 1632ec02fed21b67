"""The closed forms, each with its source."""

from __future__ import annotations

from math import exp, expm1, gamma, pi, sqrt


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
