"""Write the release as a study that `coder` reads: transcripts, cases, scheme and codings."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.wac import source as release
from benchmarks.wac.source import QUESTIONS, Example, Interview, Theme

INTERVIEWER = "Interviewer"
CODER = "consensus"


@dataclass(frozen=True)
class Release:
    """All that the studies are built from; `places` are the questions and themes that were coded."""

    wordings: dict[str, str]
    themes: dict[str, Theme]
    interviews: list[Interview]
    examples: list[Example]
    places: list[tuple[str, str]]


@dataclass(frozen=True)
class Variant:
    """One way to set the study up.

    Attributes
    ----------
    name
        Of its folder.
    left_out
        The interviewees whose codings are kept back; `coder` suggests codes for them.
    examples
        The codebook's example sentences that the scheme gets.
    facets
        Question and theme as two facets; otherwise one tree of themes below questions.
    """

    name: str
    left_out: Sequence[str]
    examples: Sequence[Example]
    facets: bool = True


def read_release(source: Path) -> Release:
    """Read the folder of the release."""
    themes = release.read_themes(source)
    interviews = release.read_interviews(source, themes)
    return Release(
        release.read_wordings(source),
        themes,
        interviews,
        release.examples_of(themes, interviews),
        release.read_places(source, themes),
    )


def build(data: Release, variant: Variant, folder: Path) -> Path:
    """Write a study into a new folder of the variant's name, in place of an older one; return it."""
    study = folder / variant.name
    if study.exists():
        shutil.rmtree(study)
    for part in ("transcripts", "codings"):
        (study / part).mkdir(parents=True)
    settings = {"name": f"World after COVID ({variant.name})", "units": "turn", "adjudicator": CODER}
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    (study / "study.toml").write_text(lines, encoding="utf-8")
    for interview in data.interviews:
        turns = [turn for question in interview.answers for turn in _turns(data, interview, question)]
        _write(study / "transcripts" / f"{interview.name}.csv", ("speaker", "text"), turns)
    _write_cases(data.interviews, study / "cases.csv")
    text = yaml.safe_dump(_scheme(data, variant), sort_keys=False, allow_unicode=True, width=110)
    (study / "scheme.yaml").write_text(text, encoding="utf-8")
    coded = [interview for interview in data.interviews if interview.name not in variant.left_out]
    rows = [row for interview in coded for row in _codings(data, interview)]
    header = ("transcript", "coder", "code", "citation", "verdict", "memo")
    _write(study / "codings" / f"{CODER}.csv", header, rows)
    return study


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _turns(data: Release, interview: Interview, question: str) -> list[tuple[str, str]]:
    return [(INTERVIEWER, data.wordings[question]), (interview.name, interview.answers[question])]


def _write_cases(interviews: Sequence[Interview], path: Path) -> None:
    """Write who speaks, and as the case's attributes what the release says of the interviewee."""
    attributes = [name for name in interviews[0].about if name != "Position"]
    rows: list[list[str]] = []
    for i in interviews:
        about = [i.about[name] for name in attributes]
        rows.append([i.name, i.name, INTERVIEWER, "interviewer", "", *about])
        rows.append([i.name, i.name, i.name, "respondent", i.about["Position"], *about])
    _write(path, ["transcript", "case", "speaker", "role", "title", *attributes], rows)


def _codings(data: Release, interview: Interview) -> list[tuple[str, ...]]:
    """Return the rows of an interview: read as a whole, its codes, and what was answered but never coded."""
    who = (interview.name, CODER)
    codes = [
        (*who, path(data, question, theme), interview.answers[question], "present", "")
        for question, theme in interview.codes
    ]
    unknown = [
        (*who, path(data, question, theme), interview.answers[question], "unsure", "not coded in the release")
        for question, theme in data.places
        if question in interview.uncoded
    ]
    return [(*who, "", "", "", ""), *codes, *unknown]


def path(data: Release, question: str, theme: str) -> str:
    """Return a code's path, such as `Q1/gratitude`."""
    return f"{question}/{theme_name(data, theme)}"


def theme_name(data: Release, theme: str) -> str:
    """Return a theme's name without the slash, which separates the levels of a path."""
    return " or ".join(part.strip() for part in data.themes[theme].name.lower().split("/"))


def _scheme(data: Release, variant: Variant) -> dict[str, Any]:
    about = "Themes by question, from the codebook of World after COVID (Grossmann and others, 2020)."
    top = {"name": "World after COVID", "description": about}
    return top | (_facets(data, variant) if variant.facets else {"codes": _tree(data, variant)})


def _facets(data: Release, variant: Variant) -> dict[str, Any]:
    themes = {theme_name(data, theme): data.themes[theme].definition for theme in data.themes}
    questions = {question: data.wordings[question] for question in QUESTIONS}
    uses = {question: _entries(data, variant, question, defined=False) for question in QUESTIONS}
    return {"facets": {"question": {"codes": questions}, "theme": {"codes": themes}}, "codes": uses}


def _tree(data: Release, variant: Variant) -> dict[str, Any]:
    return {
        question: {"definition": data.wordings[question], "codes": _entries(data, variant, question, defined=True)}
        for question in QUESTIONS
    }


def _entries(data: Release, variant: Variant, question: str, *, defined: bool) -> dict[str, dict[str, Any]]:
    """Return the themes of a question with their examples there, and with their definitions if wanted."""
    entries: dict[str, dict[str, Any]] = {}
    for theme in (theme for asked, theme in data.places if asked == question):
        found = [e.words for e in variant.examples if (e.question, e.theme) == (question, theme)]
        entry: dict[str, Any] = {"definition": data.themes[theme].definition} if defined else {}
        entries[theme_name(data, theme)] = entry | ({"examples": found} if found else {})
    return entries


def write_raw_codes(source: Path, column: str, target: Path) -> None:
    """Write one of the codes that CC and OM gave separately as a table of unit, coder and code."""
    rows = release.read_raw_codes(source, column)
    _write(target, ("unit", "coder", "code"), [(name, coder, column if said else "") for name, coder, said in rows])
