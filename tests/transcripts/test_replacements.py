import json
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import TranscriptError
from coder.transcripts.replacements import Replacements
from coder.transcripts.rewriting import restore, rewrite

TEXTS = st.text(alphabet="aå \n🐟", min_size=1, max_size=30)


@st.composite
def replaced(draw):
    text = draw(TEXTS)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    puts = tuple(
        (a, b, draw(st.text(alphabet="XYÖ", min_size=1, max_size=4)))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    )
    return text, Replacements(puts)


@given(replaced(), st.data())
def test_a_span_holds_the_same_words_but_for_replaced_ones(made, data):
    text, put = made
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    new = put.text(text)
    low, high = put.span(start, end)
    inner = [(max(a, start), min(b, end), word) for a, b, word in put.puts if a < end and start < b]
    moved = Replacements(tuple((a - start, b - start, word) for a, b, word in inner))
    assert new[low:high] == moved.text(text[start:end])


@given(replaced())
def test_the_old_text_comes_back_exactly(made):
    text, put = made
    assert put.back(text).text(put.text(text)) == text
    assert put.back(text).back(put.text(text)) == put


def anna(text):
    at = text.find("Anna")
    while at >= 0:
        yield at, at + 4, "Bö & C"
        at = text.find("Anna", at + 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_keeps_its_encoding_and_line_ends(encoding):
    data = "Anna: så är det.\r\nB: Annas båt.\n".encode(encoding)
    made = rewrite(data, Path("a.txt"), anna)
    assert made.data == "Bö & C: så är det.\r\nB: Bö & Cs båt.\n".encode(encoding)
    assert restore(made.data, made.encoding, made.undo) == data


def test_an_encoding_without_a_letter_of_the_pseudonym_is_refused():
    with pytest.raises(TranscriptError, match="has no `Ω`"):
        rewrite("Anna: så.".encode("cp1252"), Path("a.txt"), lambda text: [(0, 4, "Ω")])


@pytest.mark.parametrize("data", [b"%PDF-1.7 Anna", b"\xd0\xcf\x11\xe0 Anna"])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(TranscriptError, match="names cannot be replaced in it"):
        rewrite(data, Path("a.pdf"), anna)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_names_are_replaced_in_json_however_letters_are_written(ascii_only):
    data = json.dumps({"text": 'så sa Anna: "ja", \\ 🐟\n Anna'}, ensure_ascii=ascii_only).encode()
    made = rewrite(data, Path("a.json"), anna)
    assert json.loads(made.data) == {"text": 'så sa Bö & C: "ja", \\ 🐟\n Bö & C'}
    assert restore(made.data, made.encoding, made.undo) == data


def test_names_are_replaced_in_a_word_document_though_formatting_parts_them(tmp_path):
    document = docx.Document()
    document.add_paragraph("Q: Who?")
    paragraph = document.add_paragraph("A: I asked ")
    paragraph.add_run("An").bold = True
    paragraph.add_run("na, and R&D.")
    document.save(tmp_path / "a.docx")
    data = (tmp_path / "a.docx").read_bytes()
    made = rewrite(data, Path("a.docx"), anna)
    (tmp_path / "b.docx").write_bytes(made.data)
    found = docx.Document(str(tmp_path / "b.docx")).paragraphs
    assert [one.text for one in found] == ["Q: Who?", "A: I asked Bö & C, and R&D."]
    assert found[1].runs[1].bold
    with (
        zipfile.ZipFile(BytesIO(restore(made.data, made.encoding, made.undo))) as new,
        zipfile.ZipFile(BytesIO(data)) as old,
    ):
        assert {name: new.read(name) for name in new.namelist()} == {name: old.read(name) for name in old.namelist()}


def test_names_are_replaced_in_what_a_word_document_says_of_itself_and_beside_the_words(tmp_path):
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "Talk with Anna", "Anna"
    paragraph = document.add_paragraph("Q: Who?")
    document.add_comment(paragraph.runs, text="Ask Anna", author="Anna")
    document.save(tmp_path / "a.docx")
    made = rewrite((tmp_path / "a.docx").read_bytes(), Path("a.docx"), anna)
    (tmp_path / "b.docx").write_bytes(made.data)
    with zipfile.ZipFile(tmp_path / "b.docx") as archive:
        assert not [name for name in archive.namelist() if b"Anna" in archive.read(name)]
    assert docx.Document(str(tmp_path / "b.docx")).core_properties.author == "Bö & C"
