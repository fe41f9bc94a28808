"""Data that is poor, contradictory or does not fit: said clearly by the program, and nothing is lost."""

import json
import shutil

import pandas as pd
import pytest

HEAD = "transcript,coder,code,citation,verdict\n"
READ = "alder-1,ada,,,\nalder-2,ada,,,\nbirch-1,ada,,,\n"
FAIR = "At the boat fair we show them the new sonar 🚢🚢."
BOTH = "At the boat fair we show them the new sonar 🚢🚢. Yes, yes."
COURSE = "We hold a course for the skippers every March."
CODES = ("education/customers/courses", "education/customers/fairs", "education/suppliers/courses", "contact/courses")


@pytest.fixture
def said_by_ada(coder, study_folder):
    """Return a function that makes a study in which ada alone has said something."""

    def make(rows):
        (study_folder / "codings" / "ben.csv").unlink()
        (study_folder / "codings" / "ada.csv").write_text(HEAD + rows, "utf-8")
        coder("import", study_folder)
        coder("segment", study_folder)
        coder("code", study_folder, study_folder / "codings" / "ada.csv")
        return study_folder

    return make


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def warned(result):
    """Return the warnings on standard error, unwrapped."""
    return " ".join(result.stderr.split())


# --- codes ---


def test_codes_with_one_example_or_none_are_named_and_still_suggested_by_their_facets(coder, said_by_ada):
    study = said_by_ada(
        READ
        + f"alder-1,ada,contact/fairs,{FAIR},\n"
        + "birch-1,ada,contact/fairs,We show each skipper the winch at the fair.,\n"
        + "alder-2,ada,contact/courses,Skippers sit together in our course and talk among themselves.,\n"
    )
    done = coder("train", study)
    needed = "education/customers/fairs (2), education/suppliers/courses (2), contact/courses (1)"
    assert needed in " ".join(done.stdout.split())
    assert not done.stderr
    found = json.loads(coder("suggest", study, "--json").stdout)
    assert set(found["suggestions"]) == {*CODES, "contact/fairs"}
    assert found["needs_more"]["contact/courses"] == 1


def test_no_code_at_all_is_a_model_that_was_right_to_suggest_little(coder, said_by_ada):
    study = said_by_ada(READ)
    said = coder("train", study).output
    assert "Macro-F1 undefined" in said
    assert "contact/fairs (2)" in said
    coder("suggest", study)


def test_all_units_of_one_code_are_warned_of(coder, said_by_ada, study_folder):
    turns = (
        ("alder-1", "alder-1.txt", "Maja: "),
        ("alder-2", "alder-2.txt", "Olof: "),
    )
    rows = ""
    for name, file, label in turns:
        for line in (study_folder / "transcripts" / file).read_text("utf-8").splitlines():
            if line.startswith(label):
                rows += f'{name},ada,contact/fairs,"{line.removeprefix(label).strip()}",\n'
    done = coder("train", said_by_ada("alder-1,ada,,,\nalder-2,ada,,,\n" + rows))
    assert "every unit that was judged has `contact/fairs`: nothing shows where it does not hold" in warned(done)


def test_codings_without_anything_read_as_a_whole_are_warned_of(coder, said_by_ada):
    study = said_by_ada(f"alder-1,ada,contact/fairs,{FAIR},\nalder-2,ada,contact/courses,{COURSE},\n")
    done = coder("train", study)
    assert "quality cannot be measured yet: all units seen so far have a code" in warned(done)
    assert "--complete" in warned(done)
    assert "quality not measured: that needs units that are known to lack a code" in done.stdout
    assert "1.000" not in done.stdout
    assert "cannot be measured yet" in "".join(json.loads(coder("train", study, "--use", "--json").stdout)["warnings"])


# --- a coder against herself ---


def test_a_table_that_contradicts_itself_is_refused_whole(coder, coded, tmp_path, events):
    before = events(coded)
    table = tmp_path / "more.csv"
    table.write_text(
        HEAD + f"alder-1,ada,contact/fairs,{FAIR},present\nalder-1,ada,contact/fairs,{FAIR},absent\n", "utf-8"
    )
    said = coder("code", coded, table, code=2).stderr
    assert "line 3: line 2 says otherwise of the same words and code" in said
    assert "nothing was imported" in said
    assert events(coded) == before


