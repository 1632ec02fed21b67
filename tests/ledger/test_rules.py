"""Splitting an amount, for any numbers: no database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules import split

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)


@given(st.integers(0, 10**12), weights)
def test_the_shares_add_up_to_the_amount(amount, by):
    assert sum(split(amount, by)) == amount


@given(st.integers(0, 10**12), weights)
def test_each_share_is_within_a_cent_of_its_due(amount, by):
    for share, weight in zip(split(amount, by), by, strict=True):
        assert abs(share * sum(by) - amount * weight) < sum(by)


@given(st.integers(0, 10**12), weights)
def test_who_weighs_nothing_gets_nothing_and_who_weighs_more_gets_no_less(amount, by):
    shares = split(amount, by)
    assert all(share == 0 for share, weight in zip(shares, by, strict=True) if weight == 0)
    in_order = [share for _, share in sorted(zip(by, shares, strict=True))]
    assert in_order == sorted(in_order)


def test_the_cent_left_over_goes_to_the_largest_remainder_then_to_the_earlier():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(100, [1, 2, 4]) == [14, 29, 57]


@pytest.mark.parametrize(("amount", "by"), [(100, []), (100, [0, 0]), (100, [2, -1]), (-1, [1])])
def test_there_must_be_something_to_split_over(amount, by):
    with pytest.raises(ValueError):
        split(amount, by)
