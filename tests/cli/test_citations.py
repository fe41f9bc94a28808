"""Citations for print as a user pins, edits, translates and looks them up."""

import json

import pytest

from coder.tables.formats.spreadsheets_in import read_table, write_table

COURSE = "We hold a course for the skippers every March."


@pytest.fixture
def number(coder, coded):
    """Return the number of ada's citation on courses in alder-1."""
    found = json.loads(coder("quotes", coded, "--json").stdout)
    return next(c["event"] for c in found if c["words"] == COURSE and c["transcript"] == "alder-1")


def test_a_citation_is_edited_translated_pinned_and_led_back(coder, coded, number):
    wanted = "[They] hold a course […] every March."
    out = coder("citations", "edit", coded, number, "--words", wanted, "--coder", "eva", "--dry-run").stdout
    assert "would be printed so:" in out and wanted in out and "nothing was written" in out
    assert wanted not in coder("citations", "show", coded, number).stdout
    assert (
        f"Citation {number} is printed so:"
        in coder("citations", "edit", coded, number, "--words", wanted, "--coder", "eva").stdout
    )
    out = coder(
        "citations", "translate", coded, number, "--language", "sv", "--words", "De håller 🚢", "--coder", "eva"
    ).stdout
    assert out == f"Citation {number} in sv: kept\n"
    assert coder("citations", "pin", coded, number, "--coder", "eva").stdout == "1 citation was pinned\n"
    lines = [line.split(None, 1) for line in coder("citations", "show", coded, number).stdout.splitlines()[1:]]
    shown = {name: text for name, text in lines if name not in {"in"}}
    assert (shown["words"], shown["printed"]) == (COURSE, wanted)
    assert shown["by"] == "Maja, CEO, Alder"
    assert shown["where"].startswith("alder-1, turn 2, characters ")
    assert shown["asked"].startswith("How do the skippers learn")
    assert shown["coded"].startswith("by ada, 2026-02-01")
    assert shown["memo"] == "planned"
    assert lines[2][0] == "in" and lines[2][1].startswith("sv       De håller 🚢 (eva, ")
    found = json.loads(coder("citations", "show", coded, number, "--json").stdout)
    assert found["citation"]["printed"] == wanted and found["standing"] is True
    assert (
        coder("citations", "edit", coded, number, "--original", "--coder", "eva").stdout.splitlines()[1].strip()
        == COURSE
    )
    out = coder("citations", "translate", coded, number, "--language", "sv", "--words", "", "--coder", "eva").stdout
    assert out == f"Citation {number} in sv: taken back\n"
    out = coder("citations", "translate", coded, number, "--language", "sv", "--words", "", "--coder", "eva").stdout
    assert out == f"Citation {number} in sv: nothing new\n"
    assert (
        coder("citations", "unpin", coded, number, "--coder", "eva", "--dry-run").stdout
        == "1 citation would be unpinned\n"
    )
    assert "pinned" in coder("citations", "show", coded, number).stdout
    assert coder("check", coded).exit_code == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("edit", 999, "--words", "x", "--coder", "eva"), "there is no citation 999"),
        (("edit", None, "--words", "We teach them.", "--coder", "eva"), "`teach` is not what the interview says here"),
        (("edit", None, "--words", "We hold a course.", "--coder", "eva"), "was left out without a mark"),
        (("edit", None, "--coder", "eva"), "--original to go back"),
        (("edit", None, "--words", "x", "--original", "--coder", "eva"), "--original to go back"),
        (("edit", None, "--original", "--coder", " "), "the coder has no name"),
        (("edit", None, "--original"), "Missing option '--coder'"),
        (("pin", None, 0, "--coder", "eva"), "there is no citation 0"),
        (("pin", "--coder", "eva"), "Missing argument"),
        (("pin", "one", "--coder", "eva"), "not a valid integer"),
        (("translate", None, "--language", "swe", "--words", "x", "--coder", "eva"), "is no language"),
        (("show", 1), "1 is no citation"),
        (("sheet",), "--out writes the sheet"),
        (("sheet", "--out", "a.pdf"), "not read or written as `.pdf`"),
        (("sheet", "--out", "a.csv", "--code", "nothing"), "no code `nothing`"),
    ],
)
def test_what_cannot_be_done_says_why(coder, coded, number, args, message):
    args = [number if arg is None else arg for arg in args]
    result = coder("citations", args[0], coded, *args[1:], code=2)
    assert message in " ".join(result.output.split())


def test_a_sheet_goes_out_and_comes_back(coder, coded, number, tmp_path):
    path = tmp_path / "print.xlsx"
    assert (
        "12 citations would be"
        in coder("citations", "sheet", coded, "--out", path, "--case", "Alder", "--dry-run").stdout
    )
    assert not path.exists()
    assert coder("citations", "sheet", coded, "--out", path, "--language", "sv").stdout.startswith(
        "16 citations written to"
    )
    frame = read_table(path)
    frame.loc[frame["id"] == str(number), ["print", "pin", "sv"]] = ["[They] hold […]", "x", "De håller …"]
    write_table(frame.assign(note="mine"), path)
    assert "who edits?" in coder("citations", "sheet", coded, "--in", path, code=2).output
    out = coder("citations", "sheet", coded, "--in", path, "--coder", "eva").stdout
    assert out == "16 rows: 1 edit, 1 pin, 1 translation written\ncolumns that were left alone: note\n"
    out = coder("citations", "sheet", coded, "--in", path, "--coder", "eva").stdout
    assert out.startswith("16 rows: 0 edits, 0 pins, 0 translations written")


def test_a_group_lists_where_only_the_study_is_named(coder, coded):
    for group in ("coders", "citations"):
        assert coder(group, coded).output == coder(group, "list", coded).output
    assert "No such command" in coder("coders", "lst", coded, code=2).stderr
