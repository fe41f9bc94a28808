"""Audit: a person accepts, corrects or rejects what the model suggested; in the terminal, or in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.errors import CodingError, StudyError, UsageError, did_you_mean
from coder.steps.coding import add_coder, find_codes
from coder.steps.study import Study
from coder.steps.suggesting import units_in
from coder.store import corpus, log
from coder.types import Coding, CodingEvent, Unit, Verdict


@dataclass(frozen=True)
class Suggestion:
    """A code that the model suggested for a unit; `event` is its place in the log."""

    event: int
    code: str
    score: float


@dataclass(frozen=True)
class Item:
    """A unit to audit, with its suggestions from the likeliest on, and who says it."""

    unit: Unit
    suggestions: tuple[Suggestion, ...]
    speaker: str
    title: str


@dataclass(frozen=True)
class Answer:
    """A person's word on one item: of each suggestion whether it holds, and codes that were missed."""

    accepted: tuple[int, ...] = ()
    rejected: tuple[int, ...] = ()
    added: tuple[str, ...] = ()
    memo: str = ""


def queue(study: Study, coder: str, *, transcripts: Sequence[str] = (), everything: bool = False) -> list[Item]:
    """Return what a coder has to audit, transcript by transcript.

    Parameters
    ----------
    transcripts
        Only these; all of them if none is named.
    everything
        Units without suggestions too: the way to find what the model missed.

    Raises
    ------
    StudyError
        There are no suggestions yet.
    UsageError
        There is no transcript of a name that was given.
    CodingError
        The coder is a model.
    """
    model = _model(study)
    _check_coder(study, coder)
    units = units_in(study, transcripts)
    events = log.current(study.store)
    done = {event.segment for event in events if event.coder == coder and event.code is None}
    read = {event.segment for event in events if event.coder == model and event.code is None}
    suggested: dict[int, list[Suggestion]] = {}
    for event in events:
        if event.coder == model and event.code is not None:
            entry = Suggestion(event.id, event.code, event.confidence or 0.0)
            suggested.setdefault(event.segment, []).append(entry)
    segments = corpus.segments(study.store)
    covered = {segments[segment].span.transcript for segment in read if segment in segments}
    speakers = corpus.speakers(study.store)
    items = []
    for unit in units:
        segment, transcript = unit.segment, unit.segment.span.transcript
        own = tuple(sorted(suggested.get(segment.id, []), key=lambda s: -s.score))
        if transcript in covered and segment.id not in done and (own or everything):
            who = speakers.get(transcript, {}).get(segment.speaker)
            items.append(Item(unit, own, segment.speaker, who.title if who else ""))
    return items


def _model(study: Study) -> str:
    """Return the name of the model whose suggestions are audited."""
    model = log.suggesting_model(study.store)
    if not model:
        raise StudyError("nothing has been suggested yet", where=study.folder, todo=f"coder suggest {study.folder}")
    return model


def _check_coder(study: Study, name: str) -> None:
    if any(coder.name == name and coder.kind == "model" for coder in log.coders(study.store)):
        raise CodingError(f"`{name}` is a model's name", todo="give your own name as the coder")


def answer(study: Study, coder: str, item: Item, given: Answer, *, shown: str = "suggestions") -> list[int]:
    """Write a person's word on one item in one transaction; return the events.

    What was neither suggested nor added is absent from then on: the unit counts as read.
    """
    with study.store.transaction("audit"):
        add_coder(study, coder)
        return log.append(study.store, _codings(coder, item, given, shown), study.scheme_version())


def _codings(coder: str, item: Item, given: Answer, shown: str) -> list[Coding]:
    segment = item.unit.segment.id
    by_event = {s.event: s.code for s in item.suggestions}
    said = [(e, Verdict.PRESENT) for e in given.accepted] + [(e, Verdict.ABSENT) for e in given.rejected]
    codings = [
        Coding(segment, by_event[e], coder, verdict, responds_to=e, shown=shown, memo=given.memo) for e, verdict in said
    ]
    codings += [Coding(segment, code, coder, shown=shown, memo=given.memo) for code in given.added]
    return [*codings, Coding(segment, None, coder, shown=shown)]


def parse_answer(study: Study, item: Item, line: str) -> Answer:
    """Read what a person typed on an item.

    `a` accepts all suggestions, `x` rejects all; numbers accept these and reject the others; `+words` after them
    adds the one code that holds these words, as often as wanted, and alone puts it in the place of the suggestions;
    `# words` at the end is a memo.

    Raises
    ------
    UsageError
        It is none of these, a number is out of range, or the words fit several codes.
    CodingError
        The words fit no code.
    """
    body, _, memo = line.partition("#")
    verdicts, *additions = body.split("+")
    if not verdicts.strip() and not additions:
        raise UsageError("nothing was answered", todo="a, x, numbers of suggestions, +code, s, u, q or ?")
    events = [s.event for s in item.suggestions]
    accepted: tuple[int, ...]
    match verdicts.split():
        case ["a"]:
            accepted = tuple(events)
        case ["x"] | []:
            accepted = ()
        case numbers:
            accepted = tuple(_numbered(events, number) for number in numbers)
    rejected = tuple(event for event in events if event not in accepted)
    suggested = {s.code: s.event for s in item.suggestions}
    added = []
    for part in additions:
        code = one_code(study, part.strip())
        if code in suggested:  # adding what was suggested is accepting it
            accepted = (*accepted, suggested[code])
            rejected = tuple(event for event in rejected if event != suggested[code])
        else:
            added.append(code)
    return Answer(accepted, rejected, tuple(dict.fromkeys(added)), memo.strip())


