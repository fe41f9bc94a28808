"""Every format holds the same rows in the same order: each is read back, and its cells are compared."""

import csv
import re
import shutil
import subprocess
from itertools import pairwise

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from shared.pages import Page

from coder.errors import TableError
from coder.tables.code_statistics import code_statistics
from coder.tables.cross_tables import matrix
from coder.tables.formats.csv_file import flat
from coder.tables.formats.render import FORMATS, write_tables
from coder.tables.formats.xlsx import sheet_names
from coder.tables.quote_tables import citation_tables
from coder.types import Table

LONG = "We asked them twice, and they told us & the others 100 % of it. " * 154  # 2,002 words
BAD = (
    "=1+1",
    "@SUM(A1)",
    "+49 30 1234",
    "-5 %",
    '=HYPERLINK("x","y")',
    "a | b",
    "R&D_x costs 5 % of $7 #1",
    r"\input{/etc/passwd} \textbf{x} {a}",
    "a~b^c <d> \\",
    "one\ntwo\r\nthree\n\nfour",
    "“so”, ‘they’ said: «no» – \"it's\" -- `x` ``y''",
    "הם אמרו: לא, תודה (CEO)",
    "قالوا نعم",
    "fine 🙂 👩‍🔬 🇩🇪 ✅",
    "[…] and [we] left",
    "* a star",
    "#N/A",
    "001",
    "'quoted'",
    "% a comment",
    LONG,
)


def read_html(path):
    return joined(Page(path.read_text("utf-8")).tables)


def read_md(path):
    return Page(MarkdownIt("commonmark").enable("table").render(path.read_text("utf-8"))).tables


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows = [[re.sub(r"^'(?=[=+\-@])", "", cell) for cell in row] for row in rows]
    if rows[0][0] != "table":
        return [rows]
    titles = dict.fromkeys(row[0] for row in rows[1:])
    return [[rows[0][1:], *(row[1:] for row in rows if row[0] == title)] for title in titles]


