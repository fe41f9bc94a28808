"""`coder disagreements` as it is typed."""

import csv
import io
import json


def test_passages_are_printed_with_what_each_said(coder, coded):
    said = " ".join(coder("disagreements", coded).output.split())
    assert "ada and ben: 16 units judged by both" in said
    assert "The other coder gave: the same dimension, another mechanism" in said
    assert "Skippers sit together in our course" in said
    assert "ben: no code" in said
    only = coder("disagreements", coded, "--code", "education/suppliers", "--coder", "ada").output
    assert "rope maker" in only
    assert "Skippers sit" not in only
    nothing = coder("disagreements", coded, "--code", "contact", "--case", "alder-1", code=2)
    assert "no case `alder-1`" in nothing.stderr


def test_every_form_holds_the_same(coder, coded, tmp_path):
    svg = tmp_path / "confusion.svg"
    found = json.loads(coder("disagreements", coded, "--json", "--figure", svg).stdout)
    assert sum(found["kinds"].values()) == len(found["disagreements"])
    assert found["confusions"][0]["coders"] == ["ada", "ben"]
    assert "contact/fairs" in svg.read_text("utf-8")
    rows = list(csv.reader(io.StringIO(coder("disagreements", coded, "--csv").output)))
    assert any("We teach the rope maker in a course of our own." in row for row in rows)
    assert coder("disagreements", coded, "--format", "md").output.startswith("## ")
    assert coder("disagreements", coded, "--format", "html").output.startswith("<!")
    assert "two forms" in coder("disagreements", coded, "--json", "--csv", code=2).stderr


def test_a_study_of_one_coder_gets_a_clear_line(coder, coded):
    assert "no two coders" in coder("disagreements", coded, "--case", "Birch", code=2).stderr
