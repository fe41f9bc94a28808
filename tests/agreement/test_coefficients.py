"""Coefficients against other people's programs, a loop in plain Python, and what must hold of any of them."""

import math
from itertools import combinations

import krippendorff
import numpy as np
import pandas as pd
import pytest
import simpledorff
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater

import coder.agreement as agree
from coder.agreement.coefficients import COEFFICIENTS, METRICS
from coder.errors import UsageError

from .published import PUBLISHED, array

TWO, SEVERAL = st.just(2), st.integers(2, 4)
OF_SEVERAL = [name for name, found in COEFFICIENTS.items() if not found.two]
OF_CATEGORIES = [name for name in COEFFICIENTS if name not in ("positive", "negative", "prevalence", "bias")]


def data(n_coders=SEVERAL, missing=True, categories=(0.0, 1.0, 2.0, 3.0)):
    cells = st.sampled_from([*categories, *([math.nan] if missing else [])])
    return st.tuples(n_coders, st.integers(1, 12)).flatmap(lambda shape: arrays(float, shape, elements=cells))


def value(values, name, **scale):
    return agree.coefficient(values, name, **scale).value


def judged(unit):
    return [cell for cell in unit if not math.isnan(cell)]


def pairs_of(values):
    """Return the units that two coders judged, each as its ordered pairs of judgements."""
    units = [judged(unit) for unit in values.T]
    return [
        [(a, b) for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j] for unit in units if len(unit) > 1
    ]


def naive(values, name):
    """Compute a coefficient unit by unit and pair by pair."""
    units, categories = pairs_of(values), sorted({cell for unit in values.T for cell in judged(unit)})
    observed = np.mean([np.mean([a == b for a, b in unit]) for unit in units])
    if name == "percent":
        return observed
    if name == "holsti":
        agreed = sum(a == b for unit in units for a, b in unit)
        return agreed / ((len(values) - 1) * np.count_nonzero(~np.isnan(values)))
    shares = [[judged(unit).count(k) / len(judged(unit)) for k in categories] for unit in values.T if judged(unit)]
    mean = np.mean(shares, axis=0)
    own = [[judged(row).count(k) / len(judged(row)) for k in categories] for row in values if judged(row)]
    chance = {
        "fleiss": lambda: np.dot(mean, mean),
        "ac1": lambda: (mean * (1 - mean)).sum() / (len(categories) - 1),
        "brennan-prediger": lambda: 1 / len(categories),
        "conger": lambda: np.mean([np.dot(one, other) for one, other in combinations(own, 2)]),
    }[name]()
    return (observed - chance) / (1 - chance)


@given(data(), st.sampled_from(["percent", "holsti", "fleiss", "ac1", "brennan-prediger", "conger"]))
def test_counts_give_what_a_loop_gives(values, name):
    assume(not math.isnan(value(values, name)))
    assert value(values, name) == pytest.approx(naive(values, name), abs=1e-12)


@given(data(missing=True), st.sampled_from(list(METRICS)))
def test_alpha_equals_krippendorff(values, metric):
    ours = agree.alpha(values, metric)
    assume(not math.isnan(ours))
    theirs = krippendorff.alpha(reliability_data=values, level_of_measurement=metric)
    assert ours == pytest.approx(theirs, abs=1e-9)


@pytest.mark.filterwarnings("ignore:Starting with pandas")  # what it calls is to change in pandas 4
@given(data(missing=False))
def test_alpha_equals_simpledorff(values):
    ours = agree.alpha(values)
    assume(not math.isnan(ours))
    rows = pd.DataFrame([(c, u, values[c, u]) for c, u in np.ndindex(values.shape)], columns=["coder", "unit", "code"])
    theirs = simpledorff.calculate_krippendorffs_alpha_for_df(rows, "unit", "coder", "code")
    assert ours == pytest.approx(theirs, abs=1e-9)


@given(data(missing=False))
def test_alpha_and_scotts_pi_equal_nltk(values):
    ours = agree.alpha(values)
    assume(not math.isnan(ours))
    task = AnnotationTask([(c, u, values[c, u]) for c, u in np.ndindex(values.shape)], distance=binary_distance)
    assert ours == pytest.approx(task.alpha(), abs=1e-9)
    if len(values) == 2:
        assert value(values, "scott") == pytest.approx(task.pi(), abs=1e-9)


