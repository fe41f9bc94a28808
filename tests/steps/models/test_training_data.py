"""What a model learns from is what the benchmark measures, and what it is given when it suggests."""

from dataclasses import fields

import numpy as np
import pytest

from benchmarks.quality.corpus import with_vectors
from benchmarks.quality.methods import texts_of as texts_of_benchmark
from benchmarks.quality.studies import read_study
from coder.embed.encoders import HashedWords
from coder.learn.model import fit
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study, units_of
from coder.steps.models.training_data import gather, roles_of, texts_of
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


def test_a_model_tells_the_speakers_apart(talks):
    lesson = gather(talks, HashedWords(), silent)
    model = fit(lesson.examples, talks.scheme.paths(), lesson.targets, lesson.prototypes, folds=3, min_positives=2)
    assert model.features.roles == ("guest", "helper", "respondent")
