"""What ships holds together: the scheme, the sample study and the model that was trained on it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from coder.embed.encoders import MiniLM
from coder.learn.bundle import load_model
from coder.resources import find_scheme, shipped_models
from coder.scheme.reading import load_scheme
from coder.steps.corpus.cases import case_warnings
from coder.steps.integrity import check
from coder.steps.models.warnings import of_scheme
from coder.store import corpus

SAMPLE = Path(__file__).parent.parent / "corpora" / "biotech"


def test_every_interview_and_every_coding_of_the_sample_can_be_taken_in(sample, sample_imports):
    report, codings = sample_imports
    assert {item.status for item in report} == {"new"}
    assert not [note for item in report for note in item.notes]
    assert len(report) == 32
    assert {item.name for item in report if len(item.speakers) >= 4} == {"heal-2"}
    assert case_warnings(sample) == []
    assert codings and {one.repeated for one in codings} == {0}
    assert check(sample).findings == ()


def test_every_interview_is_as_long_as_promised_and_in_one_of_four_formats(sample):
    formats = {path.suffix for path in (SAMPLE / "transcripts").iterdir()}
    assert formats == {".txt", ".docx", ".vtt", ".csv"}
    lengths = {name: len(s.transcript.text.split()) for name, s in corpus.transcripts(sample.store).items()}
    assert min(lengths.values()) >= 2000


def test_every_code_of_the_scheme_occurs_in_the_sample():
    scheme = load_scheme(find_scheme("network-coordination"))
    assert scheme.source == (SAMPLE / "scheme.yaml").read_text("utf-8")
    with (SAMPLE / "codings" / "panel.csv").open(newline="", encoding="utf-8") as rows:
        assert {row["code"] for row in csv.DictReader(rows)} - {""} == set(scheme.paths())


def test_the_model_that_ships_fits_the_scheme_and_the_encoder_that_ship():
    folder = shipped_models()["biotech"]
    model = load_model(folder, encoder=MiniLM.fingerprint)
    assert model.codes == load_scheme(find_scheme("network-coordination")).paths()
    assert json.loads((folder / "model.json").read_text("utf-8"))["info"]["usual"]
    assert "macro-F1" in (folder / "card.md").read_text("utf-8")


def test_the_model_that_ships_has_read_the_texts_of_the_scheme(sample):
    assert of_scheme(sample, load_model(shipped_models()["biotech"])) == []
