"""Documents: references to tables, widths of columns, and what a Word file is made of."""

from datetime import datetime
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import TableError
from coder.tables.formats.column_widths import LANDSCAPE, PORTRAIT, column_widths
from coder.tables.formats.document import Document, Gap, Section, as_html, resolved
from coder.tables.formats.docx_file import write_docx
from coder.types import Table

WHEN = datetime(2026, 3, 1)
NARROW = Table("Few", ("code", "n"), (("risk", 2), ("cost", None)), "As counted.")
WIDE = Table("Many", tuple(f"column number {k}" for k in range(16)), ((*"abcdefghijklmnop",),) * 3)


def document(*blocks, wide=()):
    sections = (Section("First", tuple(blocks)), *((Section("Wide", tuple(wide)),) if wide else ()))
    return Document("A study", "About it.", sections)


def saved(made, tmp_path):
    import docx

    path = tmp_path / "a.docx"
    write_docx(made, path, WHEN)
    return docx.Document(str(path)), ZipFile(path).read("word/document.xml").decode()


def test_tables_are_numbered_through_and_referred_to_by_number():
    made = resolved(document("See [[Many]] and [[nothing]].", Gap("[[Few]]"), NARROW, wide=(WIDE,)))
    assert made.sections[0].blocks[0] == "See Table 2 and [[nothing]]."
    assert made.sections[0].blocks[1] == "Table 1"
    assert isinstance(made.sections[0].blocks[1], Gap)
    assert "Table 2. Many" in as_html(made)


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.integers() | st.none()


@given(st.lists(st.tuples(cells, cells, cells), max_size=6), st.sampled_from([PORTRAIT, LANDSCAPE]))
def test_columns_fill_the_page_and_no_more(rows, width):
    widths = column_widths(Table("", ("a", "b", "c"), tuple(rows)), width)
    assert sum(widths) == pytest.approx(width)
    assert min(widths) > 0


def test_a_word_file_has_headings_captions_and_tables_with_a_header_that_repeats(tmp_path):
    word, xml = saved(document("Text.", Gap("Write."), NARROW), tmp_path)
    styles = {p.style.name: p.text for p in word.paragraphs}
    assert styles["Title"] == "A study"
    assert styles["Heading 1"] == "First"
    assert styles["To Write"] == "Write."
    assert styles["Table Note"] == "As counted."
    assert "SEQ Table" in xml
    assert xml.count("<w:tblHeader/>") == 1
    assert xml.count("<w:cantSplit/>") == 3
    foot = word.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in foot
    assert "NUMPAGES" in foot
    assert word.core_properties.title == "A study"
    assert word.core_properties.created == WHEN.replace(tzinfo=word.core_properties.created.tzinfo)


def test_nothing_but_styles_says_how_it_looks(tmp_path):
    _, xml = saved(document("Text.", NARROW, wide=(WIDE,)), tmp_path)
    assert not [mark for mark in ("<w:rFonts", "<w:sz ", "<w:b/>", "<w:jc ", "<w:spacing", "<w:color") if mark in xml]


def test_a_wide_table_lies_on_its_side_and_fits(tmp_path):
    word, _ = saved(document("Text.", NARROW, wide=(WIDE,)), tmp_path)
    assert [round(page.page_width.cm, 1) for page in word.sections] == [21.0, 29.7]
    for page, table in zip(word.sections, word.tables, strict=True):
        inside = page.page_width - page.left_margin - page.right_margin
        assert sum(column.width for column in table.columns) == pytest.approx(inside, rel=0.001)


def test_what_word_cannot_hold_is_marked_and_bidirectional_text_stays(tmp_path):
    word, _ = saved(document("a\x00b\x0bc שלום 🐟\nnew", Table("T", ("x",), (("\ud800?",),))), tmp_path)
    assert [p.text for p in word.paragraphs if p.style.name == "Normal"] == ["a\ufffdb c שלום 🐟 new"] or [
        p.text for p in word.paragraphs if p.style.name == "Normal"
    ] == ["a\ufffdb\ufffdc שלום 🐟 new"]
    assert word.tables[0].rows[1].cells[0].text == "\ufffd?"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TableError, match="cannot be written"):
        write_docx(document("Text."), tmp_path / "file" / "a.docx", WHEN)
