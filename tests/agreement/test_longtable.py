"""Long tables: one label a unit, several codes a unit, and rows that contradict one another."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from coder.agreement.coefficients import METRICS, cohen_kappa, krippendorff_alpha
from coder.agreement.longtable import from_long, long_agreement
from coder.errors import TableError, UsageError

PUBLISHED = json.loads((Path(__file__).parent / "published.json").read_text("utf-8"))["values"]


def long(data):
    """Write coders x units data as columns, leaving out what was not judged."""
    rows = [(str(u), str(c), str(v)) for c, row in enumerate(data) for u, v in enumerate(row) if v is not None]
    return [list(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("metric", METRICS)
def test_one_label_a_unit_is_one_variable(metric):
    table = from_long(*long(PUBLISHED["four observers"]["data"]))
    rows = long_agreement(table, metric=metric, replicates=50)
    assert rows[-1].alpha == pytest.approx(PUBLISHED["four observers"][metric], abs=5e-7)
    assert rows[-1].label == f"all categories ({metric})"
    assert [row.code for row in rows] == ["1", "2", "3", "4", "5", ""]
    assert rows[-1].n == 11


def test_each_code_against_the_rest():
    table = from_long(*long(PUBLISHED["two observers, nominal"]["data"]))
    rows = long_agreement(table, replicates=50)
    is_b = np.array([[v == "b" for v in row] for row in PUBLISHED["two observers, nominal"]["data"]])
    assert rows[1].code == "b"
    assert rows[1].alpha == pytest.approx(krippendorff_alpha(is_b))
    assert rows[1].kappa == pytest.approx(cohen_kappa(is_b))
    assert rows[1].positives == {"0": 2, "1": 4}
    assert rows[-1].kappa == pytest.approx(0.6842105)
    assert rows[-1].alpha_interval.low < rows[-1].alpha < rows[-1].alpha_interval.high


def test_an_empty_code_is_a_judgement():
    table = from_long(["1", "1", "2", "2", "3"], ["Ada", "Ben", "Ada", "Ben", "Ada"], ["cost", "", "", "", "cost"])
    assert table.labels == (("cost", "", "cost"), ("", "", None))
    np.testing.assert_array_equal(table.ratings.values[:, :, 0], [[1, 0, 1], [0, 0, np.nan]])
    overall = long_agreement(table, replicates=10)[-1]
    assert overall.n == 2
    assert overall.positives == {"Ada": 1, "Ben": 0}


def test_several_codes_a_unit_are_ratings():
    table = from_long(
        ["1", "1", "1", "2", "2"], ["Ada", "Ada", "Ben", "Ada", "Ben"], ["cost", "trust", "cost", "", "trust"]
    )
    assert table.labels is None
    assert table.ratings.values.tolist() == [[[1, 1], [0, 0]], [[1, 0], [0, 1]]]
    labels = [row.label for row in long_agreement(table, replicates=10)]
    assert labels == ["cost", "trust", "all codes (pooled)", "mean of 2 codes"]
    with pytest.raises(UsageError, match="no ordinal scale"):
        long_agreement(table, metric="ordinal")


def test_units_may_be_numbered_in_each_transcript():
    units, coders, codes = ["1"] * 4, ["Ada", "Ben"] * 2, ["a", "a", "b", "b"]
    table = from_long(units, coders, codes, ["t1", "t1", "t2", "t2"])
    assert table.ratings.units == ("t1/1", "t2/1")
    assert table.ratings.clusters.tolist() == [0, 1]
    with pytest.raises(TableError, match="both"):
        from_long(["1", "1"], ["Ada", "Ada"], ["a", ""])


def test_without_transcripts_each_unit_is_its_own_cluster():
    table = from_long(["u2", "u1", "u2", "u1"], ["Ada", "Ada", "Ben", "Ben"], ["a", "b", "a", "b"])
    assert sorted(table.ratings.clusters.tolist()) == [0, 1]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            (["1", "1", "1"], ["Ada", "Ben", "Ada"], ["a", "a", "a"]),
            "line 4: unit `1`, coder `Ada` and code `a`",
        ),
        ((["1", "1", "1"], ["Ada", "Ben", "Ada"], ["", "a", ""]), "line 4"),
        ((["1", "1", "1"], ["Ada", "Ben", "Ben"], ["a", "", "b"]), "line 4: coder `Ben` gives unit `1` both"),
        ((["1", ""], ["Ada", "Ben"], ["a", "a"]), "line 3: the unit or the coder is empty"),
        ((["1", "2"], ["Ada", "Ada"], ["a", "b"]), "two coders, and the table has 1"),
        (([], [], []), "two coders, and the table has 0"),
    ],
)
def test_rows_that_cannot_be_are_refused(columns, said):
    with pytest.raises(TableError) as error:
        from_long(*columns)
    assert said in str(error.value)
    assert error.value.todo


@pytest.mark.parametrize("label", ["much", "", "nan", "inf"])
def test_a_scale_needs_numbers(label):
    table = from_long(["1", "1", "2", "2"], ["Ada", "Ben"] * 2, ["1", "2", "1", label])
    with pytest.raises(UsageError, match="needs codes that are numbers"):
        long_agreement(table, metric="interval")
    assert not math.isnan(long_agreement(table, replicates=5)[-1].alpha)
