"""What may be a name in the transcripts, for a person to confirm in the terminal, a spreadsheet or a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from coder.errors import TableError, check_known, did_you_mean
from coder.steps.findings.pseudonyms import FILE, names_in
from coder.steps.pseudonymise.key_file import open_key
from coder.steps.study.study import Study
from coder.store import corpus, renamed_texts
from coder.tables.formats.atomic_files import replacing
from coder.tables.quotation.pseudonyms import KEPT, Row, as_csv, fold, parse_pseudonyms, rows_of
from coder.transcripts.name_words import MODELS, entities, name_words
from coder.transcripts.names import Candidate, Kind, NameWords, Place, find, rows
from coder.types import Progress, silent

SHEET = ("name", "kind", "times", "context", "pseudonym", "verdict")
VERDICTS = {"accept": True, "reject": False}
AROUND = 40
"""Characters shown before and after a name."""
ENOUGH = 0.02
"""The share of the words after which candidates are seldom names: measured in benchmarks/names."""


@dataclass(frozen=True)
class Search:
    """What may be names, the surest first, with up to three places of each, and the number of words that were searched.

    `missing` says what was not looked for, and why.
    """

    candidates: tuple[Candidate, ...]
    contexts: tuple[tuple[str, ...], ...]
    words: int
    missing: tuple[str, ...]


def search(
    study: Study, transcripts: Collection[str] = (), *, known: Sequence[Row] = (), progress: Progress = silent
) -> Search:
    """Look for names in transcripts; in all that have no pseudonyms yet, if none is named.

    What stands in pseudonyms.csv already is left out, and so is what is `known`, as from a key.

    Raises
    ------
    UsageError
        There is no transcript of a name.
    """
    stored = corpus.transcripts(study.store)
    check_known("transcript", transcripts, stored)
    done = renamed_texts.renamed(study.store)
    chosen = list(transcripts) or [name for name in stored if name not in done]
    texts = [stored[name].transcript.text for name in chosen]
    language = study.settings.language
    model, words = entities(language), name_words(language)
    numbers = count()

    def in_text(text: str) -> list[Place]:
        progress("looking for names", next(numbers), len(texts))
        return list(model(text)) if model else []

    people = {name: Kind.NAME if what == "case" else Kind.PERSON for what, name in names_in(study)}
    known = [*listed(study), *known]
    decided, small = {fold(row[0]) for row in known}, {row[0] for row in known}

    def is_new(one: Candidate) -> bool:
        if one.name.islower():  # `anna`, where Anna is listed, is asked for on its own
            return not small.issuperset(one.forms)
        return not decided.issuperset(map(fold, one.forms))

    found = [one for one in find(texts, language, words, people, in_text) if is_new(one)]
    progress("looking for names", len(texts), len(texts))
    contexts = tuple(tuple(_around(chosen[n], texts[n], a, b) for n, a, b in one.seen) for one in found)
    return Search(
        tuple(found), contexts, sum(len(text.split()) for text in texts), _missing(language, words, bool(model))
    )


def _around(transcript: str, text: str, start: int, end: int) -> str:
    """Return a name with the whole words around it."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    before = before if start <= AROUND else before.partition(" ")[2]
    after = after if len(text) <= end + AROUND else after.rpartition(" ")[0]
    return f"… {' '.join(f'{before}[{text[start:end]}]{after}'.split())} … ({transcript})"


def _missing(language: str, words: NameWords, model: bool) -> tuple[str, ...]:
    extra = "pip install 'transcript-coder[ner]'"
    there_is = extra if language in MODELS else f"there is none for `{language}`"
    found = [] if model else [f"no model of named entities ({there_is}): names are found by lists, rules and capitals"]
    return tuple(found + ([] if words.first_names else [f"no list of first names ({extra}): `anna` is not found"]))


def listed(study: Study) -> list[Row]:
    """Return the rows of the study's pseudonyms.csv; none where it has none."""
    path = study.folder / FILE
    return rows_of(path.read_text("utf-8-sig"), path) if path.exists() else []


def known_names(study: Study, key_file: Path, pass_phrase: str) -> list[Row]:
    """Return the names of a key, which have their pseudonyms already.

    Raises
    ------
    StudyError
        The key is of another study, or the pass phrase does not open it; or there is no such file.
    """
    return rows_of(open_key(study, key_file, pass_phrase).names, key_file)


