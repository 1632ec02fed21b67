"""Weighted scores: Σ weight × feature, with published weights that are scaled to add up to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allocation.engine.card import Factor, Parameter, UnusableParameters
from allocation.engine.contract import Candidate, Case, Feature, Terms

FEATURES = {
    "skill_match": "how well your skills fit what the task asks for",
    "distance": "how near you are to the task (1 is next door)",
    "reputation": "the ratings of your earlier work",
    "waiting": "how long you have been waiting for work",
    "since_served": "how long ago you last got work",
    "price": "how far your bid is below the budget (1 is the lowest price allowed)",
}

CAN_CHANGE = frozenset({"skill_match", "distance", "reputation"})  # by the worker, in time


class WeightsAddUpToNothing(UnusableParameters):
    """At least one weight must be above 0."""


def weight_parameters(weights: Mapping[str, float]) -> tuple[Parameter, ...]:
    """One `weight_<feature>` parameter per feature, with its default."""
    return tuple(
        Parameter(f"weight_{name}", weight, 0, 100, "", f"Weight of {FEATURES[name]}.")
        for name, weight in weights.items()
    )


def weights_of(case: Case | Terms, defaults: Mapping[str, float]) -> dict[str, float]:
    """The weights in force for this case, scaled to add up to 1, in the order of `defaults`."""
    given = case.parameters
    weights = {name: given.get(f"weight_{name}", usual) for name, usual in defaults.items()}
    total = sum(weights.values())
    if total <= 0:
        raise WeightsAddUpToNothing("At least one weight must be above 0.")
    return {name: weight / total for name, weight in weights.items()}


def score_of(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Σ weight × feature, 0…1. A feature that is not in the case counts as 0."""
    score = 0.0
    for name, weight in weights.items():
        score += weight * features.get(name, 0.0)
    return score


def scores_of(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> list[float]:
    """`score_of` for each candidate, in the same order of adding and so to the same last bit."""

    def feature(name: str) -> list[float]:
        return [candidate.features.get(name, 0.0) for candidate in candidates]

    return scores_by_feature(feature, weights, len(candidates))


def scores_by_feature(feature: Feature, weights: Mapping[str, float], count: int) -> list[float]:
    """The same for `count` candidates whose features are given as columns."""
    scores = [0.0] * count
    for name, weight in weights.items():
        scores = [
            score + weight * value for score, value in zip(scores, feature(name), strict=True)
        ]
    return scores


def factors_of(features: Mapping[str, float], weights: Mapping[str, float]) -> tuple[Factor, ...]:
    """The parts of `score_of`, one per weight."""
    return tuple(Factor(name, features.get(name, 0.0), weight) for name, weight in weights.items())


def best_first(
    candidates: Sequence[Candidate], scores: Sequence[float]
) -> tuple[list[Candidate], list[float]]:
    """Highest score first; of two equal scores the earlier received first."""
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], candidates[i].received))
    return [candidates[i] for i in order], [scores[i] for i in order]


def best_few(workers: Sequence[int], scores: Sequence[float], many: int) -> list[int]:
    """The first `many` of `best_first`, for workers in order of arrival."""
    if many == 1 and scores:
        return [workers[scores.index(max(scores))]]
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    return [workers[i] for i in order[:many]]
