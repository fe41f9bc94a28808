"""The spaCy component: suggested codes as a span group."""

import pytest
import spacy
from spacy.tokens import DocBin

import coder
from coder.errors import ModelError

TEXT = "We hold a course for the skippers every March. The weather was bad. At the fair we show them the new sonar."


@pytest.fixture
def model(study_folder):
    with coder.open(study_folder) as study:
        study.import_transcripts()
        study.segment()
        for path in sorted((study_folder / "codings").glob("*.csv")):
            study.import_codings(path)
        return study.train().attrs["outcome"].folder


@pytest.fixture
def nlp(model):
    nlp = spacy.blank("en")
    nlp.add_pipe("coder", config={"model": str(model), "units": "sentence"})
    return nlp


def test_codes_are_spans_with_scores(nlp):
    doc = nlp(TEXT)
    group = doc.spans["codes"]
    assert len(group) == len(group.attrs["scores"]) > 0
    assert all(0 <= score <= 1 for score in group.attrs["scores"])
    assert {span.text for span in group} <= {sentence.strip() + "." for sentence in TEXT.split(".")}
    assert "education/customers/courses" in {span.label_ for span in group if "course" in span.text}


def test_the_sentences_of_the_pipeline_are_the_units(model):
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": ["!"]})
    nlp.add_pipe("coder", config={"model": str(model), "units": "sentence"})
    doc = nlp(TEXT)
    assert {span.text for span in doc.spans["codes"]} <= {TEXT}


def test_spans_go_into_a_docbin_and_come_back(nlp):
    doc = nlp(TEXT)
    [back] = DocBin().from_bytes(DocBin(docs=[doc]).to_bytes()).get_docs(nlp.vocab)
    assert [(s.start, s.end, s.label_) for s in back.spans["codes"]] == [
        (s.start, s.end, s.label_) for s in doc.spans["codes"]
    ]
    assert back.spans["codes"].attrs["scores"] == pytest.approx(doc.spans["codes"].attrs["scores"])


def test_a_saved_pipeline_codes_alike(nlp, tmp_path):
    nlp.to_disk(tmp_path / "pipeline")
    one, other = nlp(TEXT), spacy.load(tmp_path / "pipeline")(TEXT)
    assert [s.label_ for s in other.spans["codes"]] == [s.label_ for s in one.spans["codes"]]


def test_an_empty_text_has_no_codes(nlp):
    assert len(nlp("").spans["codes"]) == 0


def test_a_model_that_is_not_there_is_refused():
    with pytest.raises(ModelError):
        spacy.blank("en").add_pipe("coder", config={"model": "no such model"})
