"""The command `coder figure`: a file of the findings, in the format of its name."""

import json
import re

import pytest

from coder.steps.findings.figures import FIGURES

FLOW = "{definition: The firm teaches those who buy., examples: [We show the skippers how it works.]}"


@pytest.fixture
def flowing(coded):
    path = coded / "scheme.yaml"
    text = path.read_text("utf-8")
    assert FLOW in text
    path.write_text(text.replace(FLOW, f"{FLOW[:-1]}, flow: firm > customers}}"), "utf-8")
    return coded


def words(path):
    return set(re.findall(r"<(?:text|tspan) ?[^>]*>([^<]+)</", path.read_text("utf-8")))


@pytest.mark.parametrize("what", FIGURES)
def test_every_figure_is_drawn_and_says_what_it_was_made_from(coder, flowing, tmp_path, what):
    more = ("--transcript", "alder-1") if what == "timeline" else ()
    out = tmp_path / f"{what}.svg"
    assert f"{what}.svg written: " in coder("figure", flowing, what, "-o", out, *more).output
    first = out.read_bytes()
    coder("figure", flowing, what, "-o", out, *more)
    assert out.read_bytes() == first
    said = re.search(r"<desc>(.*)</desc>", out.read_text("utf-8"))[1]
    assert ("transcripts, by order of import" if what == "saturation" else "Log: ") in said


def test_the_numbers_of_a_figure_are_those_of_the_matrix(coder, flowing, tmp_path):
    matrix = json.loads(coder("matrix", flowing, "--cells", "counts", "--json").output)
    taught = next(row for row in matrix["rows"] if row["Case"] == "All")["education/customers"]
    coder("figure", flowing, "flow", "-o", tmp_path / "flow.svg")
    assert {"Firm", "Customers", f"education: {taught}"} <= words(tmp_path / "flow.svg")
    coder("figure", flowing, "matrix", "-o", tmp_path / "matrix.svg", "--columns", "mechanism")
    assert {"Alder", "Birch", "courses", "fairs"} <= words(tmp_path / "matrix.svg")
    coder("figure", flowing, "frequency", "-o", tmp_path / "often.svg", "--case", "Birch", "--facet", "mechanism")
    assert "Birch" in words(tmp_path / "often.svg")
    assert "Alder" not in words(tmp_path / "often.svg")


def test_a_timeline_is_in_minutes_where_there_are_times_and_else_in_words(coder, coded, tmp_path):
    for name, measure in (("birch-1", "minutes"), ("alder-1", "percent of the words spoken")):
        coder("figure", coded, "timeline", "--transcript", name, "-o", tmp_path / "t.svg")
        assert {measure, "interviewer"} <= words(tmp_path / "t.svg")


@pytest.mark.parametrize(("name", "magic"), [("a.pdf", b"%PDF-"), ("a.png", b"\x89PNG")])
def test_pdf_and_png(coder, coded, tmp_path, name, magic):
    coder("figure", coded, "network", "-o", tmp_path / name, "--least", 1)
    data = (tmp_path / name).read_bytes()
    assert data.startswith(magic)
    assert b"CreationDate" not in data
    coder("saturation", coded, "--base", 1, "--run", 1, "--figure", tmp_path / name)
    assert (tmp_path / name).read_bytes() != data


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("flow", "-o", "a.jpg"), "`a.jpg` is no file for a figure"),
        (("flow", "-o", "a.svg"), "the scheme does not say where knowledge goes"),
        (("flow", "-o", "a.svg", "--least", "2"), "--least does not apply to `flow`"),
        (("timeline", "-o", "a.svg"), "a timeline is of one interview"),
        (("timeline", "-o", "a.svg", "--transcript", "alder-9"), "there is no transcript `alder-9`"),
        (("timeline", "-o", "a.svg", "--transcript", "alder-1", "--case", "Birch"), "in `alder-1` nothing is coded"),
        (("saturation", "-o", "a.svg", "--case", "Alder"), "saturation is of all that people found"),
        (("frequency", "-o", "a.svg", "--facet", "partner"), "there is no `partner`"),
        (("network", "-o", "a.svg", "--facet", "partner"), "there is no facet `partner`"),
        (("matrix", "-o", "a.svg", "--only", "bulk"), "nothing is coded yet, or nothing of what was asked for"),
    ],
)
def test_what_cannot_be_drawn_is_said(coder, coded, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    done = coder("figure", coded, *arguments, code=2)
    assert says in done.stderr
    assert not list(tmp_path.glob("a.*"))


def test_an_ending_is_refused_before_anything_is_counted(coder, coded, tmp_path):
    done = coder("saturation", coded, "--figure", tmp_path / "curve.jpg", code=2)
    assert "end its name in .svg, .pdf or .png" in done.stderr
