"""Documents of other programs: what is read, what is left out and said so, and files that mean harm."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from coder.errors import TranscriptError
from coder.transcripts import archives, oldword, pdf
from coder.transcripts.readers import read

FILES = Path(__file__).parent / "files"
ENDINGS = ["odt", "docx", "rtf", "pdf", "html"]


def said(transcript):
    return [(turn.speaker, " ".join(transcript.words(turn.start, turn.end).split())) for turn in transcript.turns]


def notes(transcript):
    return "\n".join(transcript.notes)


def save(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


# --- an interview that LibreOffice wrote in each format ---


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_turns_of_an_interview(ending):
    found = said(read(FILES / f"interview.{ending}"))
    assert [speaker for speaker, _ in found][:6] == ["Interviewer", "Anna"] * 3
    assert found[0][1] == "How did the harbour begin to grow?"
    assert "the year of the great storm, and everybody on the islands had to work together or leave." in found[1][1]
    assert found[3][1].startswith("Then we met the others at the fair in Åbo. They bought our nets, which nobody else")
    assert "What we learnt from the daughter was to write everything down" in found[5][1]


@pytest.mark.parametrize("ending", ["odt", "docx", "rtf", "html"])
def test_tables_and_boxes(ending):
    transcript = read(FILES / f"interview.{ending}")
    assert said(transcript)[6:] == [("Interviewer", "May I see the books?"), ("Anna", "Of course you may.")]
    assert [turn.at_ms for turn in transcript.turns[6:]] == [312000, 315000]
    assert said(transcript)[5][1].endswith("what you see here today. Words in a box.")
    if ending != "html":
        assert "text boxes are read where they are anchored: 1 (in turn 6)" in transcript.notes


@pytest.mark.parametrize("ending", ["odt", "docx", "rtf"])
def test_what_is_left_out_is_counted_and_placed(ending):
    transcript = read(FILES / f"interview.{ending}")
    for words in ("Secret", "CODE", "note at the foot", "shrank", "Study of the harbour"):
        assert words not in transcript.text
    assert said(transcript)[1][1].startswith("We grew when the fishermen’s cooperation began. It was")
    hidden = "1 hidden passage (in turn 2)"
    if ending == "rtf":
        assert f"not read: 1 comment (in turn 2), 1 footnote (in turn 2), {hidden}" in transcript.notes
        return
    assert f"not read: {hidden}, 1 heading" in transcript.notes
    beside = {one.words: (one.author, transcript.words(one.start, one.end)) for one in transcript.remarks}
    assert set(beside) == {"CODE: cooperation", "A note at the foot."}
    assert all("cooperation" in passage for _, passage in beside.values())
    assert beside["CODE: cooperation"][0]


def test_a_page_of_a_web_site():
    transcript = read(FILES / "interview.html")
    assert "Secret" not in transcript.text and "Page 1" not in transcript.text
    assert "1 footnote (in turn 2), 1 hidden passage (in turn 2), 1 heading" in notes(transcript)


def test_the_pages_of_a_pdf():
    transcript = read(FILES / "interview.pdf")
    assert "Study of the harbour" not in transcript.text
    assert "running heads and page numbers are left out: 3 lines" in transcript.notes
    assert "hyphens at the ends of lines are taken out: 1" in transcript.notes
    assert "pages begin in turns: 2 in 6" in transcript.notes
    assert "for them in the autumn, when the last boats were in" in transcript.text  # on one line


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_an_old_word_file_goes_through_libreoffice():
    transcript = read(FILES / "interview.doc")
    assert said(transcript) == said(read(FILES / "interview.docx"))
    assert transcript.notes[0] == "turned into .docx by LibreOffice"


# --- .doc ---


def test_an_old_word_file_where_libreoffice_is_not(monkeypatch):
    monkeypatch.setattr(oldword.shutil, "which", lambda name: None)
    with pytest.raises(TranscriptError, match=r"is an old \.doc file\n.*install LibreOffice"):
        read(FILES / "interview.doc")


def test_a_docx_called_doc(tmp_path):
    path = save(tmp_path, "a.doc", (FILES / "interview.docx").read_bytes())
    assert len(read(path).turns) == 8


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (subprocess.TimeoutExpired("soffice", 1), "LibreOffice was not done with it after 120 s"),
        (subprocess.CalledProcessError(1, "soffice"), "LibreOffice cannot read it"),
        (None, "LibreOffice cannot read it"),
    ],
)
def test_an_old_word_file_that_libreoffice_does_not_read(monkeypatch, outcome, message):
    def run(*args, **options):
        if outcome:
            raise outcome

    monkeypatch.setattr(oldword.shutil, "which", lambda name: "/usr/bin/soffice")
    monkeypatch.setattr(oldword.subprocess, "run", run)
    with pytest.raises(TranscriptError, match=message):
        read(FILES / "interview.doc")


# --- .pdf ---


def made_pdf(*pages, script=""):
    """Return a PDF with lines of text on each page, and a script that runs when it opens."""
    objects = ["", ""]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        content = f"BT /F1 10 Tf 12 TL 20 380 Td {shown}ET" if lines else ""
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Resources {font} /Contents {len(objects)} 0 R >>"
        objects.append(page)
        kids.append(f"{len(objects)} 0 R")
    action = f"/OpenAction << /S /JavaScript /JS ({script}) >>" if script else ""
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {action} >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    out, offsets = "%PDF-1.4\n", []
    for n, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF").encode("latin-1")


def test_a_script_in_a_pdf_is_not_run(tmp_path):
    path = save(tmp_path, "a.pdf", made_pdf(["Q: Why?", "R: So."], script="app.launchURL\\('http://example.org'\\)"))
    assert said(read(path)) == [("Q", "Why?"), ("R", "So.")]


def test_a_pdf_of_pictures(tmp_path):
    with pytest.raises(TranscriptError, match=r"has no text layer.*\n.*ocrmypdf"):
        read(save(tmp_path, "a.pdf", made_pdf([], [])))
    path = save(tmp_path, "b.pdf", made_pdf(["Q: Why?", "R: So."], []))
    assert "pages without text: 1" in read(path).notes


def test_a_pdf_with_too_many_pages_or_none(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(TranscriptError, match="has 2 pages, where 1 is the limit"):
        read(save(tmp_path, "a.pdf", made_pdf(["Q: Why?"], ["R: So."])))
    with pytest.raises(TranscriptError, match="is no readable PDF"):
        read(save(tmp_path, "b.pdf", b"%PDF-1.4 torn"))


def test_a_line_that_recurs_by_chance_is_no_running_head(tmp_path):
    pages = [["Q: And then?", f"R: We went to harbour {'abcd'[n]}."] for n in range(4)]
    transcript = read(save(tmp_path, "a.pdf", made_pdf(*pages)))
    assert len(transcript.turns) == 8


def test_numbered_lines_of_a_pdf(tmp_path):
    lines = ["1 Q: Why?", "2 R: So it was, and", "3 nobody knew.", "4 Q: And?"]
    assert said(read(save(tmp_path, "a.pdf", made_pdf(lines)))) == [
        ("Q", "Why?"),
        ("R", "So it was, and nobody knew."),
        ("Q", "And?"),
    ]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("fish\ufffeermen", "fishermen"),
        ("Post-\nfish\ufffe\nermen", "Post-\nfishermen"),
        ("semi\ufffestructured and semi-structured", "semi-structured and semi-structured"),
        ("Ben\ufffe\nZvi, 2019\ufffe2020", "Ben-Zvi, 2019-2020"),
    ],
)
def test_hyphens_at_the_ends_of_lines(text, joined):
    assert pdf._without_hyphens(text) == joined


# --- .html, .rtf, .md ---


def test_what_a_page_shows(tmp_path):
    page = """<html><head><title>T</title><style>p {}</style></head><body><nav>Menu: home</nav>
    <p>Anna:  Well, <b>really</b>\n so.</p><p hidden>Bo: No.</p><script>var a = 'Q: x';</script>
    <div>Q: Why?<br>Or not?</div><ul><li>Anna: &Aring;bo &lt;3</ul></body></html>"""
    transcript = read(save(tmp_path, "a.htm", page))
    assert said(transcript) == [("Anna", "Well, really so."), ("Q", "Why? Or not?"), ("Anna", "Åbo <3")]
    assert "1 hidden passage (in turn 1), 1 page head" in notes(transcript)


def test_the_encoding_that_a_page_names(tmp_path):
    page = '<meta charset="shift_jis"><p>Q: なぜ？<p>R: 雨'.encode("shift_jis")
    assert said(read(save(tmp_path, "a.html", page))) == [("Q", "なぜ？"), ("R", "雨")]


@pytest.mark.parametrize(
    ("rtf", "words"),
    [
        (r"R: Ja\'e5 \u228?\par", "Jaå ä"),
        (r"R: I met \v Karin\v0  her\par", "I met her"),
        (r"R: I met {\deleted Karin}her\par", "I met her"),
        (r'R: See {\field{\*\fldinst HYPERLINK "http://example.org"}{\fldrslt this}}.\par', "See this."),
        (r"R: A {\pict\pngblip\bin5 }}}}}}picture.\par", "A picture."),
        (r"{\footer Page 1}R: Yes\par", "Yes"),
        ("R: It was,\\\nthey say.\\\n", "It was, they say."),
        (r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fswiss\fcharset204{\*\fname A;}A Cyr;}}R: \f1 \'cf\'f0\'e8\par", "При"),
    ],
)
def test_rich_text(tmp_path, rtf, words):
    path = save(tmp_path, "a.rtf", rf"{{\rtf1\ansi\ansicpg1252 Q: Why?\par {rtf}}}")
    assert said(read(path)) == [("Q", "Why?"), ("R", words)]


def test_what_is_no_rich_text(tmp_path):
    with pytest.raises(TranscriptError, match="is no rich text"):
        read(save(tmp_path, "a.rtf", "Q: Why?"))


def test_markdown(tmp_path):
    path = save(tmp_path, "a.md", "# Interview\n\n**Anna:** We met.\n\n**Olof:** And?\n\n**Anna:** Yes.\n")
    assert said(read(path)) == [("Anna", "We met."), ("Olof", "And?"), ("Anna", "Yes.")]


# --- files that mean harm ---

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def repacked(ending, part, change):
    """Return a file of LibreOffice's with one part changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(FILES / f"interview.{ending}") as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name in source.namelist():
            data = source.read(name)
            file.writestr(name, change(data) if name == part else data)
    return out.getvalue()


