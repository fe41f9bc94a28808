"""Saturation: what is new, the curve over random orders, and base, run and threshold."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coder.inference.saturation import assess, in_random_orders, new_items, pairs

GRIDS = arrays(bool, st.tuples(st.integers(1, 8), st.integers(0, 6)))


@given(GRIDS)
def test_new_items_add_up_to_all_that_were_found(present):
    new = new_items(present)
    assert len(new) == len(present)
    assert new.sum() == present.any(axis=0).sum()
    assert [int(present[:n].any(axis=0).sum()) for n in range(1, len(present) + 1)] == new.cumsum().tolist()


@given(GRIDS)
def test_over_random_orders_the_curve_rises_to_what_there_is(present):
    band = in_random_orders(present, orders=50)
    total = present.any(axis=0).sum()
    assert (np.diff(band.mean) >= 0).all()
    assert band.mean[-1] == band.low[-1] == band.high[-1] == total
    assert (band.low <= band.high).all()


def test_the_mean_is_that_of_the_formula():
    # Colwell, Mao & Chang 2004: an item that h of n transcripts have is known after t with 1 - C(n - h, t) / C(n, t)
    present = np.random.default_rng(1).random((9, 30)) < 0.2
    have = present.sum(axis=0)
    mean = [sum(1 - comb(9 - int(h), t) / comb(9, t) for h in have if h) for t in range(1, 10)]
    assert in_random_orders(present, orders=4000).mean == pytest.approx(mean, rel=0.02)
    same = [in_random_orders(present, orders=20, seed=7).mean.tolist() for _ in range(2)]
    assert same[0] == same[1]


def test_a_pair_of_code_and_case_is_new_in_every_case():
    present = np.array([[1, 1], [1, 0], [1, 1]], bool)
    assert new_items(pairs(present, np.array([0, 0, 1]))).tolist() == [2, 0, 2]


def test_the_quotients_are_those_of_the_published_example():
    # Guest, Namey & Chen 2020: 37 themes in a base of four; a run with 4 new ones is 11 %, one with a single one 3 %,
    # the first below 5 %. How the themes fall on the single interviews is made up here.
    found = assess(np.array([15, 11, 7, 4, 0, 3, 1, 0, 0]), base=4, run=2, threshold=0.05)
    assert found.items == 37
    assert [(one.first, one.last, one.new) for one in found.runs] == [(5, 6, 3), (6, 7, 4), (7, 8, 1), (8, 9, 0)]
    assert [round(100 * one.share) for one in found.runs] == [8, 11, 3, 0]
    assert found.reached == 6
    assert assess(np.array([15, 11, 7, 4, 0, 3, 1, 0, 0]), threshold=0.0).reached == 7


def test_too_few_transcripts_or_no_codes_in_the_base_are_not_saturated():
    assert assess(np.array([3, 2]), base=4).runs == ()
    assert assess(np.array([3, 2, 0, 0, 1]), base=4).reached is None
    nothing = assess(np.zeros(8, int))
    assert nothing.reached is None
    assert np.isnan(nothing.runs[0].share)
