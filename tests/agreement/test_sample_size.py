"""How much to code twice: the expected table, its simulation, and how it answers to what is asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.coefficients import COEFFICIENTS
from coder.agreement.contingency import count_codes, counts_of_tables
from coder.agreement.sample_size import FEWEST, expected, intraclass, spread, spread_over, units_needed
from coder.errors import UsageError

SIZES = np.full(40, 250)


@given(st.floats(0.02, 0.6), st.floats(0.3, 0.99), st.sampled_from(["alpha", "kappa"]))
def test_the_expected_table_has_the_share_and_the_agreement_that_were_asked_for(prevalence, agreement, coefficient):
    table = expected(prevalence, agreement, coefficient)
    assert table.sum() == pytest.approx(1)
    assert (table >= -1e-12).all()
    assert table[1].sum() == table[:, 1].sum() == pytest.approx(prevalence)
    assert COEFFICIENTS[coefficient].value(counts_of_tables(1e9 * table)) == pytest.approx(agreement, abs=1e-6)


def test_an_agreement_that_cannot_be_is_refused_with_what_can():
    with pytest.raises(UsageError, match=r"AC1 of 0.3 cannot be where a code has 2.0% of the units") as caught:
        expected(0.02, 0.3, "ac1")
    assert "from 0.96 to 1" in str(caught.value)
    with pytest.raises(UsageError, match="share of 0 cannot"):
        expected(0, 0.8)


def test_tables_give_the_same_counts_as_judgements():
    rng = np.random.default_rng(1)
    values = (rng.random((2, 50, 1)) < 0.4).astype(float)
    judged = count_codes(values).sum()[0]
    table = np.zeros((2, 2))
    np.add.at(table, tuple(values[:, :, 0].astype(int)), 1)
    np.testing.assert_allclose(counts_of_tables(table).data, judged.data)


def test_without_clusters_the_width_is_that_of_the_formula():
    # Fleiss, Cohen & Everitt 1969: at p = .5 the standard error of kappa is sqrt((1 - kappa ** 2) / n)
    width = spread(expected(0.5, 0.6, "kappa"), np.array([400]), 0.0, "kappa", replicates=4000)
    assert width == pytest.approx(2 * 1.96 * ((1 - 0.6**2) / 400) ** 0.5, rel=0.06)


def test_rare_codes_narrow_intervals_and_clusters_take_more_units():
    usual = units_needed(0.1, 0.2, SIZES, correlation=0.0).units
    assert units_needed(0.05, 0.2, SIZES, correlation=0.0).units > 1.5 * usual
    assert units_needed(0.1, 0.1, SIZES, correlation=0.0).units > 3 * usual
    assert units_needed(0.1, 0.2, SIZES, correlation=0.05).units > usual
    assert units_needed(0.1, 0.2, SIZES, agreement=0.95, correlation=0.0).units < usual
    assert units_needed(0.1, 0.2, SIZES, correlation=0.0) == units_needed(0.1, 0.2, SIZES, correlation=0.0)


def test_what_all_units_cannot_reach_is_said_with_the_width_that_is_left():
    few = units_needed(0.02, 0.1, np.full(5, 40))
    assert few.units is None
    assert few.width > 0.1
    assert units_needed(0.001, 0.1, np.full(2, 5)).width == np.inf
    assert units_needed(0.5, 1.5, np.full(2, 50), correlation=0.0).units == FEWEST


def test_units_are_spread_over_transcripts_to_the_last_one():
    assert spread_over(7, np.array([1, 1, 1, 1])).sum() == 7
    assert spread_over(100, np.array([30, 70])).tolist() == [30, 70]


def test_the_intraclass_correlation_that_was_put_in_is_found():
    rng = np.random.default_rng(3)
    shares = rng.beta(0.2 * 9, 0.8 * 9, 400)  # (1 - .1) / .1 = 9
    clusters = np.repeat(np.arange(400), 30)
    values = (rng.random(12000) < shares[clusters]).astype(float)
    found = intraclass(np.stack([values, rng.permutation(values), np.zeros(12000)], axis=1), clusters)
    assert found[0] == pytest.approx(0.1, abs=0.02)
    assert found[1] < 0.01
    assert np.isnan(found[2])
