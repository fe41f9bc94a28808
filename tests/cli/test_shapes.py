"""The commands of docs/shapes.md, and publishing, on a small study with each of the schemes that ship."""

import json
import re
import shlex
from pathlib import Path

import pytest

from coder.resources import find_scheme
from coder.scheme.reading import load_scheme
from coder.steps.coding.human_codings import import_codings
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study
from coder.steps.study.scheme_files import scheme_names
from coder.steps.study.study import new_study, open_study

PAGE = Path(__file__).parents[2] / "docs" / "shapes.md"
CASES = "Firm 1", "Firm 9", "Firm 10"
SAID = "Maja: We watched them.\nNils: They watched us, too.\n"


@pytest.fixture
def study_with(tmp_path):
    """Make a study of a scheme: an interview in each of three firms, some of them coded with its codes in turn."""

    def make(scheme, coded=CASES):
        folder = tmp_path / scheme
        new_study(folder, scheme=scheme)
        (folder / "study.toml").write_text('name = "Tiny"\nunits = "sentence"\nencoder = "hashed-words"\n', "utf-8")
        codes = load_scheme(find_scheme(scheme)).paths()
        cases, codings = ["transcript,case,speaker,role,title"], ["transcript,coder,code,citation"]
        for case in CASES:
            name = case.lower().replace(" ", "-")
            (folder / "transcripts" / f"{name}.txt").write_text(SAID, "utf-8")
            cases += [f"{name},{case},Maja,respondent,CEO", f"{name},{case},Nils,respondent,Engineer"]
        for n, case in enumerate(coded):
            name = case.lower().replace(" ", "-")
            codings += [
                f"{name},ada,,",
                f"{name},ada,{codes[0]},We watched them.",
                f"{name},ada,{codes[n]},They watched us",
            ]
        (folder / "cases.csv").write_text("\n".join(cases), "utf-8")
        (folder / "codings.csv").write_text("\n".join(codings), "utf-8")
        study = open_study(folder, create=True)
        import_transcripts(study)
        segment_study(study)
        if coded:
            import_codings(study, folder / "codings.csv")
        study.close()
        return folder

    return make


def commands():
    """Return the commands of the page, each with its scheme."""
    found, scheme = [], ""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and "`coder " in cells[3]:
            scheme = (re.findall(r"`([\w-]+)`", cells[1]) or [scheme])[0]
            found += [(scheme, command) for command in re.findall(r"`coder ([^`]+)`", cells[3])]
    return found


@pytest.mark.parametrize("scheme", scheme_names())
def test_every_command_of_the_page_prints_from_a_coded_study(coder, study_with, scheme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where files are written
    folder = study_with(scheme)
    of_it = [shlex.split(command) for own, command in commands() if own == scheme]
    for words in of_it:
        said = coder(*[folder if word == "STUDY" else word for word in words]).output
        assert len(said.splitlines()) > 3 or said.rstrip().split(" written")[0] in words, words
    assert of_it or scheme == "value-net-2010"


@pytest.mark.parametrize("scheme", scheme_names())
def test_a_study_with_any_scheme_that_ships_is_published(coder, study_with, scheme):
    said = json.loads(coder("publish", study_with(scheme, CASES[:1]), "--format", "svg", "--json").output)
    no_flow = ["Knowledge flow"] * (scheme != "network-coordination")
    assert [title for title, _ in said["left_out"]] == [*no_flow, "Saturation"]


def test_a_study_without_codings_is_published_and_one_without_interviews_is_not(coder, study_with, tmp_path):
    said = coder("publish", study_with("sme-learning", ()), "--format", "csv", "--format", "svg").output
    assert "Left out: Heat map: nothing is coded yet" in said and "Citations" not in said
    coder("new", tmp_path / "empty", "--scheme", "sme-learning")
    assert "there is nothing to report" in coder("publish", tmp_path / "empty", "--format", "md", code=2).stderr


def test_cases_with_numbers_stand_in_the_order_of_the_numbers(coder, study_with):
    folder = study_with("value-net-2010")
    for command in ("matrix",), ("matrix", "--columns", "title", "--cells", "quotations", "--per-cell", 9), ("quotes",):
        said = coder(*command, folder, "--format", "md").output
        named = dict.fromkeys(re.findall(r"Firm \d+", said))
        assert tuple(named) == CASES, command
    (folder / "pseudonyms.csv").write_text("name,pseudonym\nFirm 9,Firm 11\nFirm 1,Firm 12\nFirm 10,Firm 2\n", "utf-8")
    rows = json.loads(coder("matrix", folder, "--json").output)["rows"]
    assert [row["Case"] for row in rows] == ["Firm 2", "Firm 11", "Firm 12"]