@given(data(TWO, missing=False))
def test_kappa_equals_scikit_learn(values):
    ours = agree.kappa(values)
    assume(not math.isnan(ours))
    assert ours == pytest.approx(cohen_kappa_score(*values.astype(int)), abs=1e-9)


@given(data(missing=False))
def test_fleiss_and_brennan_prediger_equal_statsmodels(values):
    assume(not math.isnan(agree.fleiss_kappa(values)))
    chosen, _ = inter_rater.aggregate_raters(values.T)
    assert agree.fleiss_kappa(values) == pytest.approx(inter_rater.fleiss_kappa(chosen), abs=1e-9)
    randolph = inter_rater.fleiss_kappa(chosen, method="randolph")
    assert value(values, "brennan-prediger") == pytest.approx(randolph, abs=1e-9)


@given(data(TWO, missing=False))
def test_conger_of_two_coders_is_cohens_and_fleiss_scotts(values):
    assert value(values, "conger") == pytest.approx(agree.kappa(values), nan_ok=True)
    assert value(values, "fleiss") == pytest.approx(value(values, "scott"), nan_ok=True)
    assert value(values, "brennan-prediger") == pytest.approx(value(values, "pabak"), nan_ok=True)
    assert value(values, "holsti") == pytest.approx(value(values, "percent"))


@given(data(TWO))
def test_kappa_is_over_the_units_that_both_judged(values):
    both = values[:, ~np.isnan(values).any(axis=0)]
    assert agree.kappa(values) == pytest.approx(agree.kappa(both), nan_ok=True)


@given(data(), st.randoms(use_true_random=False), st.sampled_from(list(COEFFICIENTS)))
def test_the_order_of_coders_and_units_does_not_matter(values, random, name):
    assume(len(values) == 2 or name in OF_SEVERAL)
    coders, units = list(range(len(values))), list(range(values.shape[1]))
    random.shuffle(coders)
    random.shuffle(units)
    sign = -1 if name == "bias" and coders != sorted(coders) else 1  # it tells who marks more
    other = values[coders][:, units]
    assert value(values, name) == pytest.approx(sign * value(other, name), nan_ok=True)


@given(data(), st.randoms(use_true_random=False), st.sampled_from(list(METRICS)))
def test_the_order_of_coders_and_units_does_not_matter_to_a_metric(values, random, metric):
    units = list(range(values.shape[1]))
    random.shuffle(units)
    assert agree.alpha(values, metric) == pytest.approx(agree.alpha(values[::-1, units], metric), nan_ok=True)


@given(data(), st.permutations([10.0, 20.0, 30.0, 40.0]), st.sampled_from(OF_CATEGORIES))
def test_the_names_of_labels_do_not_matter(values, names, name):
    assume(len(values) == 2 or name in OF_SEVERAL)
    renamed = np.where(np.isnan(values), np.nan, np.array(names)[np.nan_to_num(values).astype(int)])
    assert value(values, name) == pytest.approx(value(renamed, name), nan_ok=True)
    as_words = [[None if math.isnan(cell) else f"code {cell}" for cell in row] for row in renamed]
    assert value(values, name) == pytest.approx(value(as_words, name), nan_ok=True)


@settings(max_examples=20)
@given(arrays(float, st.integers(2, 12), elements=st.sampled_from([0.0, 1.0, 2.0])), st.integers(2, 4))
def test_equal_codings_that_vary_agree_perfectly(coding, n_coders):
    assume(len(set(coding)) > 1)
    values = np.tile(coding, (n_coders, 1))
    assert [agree.alpha(values, metric) for metric in METRICS] == [1.0] * len(METRICS)
    assert agree.kappa(values[:2]) == 1
    for name in ("percent", "fleiss", "conger", "ac1", "brennan-prediger"):
        assert value(values, name) == pytest.approx(1)


@settings(max_examples=40)
@given(data())
def test_doubled_data_change_alpha_by_its_correction_and_the_others_not_at_all(values):
    twice = np.tile(values, 2)
    for name in COEFFICIENTS:
        if name != "alpha" and (len(values) == 2 or name in OF_SEVERAL):
            assert value(twice, name) == pytest.approx(value(values, name), nan_ok=True)
    n = (~np.isnan(values[:, (~np.isnan(values)).sum(axis=0) > 1])).sum()
    assume(n)  # alpha's (n - 1) / n is its correction for small samples
    disagreement = (1 - agree.alpha(values)) / (n - 1)
    assert 1 - agree.alpha(twice) == pytest.approx(disagreement * (2 * n - 1) / 2, nan_ok=True)