def read_xlsx(path):
    book = openpyxl.load_workbook(path)
    return [
        [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets[:-1]
    ]


def read_docx(path):
    return joined(
        [[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(path)).tables
    )


MARKS = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|", r"\allowbreak{}": "", r"\newline": "",
    "{[}": "[", "{*}": "*",
    **{f"\\{mark}": mark for mark in "&%_#${}"},
}  # fmt: skip


def from_tex(cell):
    r"""Take the markup out of a cell; neither `\rl{...}` nor `\emoji{...}` has braces inside, so they go first."""
    cell = re.sub(r"^\\textbf\{(.*)\}$", r"\1", cell.strip())
    cell = re.sub(r"\\(?:rl|emoji)\{([^{}]*)\}", r"\1", cell)
    return re.sub("|".join(map(re.escape, MARKS)), lambda found: MARKS[found[0]], cell)


def read_tex(path):
    tables = []
    for body in re.findall(r"\\begin\{longtable\}(.*?)\\end\{longtable\}", path.read_text("utf-8"), re.S):
        head, rows = body.split("\\endlastfoot\n")
        rows = [head.split("\\toprule\n")[1].split(" \\\\\n")[0], *rows.split(" \\\\\n")[:-1]]
        grid = []
        for row in rows:
            cells = [from_tex(cell) for cell in re.split(r"(?<!\\)&", row.removeprefix("% continued\n"))]
            if row.startswith("% continued\n"):
                grid[-1] = [f"{a} {b}" for a, b in zip(grid[-1], cells, strict=True)]
            else:
                grid.append(cells)
        tables.append(filled(grid) if grid[0][-1] == "Id" else grid)
    return joined(tables)


def filled(grid):
    """Write into a citation table what LaTeX prints once, the code of its citations, in every row."""
    places = range(next(n for n, name in enumerate(grid[0]) if re.match(r"Citation( \(|$)", name)))
    for above, row in pairwise(grid[1:]):
        repeats = True
        for place in places:
            repeats = repeats and not row[place]
            row[place] = above[place] if repeats else row[place]
    return grid


def joined(tables):
    """Put the parts of a table that was too wide beside one another again: they have the same first column."""
    whole = []
    for table in tables:
        first = [row[0] for row in table]
        if whole and len(first) > 1 and len(set(first)) == len(first) and first == [row[0] for row in whole[-1]]:
            whole[-1] = [[*row, *more[1:]] for row, more in zip(whole[-1], table, strict=True)]
        else:
            whole.append(table)
    return whole


READERS = {
    "csv": read_csv, "md": read_md, "html": read_html, "tex": read_tex, "xlsx": read_xlsx, "docx": read_docx,
}  # fmt: skip


def on_one_line(tables):
    """Make line ends spaces, and 2.0 the 2 that a workbook makes of it."""
    return [
        [[re.sub(r"^(\d+)\.0$", r"\1", " ".join(cell.split())) for cell in row] for row in table] for table in tables
    ]


def expected(tables, format):
    tables = flat(tables) if format == "csv" else tables
    return on_one_line(
        [["" if cell is None else str(cell) for cell in row] for row in (table.header, *table)] for table in tables
    )


@pytest.fixture
def printed(study):
    cases = [f"Firm {n}" for n in range(12)]
    codes = [f"motives/{n}" for n in range(70)]
    many = tuple((case, *((n * k) % 7 or None for k in range(70))) for n, case in enumerate(cases))
    return {
        "quotes": citation_tables(study.citations, study.scheme),
        "chosen": citation_tables(
            study.citations, study.scheme, first_facet="mechanism", chosen=study.citations[1:5], languages=("en", "sv")
        ),
        "nothing": citation_tables([], study.scheme),
        "matrix": [matrix(study.citations, study.scheme, study.cases)],
        "statistics": [code_statistics(study.citations, study.scheme, words_in_study=70)],
        "bad": [
            Table(
                "=A & [b]/c_d: 100 % 🙂 שלום",
                ("n", "text", "@x"),
                tuple((n, text, text[:9]) for n, text in enumerate(BAD)),
            )
        ],
        "many": [Table("12 cases by 70 codes", ("Case", *codes), many, "A note.")],
    }


STEMS = ("quotes", "chosen", "nothing", "matrix", "statistics", "bad", "many")


def test_there_is_a_reader_of_each_format():
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("stem", STEMS)
def test_each_format_reads_back_as_the_same_cells(printed, stem, format, tmp_path):
    (path,) = write_tables(printed[stem], tmp_path, stem, [format])
    assert on_one_line(READERS[format](path)) == expected(printed[stem], format)


def test_no_text_of_a_workbook_is_a_formula(printed, tmp_path):
    (path,) = write_tables(printed["bad"], tmp_path, "bad", ["xlsx"])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = {cell.value: cell for row in sheet.iter_rows(min_row=2, min_col=2) for cell in row}
    assert {cell.data_type for cell in cells.values()} == {"s"}
    assert cells["=1+1"].quotePrefix
    assert not cells["a | b"].quotePrefix


def test_a_workbook_has_filters_a_frozen_header_and_says_what_it_was_made_from(printed, tmp_path):
    (path,) = write_tables(printed["quotes"], tmp_path, "quotes", ["xlsx"])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["education customers", "education suppliers", "contact", "Evidence", "About"]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(0 < column.width <= 62 for column in sheet.column_dimensions.values())
    about = list(book["About"].iter_rows(values_only=True))
    assert about[1][:2] == ("education customers", "education/customers")
    assert "Citations: 5" in about[1][2]


def test_names_of_sheets_are_those_that_excel_takes():
    long = "joint decisions/" * 4
    names = sheet_names(["a/b", "A:B", long, long, "", "[?]", "History", "🙂" * 20])
    assert names == [
        "a b", "A B 2", "joint decisions joint decisions", "joint decisions joint decisio 2",
        "Table", "Table 2", "History 2", "🙂" * 15,
    ]  # fmt: skip


def test_a_text_that_no_cell_of_a_workbook_holds_is_named(tmp_path):
    table = Table("Long", ("text",), (("x" * 32_768,),))
    with pytest.raises(TableError, match="32767 characters") as caught:
        write_tables([table], tmp_path, "t", ["xlsx"])
    assert "Long" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_control_characters_are_marked(tmp_path):
    for format in ("tex", "xlsx", "docx"):
        (path,) = write_tables([Table("t\x00", ("a",), (("b\x1bc\ud800",),))], tmp_path, "t", [format])
        assert READERS[format](path) == [[["a"], ["b\ufffdc\ufffd"]]]


def test_a_word_file_has_captions_and_headers_that_repeat(printed, tmp_path):
    (path,) = write_tables(printed["quotes"], tmp_path, "quotes", ["docx"])
    document = docx.Document(str(path))
    captions = [
        "".join(t.text for t in one._p.iter(qn("w:t"))) for one in document.paragraphs if one.style.name == "Caption"
    ]
    assert captions == [
        "Table 1. education/customers", "Table 2. education/suppliers", "Table 3. contact", "Table 4. Evidence",
    ]  # fmt: skip
    for table in document.tables:
        assert [row._tr.find(".//" + qn("w:tblHeader")) is not None for row in table.rows][:2] == [True, False]
        assert table.style.name == "Report Table"
    assert not [one for one in document.paragraphs if one.style.name in {"Title", "Heading 1"}]


def test_a_long_citation_may_go_on_on_the_next_page(printed, tmp_path):
    word, tex = write_tables(printed["bad"], tmp_path, "bad", ["docx", "tex"])
    (table,) = docx.Document(str(word)).tables
    whole = [row._tr.find(".//" + qn("w:cantSplit")) is not None for row in table.rows]
    assert whole == [*[True] * len(BAD), False]
    assert tex.read_text("utf-8").count("% continued\n") == len(LONG) // 800


def test_citations_in_a_cell_stand_on_lines_of_their_own(tmp_path):
    table = Table("Framework", ("Case", "motives"), (("Alder", "So they left. [1]\n[…] and came. [2]\n+ 3 more"),))
    page, word, tex, md, book = write_tables([table], tmp_path, "t", ["html", "docx", "tex", "md", "xlsx"])
    assert "So they left. [1]<br>[…] and came. [2]<br>+ 3 more</td>" in page.read_text("utf-8")
    assert docx.Document(str(word)).tables[0].cell(1, 1).text == table.rows[0][1]
    assert r"So they left. [1] \newline {[}…] and came. [2] \newline + 3 more" in tex.read_text("utf-8")
    assert r"So they left. [1]<br>\[…] and came. [2]<br>\+ 3 more |" in md.read_text("utf-8")
    sheet = openpyxl.load_workbook(book).worksheets[0]
    assert sheet["B2"].value == table.rows[0][1]
    assert sheet.row_dimensions[2].height == 3 * sheet.row_dimensions[1].height


def test_a_workbook_is_printed_with_all_columns_or_with_the_first_on_each_page(printed, tmp_path):
    few, many = (write_tables(printed[stem], tmp_path, stem, ["xlsx"])[0] for stem in ("quotes", "many"))
    sheet = openpyxl.load_workbook(few).worksheets[0]
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows) == (True, "$1:$1")
    sheet = openpyxl.load_workbook(many).worksheets[0]
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.print_title_cols) == ("B2", "$1:$1", "$A:$A")


