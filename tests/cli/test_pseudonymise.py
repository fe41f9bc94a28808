"""`coder pseudonymise` as a person uses it: questions, a spreadsheet, the replacement and its reverse."""

import csv
import json

import pytest

from coder.steps.pseudonymise import candidates, key_file
from coder.transcripts.names import Kind, NameWords, Place

PHRASE = "four quite ordinary words"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Leave out what takes seconds: spaCy, and a costly pass phrase."""
    monkeypatch.setattr(candidates, "name_words", lambda language: NameWords(frozenset(["the", "at", "we", "how"])))
    monkeypatch.setattr(candidates, "entities", lambda language: None)
    monkeypatch.setattr(key_file, "_COST", {"n": 16, "r": 8, "p": 1})
    monkeypatch.setenv("CODER_PASS_PHRASE", PHRASE)


def listed(folder):
    with (folder / "pseudonyms.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["pseudonym"] for row in csv.DictReader(file)}


def test_candidates_are_asked_one_by_one_and_saved_at_once(coder, coded):
    said = coder("pseudonymise", coded, input="a\nKarin\nx\nh\ns\nq\n").output
    assert "no model of named entities" in said
    assert "1 of " in said
    first, second, third = listed(coded).items()
    assert (first[1], second[1], third[1]) == ("Person 1", "Karin", "-")
    again = coder("pseudonymise", coded, input="q\n").output
    assert f"  {first[0]}  (" in said
    assert f"  {first[0]}  (" not in again


def test_a_pseudonym_that_does_not_fit_is_asked_for_again(coder, coded):
    said = coder("pseudonymise", coded, "alder-1", input="Maja\nKarin\nq\n").output
    assert "real name" in said
    assert "Karin" in listed(coded).values()


def test_a_spreadsheet_goes_out_and_in(coder, coded, tmp_path):
    sheet = tmp_path / "names.csv"
    coder("pseudonymise", coded, "--out", sheet)
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "[Maja]" in next(row for row in rows if row["name"] == "Maja")["context"]
    for row in rows:
        row["verdict"] = {"Maja": "accept", "Olof": "reject"}.get(row["name"], "")
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert "1 name confirmed, 1 rejected" in coder("pseudonymise", coded, "--from", sheet).output
    assert listed(coded) == {"Maja": next(r["pseudonym"] for r in rows if r["name"] == "Maja"), "Olof": "-"}
    sheet.write_text(sheet.read_text("utf-8").replace("accept", "perhaps"), "utf-8")
    assert "line" in coder("pseudonymise", coded, "--from", sheet, code=2).output


def test_names_are_replaced_and_restored(coder, coded, tmp_path):
    (coded / "pseudonyms.csv").write_text("name,pseudonym\nMaja,Karin\n", "utf-8")
    old = (coded / "transcripts" / "alder-1.txt").read_bytes()
    key = tmp_path / "names.key"
    assert "1 transcript" in coder("pseudonymise", coded, "--replace", "--key", key, "--dry-run").output
    assert not key.exists()
    said = coder("pseudonymise", coded, "--replace", "--key", key).output
    assert "names replaced at 2 places of 1 transcript" in said
    assert not (coded / "pseudonyms.csv").exists()
    assert "The study is sound" in coder("check", coded).output
    asked = json.loads(coder("pseudonymise", coded, "alder-1", "--key", key, "--json").output)
    assert "Maja" not in [one["name"] for one in asked["candidates"]]
    done = json.loads(coder("pseudonymise", coded, "--reverse", "--key", key, "--json").output)
    assert done["places"] == {"alder-1": 2}
    assert (coded / "transcripts" / "alder-1.txt").read_bytes() == old


def test_options_that_do_not_go_together_are_refused(coder, coded, tmp_path, monkeypatch):
    assert "--key is missing" in coder("pseudonymise", coded, "--replace", code=2).output
    both = coder("pseudonymise", coded, "--replace", "--reverse", "--key", tmp_path / "k", code=2).output
    assert "steps of their own" in both
    assert "no such key" in coder("pseudonymise", coded, "--reverse", "--key", tmp_path / "k", code=2).output
    assert "all transcripts" in coder("pseudonymise", coded, "alder-1", "--replace", "--key", "k", code=2).output


def test_a_form_in_small_letters_takes_the_place_of_the_name(study):
    (study.folder / "pseudonyms.csv").write_text("name,pseudonym,of\nMaja,Karin,\nMajsan,,Maja\n", "utf-8")
    one = candidates.Candidate("maja", Kind.PERSON, 2, {"maja": (2, ""), "majas": (1, "s")}, within="Maja")
    assert candidates.suggestion(one, candidates.listed(study)) == "Karin"
    candidates.confirm(study, one, "Karin")
    assert candidates.listed(study) == [("maja", "Karin", ""), ("Majsan", "", "Maja"), ("majas", "Karins", "")]


def test_the_model_of_entities_is_asked_where_there_is_one(study, monkeypatch):
    def model(text):
        at = text.find("Skippers sit")
        return [Place(at, at + 8, Kind.PLACE, 3)] if at >= 0 else []

    monkeypatch.setattr(candidates, "entities", lambda language: model)
    found = candidates.search(study)
    assert ("Skippers", Kind.PLACE, 3) in [(one.name, one.kind, one.sure) for one in found.candidates]
    assert [what for what in found.missing if "first names" in what] == list(found.missing)
