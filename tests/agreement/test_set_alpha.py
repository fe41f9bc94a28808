"""Alpha over sets of codes: distances against nltk, alpha against a loop, empty sets."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import jaccard_distance, masi_distance

import coder.agreement as agree
from coder.agreement.set_alpha import code_sets, jaccard, masi, set_alpha
from coder.errors import UsageError

SETS = st.frozensets(st.sampled_from("ABCD"), max_size=3)
DATA = st.integers(2, 3).flatmap(
    lambda coders: st.integers(1, 8).flatmap(
        lambda units: st.lists(
            st.lists(st.one_of(SETS, st.none()), min_size=units, max_size=units), min_size=coders, max_size=coders
        )
    )
)


@given(SETS, SETS)
def test_distances_are_nltks(one, other):
    assume(one or other)  # theirs divides by zero
    assert masi(one, other) == pytest.approx(masi_distance(one, other))
    assert jaccard(one, other) == pytest.approx(jaccard_distance(one, other))


def test_two_empty_sets_are_the_same():
    assert masi(frozenset(), frozenset()) == jaccard(frozenset(), frozenset()) == 0
    assert masi(frozenset(), frozenset("A")) == jaccard(frozenset(), frozenset("A")) == 1


@given(DATA, st.sampled_from(["masi", "jaccard"]))
def test_alpha_over_sets_is_that_of_a_loop(data, name):
    distance = {"masi": masi, "jaccard": jaccard}[name]
    units = [[row[n] for row in data if row[n] is not None] for n in range(len(data[0]))]
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    observed = sum(distance(a, b) / (len(unit) - 1) for unit in units for a, b in permutations(unit, 2))
    expected = sum(distance(a, b) for a, b in permutations(values, 2)) / max(len(values) - 1, 1)
    found = agree.alpha_over_sets(data, name, replicates=0)
    assert found.n == len(units)
    assert found.value == pytest.approx(1 - observed / expected if expected else math.nan, nan_ok=True)


@given(DATA)
def test_alpha_over_sets_equals_nltk(data):
    data = [[frozenset() if cell is None else cell for cell in row] for row in data]
    found = agree.alpha_over_sets(data, "masi", replicates=0).value
    assume(not math.isnan(found))
    triples = [(c, u, cell) for c, row in enumerate(data) for u, cell in enumerate(row)]
    assert found == pytest.approx(AnnotationTask(triples, distance=masi).alpha(), abs=1e-9)


def test_single_codes_are_nominal_alpha():
    labels = [list("aabbdcccedda"), list("babbbccceddd")]
    found = agree.alpha_over_sets([[{label} for label in row] for row in labels], replicates=0)
    assert found.value == pytest.approx(agree.alpha(labels))


def test_the_interval_is_over_transcripts():
    random = np.random.default_rng(1)
    sets = [frozenset(), frozenset("A"), frozenset("B"), frozenset("AB")]
    first = random.integers(0, 4, 200)
    second = np.where(random.random(200) < 0.7, first, random.integers(0, 4, 200))
    found = set_alpha(np.stack([first, second]), sets, clusters=np.arange(200) // 20)
    assert found.interval.clusters == 10
    assert found.interval.low < found.value < found.interval.high
    assert math.isnan(set_alpha(np.stack([first, second]), sets).interval.low)


def test_a_unit_with_a_code_left_open_has_no_set():
    values = np.array([[[1, 0], [0, 0]], [[1, np.nan], [0, 0]]])
    positions, sets = code_sets(values, ["A", "B"])
    assert (positions >= 0).tolist() == [[True, True], [False, True]]
    assert sets == [frozenset(), frozenset("A")]
    assert math.isnan(set_alpha(positions, sets).value)


def test_an_unknown_distance_is_named():
    with pytest.raises(UsageError, match="`dice`"):
        agree.alpha_over_sets([[set()], [set()]], "dice")
