"""Damaged files of every format: read or refused, and what is read can be stored; `benchmarks/fuzz.py` tries more."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder.errors import TranscriptError
from coder.transcripts.readers import endings, read_all

FILES = Path(__file__).parent / "files"
SAMPLES: dict[str, list[bytes]] = {}
for path in sorted(FILES.iterdir()):
    SAMPLES.setdefault(path.suffix.lower(), []).append(path.read_bytes())
MARKS = [b"<", b">", b'"', b"\\ud800", b":", b"\n", b"9" * 20, b"\xff", b"&#xD800;", b"\0"]


def test_every_reader_has_a_sample():
    assert set(endings()) - set(SAMPLES) == {".htm"}  # read as .html


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "damaged").iterdir()), ids=lambda path: path.name)
def test_what_once_broke_a_reader_is_refused(path):
    """Each was found by `benchmarks/fuzz.py`; the Parquet files ended the process, as pyarrow's metadata do."""
    with pytest.raises(TranscriptError) as refused:
        read_all(path)
    assert refused.value.todo


@pytest.mark.parametrize("ending", sorted(set(endings()) - {".doc", ".htm"}))  # LibreOffice reads .doc, slowly
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path, ending, data):
    raw = bytearray(data.draw(st.sampled_from(SAMPLES[ending])))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1)) if raw else 0
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4) | st.sampled_from(MARKS))
    (tmp_path / f"damaged{ending}").write_bytes(raw)
    try:
        transcripts = read_all(tmp_path / f"damaged{ending}")
    except TranscriptError as error:
        assert error.where
        return
    for one in transcripts:
        "".join([one.text, *one.notes, *(turn.speaker for turn in one.turns)]).encode()
        ends = [0, *(end for turn in one.turns for end in (turn.start, turn.end)), len(one.text)]
        assert ends == sorted(ends)
        assert all(0 <= (time or 0) < 2**63 for turn in one.turns for time in (turn.at_ms, turn.until_ms))
