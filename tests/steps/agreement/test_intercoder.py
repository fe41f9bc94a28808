import json
import math

import pytest

from coder.agreement.coefficients import METRICS as KNOWN_METRICS
from coder.agreement.coefficients import NAMED
from coder.errors import StudyError, TableError, UsageError
from coder.steps.agreement.from_table import METRICS, agreement_of_table
from coder.steps.agreement.intercoder import agreement_of
from coder.steps.agreement.results import COEFFICIENTS, overview, tables_of
from coder.steps.coding.coders import new_coder
from coder.steps.models.train import train
from coder.steps.study.study import open_study

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, example C: four observers, twelve units
OBSERVERS = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}


def long_table(path, header="unit,coder,code"):
    rows = [f"{u},{c},{v}" for c, row in OBSERVERS.items() for u, v in enumerate(row, start=1) if v is not None]
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("metric", "alpha"), [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)]
)
def test_alpha_of_a_long_table_is_the_published_one(tmp_path, metric, alpha):
    found = agreement_of_table(long_table(tmp_path / "long.csv"), metric=metric, replicates=20).as_dict(("alpha",))
    assert found["value"] == pytest.approx(alpha, abs=1e-6)
    assert found["metric"] == metric
    assert found["coefficient"] == "alpha"


def test_undefined_is_none_in_json_and_a_word_in_print(tmp_path):
    found = agreement_of_table(long_table(tmp_path / "long.csv"), replicates=20)
    assert found.as_dict(("kappa",))["value"] is None
    json.dumps(found.as_dict(), allow_nan=False)
    assert "kappa [95 %]" not in found.table().header  # of four coders there is none
    assert {row[-1] for row in found.table(("kappa",))} == {"undefined"}


def test_a_table_without_the_column_is_refused(tmp_path):
    with pytest.raises(TableError, match="column `coder` is missing") as error:
        agreement_of_table(long_table(tmp_path / "long.csv", "unit,codr,code"))
    assert "`codr`" in error.value.todo


def test_every_coefficient_has_its_name_here():
    assert tuple(NAMED) == COEFFICIENTS
    assert tuple(KNOWN_METRICS) == METRICS


def test_a_wide_table_is_read_too(tmp_path):
    path = tmp_path / "wide.csv"
    rows = [
        ",".join("" if cell is None else str(cell) for cell in unit) for unit in zip(*OBSERVERS.values(), strict=True)
    ]
    path.write_text("\n".join(["Unit,A,B,C,D", *(f"u{n},{row}" for n, row in enumerate(rows))]) + "\n", "utf-8")
    found = agreement_of_table(path, wide=True, metric="ordinal", replicates=20)
    assert found.as_dict()["value"] == pytest.approx(0.815388, abs=1e-6)
    two = agreement_of_table(path, wide=True, coders=("D", "B"), replicates=20)
    assert two.rows[0].coders == ("D", "B")
    assert not math.isnan(two.overall.values["kappa"])
    with pytest.raises(TableError, match="column `coder` is missing") as error:
        agreement_of_table(path)
    assert "--wide" in error.value.todo
    with pytest.raises(UsageError, match="no coder `E`"):
        agreement_of_table(path, wide=True, coders=("E", "B"))


def test_columns_may_have_other_names(tmp_path):
    path = long_table(tmp_path / "long.csv", "Quote,Who,Theme")
    found = agreement_of_table(path, columns={"unit": "quote", "coder": "who", "code": "theme"}, replicates=20)
    assert found.as_dict()["value"] == pytest.approx(0.743421, abs=1e-6)
    with pytest.raises(TableError, match="column `Whoo` is missing") as error:
        agreement_of_table(path, columns={"unit": "Quote", "coder": "Whoo", "code": "Theme"})
    assert "`Who`" in error.value.todo
    with pytest.raises(TableError, match="column `interview` is missing"):
        agreement_of_table(path, columns={"unit": "Quote", "coder": "Who", "code": "Theme", "transcript": "interview"})