PARTS = [("odt", "content.xml"), ("docx", "word/document.xml")]


@pytest.mark.parametrize(("ending", "part"), PARTS)
def test_entities_are_refused(tmp_path, ending, part):
    data = repacked(ending, part, lambda xml: xml.replace(b"?>", b"?>" + LAUGHS.encode(), 1))
    with pytest.raises(TranscriptError, match="document type"):
        read(save(tmp_path, f"a.{ending}", data))


@pytest.mark.parametrize(("ending", "part"), PARTS)
def test_deep_nesting_is_refused(tmp_path, ending, part):
    start = b"<office:text>" if ending == "odt" else b"<w:body>"
    data = repacked(ending, part, lambda xml: xml.replace(start, start + b"<a>" * 5000 + b"</a>" * 5000))
    with pytest.raises(TranscriptError, match=r"cannot be read|is not a readable"):
        read(save(tmp_path, f"a.{ending}", data))


@pytest.mark.parametrize(("ending", "part"), PARTS)
def test_a_bomb_is_refused(tmp_path, ending, part, monkeypatch):
    data = repacked(ending, part, lambda xml: xml + b" " * 3_000_000)
    with pytest.raises(TranscriptError, match="times its size, where 500 is the limit"):
        read(save(tmp_path, f"a.{ending}", data))
    monkeypatch.setattr(archives, "MOST_XML", 1000)
    with pytest.raises(TranscriptError, match="a file of XML of more than 1,000 bytes"):
        read(save(tmp_path, f"a.{ending}", data))


