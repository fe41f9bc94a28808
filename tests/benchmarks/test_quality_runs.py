"""What a benchmark is made of: a study read as units, curves, fits in several processes that can be interrupted."""

import numpy as np
import pytest

from benchmarks.quality.contrast import pairs_of, tune
from benchmarks.quality.corpus import splits_of
from benchmarks.quality.curve import CHOICES, grow
from benchmarks.quality.keeping import Kept
from benchmarks.quality.methods import METHODS, Method, Predicted, task_of
from benchmarks.quality.pieces import Piece, Work, done
from benchmarks.quality.saving import labels_saved
from benchmarks.quality.studies import read_study
from coder.embed.encoders import HashedWords
from coder.errors import CodingError, StudyError
from coder.scheme.reading import parse_scheme


@pytest.mark.parametrize("strategy", CHOICES)
def test_curve_grows_from_the_same_first_units(strategy, corpus, task):
    drawn = []

    def fit(train, task):
        drawn.append(train.keys)
        doubt = {key: 0.5 if "fog" in text else 0.99 for key, text in zip(corpus.keys, corpus.texts, strict=True)}
        return lambda units: Predicted(np.array([[doubt[key]] * 2 for key in units.keys]), units.Y > 0)

    split = splits_of(corpus, 6)[0]
    found = grow(corpus, split, Method(fit), task, strategy=strategy, sizes=(9, 12, 500), seed=3)
    order = split[0][np.random.default_rng([1, 3]).permutation(45)].tolist()
    assert [fit.labels for fit in found] == [9, 12]
    assert drawn[0] == [corpus.keys[i] for i in order[:9]]
    assert drawn[1][:9] == drawn[0]
    assert not set(drawn[1]) & {corpus.keys[i] for i in split[1]}
    text = dict(zip(corpus.keys, corpus.texts, strict=True))
    if strategy == "random":
        assert drawn[1] == [corpus.keys[i] for i in order[:12]]
    elif strategy != "disagreement":  # there the neighbours have a vote
        assert all("fog" in text[key] for key in drawn[1][9:])


def test_labels_saved_are_read_between_points():
    def row(strategy, size, labels, value):
        return {
            "method": "mine", "strategy": strategy, "size": size, "labels": labels, "macro_f1": value,
            "each": [value, value + 0.1],
        }  # fmt: skip

    rows = [row("random", 50, 50, 0.2), row("random", 100, 100, 0.4), row("random", 200, 200, 0.5)]
    rows += [row("uncertain", 25, 25, 0.2), row("uncertain", 100, 100, 0.6), row("random", "all", 400, 0.7)]
    found = labels_saved(rows)
    assert [(row["strategy"], row["target"]) for row in found] == [("uncertain", 100), ("uncertain", 200)]
    assert found[0]["labels"] == pytest.approx(50)
    assert found[0]["saved"] == pytest.approx(50)
    assert found[0]["spread"] == pytest.approx(0)
    assert found[0]["reached"] == 2
    assert not labels_saved([row for row in rows if row["strategy"] == "random"])


def test_a_scheme_text_quoted_from_a_tested_transcript_is_left_out(corpus):
    corpus.texts[0] = quote = "a remark that nobody else would make of herring"
    scheme = parse_scheme(f"codes: {{price: {{definition: Costs., examples: [{quote}]}}, weather: Storm.}}", "a.yaml")
    task = task_of(corpus, scheme, HashedWords(), None, 1)
    assert quote in task.without(np.array([1, 3])).prototypes.texts.words
    assert quote not in task.without(np.array([0, 3])).prototypes.texts.words


def test_study_gives_its_judged_units_with_what_was_said_around(study):
    found = read_study(study.folder)
    assert found.coders.names == ("ada", "ben")
    assert found.coders.values.shape == (2, *found.corpus.Y.shape)
    assert found.corpus.codes == study.scheme.paths()
    assert {transcript for transcript, _ in found.corpus.keys} == {"alder-1", "alder-2", "birch-1"}
    i = next(i for i, text in enumerate(found.corpus.texts) if text.startswith("The course lasts"))
    assert found.corpus.before[i].startswith("How do the skippers")
    assert found.corpus.after[i] == "And afterwards?"
    assert (found.corpus.before_roles[i], found.corpus.roles[i]) == ("interviewer", "respondent")
    assert np.isnan(found.corpus.Y).any() == np.isnan(found.coders.values).all(axis=0).any()
    assert 0 < len(read_study(study.folder, min_words=9).corpus) < len(found.corpus)
    with pytest.raises(CodingError, match="no coded unit"):
        read_study(study.folder, roles=["interviewer"])


