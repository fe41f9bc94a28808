"""Commands on the study: new, import, transcripts, segment, scheme, check, history, and a folder that is none."""

import json
import os
import shutil
import sqlite3
import zipfile

import pytest

READERS = (
    "check",
    "history",
    "transcripts",
    "quotes",
    "matrix",
    "stats",
    "agreement",
    "train",
    "suggest",
    "run",
    "models",
)


def test_new_starts_a_study_that_every_reading_command_opens(coder, tmp_path):
    folder = tmp_path / "mine"
    said = coder("new", folder, "--name", 'Interviews "2026"').output
    assert f"wrote {folder / 'study.toml'}" in said
    assert f"coder run {folder}" in said
    assert "The study is sound: 0 events" in coder("check", folder).output
    assert "no transcripts yet" in coder("transcripts", folder).output
    assert "No codings yet." in coder("history", folder).output
    assert "No citations" in coder("quotes", folder).output
    assert "nobody has coded yet" in coder("coders", "list", folder).output
    assert "no model yet" in coder("models", folder).output
    assert "no transcripts: put .txt" in coder("import", folder).output
    assert coder("matrix", folder).output.startswith("Cases by code")


@pytest.mark.parametrize("command", ["agreement", "train", "suggest", "run"])
def test_what_an_empty_study_cannot_do_yet_is_said_in_one_line(coder, tmp_path, command):
    coder("new", tmp_path / "mine")
    said = coder(command, tmp_path / "mine", code=2).stderr
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 2


def test_code_and_audit_of_an_empty_study_say_what_comes_first(coder, tmp_path):
    coder("new", tmp_path / "mine")
    assert "no units yet" in coder("code", tmp_path / "mine", "--coder", "eva", code=2).stderr
    assert "nothing has been suggested yet" in coder("audit", tmp_path / "mine", "--coder", "eva", code=2).stderr


def test_new_overwrites_nothing(coder, study_folder, tmp_path):
    before = (study_folder / "study.toml").read_text("utf-8")
    assert "there is a study here already" in coder("new", study_folder, code=2).stderr
    assert (study_folder / "study.toml").read_text("utf-8") == before
    coder("new", tmp_path / "dry", "--dry-run")
    assert not (tmp_path / "dry").exists()
    assert "no scheme is called `nosuch`" in coder("new", tmp_path / "dry", "--scheme", "nosuch", code=2).stderr


@pytest.mark.parametrize("command", READERS)
def test_a_folder_that_is_no_study_gets_one_clear_line_and_nothing_written(coder, tmp_path, command):
    (tmp_path / "empty").mkdir()
    assert "no study here" in coder(command, tmp_path / "empty", code=2).stderr
    assert list((tmp_path / "empty").iterdir()) == []
    coder(command, tmp_path / "nosuch", code=2)
    assert not (tmp_path / "nosuch").exists()


def test_a_wrong_setting_is_named_with_its_line(coder, study_folder):
    settings = study_folder / "study.toml"
    settings.write_text(settings.read_text("utf-8") + 'langauge = "sv"\n', "utf-8")
    said = coder("check", study_folder, code=2).stderr
    assert "line 6" in said
    assert "did you mean `language`?" in said


def test_import_says_what_is_new_unchanged_and_corrected(coder, coded):
    assert "4 transcripts: 4 unchanged" in coder("import", coded).output
    path = coded / "transcripts" / "alder-1.txt"
    path.write_text(path.read_text("utf-8").replace("every March", "each March"), "utf-8")
    said = coder("import", coded).output
    assert "corrected alder-1" in said
    assert "coded passages placed by their words" in said
    assert "3 unchanged, 1 corrected" in said
    assert coder("check", coded).exit_code == 0


def test_a_dry_run_of_import_and_segment_writes_nothing(coder, study_folder):
    assert "Dry run" in coder("import", study_folder, "--dry-run").output
    assert json.loads(coder("transcripts", study_folder, "--json").output) == []
    coder("import", study_folder)
    assert "28 units in 4 transcripts" in coder("segment", study_folder, "--dry-run").output
    assert {t["units"] for t in json.loads(coder("transcripts", study_folder, "--json").output)} == {0}
    assert json.loads(coder("segment", study_folder, "--json").output)["rule"] == "sentence"