def test_a_later_word_on_the_same_passage_wins_and_the_first_stays_in_the_log(coder, coded, tmp_path, events):
    table = tmp_path / "more.csv"
    code = "education/customers/fairs"
    for verdict in ("present", "absent"):
        table.write_text(HEAD + f"birch-2,ada,{code},At the fair we show them the winch.,{verdict}\n", "utf-8")
        coder("code", coded, table)
    first, second = [e for e in events(coded, "ada") if e.code == code][-2:]
    assert (first.verdict, second.verdict, second.supersedes) == ("present", "absent", first.id)
    quotes = json.loads(coder("quotes", coded, "--code", code, "--json").stdout)
    assert not [c for c in quotes if c["transcript"] == "birch-2"]
    assert "both present and absent" not in coder("train", coded).stderr


def test_passages_that_overlap_and_contradict_each_other_are_named(coder, said_by_ada):
    study = said_by_ada(
        READ
        + f'alder-1,ada,education/customers/fairs,"{BOTH}",present\n'
        + f"alder-1,ada,education/customers/fairs,{FAIR},absent\n"
    )
    done = coder("train", study)
    assert "ada calls a code both present and absent by passages that overlap (1 in all); present counts" in warned(
        done
    )
    assert f"`education/customers/fairs`, “{FAIR}” in alder-1" in warned(done)


def test_the_same_words_with_different_codes_are_named(coder, said_by_ada):
    study = said_by_ada(READ + f"alder-1,ada,{CODES[0]},{COURSE},\nalder-2,ada,contact/courses,{COURSE},\n")
    done = coder("train", study)
    assert "units with the same words have different codes (1 in all); both are learned from" in warned(done)
    assert f"“{COURSE}” in alder-1 and alder-2" in warned(done)
    assert "Card: " in done.stdout


# --- units ---


def test_turns_without_words_are_no_trouble(coder, coded):
    turns = "Interviewer: And?\nJan:\nInterviewer: Really?\nJan: ...\nInterviewer: Yes?\nJan: 🚢\n"
    (coded / "transcripts" / "dune-1.txt").write_text(turns, "utf-8")
    coder("import", coded)
    coder("segment", coded)
    coder("train", coded)
    found = json.loads(coder("suggest", coded, "--transcript", "dune-1", "--json").stdout)
    assert found["units"] == 2  # the dots and the ship; a turn of nothing has no unit
    coder("transcripts", coded, "dune-1", "--confirm")  # an interviewer who says most of the words is doubted
    assert "The study is sound" in coder("check", coded).output


def test_a_unit_of_5000_words_is_read_to_its_end(coder, coded, tmp_path):
    coder("train", coded)
    words = " ".join(f"word{n}" for n in range(4990))
    (coded / "transcripts" / "dune-1.txt").write_text(
        f"Interviewer: And?\nJan: {words} so at the fair we show them the winch\n", "utf-8"
    )
    coder("import", coded)
    coder("segment", coded)
    assert json.loads(coder("suggest", coded, "--transcript", "dune-1", "--json").stdout)["units"] == 1
    table, output = tmp_path / "texts.csv", tmp_path / "coded.csv"
    scores = []
    for end in ("at the fair we show them the winch", "it rains and rains and rains and rains"):
        table.write_text(f"text\n{words} {end}\n", "utf-8")
        coder("suggest", "--table", table, "--model", coded / "models" / "model-1", "--output", output, "--top", 5)
        found = pd.read_csv(output)
        assert len(found["text"][0].split()) > 4990
        scores.append(dict(zip(found["code"], found["score"], strict=True)))
    assert scores[0]["education/customers/fairs"] != scores[1]["education/customers/fairs"]


# --- language, scheme, encoder, bytes ---