def _numbered(events: Sequence[int], number: str) -> int:
    if number.isdecimal() and 1 <= int(number) <= len(events):
        return events[int(number) - 1]
    raise UsageError(f"`{number}` is not understood", todo="a, x, numbers of suggestions, +code, s, u, q or ?")


def one_code(study: Study, words: str) -> str:
    """Return the one code that holds these words.

    Raises
    ------
    UsageError
        Several codes do, or no words were given.
    """
    if not words:
        raise UsageError("no code after `+`", todo="type part of its name: + customers seminars")
    found = find_codes(study, words)
    if len(found) > 1:
        several = ", ".join(found[:8]) + (" ..." if len(found) > 8 else "")
        raise UsageError(f"`{words}` fits {len(found)} codes: {several}", todo="type more of its name")
    return found[0]


def undo(study: Study, coder: str) -> list[CodingEvent]:
    """Take back a coder's last audited item (or coding by hand), and return the events that were taken back.

    Nothing is deleted: what was superseded is said again, what was new is withdrawn. It can be repeated.

    Raises
    ------
    UsageError
        There is nothing to undo.
    """
    last = log.last_run(study.store, coder, commands=("audit", "code by hand"), undo="undo")
    if not last:
        raise UsageError(f"{coder} has nothing to undo")
    with study.store.transaction("undo"):
        log.append(study.store, [_taken_back(study, event) for event in last], study.scheme_version())
    return last


def _taken_back(study: Study, event: CodingEvent) -> Coding:
    """Say again what the event superseded, or withdraw it."""
    before = log.event(study.store, event.supersedes) if event.supersedes else None
    if before is None:
        return Coding(event.segment, event.code, event.coder, Verdict.WITHDRAWN)
    return Coding(
        event.segment,
        event.code,
        event.coder,
        before.verdict,
        before.confidence,
        before.responds_to,
        before.shown,
        before.memo,
        before.at,
    )


SHEET = (
    "event",
    "segment",
    "transcript",
    "turn",
    "speaker",
    "title",
    "question",
    "words",
    "suggested code",
    "score",
    "verdict",
    "correct code",
    "memo",
)


def audit_sheet(
    study: Study,
    coder: str,
    path: Path,
    *,
    transcripts: Sequence[str] = (),
    everything: bool = False,
    dry_run: bool = False,
) -> int:
    """Write what a coder has to audit as a spreadsheet, a row a suggestion; return the number of rows.

    `verdict` is to be filled in (accept, reject, skip), `correct code` where another code holds.
    """
    import pandas as pd

    from coder.tables.spreadsheet import write_table

    items = queue(study, coder, transcripts=transcripts, everything=everything)
    rows = [_sheet_row(item, suggestion) for item in items for suggestion in item.suggestions or (None,)]
    if not dry_run:
        write_table(pd.DataFrame(rows, columns=list(SHEET)).astype(str), path)
    return len(rows)


def _sheet_row(item: Item, suggestion: Suggestion | None) -> tuple[object, ...]:
    segment = item.unit.segment
    asked = (suggestion.event, suggestion.code, f"{suggestion.score:.2f}") if suggestion else ("", "", "")
    place = (segment.id, segment.span.transcript, segment.span.turn, item.speaker, item.title)
    return (asked[0], *place, item.unit.before, segment.words, asked[1], asked[2], "", "", "")


@dataclass(frozen=True)
class SheetRead:
    """What came back in a spreadsheet: rows answered and left empty, units, and those of them still to be finished."""

    answered: int
    empty: int
    units: int
    unfinished: int
    written: int


