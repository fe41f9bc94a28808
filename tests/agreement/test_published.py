"""Every published value, to the digits that were printed, and the traps that lie beside some of them."""

import numpy as np
import pytest

import coder.agreement as agree
from coder.agreement.coefficients import COEFFICIENTS, METRICS, kappa_of
from coder.agreement.contingency import categorise
from coder.agreement.set_alpha import masi
from coder.agreement.variance import estimated_alpha

from .published import PUBLISHED, array, as_printed, codings_of

VALUES, TABLES = PUBLISHED["values"], PUBLISHED["tables"]
ALPHAS = [(name, metric) for name, case in VALUES.items() for metric in METRICS if metric in case]
ESTIMATES = [(name, found) for name, case in VALUES.items() for found in case.get("estimates", ())]
IN_TABLES = [(name, found) for name, case in TABLES.items() for found in case if found != "table"]


@pytest.mark.parametrize(("name", "metric"), ALPHAS)
def test_alpha(name, metric):
    assert agree.alpha(array(VALUES[name]["data"]), metric) == as_printed(VALUES[name][metric])


@pytest.mark.parametrize(("name", "coefficient"), ESTIMATES)
def test_coefficients_of_several_raters_with_their_standard_errors(name, coefficient):
    case = VALUES[name]["estimates"][coefficient]
    found = agree.coefficient(array(VALUES[name]["data"]), coefficient)
    assert found.value == as_printed(case["value"])
    assert found.observed == as_printed(case["observed"])
    assert found.expected == as_printed(case["expected"])
    assert found.standard_error == as_printed(case["standard_error"])
    assert [found.low, found.high] == [as_printed(end) for end in case["interval"]]
    sides = 2 if coefficient == "brennan-prediger" else 1  # the program that printed it gives a one-sided p value there
    assert found.p == pytest.approx(sides * case["p"], rel=1e-9)


@pytest.mark.parametrize(("name", "coefficient"), IN_TABLES)
def test_tables_of_two_coders(name, coefficient):
    case = TABLES[name]
    assert agree.coefficient(codings_of(case["table"]), coefficient).value == as_printed(case[coefficient])


def test_fleiss_1971():
    case = PUBLISHED["raters"]["Fleiss 1971"]
    assert round(agree.fleiss_kappa(case["data"]), 3) == case["fleiss"] == 0.430


def test_fleiss_of_fourteen_raters():
    case = PUBLISHED["chosen"]["fourteen raters"]
    codings = np.array([np.repeat(np.arange(5), row) for row in case["counts"]], dtype=float).T
    assert codings.shape == (14, 10)
    assert agree.fleiss_kappa(codings) == as_printed(case["fleiss"])


@pytest.mark.parametrize("name", ["alpha-masi", "alpha-jaccard"])
def test_alpha_over_sets(name):
    data = [[frozenset(codes) for codes in row] for row in PUBLISHED["sets"]["data"]]
    found = agree.alpha_over_sets(data, name.removeprefix("alpha-"), replicates=0)
    assert found.value == as_printed(PUBLISHED["sets"][name])
    assert found.n == 9


def test_masi_is_that_of_nltk_and_not_the_other_one():
    for one, other, distance in PUBLISHED["sets"]["masi"]:
        assert masi(frozenset(one), frozenset(other)) == pytest.approx(distance)
    for one, other, distance in PUBLISHED["sets"]["masi of another program"]:
        assert abs(masi(frozenset(one), frozenset(other)) - distance) > 0.4
    assert masi(frozenset(), frozenset()) == 0


def test_ordinal_alpha_is_not_a_weighted_kappa_with_ordinal_weights():
    values = array(VALUES["four observers"]["data"])
    positions, categories = categorise(values)
    between = np.abs(categories[:, None] - categories) + 1
    weights = between * (between - 1) / 2  # pairs of the categories from one to the other (Gwet 2014, chapter 3)
    assert estimated_alpha(positions, weights).value == as_printed(0.83364)
    assert agree.alpha(values, "ordinal") == as_printed(0.815388)


def test_five_observers_have_forty_units_not_fifteen():
    """Some programs ship the first fifteen units alone; their ordinal alpha is another number."""
    whole, part = array(VALUES["five observers"]["data"]), array(VALUES["five raters"]["data"])
    assert whole.shape == (5, 40)
    np.testing.assert_array_equal(whole[:, :15], part)
    assert agree.alpha(whole, "ordinal") == as_printed(0.7598)
    assert agree.alpha(part, "ordinal") == as_printed(0.7687)


def test_kappa_expects_agreement_on_present_and_on_absent():
    """1,000 characters, 100 coded by each coder, 50 in common: the sum of both chances, not their product."""
    codings = codings_of([[850, 50], [50, 50]])
    present, absent = 0.1 * 0.1, 0.9 * 0.9
    assert agree.kappa(codings) == pytest.approx((0.9 - present - absent) / (1 - present - absent))
    assert round(agree.kappa(codings), 3) == 0.444  # and not .299


def test_kappa_follows_from_pabak_prevalence_and_bias():
    """Byrt, Bishop & Carlin (1993): kappa = (PABAK - PI² + BI²) / (1 - PI² + BI²)."""
    codings = codings_of([[40, 9], [6, 45]])
    pabak, prevalence, bias = (agree.coefficient(codings, name).value for name in ("pabak", "prevalence", "bias"))
    assert (pabak, prevalence, bias) == pytest.approx((0.70, 0.05, -0.03))
    assert agree.kappa(codings) == pytest.approx((pabak - prevalence**2 + bias**2) / (1 - prevalence**2 + bias**2))


def test_specific_agreement_of_two_coders():
    """Cicchetti & Feinstein (1990): 2 a / (f1 + g1) and 2 d / (f2 + g2)."""
    codings = codings_of([[118, 5], [2, 0]])
    assert agree.coefficient(codings, "percent").value == pytest.approx(118 / 125)
    assert agree.coefficient(codings, "negative").value == pytest.approx(236 / 243)
    assert agree.coefficient(codings, "positive").value == 0


def test_every_coefficient_says_what_it_is():
    for name, found in COEFFICIENTS.items():
        assert found.name == name
        assert found.title
    assert COEFFICIENTS["kappa"].of is kappa_of