def test_a_language_that_the_encoder_does_not_know_is_warned_of(coder, coded, monkeypatch):
    from coder.embed.encoders import HashedWords

    monkeypatch.setattr(HashedWords, "languages", ("en",))
    edit(coded / "study.toml", "name =", 'language = "fi"\nname =')
    says = "the study's language is `fi`, but its encoder was made for `en`"
    assert says in warned(coder("train", coded))
    assert says in warned(coder("suggest", coded))
    assert says in json.loads(coder("suggest", coded, "--json").stdout)["warnings"][0]
    edit(coded / "study.toml", '"fi"', '"en-GB"')
    assert "encoder was made" not in warned(coder("suggest", coded))


def test_a_model_of_another_version_of_the_scheme_suggests_what_is_left(coder, suggested, events):
    edit(suggested / "scheme.yaml", "contact: [courses, fairs]", "contact: [courses]")
    done = coder("suggest", suggested, "--all")
    assert "trained on another version of the scheme: what it says of `contact/fairs` is left out" in warned(done)
    own = {}
    for event in events(suggested, "model-1"):
        own[event.segment, event.code] = event.verdict
    assert {verdict for (_, code), verdict in own.items() if code == "contact/fairs"} <= {"withdrawn"}
    edit(suggested / "scheme.yaml", "contact: [courses]", "contact: [courses]\n  education/suppliers: [courses, fairs]")
    edit(suggested / "scheme.yaml", "  education/suppliers: [courses]\n", "")
    assert "and it cannot suggest `education/suppliers/fairs`" in warned(coder("suggest", suggested))
    said = coder("retrain", suggested, "--use").output
    assert "Adopted: --use was given." in said
    assert "version of the scheme" not in warned(coder("suggest", suggested))


def test_a_scheme_whose_texts_have_changed_is_warned_of(coder, suggested):
    edit(suggested / "scheme.yaml", "A planned lesson.", "A lesson that was planned.")
    assert "the scheme's texts have changed since the model was trained" in warned(coder("suggest", suggested))


def test_after_a_change_of_the_encoder_one_training_puts_all_right(coder, suggested, monkeypatch):
    from coder.embed.encoders import HashedWords

    monkeypatch.setattr(HashedWords, "fingerprint", "hashed-words-256 v2")
    said = coder("suggest", suggested, code=2).stderr
    assert "trained on the vectors of another encoder (hashed-words-256 v1, here hashed-words-256 v2)" in said
    assert "coder train" in said
    assert "cannot be used with the study's encoder" in coder("train", suggested).output
    assert "model-2: " in coder("suggest", suggested).output


def test_a_bundle_that_cannot_be_read_does_not_hide_the_others(coder, suggested):
    shutil.copytree(suggested / "models" / "model-1", suggested / "models" / "torn")
    (suggested / "models" / "torn" / "model.json").write_text("{", "utf-8")
    done = coder("models", suggested)
    assert "torn: the bundle cannot be read" in warned(done)
    assert "model-1" in done.stdout
    assert "torn" not in done.stdout
    assert "problem" in json.loads(coder("models", suggested, "--json").stdout)[1]


@pytest.mark.parametrize("file", ["model.json", "weights.npz"])
def test_a_changed_byte_of_a_bundle_is_refused_and_training_with_use_gets_out_of_it(coder, suggested, tmp_path, file):
    path = suggested / "models" / "model-1" / file
    data = bytearray(path.read_bytes())
    at = data.index(b'"intercept": ') + len(b'"intercept": ') + 4 if file == "model.json" else len(data) // 2
    data[at] = ord("7") if data[at] != ord("7") else ord("3")
    path.write_bytes(data)
    assert "adopted" in (said := coder("suggest", suggested, code=2).stderr) or "saved with" in said
    shutil.copytree(path.parent, tmp_path / "mailed")
    assert "saved with" in coder("models", suggested, "--use", tmp_path / "mailed", code=2).stderr
    table = tmp_path / "texts.csv"
    table.write_text("text\nAt the fair.\n", "utf-8")
    options = ("--table", table, "--model", tmp_path / "mailed", "--output", tmp_path / "coded.csv")
    assert "saved with" in coder("suggest", *options, code=2).stderr
    assert not (tmp_path / "coded.csv").exists()
    assert "Adopted" in coder("train", suggested, "--use").output
    assert "model-2: " in coder("suggest", suggested).output
