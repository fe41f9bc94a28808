"""Commands that count: matrix, cooccurrence, rounds, stats."""

import json

import pytest


def table(coder, *args):
    found = json.loads(coder(*args, "--json").output)
    return {next(iter(row.values())): row for row in found["rows"]}


def test_a_matrix_of_any_two_things(coder, coded):
    by_title = table(coder, "matrix", coded, "--rows", "code", "--columns", "title", "--cells", "counts")
    assert set(by_title["contact/fairs"]) == {"Code", "CEO", "Engineer", "Founder", "Sales", "All"}
    assert by_title["All"]["All"] == 16
    by_year = table(coder, "matrix", coded, "--rows", "founded", "--columns", "mechanism", "--cells", "shares")
    assert list(by_year) == ["1999", "2004", "All"]
    assert by_year["All"]["Passages"] == 16
    assert coder("matrix", coded, "--columns", "heading").output.startswith("Cases by heading")


def test_a_framework_matrix_has_quotations_with_their_numbers(coder, coded):
    cells = table(coder, "matrix", coded, "--cells", "quotations", "--per-cell", 2)
    first = cells["Alder"]["education/customers"].split("\n")
    assert len(first) == 3
    assert first[0].startswith("We hold a course for the skippers every March. (CEO, Alder) [")
    assert first[2].startswith("+ ")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("matrix", "--rows", "foundet"), "did you mean `founded`?"),
        (("matrix", "--columns", "case"), "cross two different things"),
        (("matrix", "--per-cell", "0"), "x>=1"),
        (("matrix", "--per-cell", "2"), "add --cells quotations"),
        (("cooccurrence", "--facet", "mechanisms"), "did you mean `mechanism`?"),
        (("waves", "--by", "round"), "did you mean `founded`?"),
        (("waves", "--by", "founded", "--case", "Alder"), "choose an attribute that tells rounds apart"),
        (("waves",), "--by"),
    ],
)
def test_what_there_is_not_is_told(coder, coded, options, says):
    command, *rest = options
    assert says in " ".join(coder(command, coded, *rest, code=2).stderr.split())


def test_cooccurrence_as_pairs_and_as_a_square(coder, coded):
    said = coder("cooccurrence", coded).output
    assert said.startswith("Co-occurrence: codes\n")
    assert "Brin, Motwani & Silverstein 1997" in " ".join(said.split())
    square = table(coder, "cooccurrence", coded, "--facet", "dimension", "--square")
    assert list(square) == ["1. education/customers", "2. education/suppliers", "3. contact"]
    assert square["1. education/customers"]["3"] == square["3. contact"]["1"]


def test_rounds_add_up_and_other_files_can_be_written(coder, coded, tmp_path):
    rows = table(coder, "waves", coded, "--by", "founded", "--rows", "dimension")
    everything = rows.pop("All")
    assert list(everything)[1:] == [
        "founded 1999: passages", "founded 1999: rate", "founded 2004: passages", "founded 2004: rate", "Change",
    ]  # fmt: skip
    passages = [sum(row[f"founded {year}: passages"] for row in rows.values()) for year in (1999, 2004)]
    assert all(
        sums >= everything[f"founded {year}: passages"] for sums, year in zip(passages, (1999, 2004), strict=True)
    )
    coder("waves", coded, "--by", "founded", "-o", tmp_path / "r.xlsx")
    assert (tmp_path / "r.xlsx").stat().st_size


def test_statistics_split_references_by_how_they_came(coder, suggested):
    for only in ("seen", "unreviewed"):
        row = json.loads(coder("stats", suggested, "--only", only, "--json").output)["rows"][-1]
        assert (row["Human"], row["Accepted"], row["Bulk"]) == (16, 0, 0)
        assert row["References"] == (16 if only == "seen" else row["Unreviewed"])
