"""Counts by cluster: published coincidences, sums that do not depend on the clusters, and a loop over pairs."""

import math
from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coder.agreement.contingency import PRESENT_ABSENT, categorise, count, count_codes

POSITIONS = st.tuples(st.integers(2, 4), st.integers(0, 10)).flatmap(
    lambda shape: arrays(np.intp, shape, elements=st.integers(-1, 2))
)
THREE = np.arange(3.0)


def test_the_coincidences_of_krippendorff_2011_example_b():
    one, other = "aabbdcccedda", "babbbccceddd"
    positions, categories = categorise(np.array([[ord(c) for c in row] for row in (one, other)], dtype=float))
    assert "".join(chr(int(c)) for c in categories) == "abcde"
    assert count(positions, categories).sum().coincidences.tolist() == [
        [2, 1, 0, 1, 0],
        [1, 4, 0, 1, 0],
        [0, 0, 6, 0, 0],
        [1, 1, 0, 4, 0],
        [0, 0, 0, 0, 2],
    ]


def test_tables_of_two_keep_who_said_what():
    counts = count(np.array([[0, 0, 1, -1], [1, 1, 1, 0]]), PRESENT_ABSENT, np.array([7, 7, 9, 9]))
    assert counts.table.tolist() == [[[0, 2], [0, 0]], [[0, 0], [0, 1]]]
    assert counts.units.tolist() == [2, 1]
    assert counts.units1.tolist() == [2, 2]
    assert counts.margins[1].tolist() == [[0, 1], [1, 1]]
    assert counts.paired[1].tolist() == [[0, 1], [0, 1]]


def test_more_coders_than_two_have_no_table():
    assert np.isnan(count(np.zeros((3, 2), dtype=np.intp), PRESENT_ABSENT).table).all()


@given(POSITIONS)
def test_counts_are_those_of_a_loop_over_pairs(positions):
    alike, coincidences, meetings, shares = np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((3, 3)), np.zeros(3)
    for unit in positions.T:
        judged = [k for k in unit if k >= 0]
        for k in judged:
            shares[k] += 1 / len(judged)
        for k, other in permutations(judged, 2):
            meetings[k, other] += 1
            coincidences[k, other] += 1 / (len(judged) - 1)
            alike[k, other] += 1 / (len(judged) * (len(judged) - 1))
    counts = count(positions, THREE).sum()
    np.testing.assert_allclose(counts.shares, shares, atol=1e-12)
    np.testing.assert_allclose(counts.meetings, meetings)
    np.testing.assert_allclose(counts.coincidences, coincidences, atol=1e-12)
    np.testing.assert_allclose(counts.alike, alike, atol=1e-12)
    assert math.isclose(counts.alike.sum(), counts.units, abs_tol=1e-9)
    np.testing.assert_allclose(counts.coincidences.sum(axis=1), counts.paired.sum(axis=0), atol=1e-9)


@given(POSITIONS, st.randoms(use_true_random=False))
def test_counts_add_up_over_clusters(positions, random):
    clusters = np.array([random.randrange(3) for _ in range(positions.shape[1])], dtype=np.intp)
    by_cluster = count(positions, THREE, clusters)
    assert len(by_cluster.data) == len(set(clusters.tolist()))
    np.testing.assert_allclose(by_cluster.sum().data, count(positions, THREE).sum().data, atol=1e-12)


@given(POSITIONS, st.randoms(use_true_random=False))
def test_a_column_may_stand_for_many_units(positions, random):
    times = np.array([random.randrange(4) for _ in range(positions.shape[1])], dtype=np.intp)
    long = np.repeat(positions, times, axis=1)
    np.testing.assert_allclose(
        count(positions, THREE, times=times).sum().data, count(long, THREE).sum().data, atol=1e-9
    )


def test_codes_are_counted_one_by_one_and_pooled_by_a_sum():
    values = np.array([[[1, 0], [0, 0], [1, np.nan]], [[1, 1], [1, 0], [0, 0]]])
    counts = count_codes(values, np.array([0, 0, 1]))
    assert counts.data.shape[:2] == (2, 2)
    assert counts.units.tolist() == [[2, 2], [1, 0]]
    assert counts.sum(axis=(0, 1)).table.tolist() == [[1, 2], [1, 1]]
    assert counts[0].units.tolist() == [2, 2]
