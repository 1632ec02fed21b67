"""Agreement and consensus: by hand where a hand can, and by simulation where it cannot."""

import numpy as np
import pytest

from batches.rules.quality import dawid_skene, krippendorff_alpha, majority


def test_the_majority_says_its_share_and_whether_it_is_tied():
    found = majority(["cat", "dog", "cat"])
    assert (found.label, found.share, found.is_tied) == ("cat", pytest.approx(2 / 3), False)
    assert majority(["dog", "cat"]).is_tied
    with pytest.raises(ValueError):
        majority([])


# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: four observers, twelve
# units, nominal data, missing values; the paper gives alpha = 0.743.
def example_c():
    rows = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    }
    return [
        (unit, who, str(value))
        for who, values in rows.items()
        for unit, value in enumerate(values)
        if value is not None
    ]


def test_alpha_is_that_of_the_published_example():
    assert krippendorff_alpha(example_c()) == pytest.approx(0.743, abs=0.0005)


def test_alpha_is_one_when_all_agree_and_nothing_when_there_is_nothing_to_compare():
    assert krippendorff_alpha([(1, "a", "x"), (1, "b", "x"), (2, "a", "y"), (2, "b", "y")]) == 1.0
    assert krippendorff_alpha([(1, "a", "x"), (2, "a", "y")]) is None
    assert krippendorff_alpha([(1, "a", "x"), (1, "b", "x")]) is None


def test_alpha_by_hand_two_people_half_right():
    # Two units: one agreed (x, x), one not (x, y). Observed: 2 pairs of values that differ, of 4
    # values → 2. Expected: x three times, y once: (3·1 + 1·3) / 3 = 2. So alpha = 1 − 2/2 = 0.
    data = [(1, "a", "x"), (1, "b", "x"), (2, "a", "x"), (2, "b", "y")]
    assert krippendorff_alpha(data) == pytest.approx(0.0)


def test_one_round_of_consensus_by_hand():
    """Two items; a and b agree on both, c always says "x". Without smoothing, after one round:

    votes: item 1 (x, x, x) → 1, 0; item 2 (y, y, x) → 1/3, 2/3. Frequency of x: (1 + 1/3) / 2 = 2/3.
    a, b: truth x (weight 4/3): said x 1, said y 1/3 → 3/4, 1/4; truth y (2/3): said y → 0, 1.
    c: always x. Item 2: x: 2/3 · 1/4 · 1/4 · 1 = 1/24; y: 1/3 · 1 · 1 · 1 = 1/3 → y with 8/9.
    """
    said = [
        (1, "a", "x"),
        (1, "b", "x"),
        (1, "c", "x"),
        (2, "a", "y"),
        (2, "b", "y"),
        (2, "c", "x"),
    ]
    found = dawid_skene(said, rounds=1, smoothing=1e-12)
    assert found.labels[2][0] == "y"
    assert found.labels[2][1] == pytest.approx(8 / 9, abs=1e-6)
    assert found.labels[1] == ("x", pytest.approx(1.0, abs=1e-6))


def simulated(seed: int):
    """300 items of three kinds; four workers of 85 %, three who guess, one who turns two kinds round."""
    rng = np.random.default_rng(seed)
    kinds = ["a", "b", "c"]
    truth = rng.integers(0, 3, 300)
    said = []
    for item, kind in enumerate(truth):
        for worker in range(8):
            if worker < 4:
                label = kind if rng.random() < 0.85 else rng.integers(0, 3)
            elif worker < 7:
                label = rng.integers(0, 3)
            else:
                label = {0: 1, 1: 0, 2: 2}[int(kind)]
            said.append((item, worker, kinds[int(label)]))
    return truth, said, kinds


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_consensus_recovers_more_than_the_majority_and_knows_who_guesses(seed):
    truth, said, kinds = simulated(seed)
    found = dawid_skene(said)
    of_item = {item: [x for i, _, x in said if i == item] for item in range(300)}
    by_votes = sum(majority(of_item[i]).label == kinds[truth[i]] for i in range(300))
    by_consensus = sum(found.labels[i][0] == kinds[truth[i]] for i in range(300))
    assert by_consensus > by_votes
    assert by_consensus >= 0.95 * 300
    good, guessing = [found.accuracy[w] for w in range(4)], [found.accuracy[w] for w in (4, 5, 6)]
    assert min(good) > 0.8 > 0.5 > max(guessing)


def test_nothing_said_gives_nothing():
    assert dawid_skene([]).labels == {}
