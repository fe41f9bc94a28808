"""`coder agreement --spans` as it is typed."""

import json

import pytest


def test_spans_of_a_study(coder, coded):
    said = coder("agreement", coded, "--spans", "--replicates", 10).output
    places = [said.index(f"ada and ben: {part}") for part in ("characters", "segments", "domains", "values")]
    assert places == sorted(places)
    [found] = json.loads(coder("agreement", coded, "--spans", "--overlap", 50, "--replicates", 10, "--json").output)
    assert found["overlap_percent"] == 50
    assert {row["domain"] for row in found["domains"]} == {"dimension", "mechanism"}
    assert found["codes"][-1]["kappa_interval"]["clusters"] == 2


@pytest.mark.parametrize("overlap", ["0", "101", "ninety"])
def test_an_overlap_that_is_no_percentage_is_refused(coder, coded, overlap):
    assert "--overlap" in coder("agreement", coded, "--spans", "--overlap", overlap, code=2).stderr


def test_a_table_has_no_passages(coder, tmp_path):
    table = tmp_path / "codings.csv"
    table.write_text("unit,coder,code\n1,A,x\n1,B,x\n", "utf-8")
    said = coder("agreement", table, "--spans", code=2).stderr
    assert said.startswith("Error: ")
    assert "no passages to compare" in said
