import csv
import os
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from shared.pages import Page

from coder.errors import TableError
from coder.tables.code_statistics import code_statistics
from coder.tables.cooccurrence import pairs_of, pairs_table, square
from coder.tables.cross_tables import matrix
from coder.tables.formats.csv_file import flat
from coder.tables.formats.render import render, write_tables
from coder.tables.formats.terminal import as_text
from coder.tables.quote_tables import citation_rows, citation_tables
from coder.tables.rounds import change
from coder.types import Table

GOLDEN = Path(__file__).parents[1] / "golden"
STEMS = ("quotes", "rows", "matrix", "crossed", "shares", "quotations", "pairs", "square", "rounds", "statistics")
UNITS = {"education/customers/fairs": {1, 2, 3}, "contact/fairs": {2, 3, 5, 6}, "contact/research": {3}}
WORDS = {"alder-1": 2000, "alder-2": 500, "birch-1": 1000}
ROUNDS = {"alder-1": {"round": "9"}, "alder-2": {"round": "10"}, "birch-1": {"round": "9"}}


def expected(table):
    return [["" if cell is None else str(cell) for cell in row] for row in (table.header, *table.rows)]


def read_csv(text):
    return list(csv.reader(StringIO(text, newline="")))


def read_md(text):
    return Page(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)).tables


def armed(cell):
    return cell.removeprefix("'") if cell[:2] in {"'=", "'+", "'-", "'@", "'\t", "'\r"} else cell


@pytest.fixture
def printed(study):
    in_rounds = [replace(cited, attributes=ROUNDS[cited.transcript]) for cited in study.citations]
    return {
        "quotes": citation_tables(study.citations, study.scheme),
        "rows": [citation_rows(study.citations, study.scheme)],
        "matrix": [matrix(study.citations, study.scheme, study.cases)],
        "crossed": [matrix(study.citations, study.scheme, study.cases, rows="code", columns="case", cells="counts")],
        "shares": [matrix(study.citations, study.scheme, study.cases, rows="title", columns="heading", cells="shares")],
        "quotations": [matrix(study.citations, study.scheme, study.cases, cells="quotations", per_cell=2)],
        "pairs": [pairs_table(pairs_of(UNITS, n=9), things="codes", n=9, of=3)],
        "square": [square(UNITS, things="codes", n=9)],
        "rounds": [
            change(in_rounds, study.scheme, study.cases, by="round", words=WORDS, attributes=ROUNDS),
        ],
        "statistics": [code_statistics(study.citations, study.scheme, words_in_study=70)],
    }


@pytest.mark.parametrize("stem", STEMS)
def test_files_are_the_golden_ones(printed, stem, tmp_path):
    """`GOLDEN=write` in the environment writes the files anew: read their difference before committing it."""
    folder = GOLDEN if os.environ.get("GOLDEN") == "write" else tmp_path
    for path in write_tables(printed[stem], folder, stem):
        assert path.read_bytes() == (GOLDEN / path.name).read_bytes()


@pytest.mark.parametrize("stem", STEMS)
def test_each_format_reads_back_as_the_same_rows(printed, stem):
    tables = printed[stem]
    wanted = [expected(table) for table in tables]
    assert Page(render(tables, "html")).tables == wanted
    assert read_md(render(tables, "md")) == wanted
    rows = [[armed(cell) for cell in row] for row in read_csv(render(tables, "csv"))]
    tables = flat(tables)
    wanted = [expected(table) for table in tables]
    if len(tables) > 1:
        titles = ["table", *(table.title for table in tables for _ in table)]
        assert [row[0] for row in rows] == titles
        rows = [row[1:] for row in rows]
    assert rows == [wanted[0][0], *(row for table in wanted for row in table[1:])]


HOSTILE = [
    "a|b", "a\\|b", "<b>&lt;</b>", "*a* _b_ `c` ~~d~~", "# no heading", "- a", "1. a", "> a", "---", ":--",
    "[a](b)", "![a](b)", "[a][b]", "[a]: b", "$x$", "R&D &amp; &#65;", "<script>alert(1)</script>",
    '"q"', "2024", "a\\", "", "c'est", "שלום (CEO, Alder)", "🙂",
]  # fmt: skip