def bad_vtt(path):
    path.write_text("WEBVTT\n\n00:00:01.000 --> nonsense\nHello.\n", "utf-8")


def broken_docx(path):
    path.write_bytes(b"PK\x03\x04 this is no zip")


def locked_docx(path):
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le"))


def zip_without_document(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("hello.txt", "hello")


BAD = {
    "empty.txt": lambda path: path.write_bytes(b""),
    "spaces.txt": lambda path: path.write_bytes(b" \n\n"),
    "binary.txt": lambda path: path.write_bytes(bytes(range(256)) * 20),
    "broken.docx": broken_docx,
    "locked.docx": locked_docx,
    "other.docx": zip_without_document,
    "cues.vtt": bad_vtt,
    "empty.csv": lambda path: path.write_bytes(b""),
    "columns.csv": lambda path: path.write_text("a,b\n1,2\n", "utf-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_transcript_is_named(coder, study_folder, name):
    path = study_folder / "transcripts" / name
    BAD[name](path)
    said = coder("import", study_folder, path, code=2).stderr
    assert name in said
    assert len(said) < 1000
    assert json.loads(coder("transcripts", study_folder, "--json").output) == []
    assert f"1 file could not be imported: {path}" in coder("import", study_folder, code=1).stderr
    assert len(json.loads(coder("transcripts", study_folder, "--json").output)) == 4


def test_all_bad_files_are_named_at_once(coder, study_folder):
    for name, make in BAD.items():
        make(study_folder / "transcripts" / name)
    said = coder("import", study_folder, code=1).stderr
    assert all(name in said for name in BAD)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read_and_a_guess_is_told(coder, study_folder, encoding):
    text = "Interviewer: Säg något om mässan, på svenska.\nÅsa: Vi träffar våra kunder på mässan varje år.\n" * 5
    (study_folder / "transcripts" / "åsa.txt").write_bytes(text.encode(encoding))
    said = coder("import", study_folder).output
    assert "Interviewer, Åsa" in said
    found = {t["transcript"]: t for t in json.loads(coder("transcripts", study_folder, "--json").output)}["åsa"]
    if encoding == "cp1252":
        assert "note: " in said
        assert found["notes"]


def test_a_transcript_without_speaker_labels_is_told(coder, study_folder):
    (study_folder / "transcripts" / "bare.txt").write_text("We meet them at the fair. It rains.\n", "utf-8")
    said = coder("import", study_folder).output
    assert "bare: 1 turns, no speaker labels" in said
    coder("segment", study_folder)


def test_two_transcripts_of_one_name_are_refused(coder, study_folder):
    shutil.copy(study_folder / "transcripts" / "alder-1.txt", study_folder / "transcripts" / "birch-1.txt")
    said = coder("import", study_folder, code=1).stdout
    assert "two transcripts are called `birch-1`" in said


SCHEMES = {
    "doubles": ("name: S\ncodes:\n  fair: {}\n  fair: {}\n", "fair"),
    "no list": ("name: S\ncodes: 3\n", "codes"),
    "not yaml": ("name: [S\n", "line"),
    "empty": ("", "scheme"),
    "cycle": ("name: S\ncodes: &a\n  fair: {codes: *a}\n", ""),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_that_contradicts_itself_is_refused(coder, study_folder, name):
    text, says = SCHEMES[name]
    (study_folder / "scheme.yaml").write_text(text, "utf-8")
    said = coder("scheme", "show", study_folder, code=2).stderr
    assert "scheme.yaml" in said
    assert says in said


def test_codes_named_no_on_and_one_point_ten_stay_what_they_are(coder, study_folder):
    (study_folder / "scheme.yaml").write_text(
        "name: S\ncodes:\n  no:\n  on:\n  1.10:\n  yes: {codes: {null: }}\n", "utf-8"
    )
    codes = json.loads(coder("scheme", "show", study_folder, "--json").output)["codes"]
    assert {"no", "on", "1.10"} < {code["path"] for code in codes}
    coder("import", study_folder)
    coder("segment", study_folder)
    said = coder(
        "code", study_folder, "--coder", "eva", "--transcript", "birch-2", input="no + 1.10\non\nn\nq\n"
    ).output
    assert "3 units judged" in said
    log = json.loads(coder("history", study_folder, "--json").output)
    assert [row["event"]["code"] for row in log if row["event"]["code"]] == ["no", "1.10", "on"]


def test_scheme_check_finds_gaps_with_exit_code_1(coder, study_folder):
    (study_folder / "scheme.yaml").write_text("name: S\ncodes:\n  fair:\n  course: {definition: A lesson.}\n", "utf-8")
    said = coder("scheme", "check", study_folder, code=1).stderr
    assert "findings" in said
    assert "fair" in said


def test_check_proves_the_study_and_finds_what_was_changed_by_hand(coder, coded):
    assert "The study is sound" in coder("check", coded).output
    db = sqlite3.connect(coded / "study.db")
    db.execute("UPDATE words SET content = replace(content, 'skippers', 'captains')")
    db.commit()
    db.close()
    said = coder("check", coded, code=1)
    assert "finding" in said.stderr
    assert json.loads(coder("check", coded, "--json", code=1).stdout)["findings"]


def test_a_file_is_previewed_doubted_by_check_and_confirmed(coder, coded, tmp_path):
    path = tmp_path / "zoom.txt"
    path.write_text("[0:01] Eva: Why?\n[0:03] Maja: The nets tore.\n[0:05] Eva: When?\n[0:09] Maja: In March.", "utf-8")
    said = coder("import", coded, path, "--dry-run").output
    for words in ("zoom (new): 4 turns, 7 words; score 0.50", "The nets tore.", "times: 0:00:01 to 0:00:09, in 4 of 4"):
        assert words in said
    preview = json.loads(coder("import", coded, path, "--dry-run", "--json").stdout)[0]["preview"]
    assert [one["role"] for one in preview["speakers"]] == ["interviewer", "respondent"]
    assert "unsure: taken as interviewer, as a guess: `Eva`" in coder("import", coded, path).output
    said = coder("check", coded).output
    assert "warning: zoom: taken as interviewer" in said
    assert "sound" not in said
    assert "unsure: taken as interviewer" in coder("transcripts", coded, "zoom", "--preview").output
    assert "[0:00:03] Maja (respondent): The nets tore." in coder("transcripts", coded, "zoom", "--turns").output
    turn = json.loads(coder("transcripts", coded, "zoom", "--turns", "--json").stdout)[1]
    assert turn == {
        "transcript": "zoom", "speaker": "Maja", "role": "respondent", "at_ms": 3000, "until_ms": None,
        "words": "The nets tore.",
    }  # fmt: skip
    assert "zoom: confirmed" in coder("transcripts", coded, "zoom", "--confirm").output
    assert "The study is sound" in coder("check", coded).output
    assert "no transcript is named" in coder("transcripts", coded, "--confirm", code=2).stderr


def test_check_warns_of_names_in_cases_that_no_transcript_has(coder, coded):
    with (coded / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("alder-9,Alder,Maja,respondent,CEO,1999\n")
    assert "warning: cases.csv: there is no transcript `alder-9`" in coder("check", coded).output


def test_history_tells_links_scores_and_words(coder, suggested):
    coder("audit", suggested, "--coder", "eva", input="a # why\nq\n")
    said = coder("history", suggested, "--coder", "eva").output
    assert "eva: present " in said
    assert "responds to " in said
    assert "memo: why" in said
    assert "“" in said
    assert all(len(line) <= 100 for line in said.splitlines() if line.startswith("       "))
    assert "no coder `evva`" in coder("history", suggested, "--coder", "evva", code=2).stderr
    assert len(json.loads(coder("history", suggested, "--json", "--last", "0").output)) > 20


def test_a_newer_study_is_left_alone(coder, coded):
    db = sqlite3.connect(coded / "study.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert "newer coder" in coder("check", coded, code=2).stderr


def test_a_file_that_is_no_database_is_told(coder, study_folder):
    (study_folder / "study.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    assert "cannot be read" in coder("check", study_folder, code=2).stderr


def test_two_commands_at_once_the_second_waits_and_then_says_so(coder, coded, monkeypatch):
    from coder.store import database

    real = database.Store._connect
    monkeypatch.setattr(database.Store, "_connect", lambda self, seconds: real(self, 0.05))
    other = sqlite3.connect(coded / "study.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    (coded / "transcripts" / "new.txt").write_text("Interviewer: Well?\nEva: Well.\n", "utf-8")
    assert "another command is writing to this study" in coder("import", coded, code=2).stderr
    assert "The study is sound" in coder("check", coded).output  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    assert "1 new" in coder("import", coded).output


def test_a_read_only_study_is_read_and_not_written(coder, coded, monkeypatch):
    from coder.store import database

    monkeypatch.setattr(database.os, "access", lambda path, mode: mode != os.W_OK)  # a root user may write all
    assert "The study is sound" in coder("check", coded).output
    assert "ada" in coder("coders", "list", coded).output
    assert "read-only" in coder("coders", "add", coded, "eva", code=2).stderr


# --- schemes as files ---


def test_a_scheme_goes_to_a_table_and_comes_back_as_a_study(coder, tmp_path):
    table = tmp_path / "own.xlsx"
    assert "would write" in coder("scheme", "export", "sme-learning", "-o", table, "--dry-run").output
    assert not table.exists()
    assert "18 codes" in coder("scheme", "export", "sme-learning", "-o", table).output
    coder("new", tmp_path / "study", "--scheme", table)
    assert "no differences" in coder("scheme", "diff", "sme-learning", tmp_path / "study").output
    coder("scheme", "export", tmp_path / "study", "-o", tmp_path / "own.yaml")
    assert (tmp_path / "own.yaml").read_bytes() == (tmp_path / "study" / "scheme.yaml").read_bytes()
    assert "use one of" in coder("scheme", "export", "sme-learning", "-o", tmp_path / "a.pdf", code=2).stderr


def test_schemes_that_ship_are_named_shown_and_compared(coder, tmp_path):
    assert "mne-sme-cooperation" in coder("new", "--help").output
    assert "did you mean `value-net-2010`" in coder("new", tmp_path / "a", "--scheme", "value-net-2011", code=2).stderr
    assert "Networking" in coder("scheme", "show", "value-net-2010").output
    found = json.loads(coder("scheme", "diff", "value-net-2009", "value-net-2010", "--json").output)
    assert {"kind": "code", "path": "Networking", "what": "state", "before": "", "after": "in use"} in found
    assert "no scheme is called" in coder("scheme", "diff", "value-net-2009", "zzz", code=2).stderr


def test_the_codes_with_their_descriptions_are_written_as_a_file_for_a_paper(coder, tmp_path):
    out = tmp_path / "mechanisms.docx"
    assert "2 tables" in coder("scheme", "show", "network-coordination", "-o", out).output
    assert out.stat().st_size
    assert "| conferences |" in coder("scheme", "show", "network-coordination", "--format", "md").output


def test_a_language_is_given_by_its_code(coder, tmp_path):
    found = coder("new", tmp_path / "study", "--language", "Swedish", code=2)
    assert "such as en, sv or fi" in found.stderr
    assert not (tmp_path / "study").exists()


def test_a_new_study_has_no_codes_and_says_how_to_make_them(coder, tmp_path):
    folder = tmp_path / "nurses"
    assert "The codebook is empty" in coder("new", folder).output
    (folder / "transcripts" / "a.txt").write_text("Q: And then?\nA: I gave it twice, and told nobody.\n", "utf-8")
    coder("import", folder)
    assert "the codebook has no codes yet: coder scheme add" in coder("segment", folder).output
    for command in ("suggest", "train"):
        assert "the codebook has no codes yet" in coder(command, folder, code=2).stderr
    coder("scheme", "add", folder, "slips", "--definition", "Done otherwise than meant.", "--coder", "ada")
    assert "slips" in coder("scheme", "show", folder).output
    assert "1 suggestion" in coder("suggest", folder).output or "0 suggestions" in coder("suggest", folder).output


def test_the_sample_study_is_written_into_an_empty_folder(coder, tmp_path):
    folder = tmp_path / "sample"
    assert "would be written" in coder("demo", folder, "--dry-run").output
    assert not folder.exists()
    assert "Next: coder run" in coder("demo", folder).output
    assert len(list((folder / "transcripts").iterdir())) == 32
    assert {"study.toml", "scheme.yaml", "cases.csv", "codings"} <= {path.name for path in folder.iterdir()}
    assert "32 transcripts" in coder("import", folder).output
    assert "there are files here already" in coder("demo", folder, code=2).stderr