def suggestion(one: Candidate, known: Sequence[Row]) -> str:
    """Return a pseudonym: that of the name that this one is part of or belongs to, else the next number of its kind.

    Examples
    --------
    >>> suggestion(Candidate("Anna", Kind.PERSON, 2, {}), [("Olof", "Person 1", "")])
    'Person 2'
    >>> suggestion(Candidate("Annahuset", Kind.NAME, 1, {}, within="Anna"), [("Anna", "Person 1", "")])
    'Person 1-huset'
    """
    pseudonyms = {fold(row[0]): row[1] for row in known if row[1] != KEPT}
    if one.within and (owner := pseudonyms.get(fold(one.within))):
        rest = fold(one.name).removeprefix(fold(one.within))
        whole = not rest or len(one.within) > len(one.name)
        return owner if whole else f"{owner}-{rest.strip()}"
    taken = {fold(pseudonym) for pseudonym in pseudonyms.values()}
    return next(new for n in count(1) if fold(new := f"{one.kind.capitalize()} {n}") not in taken)


def confirm(study: Study, name: Candidate, pseudonym: str | None, *, known: Sequence[Row] = ()) -> None:
    """Write a name with all of its forms down in pseudonyms.csv; None says that it is no name, or stays as it is.

    Raises
    ------
    TableError
        The pseudonym does not fit the others.
    """
    forms = rows([(name, pseudonym)]) if pseudonym else dict.fromkeys(name.forms, KEPT)
    _add(study, list(forms.items()), known)


def _add(study: Study, new: Sequence[tuple[str, str]], known: Sequence[Row]) -> None:
    """Add names to pseudonyms.csv; one in small letters takes the place of itself with a capital."""
    path, before = study.folder / FILE, listed(study)
    found = [row for row in before if row[1] != KEPT]
    kept = dict.fromkeys(row for row in before if row[1] == KEPT)
    place = {fold(row[0]): n for n, row in enumerate(found)}
    for name, pseudonym in new:
        if pseudonym == KEPT:
            kept[name, KEPT, ""] = None
        elif (n := place.get(fold(name))) is not None:
            found[n] = (name if name.islower() else found[n][0], *found[n][1:])
        else:
            same = (row[0] for row in (*found, *known) if fold(row[1]) == fold(pseudonym) and not row[2])
            place[fold(name)] = len(found)
            found.append((name, pseudonym, next(same, "")))
    text = as_csv([*found, *kept])
    parse_pseudonyms(as_csv([*(row for row in known if fold(row[0]) not in place), *found]), path)
    with replacing(path) as part:
        part.write_text(text, "utf-8")


def write_sheet(study: Study, found: Search, path: Path, *, known: Sequence[Row] = ()) -> int:
    """Write candidates as a spreadsheet, a row for each form of a name; return the number of rows.

    `verdict` is to be filled in (accept, reject), `pseudonym` may be changed; rows without a verdict stay undecided.

    Raises
    ------
    TableError
        The file cannot be written.
    """
    import pandas as pd

    from coder.tables.formats.spreadsheets_in import write_table

    sheet, decided = [], [*listed(study), *known]
    for one, contexts in zip(found.candidates, found.contexts, strict=True):
        pseudonym = suggestion(one, decided)
        decided.append((one.name, pseudonym, ""))
        for form, new in rows([(one, pseudonym)]).items():
            times = one.forms.get(form, (0, ""))[0]
            sheet.append((form, one.kind.value, str(times), "\n".join(contexts), new, ""))
    write_table(pd.DataFrame(sheet, columns=list(SHEET)), path)
    return len(sheet)


def read_sheet(study: Study, path: Path, *, known: Sequence[Row] = (), dry_run: bool = False) -> tuple[int, int]:
    """Take a filled-in spreadsheet into pseudonyms.csv; return how many rows were accepted and rejected.

    Raises
    ------
    TableError
        A column is missing, a verdict is none, or the pseudonyms do not fit together; nothing is written then.
    """
    from coder.tables.formats.spreadsheets_in import read_table

    frame = read_table(path).fillna("").astype(str)
    for column in ("name", "pseudonym", "verdict"):
        if column not in frame.columns:
            raise TableError(f"the column `{column}` is missing", where=path, todo=did_you_mean(column, frame.columns))
    new = []
    for line, row in enumerate(frame.to_dict("records"), start=2):
        verdict, pseudonym = row["verdict"].strip().lower(), row["pseudonym"].strip()
        if verdict not in {*VERDICTS, ""} or (verdict == "accept" and not pseudonym):
            todo = "accept (with a pseudonym), reject, or leave it empty"
            raise TableError(f"`{row['verdict']}` is not a verdict here", where=f"{path}, line {line}", todo=todo)
        if verdict:
            new.append((row["name"], pseudonym if VERDICTS[verdict] else KEPT))
    if not dry_run:
        _add(study, new, known)
    rejected = sum(pseudonym == KEPT for _, pseudonym in new)
    return len(new) - rejected, rejected
