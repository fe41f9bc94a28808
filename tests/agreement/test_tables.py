"""Long tables: one label a unit, several codes a unit, and rows that contradict one another."""

import math

import numpy as np
import pytest

import coder.agreement as agree
from coder.agreement.coefficients import METRICS, NAMED
from coder.agreement.tables import from_long, from_wide, label_of, long_agreement
from coder.errors import TableError, UsageError

from .published import PUBLISHED as EVERYTHING

PUBLISHED = EVERYTHING["values"]


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
    assert rows[1].alpha == pytest.approx(agree.alpha(is_b))
    assert rows[1].values["kappa"] == pytest.approx(agree.kappa(is_b))
    assert rows[1].positives == {"0": 2, "1": 4}
    assert rows[-1].values["kappa"] == pytest.approx(0.6842105)
    assert rows[-1].intervals["alpha"].low < rows[-1].alpha < rows[-1].intervals["alpha"].high


def test_an_empty_code_is_a_judgement():
    table = from_long(["1", "1", "2", "2", "3"], ["Ada", "Ben", "Ada", "Ben", "Ada"], ["cost", "", "", "", "cost"])
    assert table.single
    assert table.sheet("cost").tolist() == [[1, 0, 1], [0, 0, -1]]
    overall = long_agreement(table, replicates=10)[-1]
    assert overall.n == 2
    assert overall.positives == {"Ada": 1, "Ben": 0}


def test_several_codes_a_unit_are_ratings():
    table = from_long(
        ["1", "1", "1", "2", "2"], ["Ada", "Ada", "Ben", "Ada", "Ben"], ["cost", "trust", "cost", "", "trust"]
    )
    assert not table.single
    assert [table.sheet(code).tolist() for code in table.codes] == [[[1, 0], [1, 0]], [[1, 0], [0, 1]]]
    labels = [row.label for row in long_agreement(table, replicates=10)]
    assert labels == ["cost", "trust", "all codes (pooled)", "mean of 2 codes"]
    with pytest.raises(UsageError, match="no scale"):
        long_agreement(table, metric="ordinal")


def test_units_may_be_numbered_in_each_transcript():
    units, coders, codes = ["1"] * 4, ["Ada", "Ben"] * 2, ["a", "a", "b", "b"]
    table = from_long(units, coders, codes, ["t1", "t1", "t2", "t2"])
    assert table.positions.shape == (2, 2)
    assert table.clusters.tolist() == [0, 1]
    with pytest.raises(TableError, match="both"):
        from_long(["1", "1"], ["Ada", "Ada"], ["a", ""])


def test_without_transcripts_each_unit_is_its_own_cluster():
    table = from_long(["u2", "u1", "u2", "u1"], ["Ada", "Ada", "Ben", "Ben"], ["a", "b", "a", "b"])
    assert sorted(table.clusters.tolist()) == [0, 1]


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
        ((["1", "2"], ["Ada", "Ben"], ["a", "b"]), "no unit was judged by two coders"),
        (([None, "2"], ["Ada", "Ben"], ["a", "b"]), "line 2: the unit or the coder is empty"),
        ((["1"] * 1600, [f"c{n}" for n in range(1600)], [f"text {n}" for n in range(1600)]), "1600 different codes"),
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
    with pytest.raises(UsageError, match="codes that are numbers"):
        long_agreement(table, metric="interval")
    assert not math.isnan(long_agreement(table, replicates=5)[-1].alpha)


def test_a_scale_takes_numbers_by_their_value_and_not_as_they_are_written():
    units, coders, codes = ["1", "1", "2", "2", "3", "3"], ["Ada", "Ben"] * 3, ["1", "1.0", "2", "10", "10", "10"]
    row = long_agreement(from_long(units, coders, codes), metric="interval", replicates=0)[-1]
    assert row.alpha == pytest.approx(agree.alpha([[1, 2, 10], [1, 10, 10]], "interval"))


def test_a_wide_table_is_the_long_one():
    data = PUBLISHED["four observers"]["data"]
    wide = from_wide({str(n): row for n, row in enumerate(data)})
    one, other = (long_agreement(table, replicates=30) for table in (wide, from_long(*long(data))))
    assert [(row.label, row.n, row.positives) for row in one] == [(row.label, row.n, row.positives) for row in other]
    assert [row.values for row in one] == [pytest.approx(row.values, nan_ok=True) for row in other]


def test_a_wide_cell_may_hold_several_codes():
    table = from_wide({"Ada": ["cost; trust", "cost", ""], "Ben": ["cost", "cost;", "trust"]}, ["t1", "t1", "t2"])
    assert table.clusters.tolist() == [0, 0, 1]
    rows = long_agreement(table, coefficients=tuple(NAMED), replicates=10)
    assert [row.label for row in rows][-1] == "sets of codes"
    assert rows[-1].n == 2
    with pytest.raises(TableError, match="every cell is empty"):
        from_wide({"Ada": ["", ""], "Ben": [None, math.nan]})
    with pytest.raises(TableError, match="the table has 0"):
        from_wide({})
    with pytest.raises(TableError, match="no unit was judged by two"):
        from_wide({"Ada": ["a", ""], "Ben": ["", "a"]})


def test_codes_of_mixed_type_are_read_by_what_they_say():
    assert [label_of(cell) for cell in (1, 1.0, "1", " 1 ", np.float64(1), np.int64(1))] == ["1"] * 6
    table = from_long([1, 1.0, "2", 2], ["Ada", "Ben"] * 2, [1, "1", 2.0, None])
    assert table.codes == ("1", "2")
    assert table.positions.shape == (2, 2)
    assert table.sheet("2").tolist() == [[0, 1], [0, 0]]


def test_no_code_at_all_is_one_constant_category():
    rows = long_agreement(from_long(["1", "1"], ["Ada", "Ben"], ["", ""]), replicates=5)
    assert [row.label for row in rows] == ["all categories (nominal)"]
    assert math.isnan(rows[0].alpha)
    assert rows[0].values["percent"] == 1


def test_a_coder_with_one_unit_is_a_coder():
    units, coders = ["1", "2", "3", "1", "2", "3", "3"], ["Ada"] * 3 + ["Ben"] * 3 + ["Cleo"]
    row = long_agreement(from_long(units, coders, list("abaabbb")), replicates=5)[-1]
    assert row.coders == ("Ada", "Ben", "Cleo")
    assert row.n == 3
    assert not math.isnan(row.alpha)


def test_a_thousand_coders_in_a_table():
    units = [str(unit) for unit in range(5) for _ in range(1000)]
    coders = [f"coder {n}" for _ in range(5) for n in range(1000)]
    codes = ["ab"[(n * unit) % 7 == 1] for unit in range(5) for n in range(1000)]
    row = long_agreement(from_long(units, coders, codes), coefficients=["alpha", "conger"], replicates=5)[-1]
    assert row.n == 5
    assert row.values["conger"] == pytest.approx(row.alpha, abs=0.01)


@pytest.mark.parametrize(("n_codes", "last"), [(30, "all categories"), (31, "mean of")])
def test_very_many_codes_have_rows_over_all_codes_and_none_over_categories(n_codes, last, monkeypatch):
    monkeypatch.setattr("coder.agreement.tables.MOST_CATEGORIES", 30)
    units = [str(n) for n in range(n_codes) for _ in range(2)]
    codes = [f"code {n // 2}" if n % 7 else "code 0" for n in range(2 * n_codes)]
    row = long_agreement(from_long(units, ["Ada", "Ben"] * n_codes, codes), coefficients=["alpha"], replicates=2)[-1]
    assert row.label.startswith(last)
    assert 0 < row.alpha < 1
