"""Citations for print in a spreadsheet: what was changed is written, all or nothing."""

import pandas as pd
import pytest

from coder.errors import CodingError, UsageError
from coder.steps.findings.citations import citations
from coder.steps.findings.print_edits import edit, pin, translate, with_editions
from coder.steps.findings.print_spreadsheet import read_sheet, write_sheet
from coder.steps.findings.selection import Selection
from coder.store.judgements import judgement
from coder.tables.formats.spreadsheets_in import read_table, write_table

COURSE = "We hold a course for the skippers every March."


@pytest.fixture
def sheet(study, tmp_path):
    """Return a function that writes the sheet, changes cells by citation and column, and reads it back."""

    def fill(changes=(), ending=".xlsx", languages=("sv",), **options):
        path = tmp_path / f"sheet{ending}"
        write_sheet(study, path, languages=languages)
        frame = read_table(path)
        for number, column, value in changes:
            frame.loc[frame["id"] == str(number), column] = value
        write_table(frame, path)
        return read_sheet(study, path, "eva", **options)

    return fill


def numbers(study, words=COURSE):
    return [c.event for c in citations(study) if c.words == words]


def found(study, number):
    return next(c for c in with_editions(study, citations(study)) if c.event == number)


def written(study):
    return [study.store.one(f"SELECT count(*) FROM {table}") for table in ("pin", "print_edit", "translation", "run")]


def test_the_sheet_has_a_row_a_citation_as_it_is_printed(study, tmp_path):
    one, two, *_ = numbers(study)
    edit(study, one, "[They] hold […]", "eva")
    pin(study, [two], "eva")
    translate(study, one, "de", "Sie halten …", "eva")
    path = tmp_path / "sheet.xlsx"
    assert write_sheet(study, path, Selection(code="courses"), ["SV"]) == len(citations(study, code="courses"))
    rows = read_table(path).set_index("id")
    assert list(rows.columns) == ["code", "who", "original", "print", "pin", "de", "sv"]
    assert rows.loc[str(one)].tolist() == [
        "education/customers/courses", "CEO, Alder", COURSE, "[They] hold […]", "", "Sie halten …", "",
    ]  # fmt: skip
    assert rows.loc[str(two), "pin"] == "x"


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_is_unchanged_writes_nothing(study, sheet, ending):
    one, two, *_ = numbers(study)
    edit(study, one, "[They] hold […]", "eva")
    pin(study, [two], "eva")
    before = written(study)
    read = sheet(ending=ending)
    assert (read.edits, read.pins, read.translations, read.left_alone) == (0, 0, 0, ())
    assert written(study) == before


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_was_changed_is_written_once(study, sheet, ending):
    one, two, *_ = numbers(study)
    changes = [
        (one, "print", "[They] hold a course […]\n"),
        (one, "sv", "De håller\nen kurs 🚢"),
        (two, "pin", "X"),
        (two, "print", ""),
    ]
    read = sheet(changes, ending)
    assert (read.edits, read.pins, read.translations) == (1, 1, 1)
    assert found(study, one).printed == "[They] hold a course […]"
    assert found(study, one).translations["sv"].split() == ["De", "håller", "en", "kurs", "🚢"]
    assert found(study, two).pinned and not found(study, two).printed
    read = sheet([(one, "print", ""), (two, "pin", ""), (one, "sv", "")], ending)
    assert (read.edits, read.pins, read.translations) == (1, 1, 1)
    assert (found(study, one).printed, found(study, one).translations, found(study, two).pinned) == ("", {}, False)


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_no_text_is_run_as_a_formula(study, sheet, tmp_path, ending):
    import openpyxl

    one = numbers(study)[0]
    translate(study, one, "sv", '=1+1 @ "x"', "eva")
    before = written(study)
    read = sheet(ending=ending)
    assert (read.translations, written(study)) == (0, before)
    write_sheet(study, tmp_path / f"again{ending}")
    if ending == ".csv":
        assert '"\'=1+1 @ ""x"""' in (tmp_path / "again.csv").read_text("utf-8")
    else:
        cells = [cell for row in openpyxl.load_workbook(tmp_path / "again.xlsx").active.rows for cell in row]
        assert [cell.data_type for cell in cells if str(cell.value).startswith("=")] == ["s"]