@given(st.floats(0.1, 10), st.floats(-10, 10))
def test_interval_alpha_is_free_of_the_unit_of_measurement(scale, shift):
    values = array(PUBLISHED["values"]["four observers"]["data"])
    assert agree.alpha(values * scale + shift, "interval") == pytest.approx(0.849107, abs=1e-6)


@given(data(TWO, missing=False, categories=(0.0, 1.0)))
def test_specific_agreement_is_that_of_its_formula(values):
    (a, b), (c, d) = [[np.sum((values[0] == x) & (values[1] == y)) for y in (1, 0)] for x in (1, 0)]
    assume(len(set(values.ravel())) == 2)
    assert value(values, "positive") == pytest.approx(2 * a / (2 * a + b + c) if a + b + c else math.nan)
    assert value(values, "negative") == pytest.approx(2 * d / (2 * d + b + c) if d + b + c else math.nan)
    assert value(values, "prevalence") == pytest.approx((a - d) / (a + b + c + d))
    assert value(values, "bias") == pytest.approx((b - c) / (a + b + c + d))


@pytest.mark.parametrize(
    "values",
    [
        [[1, 1, 1], [1, 1, 1]],
        [[0, 0, np.nan], [0, np.nan, 0]],
        [[1, np.nan], [np.nan, 0]],
        [[np.nan], [np.nan]],
        [[0, 0, 1], [0, 0, np.nan]],  # what varies was judged once
        [[], []],
    ],
)
def test_a_constant_or_unpaired_variable_is_undefined(values):
    for name in COEFFICIENTS:
        if name not in ("percent", "holsti", "prevalence", "bias", "positive", "negative"):
            assert math.isnan(value(values, name)), name
            assert math.isnan(agree.coefficient(values, name).standard_error)
    assert all(math.isnan(agree.alpha(values, metric)) for metric in METRICS)


def test_percent_agreement_is_the_mean_over_units_of_the_pairs_that_agree():
    nan = np.nan
    assert value([[1, 1, 0, nan], [1, 0, nan, nan], [nan, 0, 0, 1]], "percent") == pytest.approx((1 + 1 / 3 + 1) / 3)
    assert value([[1, 1], [1, 1]], "percent") == 1
    assert math.isnan(value([[1, nan], [nan, 1]], "percent"))


def test_holsti_counts_what_only_one_coder_judged():
    assert value([[1, 0, 1, 1], [1, 0, np.nan, np.nan]], "holsti") == 2 * 2 / (4 + 2)
    assert value([[1, 0, 1, 1], [1, 0, np.nan, np.nan]], "percent") == 1


def test_a_thousand_coders():
    random = np.random.default_rng(1)
    values = (random.random(50) < 0.3) ^ (random.random((1000, 50)) < 0.1)
    assert value(values, "fleiss") == pytest.approx(value(values, "conger"), abs=0.001)
    assert agree.alpha(values) == pytest.approx(value(values, "fleiss"), abs=0.001)


def test_what_does_not_fit_is_said():
    with pytest.raises(UsageError, match="two coders, and there are 3"):
        agree.kappa(np.ones((3, 4)))
    with pytest.raises(UsageError, match="no metric `weighted`"):
        agree.alpha([[1, 2], [1, 2]], "weighted")
    with pytest.raises(UsageError, match="negative"):
        agree.alpha([[-1, 2], [1, 2]], "ratio")
    with pytest.raises(UsageError, match="no coefficient `kapa`") as error:
        agree.coefficient([[1, 2], [1, 2]], "kapa")
    assert "`kappa`" in error.value.todo
    with pytest.raises(UsageError, match="two coders, not \\(1, 3\\)"):
        agree.alpha([[1, 2, 3]])
    with pytest.raises(UsageError, match="two coders, not \\(3,\\)"):
        agree.alpha([1, 2, 3])
    with pytest.raises(UsageError, match="different numbers of units"):
        agree.alpha([["a", "b"], ["a"]])
    with pytest.raises(UsageError, match="needs numbers"):
        agree.alpha([["a", "b"], ["a", "c"]], "interval")
