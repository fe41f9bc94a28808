"""Documents as Word files: real headings, captions, tables whose header repeats, A4 pages with numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from coder.tables.formats.atomic_files import replacing
from coder.tables.formats.cells import heights, lines_of, numeric_columns, right_to_left, xml_text_of
from coder.tables.formats.column_widths import LANDSCAPE, PORTRAIT, column_widths, fitting
from coder.tables.formats.document import Document, Gap, Section, numbered
from coder.types import Table

SERIF, SANS = "Times New Roman", "Arial"
TOGETHER = 8
"""On pages on their side, a table of more rows begins a page."""
_ON_ONE_PAGE = 800  # characters of a cell; a row with a longer one may be broken between pages

# name, the style it is made from, font, size in points, bold, italic, space before and after in points
_STYLES = (
    ("Normal", None, SERIF, 11, False, False, 0, 6),
    ("Title", None, SANS, 18, True, False, 0, 6),
    ("Subtitle", None, SANS, 10, False, False, 0, 12),
    ("Heading 1", None, SANS, 13, True, False, 18, 6),
    ("Caption", None, SANS, 9, True, False, 10, 4),
    ("Caption New Page", "Caption", SANS, 9, True, False, 0, 4),
    ("Footer", None, SANS, 8.5, False, False, 0, 0),
    ("To Write", "Normal", SERIF, 11, False, True, 0, 6),
    ("Table Text", "Normal", SANS, 8, False, False, 2, 1),
    ("Table Number", "Table Text", SANS, 8, False, False, 2, 1),
    ("Table Head", "Table Text", SANS, 8, True, False, 2, 1),
    ("Table Number Head", "Table Head", SANS, 8, True, False, 2, 1),
    ("Table Note", "Table Text", SANS, 8, False, False, 4, 10),
)

_TABLE = """
<w:style {ns} w:type="table" w:customStyle="1" w:styleId="ReportTable">
  <w:name w:val="Report Table"/><w:basedOn w:val="TableNormal"/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="8" w:color="000000"/><w:bottom w:val="single" w:sz="8" w:color="000000"/>
    <w:insideH w:val="single" w:sz="2" w:color="BFBFBF"/>
  </w:tblBorders><w:tblCellMar><w:left w:w="90" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:tcPr>
    <w:tcBorders><w:bottom w:val="single" w:sz="6" w:color="000000"/></w:tcBorders>
    <w:shd w:val="clear" w:color="auto" w:fill="EFEFEC"/>
  </w:tcPr></w:tblStylePr>