def test_folder_without_codings_is_left_as_it_is(study_folder):
    with pytest.raises(StudyError, match="nothing was coded here"):
        read_study(study_folder)
    assert not (study_folder / "study.db").exists()


@pytest.fixture
def work(corpus, task):
    methods = {name: METHODS[name] for name in ("majority", "minilm-lr")}
    return Work(corpus, splits_of(corpus, 2), [], methods, task)


PIECES = [Piece("minilm-lr", "split", 0), Piece("majority", "split", 1), Piece("minilm-lr", "curve", 1, "random", (9,))]


def test_pieces_come_out_the_same_from_several_processes(work):
    def silent(what):
        pass

    here = done(work, PIECES, jobs=1, kept=Kept(None), progress=silent)
    there = done(work, PIECES, jobs=2, kept=Kept(None), progress=silent)
    assert list(here) == list(there) == PIECES
    for piece in PIECES:
        np.testing.assert_allclose(here[piece][0].predicted.P, there[piece][0].predicted.P, atol=1e-9)
    assert here[PIECES[2]][0].labels == 9


def test_interrupted_run_goes_on(work, tmp_path):
    path, told = tmp_path / "found.json.part", []
    first = done(work, PIECES[:2], jobs=1, kept=Kept(path), progress=told.append)
    path.write_text(path.read_text("utf-8") + '{"key": "cut o', "utf-8")
    told.clear()
    again = done(work, PIECES, jobs=1, kept=Kept(path), progress=told.append)
    assert told[0] == "2 of 3 pieces were kept by an earlier run"
    assert len(told) == 3
    assert (again[PIECES[0]][0].predicted.P == first[PIECES[0]][0].predicted.P).all()
    assert len(path.read_text("utf-8").splitlines()) == 3
    work.corpus.Y[0] = 1 - work.corpus.Y[0]
    told.clear()
    done(work, PIECES[:1], jobs=1, kept=Kept(path), progress=told.append)
    assert "earlier run" not in told[0]


def test_pairs_share_a_code_as_often_as_not(corpus):
    pairs, same = pairs_of(corpus, np.random.default_rng(1), 200)
    assert pairs.shape == (200, 2)
    assert same.sum() == 100
    share = (corpus.Y[pairs[:, 0]] * corpus.Y[pairs[:, 1]]).sum(axis=1) > 0
    assert (share == same).all()
    one_kind = corpus.take(np.flatnonzero(corpus.Y.sum(axis=1) == 2))
    assert pairs_of(one_kind, np.random.default_rng(1), 20)[1].all()
    assert len(pairs_of(one_kind.take(np.array([0])), np.random.default_rng(1), 20)[0]) == 0


def test_tuning_draws_units_of_one_code_together(corpus):
    import torch

    class Body(torch.nn.Module):
        device = torch.device("cpu")

        def __init__(self):
            super().__init__()
            torch.manual_seed(1)
            self.vectors = torch.nn.Embedding(256, 8)

        def preprocess(self, texts):
            return {"words": torch.tensor(HashedWords().encode(texts)), "kind": "text"}

        def forward(self, given):
            return {"sentence_embedding": given["words"] @ self.vectors.weight}

    def apart():
        one, other = (body({"words": read[side]})["sentence_embedding"] for side in pairs.T)
        cosine = torch.nn.functional.cosine_similarity(one, other).detach().numpy()
        return cosine[same].mean() - cosine[~same].mean()

    body, (pairs, same) = Body(), pairs_of(corpus, np.random.default_rng(1), 400)
    read = body.preprocess(corpus.texts)["words"]
    before = apart()
    tune(body, corpus.texts, pairs, same, seed=1)
    assert apart() > before