def test_a_dry_run_checks_and_writes_nothing(study, sheet):
    before = written(study)
    assert sheet([(numbers(study)[0], "print", "[They] hold […]")], dry_run=True).edits == 1
    assert written(study) == before


def test_all_rows_that_do_not_fit_are_named_and_nothing_is_written(study, sheet):
    one, two, three, *_ = [c.event for c in citations(study)]
    four = numbers(study, "They talk with one another at the fair, too.")[0]
    before = written(study)
    changes = [
        (one, "print", "Something else entirely."),
        (two, "original", "Something else."),
        (three, "pin", "perhaps"),
        (four, "sv", "De talar."),
    ]
    with pytest.raises(CodingError, match="3 rows do not fit; nothing was written") as error:
        sheet(changes)
    text = str(error.value)
    assert text.count("sheet.xlsx, line") == 3
    assert "is not what the interview says" in text and "write the sheet again" in text and "`pin` is `perhaps`" in text
    assert written(study) == before


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("999", "there is no citation 999"),
        ("abc", "no number of a citation"),
        ("1", "no citation"),
        ("9" * 30, "there is no citation 9"),
    ],
)
def test_a_number_that_is_no_citation(study, tmp_path, number, message):
    path = tmp_path / "sheet.csv"
    path.write_text(f"id,original,pin\n,,\n{number},{COURSE},x\n", "utf-8")
    with pytest.raises(CodingError, match=rf"line 3: .*{message}"):
        read_sheet(study, path, "eva")


def test_rows_on_the_same_words_must_not_contradict_one_another(study, tmp_path):
    from coder.store import log
    from coder.types import Coding

    one = numbers(study)[0]
    with study.store.transaction("code"):
        segment = judgement(study.store, one).segment
        [two] = log.append(study.store, [Coding(segment, "contact/courses", "ben")], study.scheme_version())

    def read(first, second):
        path = tmp_path / "sheet.csv"
        rows = [{"id": n, "original": COURSE, "print": text} for n, text in ((one, first), (two, second))]
        write_table(pd.DataFrame(rows).astype(str), path)
        return read_sheet(study, path, "eva")

    with pytest.raises(CodingError, match="`print` is not what line 2 says of the same words"):
        read("[They] hold […]", "We hold […]")
    assert read("[They] hold […]", "[They]  hold […]").edits == 1
    assert read("[They] hold […]", "We hold […]").edits == 1  # the first is as it was
    assert found(study, one).printed == found(study, two).printed == "We hold […]"


def test_columns_that_are_missing_or_unknown(study, tmp_path, sheet):
    path = tmp_path / "sheet.csv"
    path.write_text("id,orginal\n", "utf-8")
    with pytest.raises(CodingError, match="the column `original` is missing") as error:
        read_sheet(study, path, "eva")
    assert "orginal" in error.value.todo
    path.write_text(f"id,original,notes,PIN\n{numbers(study)[0]},{COURSE},good,x\n", "utf-8")
    read = read_sheet(study, path, "eva")
    assert (read.left_alone, read.pins) == (("notes",), 1)
    for language, message in (("swedish", "no language"), ("id", "Indonesian")):
        with pytest.raises(UsageError, match=message):
            write_sheet(study, path, languages=[language])


def test_two_columns_of_one_name_in_other_capitals(study, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(f"id,ID,original\n{numbers(study)[0]},3,{COURSE}\n", "utf-8")
    with pytest.raises(CodingError, match="two columns are called `id`"):
        read_sheet(study, path, "eva")