def test_a_page_has_what_fits_on_paper_in_columns_that_fill_it(printed, tmp_path):
    page, word = write_tables(printed["many"], tmp_path, "many", ["html", "docx"])
    parts = page.read_text("utf-8").split("<table>")[1:]
    assert len(parts) == len(docx.Document(str(word)).tables)
    for part in parts:
        assert sum(map(float, re.findall(r"--width: ([\d.]+)%", part))) == pytest.approx(100, abs=2)


def test_a_table_that_is_too_wide_is_cut_into_parts_with_the_same_first_column(printed, tmp_path):
    (path,) = write_tables(printed["many"], tmp_path, "many", ["docx"])
    tables = docx.Document(str(path)).tables
    assert len(tables) > 1
    assert {table.cell(1, 0).text for table in tables} == {"Firm 0"}
    assert sum(len(table.columns) - 1 for table in tables) == 70


def test_what_is_for_reading_says_once_what_is_repeated_from_row_to_row(printed, tmp_path):
    page, word, tex, md = write_tables(printed["quotes"], tmp_path, "quotes", ["html", "docx", "tex", "md"])
    assert page.read_text("utf-8").count(">fairs</td>") == 2
    assert '<td dir="auto" rowspan="3">fairs</td>' in page.read_text("utf-8")
    merged = [cell.get(qn("w:val")) for cell in docx.Document(str(word)).element.iter(qn("w:vMerge"))]
    assert merged == ["restart", "continue", "continue"]
    assert tex.read_text("utf-8").count("\nfairs & ") == 2
    assert md.read_text("utf-8").count("\n| fairs | ") == 4


@pytest.mark.skipif(not shutil.which("xelatex"), reason="there is no xelatex")
@pytest.mark.parametrize("stem", STEMS)
def test_latex_compiles(printed, stem, tmp_path):
    (path,) = write_tables(printed[stem], tmp_path, stem, ["tex"])
    done = subprocess.run(
        ["xelatex", "-halt-on-error", "-interaction=batchmode", path.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (tmp_path / f"{stem}.log").read_text("utf-8", "replace")[-2000:]


def test_words_from_right_to_left_are_set_so_in_word_and_pages(tmp_path):
    table = Table("Quotations", ("Citation", "Id"), (("בטחנו זה בזה מהיום הראשון.", 1), ("我们互相信任。", 2)))
    word, page = write_tables([table], tmp_path, "quotes", ["docx", "html"])
    found = docx.Document(str(word)).tables[0]
    turned = [bool(row.cells[0]._tc.findall(f".//{qn('w:bidi')}")) for row in found.rows]
    assert turned == [False, True, False]
    assert found.rows[1].cells[0]._tc.findall(f".//{qn('w:rtl')}")
    assert '<td dir="auto">בטחנו' in page.read_text("utf-8")
