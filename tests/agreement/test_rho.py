"""Shaffer's rho: what is simulated, and that it holds its error of the first kind."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coder.agreement as agree
from coder.agreement.coefficients import kappa_of
from coder.agreement.contingency import counts_of_tables
from coder.agreement.rho import LENGTH, _simulated, simulated_rho
from coder.errors import UsageError


def kappas_of(tables):
    return kappa_of(counts_of_tables(np.reshape(tables, (-1, 2, 2))))


@given(st.floats(0.02, 0.98), st.floats(0.4, 0.9), st.floats(0.0, 1.0))
def test_a_simulated_data_set_has_its_base_rate_kappa_and_precision(base_rate, kappa, place):
    least = max(0.6, (2 * base_rate + kappa - 2 * kappa * base_rate) / (2 - kappa))
    precision = least + place * (1 - least)
    [table] = _simulated(base_rate, np.array([kappa]), np.array([precision]))
    both, first, second, _ = table
    assert sum(table) == LENGTH
    assert min(table) >= 0
    assert (both + first) / LENGTH == pytest.approx(base_rate, abs=1e-3)
    assert both / (both + second) == pytest.approx(precision, abs=0.01)
    assert kappas_of([table])[0] == pytest.approx(kappa, abs=0.02)


def test_rho_falls_with_kappa_and_with_units():
    assert simulated_rho(0.7, 0.2, 80) > simulated_rho(0.8, 0.2, 80) > simulated_rho(0.9, 0.2, 80)
    assert simulated_rho(0.75, 0.2, 40) > simulated_rho(0.75, 0.2, 400)
    assert simulated_rho(0.8, 0.2, 80, threshold=0.9) > simulated_rho(0.8, 0.2, 80)
    assert simulated_rho(0.3, 0.2, 80) == 1  # below the mean of the simulated ones
    assert simulated_rho(0.8, 0.2, 80, seed=3) == simulated_rho(0.8, 0.2, 80, seed=3)


def share_let_pass(kappas, n, random):
    """Return the share of test sets, of data sets with these kappas, whose rho is below .05."""
    tables = _simulated(0.3, kappas, np.full(len(kappas), 0.8))
    reached = kappas_of([random.multivariate_hypergeometric(table, n) for table in tables])
    critical = max(kappa for kappa in np.arange(0.6, 1, 0.01) if simulated_rho(kappa, 0.3, n) >= 0.05)
    return (reached > critical).mean()


def test_rho_holds_its_error_over_all_that_is_simulated_and_not_at_the_threshold():
    """The 5 % are of kappas from .4 to .65 evenly; of coders at .65, about a quarter pass."""
    random = np.random.default_rng(4)
    assert share_let_pass(random.uniform(0.4, 0.65, 1000), 100, random) < 0.07
    assert share_let_pass(np.full(500, 0.65), 100, random) > 0.15


def test_rho_of_two_coders():
    random = np.random.default_rng(2)
    first = random.random(200) < 0.3
    second = first ^ (random.random(200) < 0.02)
    assert agree.shaffer_rho([first, second]) == simulated_rho(agree.kappa([first, second]), first.mean(), 200)
    assert math.isnan(agree.shaffer_rho([[0, 0, 0], [0, 0, 0]]))
    assert math.isnan(agree.shaffer_rho([[1, math.nan], [math.nan, 0]]))


@pytest.mark.parametrize(
    ("kappa", "base_rate", "n"), [(math.nan, 0.2, 80), (0.8, 0.0, 80), (0.8, 1.0, 80), (0.8, 0.2, 0)]
)
def test_without_ground_rho_is_undefined(kappa, base_rate, n):
    assert math.isnan(simulated_rho(kappa, base_rate, n))


def test_what_does_not_fit_is_said():
    with pytest.raises(UsageError, match="a threshold of"):
        simulated_rho(0.8, 0.2, 80, threshold=0.3)
    for values in ([[1, 0], [1, 0], [1, 0]], [[1, 2], [1, 2]]):
        with pytest.raises(UsageError, match="two coders and one code"):
            agree.shaffer_rho(values)
