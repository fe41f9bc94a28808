"""Commands of the classifiers: suggest, train, retrain, models."""

import json
import shutil

import pandas as pd
import pytest


def test_train_shows_quality_and_adopts_the_first_model(coder, coded):
    dry = coder("train", coded, "--dry-run").output
    assert "Dry run: nothing was written." in dry
    assert json.loads(coder("models", coded, "--json").output) == []
    said = coder("train", coded).output
    assert "model-1: quality on held-out transcripts" in said
    assert "contact/fairs" in said
    assert "Adopted: the study's first model." in said
    assert "nothing new to learn from" in coder("train", coded).output
    found = json.loads(coder("train", coded, "--json").output)
    assert found["changed"] is False


def test_retrain_wants_a_model_and_learns_from_corrections(coder, coded):
    assert "no model to retrain" in coder("retrain", coded, code=2).stderr
    coder("train", coded)
    coder("suggest", coded)
    coder("audit", coded, "--coder", "eva", input="x\n" * 8)
    said = coder("retrain", coded).output
    assert "model-2" in said
    assert "dopted" in said
    assert {m["name"] for m in json.loads(coder("models", coded, "--json").output)} == {"model-1", "model-2"}


def test_models_are_chosen_by_name_or_folder(coder, suggested, tmp_path):
    coder("train", suggested, "--name", "other", "--use")
    assert "adopted" in coder("models", suggested, "--use", "model-1").output
    assert [m["name"] for m in json.loads(coder("models", suggested, "--json").output) if m["adopted"]] == ["model-1"]
    assert "a model called `other` already" in coder("train", suggested, "--name", "other", code=2).stderr
    shutil.copytree(suggested / "models" / "other", tmp_path / "mailed")
    coder("models", suggested, "--use", tmp_path / "mailed", "--dry-run")
    assert not (suggested / "models" / "mailed").exists()
    coder("models", suggested, "--use", tmp_path / "mailed")
    assert (suggested / "models" / "mailed" / "card.md").exists()
    assert "no model `modle-1`" in (wrong := coder("models", suggested, "--use", "modle-1", code=2).stderr)
    assert "did you mean `model-1`?" in wrong


def test_models_of_another_scheme_or_encoder_or_with_a_changed_byte_are_refused(coder, suggested, study_folder):
    model = suggested / "models" / "model-1"
    weights = (model / "weights.npz").read_bytes()
    (model / "weights.npz").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    assert "not those it was saved with" in coder("suggest", suggested, code=2).stderr
    (model / "weights.npz").write_bytes(weights)
    coder("import", study_folder)
    settings = study_folder / "study.toml"
    settings.write_text(settings.read_text("utf-8").replace("hashed-words", "all-MiniLM-L6-v2"), "utf-8")
    assert "another encoder" in coder("models", study_folder, "--use", model, code=2).stderr
    settings.write_text(settings.read_text("utf-8").replace("all-MiniLM-L6-v2", "hashed-words"), "utf-8")
    (study_folder / "scheme.yaml").write_text("name: S\ncodes:\n  fair:\n", "utf-8")
    said = coder("models", study_folder, "--use", model, code=2).stderr
    assert "trained on another scheme" in said
    shutil.rmtree(model)
    assert "model is gone" in coder("suggest", suggested, code=2).stderr
    assert "model is gone" in coder("check", suggested, code=1).stderr


def test_suggest_says_what_comes_next(coder, coded):
    said = coder("suggest", coded).output
    assert "No model is trained yet" in said
    coder("train", coded)
    said = coder("suggest", coded).output
    assert "in 1 transcript;" in said
    assert f"Next: 4 units with suggestions to review: coder review {coded}" in said
    assert json.loads(coder("suggest", coded, "--json").output)["written"] == 0
    coder("audit", coded, "--coder", "eva", "--all", input="X\n" * 20)
    assert "People have judged every unit" in coder("suggest", coded).output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "give either a STUDY or --table"),
        (("--table", "T"), "--table needs --model and --output"),
        (("S", "--table", "T"), "give either a STUDY or --table"),
        (("S", "--top", "3"), "go with --table"),
        (("S", "--transcript", "birch"), "no transcript `birch`"),
        (("S", "--top", "0"), "--top"),
        (("--table", "T", "--model", "nosuch", "--output", "o.csv"), "no model `nosuch`"),
        (("--table", "T", "--model", "M", "--output", "o.csv", "--text-column", "txt"), "did you mean `text`?"),
        (("--table", "T", "--model", "M", "--output", "T"), "would replace"),
        (("--table", "T", "--model", "M", "--output", "o.doc"), ".parquet"),
    ],
)
def test_options_of_suggest_that_do_not_fit(coder, suggested, tmp_path, options, says):
    table = tmp_path / "texts.csv"
    table.write_text("text\nAt the fair.\n", "utf-8")
    names = {"S": suggested, "T": table, "M": suggested / "models" / "model-1"}
    assert says in coder("suggest", *(names.get(o, o) for o in options), code=2).stderr
    assert table.read_text("utf-8") == "text\nAt the fair.\n"


def test_suggest_for_a_table(coder, suggested, tmp_path):
    table, output = tmp_path / "texts.csv", tmp_path / "coded.csv"
    table.write_text("who,text\neva,We hold a course for the skippers.\nole,It rains.\n", "utf-8")
    options = ("--table", table, "--model", suggested / "models" / "model-1", "--output", output, "--top", 2)
    assert "4 rows would be written" in coder("suggest", *options, "--dry-run").output
    assert not output.exists()
    assert f"4 rows written to {output}" in coder("suggest", *options).output
    coded = pd.read_csv(output)
    assert list(coded.columns) == ["who", "text", "code", "score", "rank", "accepted"]
    assert list(coded["rank"]) == [1, 2, 1, 2]
    assert json.loads(coder("suggest", *options, "--json").output)["texts"] == 2


GERMAN = "Wir haben den Kunden auf der Messe gezeigt, wie man das Echolot benutzt, und sie haben viel gefragt. " * 4


def test_texts_in_another_language_are_warned_of_on_standard_error(coder, suggested, tmp_path):
    table, output = tmp_path / "texts.csv", tmp_path / "coded.csv"
    table.write_text(f'text\n"{GERMAN}"\n', "utf-8")
    options = ("--table", table, "--model", suggested / "models" / "model-1", "--output", output)
    done = coder("suggest", *options)
    assert "does not read like English" in done.stderr
    assert "Warning" not in done.stdout
    assert "English" in json.loads(coder("suggest", *options, "--json").stdout)["warnings"][0]


def test_an_interview_in_another_language_is_warned_of_by_its_name(coder, suggested):
    (suggested / "transcripts" / "dune-1.txt").write_text(f"Interviewer: Und?\nJan: {GERMAN}\n", "utf-8")
    coder("import", suggested)
    coder("segment", suggested)
    done = coder("suggest", suggested)
    assert "Warning: dune-1: this does not read like English" in " ".join(done.stderr.split())
