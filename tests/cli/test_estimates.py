"""`coder prevalence` as it is typed."""

import json


def test_prevalence_says_what_it_needs_and_what_it_found(coder, suggested):
    out = coder("prevalence", suggested).output
    assert "too few checked" in out
    assert "coder audit STUDY" in out
    found = json.loads(coder("prevalence", suggested, "--code", "contact", "--by", "case", "--json").output)
    assert {row["code"] for row in found["rows"]} == {"contact/courses", "contact/fairs"}
    alder = next(row for row in found["rows"] if row["case"] == "Alder")
    assert alder["here"]["known"] == alder["here"]["units"]
    assert alder["here"]["low"] == alder["here"]["share"] == alder["here"]["high"]
    assert alder["others"]["share"] is None
    assert found["draws"] == []


def test_two_cases_are_compared_after_a_draw(coder, suggested):
    coder("coders", "add", suggested, "eva")
    coder("audit", suggested, "--coder", "eva", "--order", "blind", "--sample", "1000", input="n\n" * 100)
    out = coder("prevalence", suggested, "--between", "Alder", "Birch").output
    assert "difference" in out
    assert "Random draws" in out
    assert "all units" in out
    assert "too few" not in out


def test_prevalence_refuses_what_it_does_not_know(coder, suggested):
    assert "did you mean" in coder("prevalence", suggested, "--between", "Alderr", "Birch", code=2).output
    assert "no code" in coder("prevalence", suggested, "--code", "nothing", code=2).output
    assert "one of them" in coder("prevalence", suggested, "--by", "case", "--between", "Alder", "Birch", code=2).output


def test_a_plan_is_made_with_a_study_and_without(coder, coded):
    alone = json.loads(coder("sample-size", "--prevalence", "0.1", "--width", "0.2", "--json").output)
    assert alone["codes"][0]["units"] > 100
    assert "30 transcripts" in coder("sample-size", "--prevalence", "0.1").output
    out = coder("sample-size", coded, "--width", "1.8", "--agreement", "0.9").output
    assert "units to code twice" in out
    assert "coder sample-size STUDY" in coder("sample-size", code=2).output
    assert "coder sample-size STUDY" in coder("sample-size", coded, "--prevalence", "0.1", code=2).output
    assert (
        "from 0.96 to 1"
        in coder("sample-size", "--prevalence", "0.02", "--coefficient", "ac1", "--agreement", "0.3", code=2).output
    )


def test_saturation_is_printed_and_drawn(coder, coded, tmp_path):
    out = coder("saturation", coded, "--base", "1", "--run", "1", "--figure", tmp_path / "curve.svg").output
    assert "new codes" in out
    assert "Guest, Namey" in out
    assert "<svg" in (tmp_path / "curve.svg").read_text("utf-8")
    found = json.loads(coder("saturation", coded, "--json").output)
    assert [one["codes"]["new"] for one in found["transcripts"]] == [4, 1, 0]
    assert found["assessed"][0]["reached"] is None
    assert "--base 4" in coder("saturation", coded, "--run", "0", code=2).output
