"""Codings from a table, and where the words of a citation stand in a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coder.errors import CodingError, UsageError, did_you_mean
from coder.steps.coding.code_lookup import known_code
from coder.steps.coding.coders import looks_like_a_machine, register_coder
from coder.steps.study.study import Study
from coder.steps.study.timestamps import utc
from coder.store import corpus, log
from coder.store.corpus import StoredTranscript
from coder.store.judgements import Which, judgements
from coder.types import CoderKind, Coding, Verdict

COLUMNS = ("transcript", "code", "citation", "start", "end", "coder", "kind", "verdict", "at", "memo")
IMPORT = "code"
"""The command under which the log keeps what tables say."""


@dataclass(frozen=True)
class CodingsImported:
    """What an import of codings wrote: events by coder, and how many rows said nothing new."""

    written: Mapping[str, int]
    repeated: int
    warnings: tuple[str, ...] = ()


def coding_files(folder: Path) -> list[Path]:
    """Return the tables of human codings in a study's folder."""
    return sorted(p for p in (folder / "codings").glob("*") if p.suffix.lower() in {".csv", ".xlsx", ".parquet"})


def import_codings(
    study: Study,
    path: Path,
    *,
    coder: str | None = None,
    kind: CoderKind | None = None,
    complete: bool = False,
    dry_run: bool = False,
) -> CodingsImported:
    """Import codings from a CSV, XLSX or Parquet table, a row a coding.

    Columns: `transcript`, `code`, and `citation` (the exact words) or `start` and `end` (code points); `coder` unless
    it is given; `kind` (person or machine), `verdict`, `at` and `memo` if wanted. A row with neither code nor citation
    says that the coder read the whole transcript, so that what is not coded there is absent; `complete` says so for
    every transcript named. What a table said before is not said again, so that what was changed by hand stays.

    Parameters
    ----------
    kind
        What the coders are, unless the column says so. Where nothing does, study.toml's `machines` and what is
        registered hold; a new coder is a person, with a warning where the name looks like a machine's.

    Raises
    ------
    CodingError
        Any row does not fit: every such row is named, and nothing is imported.
    """
    rows = rows_of(path, coder)
    kinds = {row["coder"]: kind for row in rows} if kind else {}
    with study.store.transaction(IMPORT, dry_run=dry_run):
        found = _append(study, _codings(study, path, rows, kinds, complete))
        people = log.coders_of_kind(study.store, CoderKind.PERSON)
    unsaid = [name for name in found.written if name in people and name not in kinds and looks_like_a_machine(name)]
    return replace(found, warnings=tuple(map(_is_it_a_machine, unsaid)))


def _is_it_a_machine(name: str) -> str:
    return (
        f"`{name}` looks like a machine's name and counts as a person. If a machine made these codings, say "
        f"`coder coders kind STUDY {name} machine`, or import with --kind machine; else --kind person."
    )


def rows_of(path: Path, coder: str | None = None) -> list[dict[str, str]]:
    """Return the rows of a table with a cell for each of `COLUMNS`; `coder`, if given, is the coder of all.

    Raises
    ------
    CodingError
        A column is missing.
    TableError
        The table cannot be read.
    """
    from coder.tables.formats.spreadsheets_in import read_rows

    _, rows = read_rows(path, ("transcript", "code"), f"columns known here: {', '.join(COLUMNS)}")
    return [dict.fromkeys(COLUMNS, "") | row | ({"coder": coder} if coder else {}) for row in rows]


def _codings(
    study: Study, path: Path, rows: Sequence[Mapping[str, str]], kinds: dict[str, CoderKind], complete: bool
) -> list[Coding]:
    stored = corpus.transcripts(study.store)
    codings: list[Coding] = []
    wrong: list[CodingError] = []
    before = _imported(study)
    said: dict[tuple[int, str | None, str], tuple[int, Verdict, str]] = {}
    for line, row in enumerate(rows, start=2):
        try:
            register_coder(study, row["coder"], _kind(row, kinds))
            coding = _coding(study, stored, row)
            repeated = before.get((coding.coder, coding.segment, coding.code)) == (coding.verdict, coding.memo)
            if coding.code is not None and not repeated:  # what is repeated may be older than a change of the scheme
                known_code(study, coding.code)
            key = (coding.segment, coding.code, coding.coder)
            first, *other = said.setdefault(key, (line, coding.verdict, coding.memo))
            if other != [coding.verdict, coding.memo]:
                todo = "keep one verdict and memo for each coder, passage and code"
                raise CodingError(f"line {first} says otherwise of the same words and code", todo=todo)
            codings.append(coding)
        except (CodingError, UsageError) as error:
            wrong.append(CodingError(error.message, where=f"{path}, line {line}", todo=error.todo))
    if wrong:
        more = f"\n... and {len(wrong) - 10} rows more" if len(wrong) > 10 else ""
        raise CodingError("\n".join(map(str, wrong[:10])) + more + "\nnothing was imported")
    if complete:
        read = dict.fromkeys((row["transcript"], row["coder"]) for row in rows)
        wholes = [whole(study, stored[transcript], who) for transcript, who in read]
        codings += [coding for coding in wholes if (coding.segment, None, coding.coder) not in said]
    return codings


