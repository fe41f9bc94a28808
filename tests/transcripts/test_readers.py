"""Reading by ending, and what no reader can read."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from coder.errors import TranscriptError
from coder.transcripts import readers
from coder.transcripts.readers import endings, read, read_all
from coder.transcripts.turns import Parsed
from coder.types import Turn


def test_a_text_file(tmp_path):
    path = tmp_path / "Firm 1.TXT"
    path.write_bytes("\ufeffQ: Why?\r\nR: 😀 So.\r\n".encode())
    transcript = read(path)
    assert (transcript.name, transcript.format, transcript.encoding) == ("Firm 1", "txt", "utf-8")
    assert transcript.text == "Q: Why?\nR: 😀 So.\n"
    assert [transcript.words(turn.start, turn.end) for turn in transcript.turns] == ["Why?", "😀 So."]
    assert read(path, name="other").name == "other"


def test_a_guessed_encoding_is_told(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("R: Så är det.".encode("cp1252"))
    transcript = read(path)
    assert transcript.encoding == "cp1252"
    assert "read as cp1252" in transcript.notes[0]


def test_half_a_character_is_replaced_and_said(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(r'{"segments": [{"text": "\ud800 Why \ud83d\ude00?", "speaker": "A\udfff"}]}')
    found = read(path)
    assert (found.turns[0].speaker, found.text) == ("A\ufffd", "A\ufffd: \ufffd Why 😀?")
    assert "halves of characters, which stand as \ufffd: 2" in found.notes


def test_an_unknown_ending_names_the_known(tmp_path):
    with pytest.raises(TranscriptError, match=r"`\.mp3` are not known") as caught:
        read(tmp_path / "a.mp3")
    assert all(ending in str(caught.value) for ending in endings())


def test_the_page_of_formats_names_every_ending():
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8").casefold()
    assert [ending for ending in endings() if f"`{ending}`" not in page] == []


@pytest.mark.parametrize(
    ("data", "message"), [(b"", "is empty"), (b" \r\n\t", "holds no words"), (b"Q:\n", "no words")]
)
def test_nothing_to_read(tmp_path, data, message):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(TranscriptError, match=message):
        read(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(TranscriptError, match="cannot be read"):
        read(tmp_path / "a.txt")
    with pytest.raises(TranscriptError, match="cannot be read"):
        (tmp_path / "b.txt").mkdir()
        read(tmp_path / "b.txt")


def installed(monkeypatch, *points):
    """Install readers beside those of this package: (ending, function, package)."""
    more = []
    for ending, function, package in points:
        point = metadata.EntryPoint(ending, function, "coder.readers")
        more.append(point._for(SimpleNamespace(name=package)))
    ours = list(metadata.entry_points(group="coder.readers"))
    readers._found.cache_clear()
    monkeypatch.setattr(metadata, "entry_points", lambda group: [*ours, *more])


@pytest.fixture(autouse=True)
def _found_again():
    yield
    readers._found.cache_clear()


def halves(source):
    """A reader that a package may offer: two interviews in a file."""
    words = source.data.decode()
    return [Parsed(half, (Turn(0, "", 0, len(half)),), name=half[:1]) for half in words.split("|")]


def fails(source):
    """A reader that is broken."""
    return source.nothing


@pytest.fixture
def packages(monkeypatch, tmp_path):
    """Write the readers of this module where entry points can name them."""
    monkeypatch.setitem(sys.modules, "my_readers", SimpleNamespace(halves=halves, fails=fails))
    path = tmp_path / "a.half"
    path.write_text("one|two")
    return path


def test_a_package_may_offer_a_reader(monkeypatch, packages):
    installed(monkeypatch, ("half", "my_readers:halves", "mine"))
    assert ".half" in endings()
    assert [(one.name, one.text, one.format) for one in read_all(packages)] == [
        ("o", "one", "half"),
        ("t", "two", "half"),
    ]
    with pytest.raises(TranscriptError, match="holds 2 interviews, such as `o`"):
        read(packages)


def test_two_readers_for_one_ending_are_named(monkeypatch, packages):
    installed(monkeypatch, ("half", "my_readers:halves", "mine"), ("half", "x:y", "yours"))
    with pytest.raises(TranscriptError, match="have 2 readers, of mine and yours"):
        read(packages)


def test_a_reader_that_breaks_or_is_not_there_is_an_error(monkeypatch, packages):
    installed(monkeypatch, ("half", "my_readers:fails", "mine"), ("gone", "nowhere:y", "yours"))
    with pytest.raises(TranscriptError, match=r"cannot be read as \.half \(AttributeError"):
        read(packages)
    with pytest.raises(TranscriptError, match=r"reader for `\.gone` of yours cannot be loaded"):
        read(packages.with_suffix(".gone"))


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(readers.LARGEST_FILE + 1)
    with pytest.raises(TranscriptError, match="200,000,001 bytes, where 200,000,000 is the limit"):
        read(path)


def test_importing_the_room_loads_nothing_heavy():
    rooms = "readers, segment, anchor, speakers"
    heavy = "{'spacy', 'docx', 'webvtt', 'charset_normalizer', 'numpy'}"
    program = f"import sys; from coder.transcripts import {rooms}; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
