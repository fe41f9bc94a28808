"""Reading by ending, and what no reader can read."""

import subprocess
import sys

import pytest

from coder.errors import TranscriptError
from coder.transcripts.readers import ENDINGS, read


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


def test_an_unknown_ending_names_the_known(tmp_path):
    with pytest.raises(TranscriptError, match=r"`\.mp3` are not known") as caught:
        read(tmp_path / "a.mp3")
    assert all(ending in str(caught.value) for ending in ENDINGS)


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


def test_importing_the_room_loads_nothing_heavy():
    rooms = "readers, segment, anchor, speakers"
    heavy = "{'spacy', 'nupunkt', 'docx', 'webvtt', 'charset_normalizer', 'numpy'}"
    program = f"import sys; from coder.transcripts import {rooms}; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