def _imported(study: Study) -> dict[tuple[str, int, str | None], tuple[Verdict, str]]:
    """Return the last verdict and memo that tables gave of each coder, segment and code."""
    found = judgements(study.store, which=Which.AS_WRITTEN, command=IMPORT, undone=False)
    return {(one.coder, one.segment, one.code): (one.verdict, one.memo) for one in found}


def _append(study: Study, codings: Sequence[Coding]) -> CodingsImported:
    said = _imported(study)
    new = [c for c in codings if said.get((c.coder, c.segment, c.code)) != (c.verdict, c.memo)]
    before = log.head(study.store)[0]
    log.append(study.store, new, study.scheme_version())
    written = Counter(event.coder for event in judgements(study.store, which=Which.AS_WRITTEN, after=before))
    return CodingsImported(dict(written), len(codings) - written.total())


def _coding(study: Study, stored: Mapping[str, StoredTranscript], row: Mapping[str, str]) -> Coding:
    name = row["transcript"]
    if name not in stored:
        raise CodingError(f"there is no transcript `{name}`", todo=did_you_mean(name, stored))
    item, who = stored[name], row["coder"]
    at = utc(row["at"]) if row["at"] else None
    if not row["code"]:
        if row["citation"] or row["start"]:
            raise CodingError("a citation without a code", todo="name its code, or leave both empty for `read it all`")
        return whole(study, item, who, at=at, memo=row["memo"])
    start, end = place_of_row(item, row)
    segment = corpus.segment_at(study.store, item.text, start, end, item.transcript.words(start, end))
    return Coding(segment, row["code"], who, _verdict(row["verdict"]), memo=row["memo"], at=at)


def _kind(row: Mapping[str, str], kinds: dict[str, CoderKind]) -> CoderKind | None:
    """Return what is said of a row's coder: in the row, in the rows before (`kinds`), or for all of them."""
    who, text = row["coder"], row["kind"].lower()
    if text not in {"", CoderKind.PERSON, CoderKind.MACHINE}:
        raise CodingError(f"`{text}` is no kind of coder", todo="person or machine, or leave it empty")
    if text and kinds.setdefault(who, CoderKind(text)) != text:
        todo = "give each coder one kind, in the table and with --kind"
        raise CodingError(f"`{who}` is a {text} here and a {kinds[who]} elsewhere", todo=todo)
    return kinds.get(who)


def whole(study: Study, item: StoredTranscript, coder: str, at: str | None = None, memo: str = "") -> Coding:
    """Say that a coder read a whole transcript."""
    text = item.transcript.text
    segment = corpus.segment_at(study.store, item.text, 0, len(text), text)
    return Coding(segment, None, coder, at=at, memo=memo)


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text.lower() or "present")
    except ValueError:
        todo = f"one of {', '.join(Verdict)}, or leave it empty for present"
        raise CodingError(f"`{text}` is not a verdict", todo=todo) from None


def place_of_row(item: StoredTranscript, row: Mapping[str, str]) -> tuple[int, int]:
    """Return the offsets that a row gives, by number or by the citation's words.

    Raises
    ------
    CodingError
        They lie outside the text, or the citation is not there once.
    """
    text, name, citation = item.transcript.text, item.transcript.name, row["citation"]
    if row["start"] or row["end"]:
        try:
            start, end = int(row["start"]), int(row["end"])
        except ValueError:
            raise CodingError("`start` and `end` must both be whole numbers") from None
        if not 0 <= start < end <= len(text):
            raise CodingError(f"the span {start}..{end} does not lie in {name}, which has {len(text)} characters")
        if citation and " ".join(citation.split()) != " ".join(text[start:end].split()):
            raise CodingError(f"at {start}..{end} {name} says `{_short(text[start:end])}`, not the citation")
        return start, end
    return find_citation(text, citation, name)


def find_citation(text: str, citation: str, name: str) -> tuple[int, int]:
    r"""Return where the words of a citation stand in the text; white space may differ.

    Raises
    ------
    CodingError
        It is empty, is not there (the nearest words are named), or stands at several places.

    Examples
    --------
    >>> find_citation("We met  them\nin Lyon.", "met them in", "a")
    (3, 15)
    """
    words = citation.split()
    if not words:
        raise CodingError("neither a citation nor a start and an end", todo="give the exact words that are coded")
    found = [match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), text)]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(start) for start, _ in found[:5])
        message = f"`{_short(citation)}` stands at {len(found)} places in {name} ({places})"
        raise CodingError(message, todo="give more of its words, or `start` and `end`")
    raise CodingError(f"the citation is not in {name}: `{_short(citation)}`", todo=_nearest(text, citation))


def _nearest(text: str, citation: str) -> str | None:
    """Point to the longest run of the citation's words that the text does have."""
    words = citation.split()
    for size in range(min(8, len(words)), 2, -1):
        for at in range(len(words) - size + 1):
            match = re.search(r"\s+".join(map(re.escape, words[at : at + size])), text)
            if match:
                near = text[max(0, match.start() - 30) : match.end() + 50]
                return f"the nearest words are `{_short(near, 110)}`"
    return None


def _short(words: str, most: int = 60) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 3] + "..."