def test_some_coders_of_a_long_table(tmp_path):
    found = agreement_of_table(long_table(tmp_path / "long.csv"), coders=("A", "C"), replicates=20)
    assert found.overall.coders == ("A", "C")
    with pytest.raises(UsageError, match="no coder `Z`"):
        agreement_of_table(long_table(tmp_path / "long.csv"), coders=("A", "Z"))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["1,A,x", "1,B,x", "1,A,x"], "line 4: unit `1`, coder `A` and code `x`"),
        (["1,A,x", ",B,x"], "line 3: the unit or the coder is empty"),
        (["1,A,x", "2,B,x"], "no unit was judged by two coders"),
        (["1,A,x", "2,A,x"], "two coders, and the table has 1"),
    ],
)
def test_rows_that_cannot_be_are_told_with_file_and_line(tmp_path, rows, says):
    path = tmp_path / "codings.csv"
    path.write_text("\n".join(["unit,coder,code", *rows]), "utf-8")
    with pytest.raises(TableError) as error:
        agreement_of_table(path)
    assert str(error.value).startswith(str(path))
    assert says in str(error.value)


def test_typed_columns_of_parquet(tmp_path):
    import pandas as pd

    rows = [(u, c, v) for c, row in OBSERVERS.items() for u, v in enumerate(row) if v is not None]
    pd.DataFrame(rows, columns=["unit", "coder", "code"]).astype({"code": float}).to_parquet(tmp_path / "a.parquet")
    found = agreement_of_table(tmp_path / "a.parquet", metric="ratio", replicates=5)
    assert [row.code for row in found.rows] == ["1", "2", "3", "4", "5", ""]
    assert found.as_dict()["value"] == pytest.approx(0.797403, abs=1e-6)


def test_rho_and_sets_are_computed_where_they_are_named(study):
    found = agreement_of(study, coefficients=("rho", "alpha-masi"), replicates=10)[0]
    assert found.table(("rho", "alpha-masi")).rows[-1][0] == "sets of codes"
    assert found.as_dict(("alpha-masi",))["value"] is not None
    assert "rho" not in agreement_of(study, replicates=10)[0].rows[0].values
    with pytest.raises(UsageError, match="no coefficient `kapa`"):
        agreement_of(study, coefficients=("kapa",), replicates=0)


def test_people_are_compared_where_both_judged(study):
    found = agreement_of(study, replicates=20)
    assert [agreed.title for agreed in found] == ["ada and ben"]
    first = {row.code: row for row in found[0].rows}["education/customers/courses"]
    assert first.positives == {"ada": 2, "ben": 3}
    assert first.n < 20  # alder-1 and alder-2 alone
    assert not math.isnan(found[0].overall.alpha)


def test_a_coder_who_has_judged_nothing_is_left_out(study):
    new_coder(study, "eva")
    assert [agreed.title for agreed in agreement_of(study, replicates=20)] == ["ada and ben"]


def test_the_model_stands_beside_people_on_the_same_units(study):
    train(study)
    found = agreement_of(study, replicates=20)
    titles = ["ada and ben", "ada and ben, same units", "model-1 (held out) and ada", "model-1 (held out) and ben"]
    assert [agreed.title for agreed in found] == titles
    assert [agreed.kind for agreed in found] == ["people", "model", "model", "model"]
    by_code = [{row.code: row.n for row in agreed.rows if row.code} for agreed in found[1:]]
    shared = set.intersection(*(set(codes) for codes in by_code))  # one that neither gave in a comparison has no row
    assert len(shared) > 1
    assert all(len({codes[code] for codes in by_code}) == 1 for code in shared)
    assert found[1].overall.n == found[0].overall.n  # all that both judged was held out once
    table = tables_of(found)[1]
    assert table.header[2:] == tuple(titles[1:])
    assert table.note == "16 units that both and model-1 (held out) judged."
    titles = [agreed.title for agreed in agreement_of(study, coders=("ben",), replicates=20)]
    assert titles == ["model-1 (held out) and ben"]


def test_the_overview_has_a_row_for_each_set(study):
    train(study)
    found = agreement_of(study, replicates=20)
    table = overview(found)
    assert [row[0] for row in table] == [agreed.title for agreed in found]
    assert table.header == ("coders", "n", "agree %", "kappa [95 %]", "AC1 [95 %]", "alpha [95 %]")
    assert overview(found, ("alpha",)).header == ("coders", "n", "alpha [95 %]")


def test_wrong_names_and_lone_coders_are_named(study, study_folder):
    with pytest.raises(UsageError, match="no coder `bn`") as error:
        agreement_of(study, coders=("ada", "bn"))
    assert "`ben`" in error.value.todo
    with pytest.raises(StudyError, match="no two coders"):
        agreement_of(study, coders=("ada",))
    study.close()
    (study_folder / "study.db").unlink()
    empty = open_study(study_folder, create=True)
    with pytest.raises(StudyError, match="no units yet"):
        agreement_of(empty)
    empty.close()
