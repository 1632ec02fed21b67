"""The closed forms by name: in words, as a formula, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

KRISHNA = "Krishna, Auction Theory"
CONTESTS = "Moldovanu and Sela 2001"
VCG = "Vickrey 1961, Clarke 1971, Groves 1973"


@dataclass(frozen=True, slots=True)
class Law:
    """`words` names in braces what a check fills in; the letters are those of the formula.

    The formula is for readers of every language: signs and letters, no words.
    """

    words: str
    formula: str
    source: str


LAWS: dict[str, Law] = {
    "second_price": Law("Second price, {n} bidders", "2 / (n + 1)", f"Vickrey 1961; {KRISHNA}"),
    "first_price": Law(
        "First price in equilibrium, {n} bidders", "2 / (n + 1)", f"Vickrey 1961; {KRISHNA}"
    ),
    "naive_price": Law(
        "First price when all bid their own cost, {n} bidders", "1 / (n + 1)", "Order statistics"
    ),
    "second_price_variance": Law(
        "Variance of the second price, {n} bidders", "2 (n − 1) / ((n + 1)² (n + 2))", KRISHNA
    ),
    "first_price_variance": Law(
        "Variance of the first price, {n} bidders", "(n − 1)² / (n (n + 1)² (n + 2))", KRISHNA
    ),
    "open_price": Law(
        "Price where open bidding stops, {n} bidders",
        "2 / (n + 1)",
        "Cassady 1967; revenue equivalence",
    ),
    "trade_with_reserve": Law(
        "Share that is sold below a highest price of {r}, {n} bidders", "1 − (1 − r)ⁿ", KRISHNA
    ),
    "uniform_price": Law(
        "One price for {k} places, {n} bidders", "(k + 1) / (n + 1)", f"{KRISHNA}, chapter 12"
    ),
    "contest_best": Law("Contest: best effort of {n}", "(n − 1) / (2n)", CONTESTS),
    "contest_total": Law("Contest: effort of all {n}", "(n − 1) / (n + 1)", CONTESTS),
    "contest_gain": Law("Contest: what one of {n} gains", "1 / (n (n + 1))", CONTESTS),
    "another_ask": Law(
        "One price for {k} places, {n} bidders: lost by asking {a} at a cost of {c}",
        "E |Y − c| 1{(Y − a)(Y − c) < 0}, Y ~ Beta(k, n − k)",
        f"Vickrey 1961; {KRISHNA}",
    ),
    "best_matching": Law(
        "Least cost of two tasks for three workers", "min Σ c(t, w)", "Kuhn 1955; by hand"
    ),
    "vcg_payment": Law(
        "What it pays worker {w} for being honest",
        "C(N ∖ w) − (C(N) − c(w))",
        VCG,
    ),
    "erlang_wait": Law(
        "Mean wait, {c} workers, {λ} tasks an hour", "C(c, λ/μ) / (cμ − λ), μ = 1", "Erlang 1917"
    ),
    "abandonment": Law(
        "Share given up after {d} hours, {c} workers, {λ} tasks an hour",
        "(1 + xJ) / (ε + λJ), x = λ − cμ",
        "Baccelli and Hebuterne 1981",
    ),
    "little": Law("Places open on average, {c} workers", "L = λ W", "Little 1961"),
    "bot_share": Law(
        "What a claim bot {k} times as fast gets beside {m} people",
        "k / (k + m)",
        "Competing exponentials",
    ),
    "optimal_matching": Law(
        "Cost of the best matching, {n} × {n}", "Σ 1/k², k = 1 … n", "Parisi 1998; Aldous 2001"
    ),
    "cheapest_left": Law(
        "Cost when each takes the cheapest left, {n} × {n}", "Σ 1/k, k = 1 … n", "Order statistics"
    ),
    "cost_by_lot": Law("Cost by lot, {n} × {n}", "n", "Each cost has mean 1"),
    "nearest": Law(
        "Way to the nearest of {n} workers",
        "Γ(3/2) Γ(n + 1) / (√π Γ(n + 3/2))",
        "Nearest neighbours on a torus",
    ),
    "gini_by_lot": Law(
        "Inequality (Gini) of {m} tasks among {n}, by lot",
        "(n − 1)/n · E|A − B| · n/(2m)",
        "De Moivre 1730",
    ),
    "nothing_by_lot": Law(
        "Share without any of {m} tasks among {n}, by lot", "(1 − 1/n)ᵐ", "Occupancy"
    ),
    "gini_in_turn": Law("Inequality (Gini) of {m} tasks among {n}, in turn", "0", "By definition"),
    "ruin": Law(
        "A fund cannot pay: {p} % paid in, {q} % unpaid, {u} pays to begin with",
        "ψₜ(u) = Σ P(x) ψₜ₋₁(u + p − x), t = 1 … 200",
        "Lundberg 1903; Gerber 1988",
    ),
}
