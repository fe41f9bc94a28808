"""Draws for double coding: each unit has exactly the chance that was written down, and rare strata get more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.inference.stratified_draw import chances, pairs, rarest, spread

STRATA = ["", "cost", "risk", "time"]


@given(st.lists(st.sampled_from(STRATA), min_size=1, max_size=60), st.floats(0.05, 1))
def test_chances_are_probabilities_that_sum_to_what_is_drawn_and_rare_strata_have_no_smaller_one(strata, share):
    found = chances(strata, share * len(strata))
    assert found.min() > 0
    assert found.max() <= 1 + 1e-12
    assert found.sum() == pytest.approx(share * len(strata))
    size = {stratum: strata.count(stratum) for stratum in strata}
    for a, left in zip(strata, found, strict=True):
        for b, right in zip(strata, found, strict=True):
            assert size[a] < size[b] or left <= right + 1e-9 or size[a] == size[b]
            assert a != b or left == right


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(STRATA)), min_size=1, max_size=40),
    st.floats(0.05, 1),
    st.integers(0, 10_000),
)
def test_a_draw_has_its_size_in_all_and_in_each_transcript_to_one_unit(groups, share, seed):
    chance = chances([stratum for _, stratum in groups], share * len(groups))
    drawn = spread(chance, groups, np.random.default_rng(seed))
    assert abs(drawn.sum() - chance.sum()) < 1 + 1e-9
    for transcript in "abc":
        own = [name == transcript for name, _ in groups]
        assert abs(drawn[own].sum() - chance[own].sum()) < 2


def test_each_unit_is_drawn_as_often_as_its_chance_says_and_weighing_by_it_gives_the_truth_on_average():
    rng = np.random.default_rng(3)
    groups = [(f"t{i % 5}", stratum) for i, stratum in enumerate(["", "cost"] * 30 + ["risk"] * 9 + ["time"] * 2)]
    chance = chances([stratum for _, stratum in groups], 15)
    y = rng.random(len(groups)) < np.array([0.1 if stratum in {"", "cost"} else 0.9 for _, stratum in groups])
    times = 4000
    drawn = np.array([spread(chance, groups, rng) for _ in range(times)])
    often = drawn.mean(axis=0)
    assert np.abs(often - chance).max() < 4.5 * np.sqrt(0.25 / times)  # 71 units, each within 4.5 standard errors
    estimates = (drawn * y / chance).sum(axis=1)  # Horvitz and Thompson
    error = estimates.std() / np.sqrt(times)
    assert estimates.mean() == pytest.approx(y.sum(), abs=4 * error)
    plain = (drawn * y).sum(axis=1) * len(groups) / drawn.sum(axis=1)
    assert plain.mean() > y.sum() + 10 * error  # without the weights rare codes would count too much


def test_all_units_are_certain_where_all_are_asked_for():
    assert chances(["a", "a", "b"], 3).tolist() == [1, 1, 1]
    assert spread(np.ones(3), [("a",)] * 3, np.random.default_rng(1)).all()
    assert chances(["often"] * 100 + ["rare"], 15).tolist()[-1] == 1.0


def test_the_stratum_of_a_unit_is_its_rarest_code():
    assert rarest([["a", "b"], ["a"], ["a", "c"], ["c"], []]) == ["b", "a", "c", "c", ""]


@given(st.integers(0, 40), st.integers(0, 1000))
def test_every_pair_gets_as_many_units_as_any_other_to_one(n, seed):
    found = pairs(["ada", "ben", "eva"], n, np.random.default_rng(seed))
    often = [found.count(pair) for pair in (("ada", "ben"), ("ada", "eva"), ("ben", "eva"))]
    assert sum(often) == n == len(found)
    assert max(often) - min(often) <= 1
