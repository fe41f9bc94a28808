"""`coder guarantee` and `coder bulk-accept` as they are typed: what may be accepted, what is missed, what to read."""

import json

import pytest

from coder.steps.study.study import open_study
from coder.store import log

CODE = "education/customers/courses"
LESS = ("--precision", "0.8", "--confidence", "0.9")


@pytest.fixture
def audited(suggested, drawn_interview):
    """Return a study with an interview of ninety units, every other one drawn at random and accepted by anna."""
    study = open_study(suggested)
    lines = [f"We hold course {k} for skippers." for k in range(90)]
    drawn_interview(study, lines, log.suggesting_model(study.store), CODE, "anna")
    study.close()
    return suggested


@pytest.fixture
def all_read(coder, suggested):
    """Return a study in which all units were drawn and rejected by eva."""
    coder("coders", "add", suggested, "eva")
    coder("audit", suggested, "--coder", "eva", "--order", "random", "--all", "--sample", "3", input="X\n" * 100)
    return suggested


def declare(folder, text):
    toml = folder / "study.toml"
    toml.write_text(f"{toml.read_text()}\n[guarantee]\n{text}\n")


def test_what_may_be_accepted_is_printed_with_what_is_not_known(coder, audited):
    out = coder("bulk-accept", audited, "--coder", "eva", *LESS, "--dry-run").output
    assert "would be accepted" in out and "what is missed is not known" in out
    declare(audited, "precision = 0.8\nconfidence = 0.9")
    assert coder("bulk-accept", audited, "--coder", "eva", "--dry-run").output == out


def test_what_is_missed_is_printed_wherever_something_is_accepted(coder, all_read):
    for command in (("guarantee", all_read), ("bulk-accept", all_read, "--coder", "eva")):
        out = " ".join(coder(*command, "--recall", "0.5").output.split())
        assert "Not suggested although people would code it" in out and "any code" in out
        assert "more units (`coder audit STUDY --order to-read`)" in out
        assert "`--order to-read` follows [guarantee] in study.toml" in out
        missed = json.loads(coder(*command, "--json").output)
        missed = missed.get("guarantee", missed)["recall"]
        assert missed["audited"] < missed["units"] and missed["wanted"]["recall"] == 0.9
        assert missed["lost"][1] <= missed["lost"][0] <= missed["lost"][2]


def test_one_declared_look_allows_no_second_one_and_draws_none(coder, all_read):
    declare(all_read, "looks = 1")
    again = ("audit", all_read, "--coder", "eva", "--order", "random", "--all")
    assert "random audits that study.toml declares are made" in coder(*again).output
    out = coder("bulk-accept", all_read, "--coder", "eva").output
    assert "no later audit may be used" in out
    toml = all_read / "study.toml"
    toml.write_text(toml.read_text().replace("looks = 1", "looks = 0"))
    coder(*again, input="X\n" * 100)
    found = coder("guarantee", all_read, "--looks", "1", code=2).output
    assert "this is look 2 where 1 was declared" in found


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("recall = 1.2", "[guarantee] cannot be kept"),
        ("at_most = 0", "[guarantee] cannot be kept"),
        ("recal = 0.9", "did you mean `recall`"),
        ('looks = "one"', "`looks` must be a whole number"),
    ],
)
def test_what_cannot_be_declared_is_named(coder, audited, said, message):
    declare(audited, said)
    assert message in coder("guarantee", audited, code=2).output


@pytest.mark.parametrize("option", ["--precision", "--recall", "--confidence", "--at-most"])
def test_what_cannot_be_asked_for_is_named(coder, audited, option):
    assert option in coder("guarantee", audited, option, "0", code=2).output
