"""The quality benchmark on a small invented corpus; vectors are hashed words."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.__main__ import main
from benchmarks.quality.corpus import read_coders, read_corpus, splits_of, with_vectors
from benchmarks.quality.curve import learning_curve, most_uncertain
from benchmarks.quality.methods import METHODS, Method, Predicted, task_of
from benchmarks.quality.metrics import (
    Judged,
    beside_coders,
    best_code,
    coverage,
    figures,
    lowest_threshold,
    sureness,
    without_a_look,
)
from coder.embed.encoders import HashedWords
from coder.errors import CodingError, TableError

SAID = {
    "price": ["the fish was too dear for us", "we paid far too much for nets", "what does the ice cost today"],
    "weather": ["the storm kept boats in port", "fog lay over the whole bay", "rain and wind all week long"],
    "price|weather": ["the storm made fish dear and nets cost more"],
    "": ["well let me think about that", "yes that is so I suppose"],
}


def rows_of(transcripts=6):
    """Return every sentence in every transcript, in another order each time, with a question before it."""
    rows = []
    sentences = [(text, labels) for labels, texts in SAID.items() for text in texts]
    for t in range(transcripts):
        for n in range(len(sentences)):
            text, labels = sentences[(n + t) % len(sentences)]
            rows.append((f"t{t}", str(2 * n), "asker", "And what then?", ""))
            rows.append((f"t{t}", str(2 * n + 1), "skipper", f"{text} in harbour {t}", labels))
    return rows


def write(path, rows, header=("transcript_id", "unit", "role", "text", "labels")):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def corpus_file(tmp_path):
    return write(tmp_path / "units.csv", rows_of())


@pytest.fixture
def corpus(corpus_file):
    return with_vectors(read_corpus(corpus_file, roles=["skipper"]), HashedWords(), None)


@pytest.fixture
def task(corpus):
    return task_of(corpus, None, HashedWords(), None, 1)


def test_units_of_other_roles_are_context(corpus):
    assert len(corpus) == 54
    assert corpus.codes == ("price", "weather")
    assert set(corpus.before) == {"And what then?"}
    assert not corpus.single
    assert corpus.position[0] == pytest.approx(1 / 17)
    assert corpus.position[8] == 1


def test_short_units_and_labels_can_be_left_out(corpus_file):
    assert min(len(text.split()) for text in read_corpus(corpus_file, min_words=9).texts) == 9
    found = read_corpus(corpus_file, leave_out=["weather"])
    assert found.codes == ("price",)
    assert found.single


def test_first_unit_has_no_unit_before(corpus_file):
    found = with_vectors(read_corpus(corpus_file), HashedWords(), None)
    assert found.before[0] == ""
    assert not found.before_vectors[0].any()
    assert found.before_vectors[1].any()


def test_bad_tables_say_what_is_wrong(tmp_path, corpus_file):
    with pytest.raises(TableError, match="no column `labels`"):
        read_corpus(write(tmp_path / "a.csv", [("t", "1")], ("transcript_id", "unit", "text")))
    with pytest.raises(TableError, match="there twice"):
        read_corpus(write(tmp_path / "b.csv", [("t", "1", "", "a", "x"), ("t", "1", "", "b", "x")]))
    with pytest.raises(TableError, match="cannot read"):
        read_corpus(tmp_path / "none.csv")
    with pytest.raises(CodingError, match="no coded unit"):
        read_corpus(corpus_file, roles=["nobody"])
    with pytest.raises(CodingError, match="`weather` is not in the scheme"):
        read_corpus(corpus_file, codes=["price"])


def test_no_transcript_lies_on_both_sides(corpus):
    for train, test in splits_of(corpus, 5):
        assert not set(corpus.groups[train]) & set(corpus.groups[test])
    assert len(splits_of(corpus, 20)) == 6


def test_split_column(tmp_path):
    header = ("transcript_id", "unit", "role", "text", "labels", "split")
    rows = [(*row, "test" if row[0] == "t5" else "train") for row in rows_of()]
    found = read_corpus(write(tmp_path / "a.csv", rows, header), split_column="split")
    ((train, test),) = splits_of(found, 5)
    assert {found.keys[i][0] for i in test} == {"t5"}
    assert len(train) + len(test) == len(found)
    rows[0] = (*rows[0][:5], "test")
    with pytest.raises(CodingError, match="t0 lies in two splits"):
        splits_of(read_corpus(write(tmp_path / "b.csv", rows, header), split_column="split"), 5)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("leave_out", [[], ["price"]])  # with `price` left out there is one label a unit
def test_methods_score_and_accept(name, leave_out, corpus_file):
    found = read_corpus(corpus_file, roles=["skipper"], leave_out=leave_out)
    found = with_vectors(found, HashedWords(), None)
    task = task_of(found, None, HashedWords(), None, 1)
    train, test = splits_of(found, 3)[0]
    said = METHODS[name].fit(found.take(train), task)(found.take(test))
    assert said.P.shape == said.accepted.shape == (len(test), len(found.codes))
    assert said.P.min() >= 0
    assert said.P.max() <= 1
    assert said.accepted.dtype == bool
    right = (said.accepted == (found.Y[test] > 0)).mean()
    assert right > (0.4 if name == "majority" else 0.9)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("labels", ["", "price"])
def test_methods_bear_few_units_of_one_transcript_and_one_kind(name, labels, corpus, task):
    own = [i for i in range(len(corpus)) if corpus.groups[i] == 0 and corpus.Y[i, 0] == bool(labels)]
    train = corpus.take(np.array([i for i in own if corpus.Y[i, 1] == 0]))
    said = METHODS[name].fit(train, task)(corpus)
    assert said.P.shape == corpus.Y.shape


def test_thresholds_keep_ties_together():
    scores = np.array([0.9, 0.8, 0.8, 0.1])
    assert lowest_threshold(scores, np.array([1, 1, 0, 0]), 0.9) == 0.9
    assert lowest_threshold(scores, np.array([0, 1, 1, 1]), 0.9) == np.inf
    assert lowest_threshold(np.array([]), np.array([]), 0.9) == np.inf


def test_coverage_is_judged_by_thresholds_from_elsewhere():
    choose = Judged(np.array([[0.9], [0.8], [0.6]]), np.ones((3, 1), bool), np.array([[1.0], [1.0], [0.0]]))
    test = Judged(np.array([[0.95], [0.85], [0.7], [0.1]]), np.array([[1], [1], [1], [0]], bool), np.ones((4, 1)))
    test.Y[1] = 0
    found = coverage([(choose, test)], 0.9, by_code=False)
    assert found == {"of_decisions": 2 / 3, "of_positives": 1 / 3, "precision": 0.5, "codes": 1}
    assert found == coverage([(choose, test)], 0.9, by_code=True)


def test_units_taken_without_a_look_report_what_they_miss():
    P = np.array([[0.99], [0.02], [0.03], [0.4]])
    choose = Judged(P, P > 0.5, np.array([[1.0], [0.0], [0.0], [1.0]]))
    test = Judged(P, P > 0.5, np.array([[1.0], [1.0], [0.0], [1.0]]))
    assert sureness(test).argsort().tolist() == [3, 2, 1, 0]
    found = without_a_look([(choose, test)], 0.9)
    assert found["share"] == 0.75
    assert found["agreement"] == pytest.approx(2 / 3)
    assert found["missed"] == 0.5
    assert found["human_codes"] == pytest.approx(2 / 3)


def test_a_perfect_method_has_perfect_figures(corpus):
    perfect = Judged(corpus.Y, corpus.Y > 0, corpus.Y)
    found = figures(perfect, corpus, [(perfect, perfect)], promise=0.9, calibrated=True)
    for name in ("macro_f1", "micro_f1", "average_precision", "kappa", "alpha"):
        assert found[name] == pytest.approx(1)
    assert found["calibration_error"] == 0
    assert found["coverage"]["of_positives"] == 1
    assert found["without_a_look"]["share"] == 1


def test_one_label_a_unit_is_compared_as_one_variable(corpus_file):
    found = read_corpus(corpus_file, leave_out=["weather"])
    none = Judged(found.Y * 0, found.Y > 1, found.Y)
    assert set(best_code(none, may_be_none=True)) == {-1}
    assert set(best_code(none, may_be_none=False)) == {0}
    right = Judged(found.Y, found.Y > 0, found.Y)
    assert figures(right, found, [(right, right)], promise=0.9, calibrated=True)["kappa"] == 1


def test_coders_are_compared_on_units_that_two_of_them_judged(tmp_path, corpus):
    header = ("transcript_id", "unit", "coder", "labels")
    rows = [(*key, "ada", "|".join(_named(corpus, i))) for i, key in enumerate(corpus.keys)]
    rows += [(t, u, "ben", labels) for t, u, _, labels in rows[:-9]] + [("t9", "1", "ben", "price")]
    coders = read_coders(write(tmp_path / "coders.csv", rows, header), corpus)
    assert coders.names == ("ada", "ben")
    found = beside_coders(coders, corpus.Y > 0, corpus)
    assert found["units"] == len(corpus) - 9
    assert found["kappa"] == {"human": 1, "model": 1, "ratio": 1}
    with pytest.raises(CodingError, match="fewer than two"):
        read_coders(write(tmp_path / "one.csv", rows[:5], header), corpus)


def _named(corpus, i):
    return [code for code, y in zip(corpus.codes, corpus.Y[i], strict=True) if y]


def test_curve_draws_nested_units_and_chooses_doubtful_ones(corpus, task):
    drawn = []

    def fit(train, task):
        drawn.append(set(train.keys))
        doubt = np.array([0.5 if "fog" in text else 0.99 for text in corpus.texts])
        place = {key: i for i, key in enumerate(corpus.keys)}
        return lambda units: Predicted(np.tile(doubt[[place[key] for key in units.keys]], (2, 1)).T, units.Y > 0)

    splits = splits_of(corpus, 6)
    rows = learning_curve(corpus, splits, {"mine": Method(fit)}, task, seeds=1)
    assert [(row["strategy"], row["size"]) for row in rows] == [("random", 25), ("uncertain", 25)]
    assert rows[0]["macro_f1"] == 1
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 25
    assert not drawn[0] & {corpus.keys[i] for i in splits[0][1]}
    assert most_uncertain(np.array([[0.9], [0.5], [0.1]]), 1).tolist() == [1]


def test_command_prints_and_writes_everything(tmp_path, corpus_file, capsys):
    target = tmp_path / "found.json"
    header = ("transcript_id", "unit", "coder", "labels")
    said = [(t, u, coder, labels) for t, u, _, _, labels in rows_of() for coder in ("ada", "ben")]
    coders = write(tmp_path / "coders.csv", said, header)
    options = ["--encoder", "hashed-words", "--folds", "2", "--seeds", "1", "--roles", "skipper"]
    options += ["--cache", str(tmp_path / "cache"), "--coders-file", str(coders), "--json", str(target)]
    assert main([str(corpus_file), *options, "--methods", "majority,ours"]) == 0
    found = json.loads(target.read_text("utf-8"))
    assert found["about"]["units"] == 54
    assert found["methods"]["ours"]["macro_f1"] > 0.8
    assert found["methods"]["majority"]["ours_better_by"]["difference"] > 0.3
    assert found["methods"]["ours"]["coders"]["alpha"]["human"] == 1
    assert {row["size"] for row in found["curve"]} == {25, "all"}
    assert "Quality on held-out transcripts" in capsys.readouterr().out


def test_command_chooses_on_training_transcripts_where_the_split_is_given(tmp_path, capsys):
    header = ("transcript_id", "unit", "role", "text", "labels", "split")
    rows = [(*row, "test" if row[0] == "t5" else "train") for row in rows_of()]
    path = write(tmp_path / "units.csv", rows, header)
    scheme = tmp_path / "scheme.yaml"
    scheme.write_text("codes: {price: {definition: What things cost.}, weather: Storm and sun.}", "utf-8")
    options = ["--encoder", "hashed-words", "--split-column", "split", "--no-curve", "--scheme", str(scheme)]
    assert main([str(path), *options, "--cache", str(tmp_path / "cache"), "--methods", "ours"]) == 0
    assert re.search(r"ours\W+[01]\.\d", capsys.readouterr().out)


def test_command_explains_mistakes(corpus_file, capsys):
    assert main([str(corpus_file), "--methods", "our"]) == 2
    assert "did you mean `ours`" in capsys.readouterr().err
    assert main([str(Path("nowhere.csv"))]) == 2
