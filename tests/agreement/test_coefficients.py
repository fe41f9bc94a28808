"""Coefficients against published values, other implementations, and what must hold of any of them."""

import json
import math
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance
from sklearn.metrics import cohen_kappa_score

from coder.agreement.coefficients import METRICS, cohen_kappa, krippendorff_alpha, percent_agreement
from coder.agreement.counts import label_numbers
from coder.errors import UsageError

PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))
ALPHAS = [
    (name, metric, case[metric]) for name, case in PUBLISHED["values"].items() for metric in METRICS if metric in case
]
TWO, SEVERAL = st.just(2), st.integers(2, 4)


def values_of(name):
    data = PUBLISHED["values"][name]["data"]
    if any(isinstance(value, str) for row in data for value in row):
        return label_numbers(data)[0]
    return np.array(data, dtype=float)


def codings_of(table):
    """Write out a confusion table as the codings of two coders."""
    rows, columns = np.indices(np.shape(table))
    times = np.ravel(table)
    return np.stack([np.repeat(rows.ravel(), times), np.repeat(columns.ravel(), times)]).astype(float)


def data(n_coders=SEVERAL, missing=True):
    cells = st.sampled_from([0.0, 1.0, 2.0, 3.0, *([math.nan] if missing else [])])
    return st.tuples(n_coders, st.integers(1, 12)).flatmap(lambda shape: arrays(float, shape, elements=cells))


@pytest.mark.parametrize(("name", "metric", "value"), ALPHAS)
def test_alpha_is_the_published_one(name, metric, value):
    decimals = len(str(value).partition(".")[2])
    assert krippendorff_alpha(values_of(name), metric) == pytest.approx(value, abs=0.51 * 10**-decimals)


@pytest.mark.parametrize("case", PUBLISHED["tables"].values(), ids=PUBLISHED["tables"])
def test_kappa_is_the_published_one(case):
    decimals = len(str(case["kappa"]).partition(".")[2])
    codings = codings_of(case["table"])
    assert cohen_kappa(codings) == pytest.approx(case["kappa"], abs=0.51 * 10**-decimals)
    if "alpha" in case:
        assert krippendorff_alpha(codings) == pytest.approx(case["alpha"], abs=0.51e-5)


def test_ordinal_alpha_is_not_a_weighted_kappa_with_ordinal_weights():
    assert krippendorff_alpha(values_of("four observers"), "ordinal") == pytest.approx(0.815388, abs=5e-7)
    assert krippendorff_alpha(values_of("four observers"), "ordinal") != pytest.approx(0.83364, abs=0.01)


def test_kappa_expects_agreement_on_present_and_on_absent():
    """1,000 characters, 100 coded by each coder, 50 in common: the sum of both chances, not their product."""
    codings = codings_of([[850, 50], [50, 50]])
    assert percent_agreement(codings) == 0.9
    expected = 0.1 * 0.1 + 0.9 * 0.9
    assert cohen_kappa(codings) == pytest.approx((0.9 - expected) / (1 - expected))
    assert round(cohen_kappa(codings), 3) == 0.444


@given(data(missing=True), st.sampled_from(list(METRICS)))
def test_alpha_equals_another_implementation(values, metric):
    ours = krippendorff_alpha(values, metric)
    assume(not math.isnan(ours))
    theirs = krippendorff.alpha(reliability_data=values, level_of_measurement=metric)
    assert ours == pytest.approx(theirs, abs=1e-9)


@given(data(missing=False))
def test_nominal_alpha_equals_nltk(values):
    ours = krippendorff_alpha(values)
    assume(not math.isnan(ours))
    task = AnnotationTask([(c, u, values[c, u]) for c, u in np.ndindex(values.shape)], distance=binary_distance)
    assert ours == pytest.approx(task.alpha(), abs=1e-9)


@given(data(TWO, missing=False))
def test_kappa_equals_scikit_learn(values):
    ours = cohen_kappa(values)
    assume(not math.isnan(ours))
    assert ours == pytest.approx(cohen_kappa_score(*values.astype(int)), abs=1e-9)


