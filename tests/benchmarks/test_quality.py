"""The quality benchmark on a small invented corpus; vectors are hashed words."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality.__main__ import main
from benchmarks.quality.corpus import splits_of, with_vectors
from benchmarks.quality.curve import CHOICES
from benchmarks.quality.methods import METHODS, task_of
from benchmarks.quality.metrics import (
    Judged,
    beside_coders,
    best_code,
    coverage,
    figures,
    likeliest_right,
    lowest_threshold,
    sureness,
    without_a_look,
)
from benchmarks.quality.tables import read_coders, read_corpus
from coder.embed.encoders import HashedWords
from coder.errors import CodingError, TableError


def test_units_of_other_roles_are_context(corpus):
    assert len(corpus) == 54
    assert corpus.codes == ("price", "weather")
    assert set(corpus.before) == {"And what then?"}
    assert set(corpus.before_roles) == {"asker"}
    assert corpus.after[:8] == ["And what then?"] * 8
    assert (corpus.after[8], corpus.after_roles[8]) == ("", "")
    assert corpus.after_vectors[:8].any(axis=1).all()
    assert not corpus.after_vectors[8].any()
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


def test_bad_tables_say_what_is_wrong(tmp_path, corpus_file, write):
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


def test_split_column(tmp_path, rows, write):
    header = ("transcript_id", "unit", "role", "text", "labels", "split")
    rows = [(*row, "test" if row[0] == "t5" else "train") for row in rows]
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


def test_coders_are_compared_on_units_that_two_of_them_judged(tmp_path, corpus, write):
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


def test_what_nobody_judged_is_left_out():
    P = np.array([[0.9, 0.8], [0.9, 0.1], [0.2, 0.7]])
    Y = np.array([[1, np.nan], [1, 0], [np.nan, 1]])
    found = Judged(P, P > 0.5, Y)
    assert found.right.all()
    assert coverage([(found, found)], 0.9, by_code=False) == {
        "of_decisions": 1, "of_positives": 1, "precision": 1, "codes": 2,
    }  # fmt: skip
    assert without_a_look([(found, found)], 0.9)["kappa"] == 1
    assert likeliest_right(Judged(P[::-1], P > 0.5, Y)) == 1


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("leave_out", [[], ["price"]])
def test_methods_learn_from_what_was_judged(name, leave_out, corpus_file):
    found = with_vectors(read_corpus(corpus_file, roles=["skipper"], leave_out=leave_out), HashedWords(), None)
    found.Y[found.Y == 0] = np.where(np.arange((found.Y == 0).sum()) % 3 == 0, np.nan, 0)
    task = task_of(found, None, HashedWords(), None, 1)
    train, test = splits_of(found, 3)[0]
    said = METHODS[name].fit(found.take(train), task)(found.take(test))
    known = ~np.isnan(found.Y[test])
    assert np.isfinite(said.P).all()
    assert (said.accepted == (found.Y[test] > 0))[known].mean() > (0.3 if name == "majority" else 0.85)


def test_command_prints_and_writes_everything(tmp_path, corpus_file, capsys, rows, write):
    target = tmp_path / "found.json"
    header = ("transcript_id", "unit", "coder", "labels")
    said = [(t, u, coder, labels) for t, u, _, _, labels in rows for coder in ("ada", "ben")]
    coders = write(tmp_path / "coders.csv", said, header)
    options = ["--encoder", "hashed-words", "--folds", "2", "--seeds", "1", "--roles", "skipper", "--sizes", "12,20"]
    options += ["--cache", str(tmp_path / "cache"), "--coders-file", str(coders), "--json", str(target)]
    assert main([str(corpus_file), *options, "--methods", "majority,ours"]) == 0
    found = json.loads(target.read_text("utf-8"))
    assert found["about"]["units"] == 54
    assert found["methods"]["ours"]["macro_f1"] > 0.8
    assert found["methods"]["majority"]["ours_better_by"]["difference"] > 0.3
    assert found["methods"]["ours"]["coders"]["alpha"]["human"] == 1
    assert {(row["strategy"], row["size"]) for row in found["curve"] if row["method"] == "ours"} == {
        *((strategy, size) for strategy in CHOICES for size in (12, 20)), ("random", "all"),
    }  # fmt: skip
    assert {row["method"] for row in found["curve"] if "ours_better_by" in row} == {"majority"}
    assert {row["strategy"] for row in found["curve"] if "better_than_random" in row} == {*CHOICES} - {"random"}
    assert [code["code"] for code in found["methods"]["ours"]["codes"]] == ["price", "weather"]
    assert not target.with_name("found.json.part").exists()
    printed = capsys.readouterr()
    assert "Quality on held-out transcripts" in printed.out
    assert re.search(r"done \(ours: curve 1, diverse\)", printed.err)


def test_command_reads_a_study(study, capsys, tmp_path):
    options = ["--folds", "3", "--seeds", "1", "--methods", "majority,ours", "--sizes", "5", "--strategies", "random"]
    folder = str(study.folder)
    assert main([folder, *options, "--json", str(tmp_path / "found.json")]) == 0
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert found["about"]["encoder"] == "hashed-words"
    assert found["methods"]["ours"]["coders"]["coders"] == ["ada", "ben"]
    assert found["saved"] == []
    assert main([folder, "--scheme", "a.yaml"]) == 2
    assert "--scheme is for a CSV file" in capsys.readouterr().err


def test_command_chooses_on_training_transcripts_where_the_split_is_given(tmp_path, capsys, rows, write):
    header = ("transcript_id", "unit", "role", "text", "labels", "split")
    rows = [(*row, "test" if row[0] == "t5" else "train") for row in rows]
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
    with pytest.raises(SystemExit):
        main([str(corpus_file), "--strategies", "unsure"])
