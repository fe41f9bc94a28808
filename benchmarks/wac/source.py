"""Read the release: interviews, themes by question, the codebook, and the raw codes of two coders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from coder.tables.formats.spreadsheets_in import read_table

QUESTIONS = ("Q1", "Q2", "Q3", "Q4", "Q5")
RENAMED = {
    "acknowledge of uncertainty/flexibility": "Acknowledge uncertainty/flexibility",
    "balance of personal & others interest": "Balance of personal and others' interest",
    "bipartisanship and international cooperation": "Bipartisanship and political cooperation",
    "career disruptions": "Career disruption",
    "exacerbated social inequality": "Social inequality",
    "improved care for elders": "Improve care for elders",
    "improved work-life balance": "Improve work-life balance",
    "increased interest in science": "Interest in science",
    "intimate relations": "Poor intimate relations",
    "learning from pandemics": "Learning from the pandemic(s)",
    "learning from the pandemics": "Learning from the pandemic(s)",
    "misperception about the world": "Misperception of the world",
    "self-reflection on what is important": "Self-reflection on what's important",
}
"""Themes that codes.csv calls by another name than the codebook's heading."""


@dataclass(frozen=True)
class Theme:
    """A heading of the codebook: its definition, and the example sentences by question."""

    name: str
    definition: str
    examples: dict[str, list[str]]


@dataclass(frozen=True)
class Interview:
    """One interviewee: who it is, the answer to each question, and its codes.

    `codes` are pairs of a question and a theme; `uncoded` are questions that were answered and not coded.
    """

    name: str
    about: dict[str, str]
    answers: dict[str, str]
    codes: list[tuple[str, str]]
    uncoded: list[str]


@dataclass(frozen=True)
class Example:
    """An example sentence of the codebook, and the interviewees whose answers it is taken from."""

    question: str
    theme: str
    words: str
    origins: list[str]


def read_wordings(source: Path) -> dict[str, str]:
    """Return how each question was put, from the codebook."""
    setup = _codebook(source).partition("# Themes and example statements")[0]
    found = re.findall(r"^(Q\d)\. (.+?)\n\n", setup, flags=re.MULTILINE | re.DOTALL)
    return {question: _clean(wording) for question, wording in found}


def read_themes(source: Path) -> dict[str, Theme]:
    """Return the themes by their simplified name, in the codebook's order."""
    text = _codebook(source).rpartition("# Themes and example statements")[2]
    sections = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    themes = [_theme(re.split(r"^## ", section, flags=re.MULTILINE)[0]) for section in sections]
    return {simple(theme.name): theme for theme in themes}


def _codebook(source: Path) -> str:
    return (source / "codebook.md").read_text("utf-8")


def _theme(section: str) -> Theme:
    heading, _, rest = section.partition("\n")
    head, *parts = re.split(r"^\*\*(Q\d)\*\*", rest, flags=re.MULTILINE)
    examples = {
        question: [_clean(example) for example in re.split(r"\* >", part)[1:]]
        for question, part in zip(parts[::2], parts[1::2], strict=True)
    }
    return Theme(_clean(heading), _clean(head).removeprefix("Definition:").strip(), examples)


def _clean(markdown: str) -> str:
    """Join lines and drop the backslashes of Markdown."""
    return " ".join(re.sub(r"\\(.)", r"\1", markdown).split())


def simple(name: str) -> str:
    """Simplify a theme's name: the codebook and codes.csv differ in case, dashes and apostrophes.

    Examples
    --------
    >>> simple("Perspective-taking") == simple("perspective taking")
    True
    """
    return " ".join(re.findall(r"\w+", name.lower().replace("'", "")))


def read_interviews(source: Path, themes: dict[str, Theme]) -> list[Interview]:
    """Return the interviews in the order of the release."""
    codes = {row["Name"]: row for row in _rows(source / "codes.csv")}
    return [_interview(row, codes[row["Name"]], themes) for row in _rows(source / "transcripts.csv")]


def _rows(path: Path) -> list[dict[str, str]]:
    return [{str(k): str(v).strip() for k, v in row.items()} for row in read_table(path).to_dict("records")]


def _interview(row: dict[str, str], marks: dict[str, str], themes: dict[str, Theme]) -> Interview:
    columns = {column: theme_of(column, themes) for column in marks if column != "Name"}
    judged = {question for column, (question, _) in columns.items() if marks[column] in {"0", "1"}}
    answers = {question: row[question] for question in QUESTIONS if row[question]}
    about = {k: v for k, v in row.items() if k not in {"Name", *QUESTIONS}}
    codes = [place for column, place in columns.items() if marks[column] == "1"]
    return Interview(row["Name"], about, answers, codes, [q for q in answers if q not in judged])


def theme_of(column: str, themes: dict[str, Theme]) -> tuple[str, str]:
    """Return the question and the theme's simplified name of a column of codes.csv, such as `gratitude_q1`."""
    name, _, question = column.rpartition("_q")
    key = simple(RENAMED.get(name, name))
    assert key in themes, f"codes.csv: the codebook has no theme `{name}`"
    return f"Q{question}", key


def read_places(source: Path, themes: dict[str, Theme]) -> list[tuple[str, str]]:
    """Return the question and theme of each of the columns of codes.csv, by question in the codebook's order."""
    found = {theme_of(column, themes) for column in read_table(source / "codes.csv").columns if column != "Name"}
    return [(question, theme) for question in QUESTIONS for theme in themes if (question, theme) in found]


def read_raw_codes(source: Path, column: str) -> list[tuple[str, str, bool]]:
    """Return (interviewee, coder, present) of one of the codes that CC and OM gave separately."""
    return [
        (row["Name"], coder, row[f"{column}_{coder}"] == "1")
        for row in _rows(source / "outside_dialectic_codes.csv")
        for coder in ("CC", "OM")
        if row[f"{column}_{coder}"]
    ]


def examples_of(themes: dict[str, Theme], interviews: list[Interview]) -> list[Example]:
    """Return the codebook's example sentences, each with the interviewees whose answers it is taken from.

    The examples are lightly edited, and two are spliced: an interview is an origin where it has a fifth of the
    example's runs of five words.
    """
    heard = {i.name: set[tuple[str, ...]]().union(*map(_runs, i.answers.values())) for i in interviews}
    return [
        Example(question, theme, words, [name for name in heard if _share(_runs(words), heard[name]) >= 0.2])
        for theme, entry in themes.items()
        for question, examples in entry.examples.items()
        for words in examples
    ]


def _share(runs: set[tuple[str, ...]], heard: set[tuple[str, ...]]) -> float:
    return len(runs & heard) / len(runs)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", re.sub("['’]", "", text.lower()))
    return {tuple(words[at : at + 5]) for at in range(max(1, len(words) - 4))}