def test_what_a_style_hides_is_left_out(tmp_path):
    shown, none = b'style:name="T2" style:family="text">', b'<style:text-properties text:display="none"/>'
    data = repacked("odt", "content.xml", lambda xml: xml.replace(shown, shown + none))
    transcript = read(save(tmp_path, "a.odt", data))
    assert "Interviewer: How" not in transcript.text and "How did the harbour" in transcript.text


def test_a_protected_text_is_refused(tmp_path):
    part = "META-INF/manifest.xml"
    data = repacked(
        "odt", part, lambda xml: xml.replace(b"/>", b"><manifest:encryption-data/></manifest:file-entry>", 1)
    )
    with pytest.raises(TranscriptError, match="is protected by a password"):
        read(save(tmp_path, "a.odt", data))


def test_what_a_word_file_refers_to_is_not_fetched(tmp_path):
    link = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="http://127.0.0.1:9/x.dotm" TargetMode="External"/></Relationships>'
    )
    part = "word/_rels/document.xml.rels"
    data = repacked("docx", part, lambda xml: xml.replace(b"</Relationships>", link))
    assert len(read(save(tmp_path, "a.docx", data)).turns) == 8


@pytest.mark.parametrize(
    "part", [r"{\fonttbl" + r"{\f1 " * 20_000, r"{\field{\*\fldinst{HYPERLINK " * 20_000, r"{\*\bin99999999 " * 20_000]
)
def test_rich_text_is_read_in_linear_time(tmp_path, part):
    path = save(tmp_path, "a.rtf", rf"{{\rtf1 Q: Why?\par R: So.\par {part}")
    assert said(read(path)) == [("Q", "Why?"), ("R", "So.")]


def test_a_page_of_many_open_elements(tmp_path):
    assert said(read(save(tmp_path, "a.html", "<div>" * 30_000 + "Q: Why?<p>R: So."))) == [("Q", "Why?"), ("R", "So.")]