def test_markup_in_a_text_stays_text_in_each_format():
    table = Table("<i>*t*</i>", ("a|b", "n"), tuple((text, 1) for text in HOSTILE), note="- <b>note</b>")
    assert Page(render([table], "html")).tables == [expected(table)]
    assert read_md(render([table], "md")) == [expected(table)]
    assert "<b>" not in render([table], "html")
    page = MarkdownIt("commonmark").enable("table").render(render([table], "md"))
    assert "<h2>&lt;i&gt;*t*&lt;/i&gt;</h2>" in page
    assert page.endswith("<p>- &lt;b&gt;note&lt;/b&gt;</p>\n")


@pytest.mark.parametrize("text", ["=1+1", "+a", "-a", "@SUM(A1)", "\t=1", "\r=1", "-1+1", "+1 234"])
def test_a_formula_is_disarmed_in_csv(text):
    assert read_csv(render([Table(text, (text,), ((text,),))], "csv")) == [[f"'{text}"]] * 2


@pytest.mark.parametrize("text", ["-5", "+4.5", "-1e-3", "-12,5", "-3%", "a=b", "–a", "'=1"])
def test_numbers_and_plain_texts_stay_as_they_are_in_csv(text):
    assert read_csv(render([Table("t", ("a",), ((text,), (-0.5,), (-3,), (None,)))], "csv"))[1:] == [
        [text], ["-0.5"], ["-3"], [""],
    ]  # fmt: skip


def test_tables_of_different_headers_share_the_columns_that_they_have_in_common():
    tables = [Table("one", ("a", "b"), ((1, 2),)), Table("=two", ("b", "c"), ((3, 4),))]
    assert read_csv(render(tables, "csv")) == [
        ["table", "a", "b", "c"], ["one", "1", "2", ""], ["'=two", "", "3", "4"],
    ]  # fmt: skip


def test_html_is_one_file_without_scripts(printed):
    page = render(printed["quotes"], "html")
    assert not {"script", "link", "img", "iframe"} & Page(page).tags
    assert page.count("<thead>") == page.count("<caption") == len(printed["quotes"])
    assert "<td dir=" in page
    assert "<td>" not in page


def test_a_note_stands_under_its_table():
    tables = [Table("one", ("a",), ((1,),), note="first"), Table("two", ("a",), ((2,),))]
    assert render(tables, "md").index("first") < render(tables, "md").index("## two")
    assert render(tables, "html").index("first") < render(tables, "html").index('<caption dir="auto">two')


def test_formats_and_nothing_to_print_are_told(tmp_path):
    with pytest.raises(TableError, match=r"(?s)`htm`.*did you mean `html`"):
        render([Table("t", ("a",), ())], "htm")
    with pytest.raises(TableError, match="no table"):
        render([], "csv")
    (tmp_path / "file").write_text("")
    with pytest.raises(TableError, match="cannot be written"):
        write_tables([Table("t", ("a",), ())], tmp_path / "file", "t")


def test_writing_replaces_whole_files_and_leaves_nothing_else(tmp_path):
    for cell in ("old", "new\nline"):
        paths = write_tables([Table("t", ("a",), ((cell,),))], tmp_path / "out", "t", formats=("csv", "md"))
    assert [path.name for path in paths] == ["t.csv", "t.md"]
    assert sorted((tmp_path / "out").iterdir()) == paths
    assert paths[0].read_bytes() == b'"a"\n"new\nline"\n'


def test_terminal_text_wraps_within_the_width(study):
    table = matrix(study.citations, study.scheme, study.cases)
    assert as_text(table, width=100).splitlines()[0] == "Cases by dimension"
    text = as_text(Table("t", ("code", "n"), (("word " * 30, 7), ("x", 12))), width=40)
    assert max(map(len, text.splitlines())) <= 40
    assert text.count("word") == 30


def test_terminal_text_of_many_columns_goes_row_by_row(printed):
    lines = as_text(printed["quotes"][-1], width=80).splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[:3] == [
        "Evidence",
        "",
        "Id            1",
    ]
    assert "Suggested by  forest-2" in lines


def test_terminal_text_shows_markup_and_hides_control_characters():
    text = as_text(Table("t", ("a",), (("[bold]x[/bold] :smile: \x1b[31mred",),), note="[n]"))
    assert "[bold]x[/bold] :smile: \ufffd[31mred" in text
    assert text.endswith("[n]\n")
    assert "\x1b" not in text