def read_sheet(study: Study, coder: str, path: Path, *, dry_run: bool = False) -> SheetRead:
    """Take a filled-in spreadsheet back into the log, after a check of every row.

    Raises
    ------
    CodingError
        Any row does not fit: every such row is named, and nothing is written.
    """
    from coder.tables.spreadsheet import read_table

    frame = read_table(path).fillna("").astype(str)
    for column in SHEET:
        if column not in frame.columns:
            raise CodingError(f"the column `{column}` is missing", where=path, todo=did_you_mean(column, frame.columns))
    rows = [{str(key): str(value).strip() for key, value in row.items()} for row in frame.to_dict("records")]
    segments = {str(s.id): s.words for s in corpus.segments(study.store).values()}
    suggested = {str(e.id): e for e in log.current(study.store, _model(study))}
    answers: dict[int, list[Coding]] = {}
    wrong = []
    for line, row in enumerate(rows, start=2):
        try:
            for coding in _sheet_codings(study, coder, row, segments, suggested):
                answers.setdefault(coding.segment, []).append(coding)
        except (CodingError, UsageError) as error:
            wrong.append(CodingError(error.message, where=f"{path}, line {line}", todo=error.todo))
    if wrong:
        raise CodingError("\n".join(map(str, wrong[:20])) + f"\n{len(wrong)} rows do not fit; nothing was written")
    open_ones = _unanswered(study, coder, suggested.values(), answers)
    codings = []
    for segment, own in answers.items():
        codings += own if segment in open_ones else [*own, Coding(segment, None, coder, shown="suggestions")]
    with study.store.transaction("audit", dry_run=dry_run):
        add_coder(study, coder)
        written = log.append(study.store, codings, study.scheme_version())
    empty = sum(not row["verdict"] and not row["correct code"] for row in rows)
    return SheetRead(len(rows) - empty, empty, len(answers), len(open_ones & set(answers)), len(written))


def _unanswered(
    study: Study, coder: str, suggested: Iterable[CodingEvent], answers: Mapping[int, Sequence[Coding]]
) -> set[int]:
    """Return the segments with a suggestion that the coder has left open: these do not count as read."""
    said = {(event.segment, event.code) for event in log.current(study.store, coder)}
    said |= {(coding.segment, coding.code) for own in answers.values() for coding in own}
    return {e.segment for e in suggested if e.code is not None and (e.segment, e.code) not in said}


def _sheet_codings(
    study: Study,
    coder: str,
    row: Mapping[str, str],
    segments: Mapping[str, str],
    suggested: Mapping[str, CodingEvent],
) -> list[Coding]:
    """Return what one row says."""
    verdict, other = row["verdict"].lower(), row["correct code"]
    if verdict in {"", "skip"} and not other:
        return []
    if row["segment"] not in segments:
        raise CodingError(f"there is no unit {row['segment']} in the study now", todo="write the spreadsheet anew")
    if " ".join(segments[row["segment"]].split()) != " ".join(row["words"].split()):
        raise CodingError("the words are not those of the unit", todo="leave `words` as it was written")
    segment, memo = int(row["segment"]), row["memo"]
    codings = []
    if row["event"]:
        event = suggested.get(row["event"])
        if event is None or event.segment != segment or event.code != row["suggested code"]:
            raise CodingError(f"event {row['event']} is not this suggestion", todo="write the spreadsheet anew")
        said = {"accept": Verdict.PRESENT, "reject": Verdict.ABSENT, "": Verdict.ABSENT if other else None}
        if verdict not in said:
            raise CodingError(
                f"`{row['verdict']}` is not a verdict",
                todo=did_you_mean(verdict, said) or "accept, reject or skip",
            )
        word = said[verdict]
        if word is not None:
            codings.append(
                Coding(segment, event.code, coder, word, responds_to=event.id, shown="suggestions", memo=memo)
            )
    elif verdict not in {"reject", ""}:
        raise CodingError("there is no suggestion to accept in this row", todo="write the code in `correct code`")
    if other:
        codings += [
            Coding(segment, one_code(study, part.strip()), coder, shown="suggestions", memo=memo)
            for part in other.split(";")
        ]
    return codings or [Coding(segment, None, coder, shown="suggestions")]


def code_by_hand(study: Study, coder: str, unit: Unit, codes: Sequence[str], memo: str = "") -> list[int]:
    """Write what a person codes in a unit with nothing in sight; no codes at all says that none applies."""
    segment = unit.segment.id
    codings = [Coding(segment, code, coder, memo=memo) for code in codes]
    with study.store.transaction("code by hand"):
        add_coder(study, coder)
        return log.append(study.store, [*codings, Coding(segment, None, coder)], study.scheme_version())


def uncoded(study: Study, coder: str, *, transcripts: Sequence[str] = ()) -> list[Unit]:
    """Return the units that a coder has not read yet, in order.

    Raises
    ------
    StudyError
        Nothing is cut into units yet.
    UsageError
        There is no transcript of a name that was given.
    CodingError
        The coder is a model.
    """
    import numpy as np

    from coder.agreement.units import ratings
    from coder.steps.judging import judgements

    _check_coder(study, coder)
    units = units_in(study, transcripts)
    judged = judgements(study, corpus.segments(study.store), log.current(study.store, coder))
    spans = [unit.segment.span for unit in units]
    grid = ratings(spans, {coder: judged.get(coder, [])}, codes=study.scheme.paths()).values[0]
    return [unit for n, unit in enumerate(units) if np.isnan(grid[n]).any()]
