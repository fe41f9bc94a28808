"""What a model learns from is what the benchmark measures, and what it is given when it suggests."""

from dataclasses import fields, replace

import numpy as np
import pytest

from benchmarks.quality.corpus import with_vectors
from benchmarks.quality.methods import texts_of as texts_of_benchmark
from benchmarks.quality.studies import read_study
from coder.embed.encoders import HashedWords
from coder.learn.bundle import load_model, save_model
from coder.learn.continuation import Continuation
from coder.learn.model import fit
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study, units_of
from coder.steps.models.suggest import ALONE, suggest_table
from coder.steps.models.train import train
from coder.steps.models.training_data import gather, predicted, roles_of, texts_of
from coder.steps.study.study import open_study
from coder.types import silent

TALKS = {  # invented for this test
    "one": "Helper: How was the week?\nGuest: It was long.\nHelper: A long week, then.\nGuest: Yes, it was.\n",
    "two": "Helper: What did you try?\nGuest: I went for a walk.\nHelper: So you walked.\nGuest: It helped.\n",
    "three": "Helper: Where do we begin?\nGuest: With work.\nHelper: At work, then.\nMaja: With the shift.\n",
}
SAID_AGAIN = {"one": "A long week, then.", "two": "So you walked.", "three": "At work, then."}


@pytest.fixture
def talks(tmp_path):
    """Return three talks whose labels are roles; in one of them a speaker has a name."""
    folder = tmp_path / "talks"
    for part in ("transcripts", "codings"):
        (folder / part).mkdir(parents=True)
    (folder / "study.toml").write_text('name = "Talks"\nencoder = "hashed-words"\nfolds = 3\nmin_positives = 2\n')
    (folder / "scheme.yaml").write_text("name: Talk\ncodes:\n  again: {definition: Takes up the guest's words.}\n")
    (folder / "cases.csv").write_text("transcript,case,speaker,role\n*,,Helper,respondent\n*,,Guest,respondent\n")
    for name, text in TALKS.items():
        (folder / "transcripts" / f"{name}.txt").write_text(text)
    rows = [f"{name},ada,,\n{name},ada,again,{words!r}\n".replace("'", '"') for name, words in SAID_AGAIN.items()]
    (folder / "codings" / "ada.csv").write_text("transcript,coder,code,citation\n" + "".join(rows))
    study = open_study(folder, create=True)
    import_transcripts(study)
    segment_study(study)
    import_codings(study, folder / "codings" / "ada.csv")
    yield study
    study.close()


def test_a_label_of_most_transcripts_is_a_role_and_a_name_is_none(talks):
    assert (
        roles_of(talks, units_of(talks)) == ["helper", "guest"] * 3 + ["helper", "respondent"] + ["helper", "guest"] * 2
    )


@pytest.mark.parametrize("which", ["talks", "study"])
def test_train_suggest_and_benchmark_give_the_classifier_the_same(which, request):
    study, encoder = request.getfixturevalue(which), HashedWords()
    lesson = gather(study, encoder, silent)
    units = lesson.examples.take(np.flatnonzero(lesson.examples.is_unit))
    by_segment = {unit.segment.id: unit for unit in units_of(study)}
    suggested_for = texts_of(study, [by_segment[segment] for segment in units.ids.tolist()], encoder)
    corpus = with_vectors(read_study(study.folder).corpus, encoder, None)
    for found in (suggested_for, texts_of_benchmark(corpus)):
        for one in fields(found):
            assert np.array_equal(
                getattr(found, one.name), getattr(units.texts, one.name), equal_nan=one.name == "position"
            )
    assert np.array_equal(corpus.Y, units.Y, equal_nan=True)


def test_units_are_suggested_for_with_all_units_around_them(talks):
    lesson = gather(talks, HashedWords(), silent)
    model = fit(lesson.examples, talks.scheme.paths(), lesson.targets, lesson.prototypes, folds=3, min_positives=2)
    model = replace(model, continuation=Continuation(np.array([0.7, 0.4, 0.3, 0.2, -0.5, 0.0])))
    units = units_of(talks)
    P = model.predict(texts_of(talks, units, HashedWords()))
    texts, found = predicted(talks, model, units[5:7], HashedWords())
    assert texts.words == [unit.segment.words for unit in units[5:7]]
    assert np.allclose(found, P[5:7])
    assert not np.allclose(found, model.alone().predict(texts))


def test_a_table_says_that_its_texts_have_no_neighbours(talks, tmp_path):
    train(talks)
    folder = talks.folder / "models" / "model-1"
    model = replace(load_model(folder), continuation=Continuation(np.ones(6)))
    save_model(model, tmp_path / "around", "")
    (tmp_path / "t.csv").write_text("text\nSo you walked.\n")
    for bundle, said in ((folder, 0), (tmp_path / "around", 1)):
        found = suggest_table(tmp_path / "t.csv", tmp_path / "o.csv", model=str(bundle), dry_run=True)
        assert found["warnings"].count(ALONE) == said


def test_a_model_tells_the_speakers_apart(talks):
    lesson = gather(talks, HashedWords(), silent)
    model = fit(lesson.examples, talks.scheme.paths(), lesson.targets, lesson.prototypes, folds=3, min_positives=2)
    assert model.features.roles == ("guest", "helper", "respondent")
