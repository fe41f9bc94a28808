"""The confusion matrix of two coders whose units have several codes."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coder.agreement.confusion import NO_CODE, confusion, summed
from coder.agreement.ratings import Ratings
from coder.errors import UsageError


def grid(*sheets, codes="xyz"):
    values = np.array(sheets, dtype=float)
    n = values.shape[1]
    names = tuple(f"c{k}" for k in range(len(values)))
    return Ratings(values, names, tuple(codes), np.zeros(n, np.intp), tuple(range(n)))


def cells(found):
    return {(a, b): n for a, b, n in found.apart()}


def test_codes_that_match_are_taken_away_and_the_rest_is_spread_evenly():
    found = confusion(grid([[1, 1, 0]], [[1, 0, 1]]))  # x and y against x and z
    assert found.counts[0, 0] == 1
    assert cells(found) == {("y", "z"): 1}
    found = confusion(grid([[1, 0, 0]], [[0, 1, 1]]))  # x against y and z
    assert cells(found) == {("x", "y"): 0.5, ("x", "z"): 0.5, (NO_CODE, "y"): 0.5, (NO_CODE, "z"): 0.5}


def test_a_unit_without_codes_is_in_the_last_cell_and_one_with_matches_alone_is_not():
    found = confusion(grid([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [1, 0, 0]]))
    assert found.counts[-1, -1] == 1
    assert found.counts.sum() == found.units == 2


def test_what_one_of_them_left_open_is_left_out_of_the_unit():
    nan = np.nan
    found = confusion(grid([[1, 1, 0], [nan, nan, nan]], [[nan, 0, 0], [1, 0, 0]]))
    assert found.units == 1
    assert cells(found) == {("y", NO_CODE): 1}


@given(
    arrays(np.int8, st.tuples(st.just(2), st.integers(0, 12), st.just(4)), elements=st.sampled_from([0, 1, 2])).map(
        lambda found: np.where(found == 2, np.nan, found.astype(float))
    )
)
def test_margins_are_how_often_each_coder_gave_each_code(values):
    ratings = grid(*values, codes="wxyz")
    found = confusion(ratings)
    together = ~np.isnan(values).any(axis=0)
    for axis, sheet in ((1, values[0]), (0, values[1])):
        assert found.counts.sum(axis=axis)[:-1] == pytest.approx(((sheet == 1) & together).sum(axis=0))
    swapped = confusion(grid(values[1], values[0], codes="wxyz"))
    assert swapped.counts == pytest.approx(found.counts.T)


def test_three_coders_have_three_matrices_and_one_sum_that_has_no_direction():
    ratings = grid([[1, 0, 0]], [[0, 1, 0]], [[np.nan] * 3])
    with pytest.raises(UsageError, match="two coders"):
        confusion(ratings)
    sheets = [[[1, 0, 0]], [[0, 1, 0]], [[0, 1, 0]]]
    total = summed([confusion(grid(*pair)) for pair in combinations(sheets, 2)])
    assert total.units == 3
    assert total.counts == pytest.approx(total.counts.T)
    assert total.counts.sum() == pytest.approx(3)
