"""Word documents: paragraphs, tables, tracked changes, and files that cannot be read."""

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from coder.errors import TranscriptError
from coder.transcripts.readers import read


def save(document, tmp_path):
    path = tmp_path / "firm.docx"
    document.save(str(path))
    return path


def said(transcript):
    return [(turn.speaker, transcript.words(turn.start, turn.end)) for turn in transcript.turns]


def test_paragraphs_and_soft_breaks_are_lines(tmp_path):
    document = docx.Document()
    document.add_paragraph("Interviewer: Why?")
    document.add_paragraph("Anna: It grew.").add_run("\nFast.").add_tab()
    document.add_paragraph("")
    document.add_paragraph("Then not. 😀")
    document.add_paragraph("Anna: Yes.")
    transcript = read(save(document, tmp_path))
    assert transcript.text == "Interviewer: Why?\nAnna: It grew.\nFast.\t\n\nThen not. 😀\nAnna: Yes."
    assert (transcript.name, transcript.format) == ("firm", "docx")
    assert said(transcript)[0] == ("Interviewer", "Why?")


@pytest.mark.parametrize("header", [None, ("Speaker", "Text")])
def test_a_table_of_names_and_words(tmp_path, header):
    document = docx.Document()
    document.add_paragraph("A talk")
    table = document.add_table(rows=0, cols=2)
    for row in [
        header,
        ("Anna", "Why?"),
        ("Bo:", "It grew.\nFast."),
        ("", "Then not."),
        ("Anna", "I see."),
        ("Bo", "Yes."),
    ]:
        if row:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    transcript = read(save(document, tmp_path))
    assert said(transcript) == [
        ("Anna", "Why?"),
        ("Bo", "It grew.\nFast.\nThen not."),
        ("Anna", "I see."),
        ("Bo", "Yes."),
    ]


def test_a_table_with_times(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for row in [("0:05", "Q", "Why?"), ("0:09", "R", "So.")]:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    transcript = read(save(document, tmp_path))
    assert said(transcript) == [("Q", "Why?"), ("R", "So.")]
    assert [turn.at_ms for turn in transcript.turns] == [5000, 9000]


def test_tracked_changes_are_read_as_accepted(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("R: We ")
    for xml in [
        "<w:del {ns} w:id='1' w:author='x'><w:r><w:delText>shrank</w:delText></w:r></w:del>",
        "<w:ins {ns} w:id='2' w:author='x'><w:r><w:t>grew</w:t></w:r></w:ins>",
        "<w:moveFrom {ns} w:id='3' w:author='x'><w:r><w:t> slowly</w:t></w:r></w:moveFrom>",
        "<w:moveTo {ns} w:id='4' w:author='x'><w:r><w:t>, fast</w:t></w:r></w:moveTo>",
    ]:
        paragraph._p.append(parse_xml(xml.format(ns=nsdecls("w"))))
    transcript = read(save(document, tmp_path))
    assert said(transcript) == [("R", "We grew, fast")]
    assert "tracked changes are read as if accepted" in transcript.notes


def test_words_in_content_controls_and_links_are_kept(tmp_path):
    document = docx.Document()
    document.add_paragraph("Q: Why?")
    xml = (
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>R: See </w:t></w:r>"
        "<w:hyperlink><w:r><w:t>this.</w:t></w:r></w:hyperlink></w:p></w:sdtContent></w:sdt>"
    )
    document.element.body.insert(1, parse_xml(xml))
    assert said(read(save(document, tmp_path))) == [("Q", "Why?"), ("R", "See this.")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 torn", "is not a readable Word document"),
        (b"plain words", "is not a readable Word document"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "is password-protected\n  remove the password in Word",
        ),
        (b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), r"is an old \.doc file"),
    ],
)
def test_files_that_are_no_docx(tmp_path, data, message):
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    with pytest.raises(TranscriptError, match=message):
        read(path)


def test_a_damaged_docx(tmp_path):
    path = save(docx.Document(), tmp_path)
    data = bytearray(path.read_bytes())
    data[200:2000] = b"\xff" * 1800
    path.write_bytes(data)
    with pytest.raises(TranscriptError, match="is not a readable Word document"):
        read(path)


def test_a_spreadsheet_renamed_docx(tmp_path):
    from openpyxl import Workbook

    path = tmp_path / "a.docx"
    Workbook().save(path)
    with pytest.raises(TranscriptError, match="is not a readable Word document"):
        read(path)


def test_what_a_style_hides_is_left_out(tmp_path):
    document = docx.Document()
    document.styles.add_style("Secret", docx.enum.style.WD_STYLE_TYPE.CHARACTER).font.hidden = True
    document.styles.add_style("Aside", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH).font.hidden = True
    document.add_paragraph("Q: Who?")
    document.add_paragraph("R: I met ").add_run("Karin", style="Secret")
    document.add_paragraph("She is Karin.", style="Aside")
    document.add_paragraph("Q: And?")
    transcript = read(save(document, tmp_path))
    assert said(transcript) == [("Q", "Who?"), ("R", "I met"), ("Q", "And?")]
    assert "not read: 2 hidden passages (in turn 2)" in transcript.notes


@pytest.mark.parametrize("how", ["bold", "italic"])
def test_questions_that_only_their_type_tells_are_another_speakers(tmp_path, how):
    document = docx.Document()
    for question, answer in [("Why the nets?", "They tore."), ("And then?", "Nobody mended them.")]:
        setattr(document.add_paragraph().add_run(question), how, True)
        document.add_paragraph(answer)
    found = read(save(document, tmp_path))
    assert [turn.speaker for turn in found.turns] == ["Speaker in bold or italics", "Speaker in plain type"] * 2
    assert "no labels" in found.notes[0]


def test_a_table_of_questions_and_answers(tmp_path):
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    rows = [
        ("No", "Question", "Answer"),
        ("1", "Why the nets?", "They tore."),
        ("2", "And then?", "Nobody mended them."),
    ]
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    found = read(save(document, tmp_path))
    assert said(found) == [
        ("Question", "Why the nets?"),
        ("Answer", "They tore."),
        ("Question", "And then?"),
        ("Answer", "Nobody mended them."),
    ]