@given(data(TWO))
def test_kappa_is_over_the_units_that_both_judged(values):
    both = values[:, ~np.isnan(values).any(axis=0)]
    assert cohen_kappa(values) == pytest.approx(cohen_kappa(both), nan_ok=True)


@given(data(), st.randoms(use_true_random=False), st.sampled_from(list(METRICS)))
def test_the_order_of_coders_and_units_does_not_matter(values, random, metric):
    coders, units = list(range(len(values))), list(range(values.shape[1]))
    random.shuffle(coders)
    random.shuffle(units)
    other = values[coders][:, units]
    assert krippendorff_alpha(values, metric) == pytest.approx(krippendorff_alpha(other, metric), nan_ok=True)
    assert percent_agreement(values) == pytest.approx(percent_agreement(other), nan_ok=True)
    if len(values) == 2:
        assert cohen_kappa(values) == pytest.approx(cohen_kappa(other), nan_ok=True)


@given(data(TWO), st.permutations([10.0, 20.0, 30.0, 40.0]))
def test_the_names_of_labels_do_not_matter(values, names):
    renamed = np.where(np.isnan(values), np.nan, np.array(names)[np.nan_to_num(values).astype(int)])
    for coefficient in (percent_agreement, cohen_kappa, krippendorff_alpha):
        assert coefficient(values) == pytest.approx(coefficient(renamed), nan_ok=True)


@given(arrays(float, st.integers(2, 12), elements=st.sampled_from([0.0, 1.0, 2.0])), st.integers(2, 4))
def test_equal_codings_that_vary_agree_perfectly(coding, n_coders):
    assume(len(set(coding)) > 1)
    values = np.tile(coding, (n_coders, 1))
    assert [krippendorff_alpha(values, metric) for metric in METRICS] == [1.0] * len(METRICS)
    assert percent_agreement(values) == 1
    assert cohen_kappa(values[:2]) == 1


@given(data(TWO, missing=False))
def test_doubled_data_change_kappa_not_at_all_and_alpha_by_its_correction(values):
    twice = np.tile(values, 2)
    assert cohen_kappa(twice) == pytest.approx(cohen_kappa(values), nan_ok=True)
    n = values.size  # alpha's (n - 1) / n is its correction for small samples
    disagreement = (1 - krippendorff_alpha(values)) / (n - 1)
    assert 1 - krippendorff_alpha(twice) == pytest.approx(disagreement * (2 * n - 1) / 2, nan_ok=True)


@given(st.floats(0.1, 10), st.floats(-10, 10))
def test_interval_alpha_is_free_of_the_unit_of_measurement(scale, shift):
    values = values_of("four observers")
    assert krippendorff_alpha(values * scale + shift, "interval") == pytest.approx(0.849107, abs=1e-6)


@pytest.mark.parametrize(
    "values",
    [
        [[1, 1, 1], [1, 1, 1]],
        [[0, 0, np.nan], [0, np.nan, 0]],
        [[1, np.nan], [np.nan, 0]],
        [[np.nan], [np.nan]],
        [[], []],
    ],
)
def test_a_constant_or_unpaired_variable_is_undefined(values):
    assert all(math.isnan(krippendorff_alpha(values, metric)) for metric in METRICS)
    assert math.isnan(cohen_kappa(values))


def test_percent_agreement_is_the_mean_over_the_pairs_that_share_units():
    nan = np.nan
    assert percent_agreement([[1, 1, 0, nan], [1, 0, nan, nan], [nan, nan, 0, 1]]) == (1 / 2 + 1) / 2
    assert percent_agreement([[1, 1], [1, 1]]) == 1
    assert math.isnan(percent_agreement([[1, nan], [nan, 1]]))


def test_what_does_not_fit_is_said():
    with pytest.raises(UsageError, match="two coders, and there are 3"):
        cohen_kappa(np.ones((3, 4)))
    with pytest.raises(UsageError, match="no metric `weighted`"):
        krippendorff_alpha([[1, 2], [1, 2]], "weighted")
    with pytest.raises(UsageError, match="negative"):
        krippendorff_alpha([[-1, 2], [1, 2]], "ratio")
