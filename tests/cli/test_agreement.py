"""The command `agreement` on tables: its options, and what it says of tables that it cannot use."""

import json

import pytest

WIDE = "unit,Ada,Ben\n1,1,1\n2,2,3\n3,3,3\n4,1,2\n5,,1\n"
LONG = "passage,who,theme\n1,Ada,cost\n1,Ben,cost\n2,Ada,trust\n2,Ben,\n3,Ada,\n3,Ben,\n"


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "codings.csv"
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_wide_table_in_a_metric(coder, table):
    said = coder("agreement", table(WIDE), "--wide", "--metric", "interval", "--coefficient", "alpha", "--json").output
    found = json.loads(said)
    assert (found["coefficient"], found["metric"], found["n"]) == ("alpha", "interval", 4)
    assert found["value"] == pytest.approx(1 - 7 * 4 / 96)  # 1 - (n - 1) Σ o d² / Σ n n d²


def test_columns_of_other_names_and_several_coefficients(coder, table):
    columns = ("--unit-column", "passage", "--coder-column", "who", "--code-column", "theme")
    said = coder("agreement", table(LONG), *columns, "--coefficient", "ac1", "--coefficient", "positive").output
    assert "AC1" in said
    assert "agree on present" in said
    assert "kappa" not in said


def test_all_coefficients(coder, table):
    found = json.loads(coder("agreement", table(WIDE), "--wide", "--coefficient", "all", "--json").output)
    row = found["rows"][0]
    assert {"holsti", "conger", "brennan-prediger", "rho", "ac1_interval"} <= set(row)
    assert "alpha-masi" in found["rows"][-1]


def test_a_long_table_is_not_wide(coder, table):
    said = coder("agreement", table(WIDE), code=2).stderr
    assert "column `coder` is missing" in said
    assert "--wide" in said


def test_labels_have_no_scale(coder, table):
    said = coder("agreement", table("unit,Ada,Ben\n1,a,b\n2,b,b\n"), "--wide", "--metric", "interval", code=2).stderr
    assert "numbers" in said
