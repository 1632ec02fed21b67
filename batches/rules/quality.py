"""How far answers agree, and what is probably true when they do not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item", bound=Hashable)
Coder = TypeVar("Coder", bound=Hashable)
Judgement = tuple[Item, Coder, str]  # about what, by whom, which label

MOST_LABELS = 20  # more different answers than this are texts, not labels


@dataclass(frozen=True, slots=True)
class Majority:
    """The most frequent label; `share` of the answers say it, `is_tied` when another as often."""

    label: str
    share: float
    count: int
    is_tied: bool


def majority(labels: Sequence[str]) -> Majority:
    """The label that most say, the alphabetically first of equals. Raises ValueError when empty."""
    if not labels:
        raise ValueError("nobody answered")
    counts = sorted(Counter(labels).items(), key=lambda pair: (-pair[1], pair[0]))
    label, most = counts[0]
    is_tied = len(counts) > 1 and counts[1][1] == most
    return Majority(label, most / len(labels), len(labels), is_tied)


def krippendorff_alpha(judgements: Iterable[Judgement[Item, Coder]]) -> float | None:
    """Krippendorff's alpha for labels without an order: 1 all agree, 0 as chance would, below worse.

    Items that fewer than two people judged do not count. None when nothing can be compared, or when
    everybody always said the same, which shows no agreement and no disagreement. Source:
    K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
    """
    of_item: dict[Item, list[str]] = defaultdict(list)
    for item, _coder, label in judgements:
        of_item[item].append(label)
    units = [Counter(labels) for labels in of_item.values() if len(labels) > 1]
    pairable = sum(sum(unit.values()) for unit in units)
    if not pairable:
        return None
    observed = sum(
        sum(count * (sum(unit.values()) - count) for count in unit.values())
        / (sum(unit.values()) - 1)
        for unit in units
    )
    totals = Counter[str]()
    for unit in units:
        totals.update(unit)
    expected = sum(count * (pairable - count) for count in totals.values()) / (pairable - 1)
    return None if expected == 0 else 1.0 - observed / expected


@dataclass(frozen=True, slots=True)
class Consensus:
    """What is probably true: item → (label, probability), and worker → expected share right."""

    labels: Mapping[Hashable, tuple[str, float]]
    accuracy: Mapping[Hashable, float]


def dawid_skene(
    judgements: Sequence[Judgement[Item, Coder]],
    *,
    rounds: int = 50,
    tolerance: float = 1e-5,
    smoothing: float = 0.01,
) -> Consensus:
    """Estimate true labels and each worker's errors together, by expectation and maximisation.

    It begins with the shares of the votes; then, in turn: how often each worker says what when the
    truth is what, given the probable truths; and the probable truths, given those habits. It ends
    when no probability moves by `tolerance`. `smoothing` is added to each count, so that who never
    erred among few answers is not taken for infallible. Source: A. P. Dawid and A. M. Skene (1979),
    Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm.
    """
    if not judgements:
        return Consensus({}, {})
    items = {item: n for n, item in enumerate(dict.fromkeys(j[0] for j in judgements))}
    coders = {coder: n for n, coder in enumerate(dict.fromkeys(j[1] for j in judgements))}
    labels = {label: n for n, label in enumerate(sorted({j[2] for j in judgements}))}
    i = np.array([items[item] for item, _, _ in judgements])
    w = np.array([coders[coder] for _, coder, _ in judgements])
    x = np.array([labels[label] for _, _, label in judgements])

    truth = np.zeros((len(items), len(labels)))
    np.add.at(truth, (i, x), 1.0)
    truth /= truth.sum(axis=1, keepdims=True)
    for _ in range(rounds):
        habits, frequency = habits_given(truth, i, w, x, len(coders), smoothing)
        before, truth = truth, truth_given(habits, frequency, i, w, x, len(items))
        if np.abs(truth - before).max() < tolerance:
            break
    habits, frequency = habits_given(truth, i, w, x, len(coders), smoothing)
    names = list(labels)
    best = truth.argmax(axis=1)
    right = (np.einsum("wkk->wk", habits) * frequency).sum(axis=1)
    return Consensus(
        {item: (names[best[n]], float(truth[n, best[n]])) for item, n in items.items()},
        {coder: float(right[n]) for coder, n in coders.items()},
    )


Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def habits_given(
    truth: Floats, i: Places, w: Places, x: Places, coders: int, smoothing: float
) -> tuple[Floats, Floats]:
    """P(worker w says x | truth k) as [w, k, x], and how frequent each truth is."""
    kinds = truth.shape[1]
    counts = np.full((coders, kinds, kinds), smoothing)
    np.add.at(counts.transpose(0, 2, 1), (w, x), truth[i])
    return counts / counts.sum(axis=2, keepdims=True), truth.mean(axis=0)


def truth_given(
    habits: Floats, frequency: Floats, i: Places, w: Places, x: Places, items: int
) -> Floats:
    """P(truth k) of each item, from who said what about it. In logarithms: products get too small."""
    log = np.tile(np.log(frequency + 1e-300), (items, 1))
    np.add.at(log, i, np.log(habits[w, :, x]))
    log -= log.max(axis=1, keepdims=True)
    share = np.exp(log)
    return np.asarray(share / share.sum(axis=1, keepdims=True))
