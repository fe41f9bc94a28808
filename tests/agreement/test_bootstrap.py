"""Bootstrap intervals: what is drawn, what is left out, and that they cover."""

import math

import numpy as np
import pytest

from coder.agreement import bootstrap as module
from coder.agreement.bootstrap import grouped, with_intervals
from coder.agreement.coefficients import kappa_of
from coder.agreement.contingency import PRESENT_ABSENT, count


def bootstrap(statistic, tables, **options):
    """Return the intervals alone."""
    return with_intervals(statistic, tables, **options)[1]


def mean(tables):
    with np.errstate(invalid="ignore"):
        return tables[:, :1] / tables[:, 1:]


def test_the_interval_of_a_mean_is_that_of_normal_theory():
    values = np.random.default_rng(3).normal(size=400)
    [interval] = bootstrap(mean, np.column_stack([values, np.ones(400)]), replicates=4000)
    error = 1.96 * values.std() / math.sqrt(400)
    assert interval.low == pytest.approx(values.mean() - error, abs=0.01)
    assert interval.high == pytest.approx(values.mean() + error, abs=0.01)


def test_the_same_seed_gives_the_same_interval_and_blocks_do_not_show(monkeypatch):
    tables = np.random.default_rng(1).random((7, 2))
    whole = bootstrap(mean, tables, replicates=99, seed=5)
    assert whole == bootstrap(mean, tables, replicates=99, seed=5)
    assert whole != bootstrap(mean, tables, replicates=99, seed=6)
    monkeypatch.setattr(module, "BLOCK", 70)
    assert whole == bootstrap(mean, tables, replicates=99, seed=5)


def test_whole_clusters_are_drawn_so_copies_inside_a_cluster_change_nothing():
    one = np.array([[3.0, 4.0], [1.0, 4.0], [2.0, 4.0]])
    assert bootstrap(mean, one) == bootstrap(mean, one * 100)


@pytest.mark.parametrize("tables", [np.zeros((0, 2)), np.ones((1, 2)), np.array([[1.0, 1.0], [0.0, 0.0]])])
def test_fewer_than_two_clusters_with_data_have_no_interval(tables):
    [interval] = bootstrap(mean, tables, replicates=10)
    assert math.isnan(interval.low)
    assert math.isnan(interval.high)
    assert interval.replicates_defined == 0
    assert interval.clusters < 2


def kappa(counts):
    return bootstrap(lambda data: kappa_of(counts.holding(data))[:, None], counts.data, replicates=1000)[0]


def test_undefined_replicates_are_left_out_and_counted():
    codings = np.array([[1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]])
    interval = kappa(count(codings, PRESENT_ABSENT, np.array([0, 0, 1, 1, 2, 2])))
    share_without_the_first = (2 / 3) ** 3
    assert interval.replicates == 1000
    assert interval.replicates_defined == pytest.approx(1000 * (1 - share_without_the_first), abs=50)
    assert 0 <= interval.low <= interval.high <= 1


def test_what_is_fixed_is_part_of_every_replicate():
    tables = np.array([[3.0, 4.0], [1.0, 4.0], [2.0, 4.0]])
    [interval] = bootstrap(mean, tables, fixed=np.array([1000.0, 4000.0]), replicates=100)
    assert 0.24 < interval.low < interval.high < 0.26


def test_more_clusters_than_can_be_held_are_drawn_in_groups(monkeypatch):
    numbers = np.random.default_rng(2).integers(0, 100_000, 1000)
    assert grouped(numbers).max() == len(set(numbers.tolist())) - 1
    monkeypatch.setattr(module, "MOST_CLUSTERS", 50)
    groups = grouped(numbers)
    assert set(groups.tolist()) == set(range(50))
    assert all(len(set(groups[numbers == cluster].tolist())) == 1 for cluster in numbers)
    monkeypatch.setattr(module, "MOST_CLUSTERS", 1000)
    values = np.random.default_rng(3).normal(size=20_000)
    tables = np.column_stack([values, np.ones(20_000)])
    few = np.zeros((1000, 2))
    np.add.at(few, grouped(np.arange(20_000)), tables)
    [interval] = bootstrap(mean, few, replicates=4000)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * values.std() / math.sqrt(20_000), rel=0.08)