</w:style>
"""


def write_tables_docx(tables: Sequence[Table], path: Path) -> None:
    """Write tables alone as a Word file, each with its caption and note; see `widths.fitting` for wide ones.

    Raises
    ------
    TableError
        The folder or the file cannot be written.
    """
    parts = (part for table in tables for part in fitting(table))
    write_docx(Document("", "", tuple(Section("", (part,)) for part in parts)), path)


def write_docx(document: Document, path: Path, when: datetime | None = None) -> None:
    """Write a document as a Word file; `when` stands in its properties. An empty title or heading is left out.

    Raises
    ------
    TableError
        The folder or the file cannot be written.
    """
    import docx
    from docx.enum.section import WD_SECTION

    doc = docx.Document()
    _add_styles(doc)
    properties = doc.core_properties
    properties.title, properties.author, properties.comments = _plain(document.title)[:255], "", ""
    if when is not None:
        properties.created = properties.modified = when
    page = doc.sections[0]
    _lay_out(page, wide=False)
    _number_pages(page, document.title)
    _add_text(doc, document.title, "Title")
    _add_text(doc, document.about, "Subtitle")
    wide = False
    for section in document.sections:
        if section.wide != wide:
            wide = section.wide
            _lay_out(doc.add_section(WD_SECTION.NEW_PAGE) if len(doc.element.body) > 1 else page, wide=wide)
        _add_text(doc, section.heading, "Heading 1")
        _add_blocks(doc, section, numbered(document, section))
    with replacing(path) as part:
        doc.save(str(part))


def _add_text(doc: Any, text: str, style: str) -> None:
    if text:
        doc.add_paragraph(_plain(text), style=style)


def _add_blocks(doc: Any, section: Section, blocks: Iterable[tuple[int, str | Table]]) -> None:
    for place, (n, block) in enumerate(blocks, start=1):
        if isinstance(block, Table):
            apart = section.wide and place > 1 and len(block.rows) > TOGETHER
            caption = doc.add_paragraph("Table ", style="Caption New Page" if apart else "Caption")
            _field(caption, "SEQ Table \\* ARABIC", str(n))
            caption.add_run(f". {_plain(block.title)}")
            _add_table(doc, block, LANDSCAPE if section.wide else PORTRAIT)
            if block.note or not isinstance((*section.blocks, "")[place], Table):
                doc.add_paragraph(_plain(block.note), style="Table Note")
        else:
            doc.add_paragraph(_plain(block), style="To Write" if isinstance(block, Gap) else "Normal")


def _add_table(doc: Any, table: Table, width: float) -> None:
    from docx.shared import Cm

    made = doc.add_table(rows=0, cols=len(table.header), style="Report Table")
    made.autofit = False
    widths = [Cm(one) for one in column_widths(table, width)]
    for column, one in zip(made.columns, widths, strict=True):
        column.width = one
    numeric = numeric_columns(table)
    styles = [doc.styles["Table Number" if one else "Table Text"].style_id for one in numeric]
    heads = [doc.styles["Table Number Head" if one else "Table Head"].style_id for one in numeric]
    _add_row(made, table.header, heads, widths, head=True)
    for row, reach in zip(table, heights(table), strict=True):
        _merge(_add_row(made, row, styles, widths), reach)


def _merge(row: Any, reach: Sequence[int]) -> None:
    """Join the cells that a grouped column repeats with those above."""
    from docx.oxml.ns import qn

    for cell, rows in zip(row._tr.tc_lst, reach, strict=True):
        if rows != 1:
            merging = cell.get_or_add_tcPr()._add_vMerge()
            merging.set(qn("w:val"), "restart" if rows else "continue")
            for run in cell.p_lst[0].r_lst if not rows else ():
                cell.p_lst[0].remove(run)


def _add_row(made: Any, cells: tuple[Any, ...], styles: list[str], widths: list[Any], *, head: bool = False) -> Any:
    """Add a row that is not broken between pages unless it is very long; the head is repeated on each page."""
    from docx.oxml import OxmlElement

    row = made.add_row()
    properties = row._tr.get_or_add_trPr()
    if all(len(str(cell)) <= _ON_ONE_PAGE for cell in cells):
        properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    for place, cell, style, width in zip(row.cells, cells, styles, widths, strict=True):
        place.width = width
        place.paragraphs[0].text = "\n".join(lines_of(xml_text_of(cell)))
        if right_to_left(str(cell)):
            _turn(place.paragraphs[0])
        place._tc.p_lst[0].style = style  # by its id: to look a style up by name in every cell takes most of the time
    return row


def _turn(paragraph: Any) -> None:
    """Have Word set a paragraph from right to left."""
    from docx.oxml import OxmlElement

    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in paragraph.runs:
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def _add_styles(doc: Any) -> None:
    """Give every style of the document its font, size and space, and add those that Word does not have."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls, qn
    from docx.shared import Cm, Pt, RGBColor

    for name, base, font, size, bold, italic, before, after in _STYLES:
        style = doc.styles[name] if base is None else doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if base is not None:
            style.base_style = doc.styles[base]
        style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(size), bold, italic
        style.font.color.rgb = RGBColor(0, 0, 0)
        for found in [found for name in ("w:szCs", "w:spacing") for found in style.element.rPr.findall(qn(name))]:
            style.element.rPr.remove(found)
        style.element.rPr.find(qn("w:sz")).addnext(OxmlElement("w:szCs", attrs={qn("w:val"): str(round(2 * size))}))
        fonts = style.element.rPr.rFonts
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):  # a font of the theme would win over the named one
            fonts.attrib.pop(qn(f"w:{script}Theme"), None)
            fonts.set(qn(f"w:{script}"), font)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    for name in ("Heading 1", "Caption", "Table Head"):
        doc.styles[name].paragraph_format.keep_with_next = True
    doc.styles["Caption New Page"].paragraph_format.page_break_before = True
    for border in doc.styles["Title"].element.pPr.findall(qn("w:pBdr")):
        doc.styles["Title"].element.pPr.remove(border)
    doc.styles["To Write"].paragraph_format.left_indent = Cm(0.6)
    for name in ("Table Number", "Table Number Head"):
        doc.styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    doc.styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    doc.styles.element.append(parse_xml(_TABLE.format(ns=nsdecls("w"))))


def _lay_out(page: Any, *, wide: bool) -> None:
    """Make a section's pages A4, on their side where they are wide."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    long, short = Cm(29.7), Cm(21)
    page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (long, short) if wide else (short, long)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.5 if wide else 2)


def _number_pages(page: Any, title: str) -> None:
    """Write title and page number at the foot of every page; sections that follow take it over."""
    foot = page.footer.paragraphs[0]
    foot.style = "Footer"
    foot.add_run(f"{_plain(title)} · " if title else "")
    _field(foot, "PAGE", "1")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES", "1")


def _field(paragraph: Any, code: str, shown: str) -> None:
    """Add a field that Word computes, with what it shows until then."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run(shown)._r
    field.append(run)
    paragraph._p.append(field)


def _plain(text: str) -> str:
    """Leave out what an XML file cannot hold, and line ends."""
    return " ".join(xml_text_of(text).split())
