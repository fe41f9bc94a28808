"""Pseudonyms of a study: read from its folder, put in the place of names in what is printed, and looked over."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import StringIO
from itertools import count
from pathlib import Path
from random import Random

from coder.errors import StudyError, TableError
from coder.natural_sort import natural
from coder.steps.findings.citations import citations
from coder.steps.study.study import Study
from coder.store import corpus, renamed_texts
from coder.tables.formats.atomic_files import replacing
from coder.tables.quotation.pseudonyms import Pseudonyms, parse_pseudonyms, read_pseudonyms
from coder.transcripts.speakers import is_role_word
from coder.types import Case, Citation, Table

FILE = "pseudonyms.csv"


def pseudonyms_of(study: Study) -> Pseudonyms | None:
    """Return the pseudonyms of a study, from pseudonyms.csv in its folder; None where it has none.

    Raises
    ------
    TableError
        The file cannot be used; or a pseudonym is the name of a case or a speaker of the study.
    """
    path = study.folder / FILE
    if not path.exists():
        return None
    names = read_pseudonyms(path)
    real = _real_names(study)
    for name, pseudonym in names.pairs:
        if pseudonym.casefold() in real:
            message = f"the pseudonym `{pseudonym}` of `{name}` is the name of somebody in the study"
            raise TableError(message, where=path, todo="choose a pseudonym that nobody has")
    return names if names.pairs else None


def _real_names(study: Study) -> set[str]:
    """Return the names of cases and speakers of transcripts whose texts have no pseudonyms yet, in small letters."""
    done = renamed_texts.renamed(study.store)
    labels = {label for name, people in corpus.speakers(study.store).items() if name not in done for label in people}
    labels |= {case for name, case in corpus.case_of(study.store).items() if name not in done}
    return {label.casefold() for label in labels if not is_role_word(label)}


def renamed(
    found: Iterable[Citation], cases: Iterable[Case], names: Pseudonyms, transcripts: Iterable[str] = ()
) -> tuple[list[Citation], tuple[Case, ...]]:
    """Return citations and cases as they are printed, under pseudonyms; `words` stay as they are, for counting.

    Cases come in the order of their new names, so that no order tells of the old ones. `transcripts` are others that
    are printed beside those of the citations and cases.

    Raises
    ------
    TableError
        Two cases, or two transcripts, would have one name.
    """
    found, cases = list(found), tuple(cases)
    _apart("cases", {c.case for c in found} | {case.name for case in cases}, names)
    of_cases = {name for case in cases for name in case.transcripts}
    _apart("transcripts", {c.transcript for c in found} | of_cases | set(transcripts), names)
    printed = [
        Case(
            names.name(case.name),
            tuple(names.name(transcript) for transcript in case.transcripts),
            {key: names.words(value) for key, value in case.attributes.items()},
        )
        for case in cases
    ]
    return [in_print(cited, names) for cited in found], tuple(sorted(printed, key=lambda case: natural(case.name)))


def in_print(cited: Citation, names: Pseudonyms) -> Citation:
    """Return a citation as it is printed, under pseudonyms."""
    printed = names.words(cited.text)
    return replace(
        cited,
        printed="" if printed == cited.words else printed,
        translations={language: names.words(text) for language, text in cited.translations.items()},
        transcript=names.name(cited.transcript),
        case=names.name(cited.case),
        speaker=names.name(cited.speaker),
        title=names.words(cited.title),
        attributes={key: names.words(value) for key, value in cited.attributes.items()},
        memo=names.words(cited.memo),
    )


def _apart(kind: str, real: Iterable[str], names: Pseudonyms) -> None:
    """Refuse pseudonyms that would make two cases, or two transcripts, one."""
    taken: dict[str, str] = {}
    for name in sorted(real):
        printed = names.name(name)
        other = taken.setdefault(printed.casefold(), name)
        if other != name:
            message = f"the {kind} `{other}` and `{name}` would both be printed as `{printed}`"
            raise TableError(message, where=FILE, todo="give each a pseudonym that no other has")


def texts_in_print(study: Study, names: Pseudonyms | None) -> Callable[[str], str]:
    """Return what makes a text that is printed speak in pseudonyms: its words, and labels such as `air-1` in it."""
    if names is None:
        return str
    labels = {name for _, name in names_in(study)} | set(corpus.transcripts(study.store))
    changed = sorted((label for label in labels if names.name(label) != label), key=len, reverse=True)
    if not changed:
        return names.words
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, changed))})(?![\w-])")

    def printed(text: str) -> str:
        parts = pattern.split(text)
        return "".join(names.name(part) if n % 2 else names.words(part) for n, part in enumerate(parts))

    return printed


def note(found: Iterable[Citation], names: Pseudonyms) -> str:
    """Return what a printed table says of its names, without saying any; `found` are the citations before renaming."""
    left = names.left(text for cited in found for text in (cited.text, *cited.translations.values(), cited.memo))
    if not left:
        return "Names are pseudonyms."
    words = "1 longer word holds" if len(left) == 1 else f"{len(left)} longer words hold"
    return f"Names are pseudonyms; {words} a name and stayed: see `coder pseudonyms STUDY`."


def names_in(study: Study) -> list[tuple[str, str]]:
    """Return the names of cases, then of speakers, each with what it names; words for a role are no names."""
    roles = {label: s.role for people in corpus.speakers(study.store).values() for label, s in people.items()}
    cases = [("case", case.name) for case in corpus.cases(study.store)]
    return cases + [(roles[label].value, label) for label in sorted(roles) if not is_role_word(label)]


def name_tables(study: Study) -> list[Table]:
    """Return what is called what and how often, what has no pseudonym, and the longer words that hold a name."""
    names = pseudonyms_of(study) or Pseudonyms(())
    stored = corpus.transcripts(study.store)
    texts = [s.transcript.words(t.start, t.end) for s in stored.values() for t in s.transcript.turns]
    spoken, anyhow = names.counts(texts), names.in_any_capitals(texts)
    cited = Counter(name for c in citations(study, only="all") for name in set(names.counts([c.words])))
    rows = tuple((name, new, spoken[name], cited[name], anyhow[name] - spoken[name]) for name, new in names.pairs)
    every = names_in(study)
    listed = Pseudonyms(tuple((name, "-") for _, name in every))  # a transcript called after one of them comes with it
    every += [("transcript", name) for name in stored if listed.name(name) == name]
    without = tuple((what, name) for what, name in every if names.name(name) == name)
    left = tuple(names.left(texts).items())
    return [
        Table("Names", ("Name", "Pseudonym", "Times", "Citations", "Left in other capitals"), rows, _NAMES_NOTE),
        Table("Without a pseudonym", ("What", "Name"), without, _WITHOUT_NOTE),
        Table("Longer words that hold a name", ("Word", "Times"), left, _LONGER_NOTE),
    ]


_NAMES_NOTE = (
    "Times that the respondents and interviewers say the name, citations that hold it, and times that it stands "
    "in other capitals (`cell` for Cell) and is left as it is."
)
_WITHOUT_NOTE = "Printed as they are. People and firms who are only spoken of are not known here: list them too."
_LONGER_NOTE = "Printed as they are. Give one a row of its own in pseudonyms.csv where it tells who is meant."


def start(study: Study) -> Path:
    """Write pseudonyms.csv with every case and speaker and a suggestion for each, in no order that tells of names.

    Raises
    ------
    StudyError
        The study has such a file already, or nobody is known yet.
    TableError
        The suggestions do not fit the names.
    """
    path = study.folder / FILE
    if path.exists():
        raise StudyError("the file is there already", where=path, todo="add rows to it; it is never written over")
    named = {name.casefold(): (what, name) for what, name in reversed(names_in(study))}
    if not named:
        raise StudyError("no case and no speaker is known yet", where=study.folder, todo=f"coder import {study.folder}")
    shuffled = sorted(named.values())
    Random(study.settings.seed).shuffle(shuffled)  # noqa: S311  # an order that tells nothing needs no secret
    number = {what: count(1) for what, _ in shuffled}
    rows = sorted((name, f"{what.capitalize()} {next(number[what])}") for what, name in shuffled)
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([("name", "pseudonym"), *rows])
    parse_pseudonyms(text.getvalue(), path)
    with replacing(path) as part:
        part.write_text(text.getvalue(), "utf-8")
    return path
