"""Counts by cluster: published coincidences, and sums that do not depend on the clusters."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coder.agreement.counts import categorise, coincidences, confusions

POSITIONS = st.tuples(st.integers(2, 4), st.integers(0, 10)).flatmap(
    lambda shape: arrays(np.intp, shape, elements=st.integers(-1, 2))
)


def test_the_coincidences_of_krippendorff_2011_example_b():
    one, other = "aabbdcccedda", "babbbccceddd"
    positions, categories = categorise(np.array([[ord(c) for c in row] for row in (one, other)], dtype=float))
    assert "".join(chr(int(c)) for c in categories) == "abcde"
    assert coincidences(positions, 5)[0].tolist() == [
        [2, 1, 0, 1, 0],
        [1, 4, 0, 1, 0],
        [0, 0, 6, 0, 0],
        [1, 1, 0, 4, 0],
        [0, 0, 0, 0, 2],
    ]


def test_confusions_keep_who_said_what():
    positions = np.array([[0, 0, 1, -1], [1, 1, 1, 0], [0, -1, -1, 1]])
    tables = confusions(positions, 2, np.array([7, 7, 9, 9]))
    assert tables.shape == (2, 3, 2, 2)
    assert tables[0, 0].tolist() == [[0, 2], [0, 0]]
    assert tables[:, 2].sum(axis=0).tolist() == [[0, 1], [1, 0]]


@given(POSITIONS, st.randoms(use_true_random=False))
def test_counts_add_up_over_clusters(positions, random):
    clusters = np.array([random.randrange(3) for _ in range(positions.shape[1])], dtype=np.intp)
    for count in (coincidences, confusions):
        np.testing.assert_allclose(count(positions, 3, clusters).sum(axis=0), count(positions, 3)[0])


@given(POSITIONS)
def test_each_pairable_value_counts_once(positions):
    pairable = positions[:, (positions >= 0).sum(axis=0) >= 2]
    each = np.bincount(pairable[pairable >= 0], minlength=3)
    np.testing.assert_allclose(coincidences(positions, 3)[0].sum(axis=1), each, atol=1e-9)
