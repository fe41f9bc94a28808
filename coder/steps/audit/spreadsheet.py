"""Audit in a spreadsheet: written, filled in by a person, and taken back into the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.errors import CodingError, UsageError, did_you_mean
from coder.steps.audit.blinding import unseen
from coder.steps.audit.decisions import judgements_in, not_given_now
from coder.steps.audit.queue import SAMPLE, audit_queue
from coder.steps.audit.units import AuditUnit, Decision, ShownCode
from coder.steps.coding.code_lookup import one_code
from coder.steps.coding.coders import add_coder
from coder.steps.models.registry import auditable_model
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.store.random_draws import left_among
from coder.types import Coding, Judgement, Segment, Shown, Unit, Verdict

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
HIDDEN = "hidden"
"""What stands for the score in a row of a blind audit."""
VERDICTS = {"accept": Verdict.PRESENT, "reject": Verdict.ABSENT, "": Verdict.ABSENT}
"""What may be filled in; where the verdict is empty, the code in `correct code` takes the suggestion's place."""


def audit_sheet(
    study: Study,
    coder: str,
    path: Path,
    *,
    transcripts: Sequence[str] = (),
    everything: bool = False,
    order: str = "transcript",
    sample: int = SAMPLE,
    dry_run: bool = False,
) -> int:
    """Write what a coder has to audit as a spreadsheet, a row a suggestion; return the number of rows.

    `verdict` is to be filled in (accept, reject, skip), `correct code` where another code holds. In a blind audit a
    row is a unit, without what is suggested for it.

    Raises
    ------
    UsageError
        A second look at doubted codings is for the terminal.
    """
    if order == "suspect":
        raise UsageError("`--order suspect` has no spreadsheet", todo="leave out --out: it goes in the terminal")
    import pandas as pd

    from coder.tables.formats.spreadsheets_in import write_table

    items = audit_queue(
        study, coder, order=order, transcripts=transcripts, everything=everything, sample=sample, dry_run=dry_run
    )
    rows = [_sheet_row(item, one) for item in items for one in item.codes or (None,)]
    if not dry_run:
        write_table(pd.DataFrame(rows, columns=list(SHEET)).astype(str), path)
    return len(rows)


def _sheet_row(item: AuditUnit, shown: ShownCode | None) -> tuple[object, ...]:
    segment = item.unit.segment
    nothing = ("", "", HIDDEN if item.shown is Shown.NOTHING else "")
    event, code, score = (shown.event, shown.code, f"{shown.score or 0:.2f}") if shown else nothing
    place = (segment.id, segment.span.transcript, segment.span.turn + 1, segment.speaker, item.title)
    return (event, *place, item.unit.before, segment.words, code, score, "", "", "")


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
    from coder.tables.formats.spreadsheets_in import read_rows

    _, rows = read_rows(path, SHEET)
    known = corpus.segments(study.store)
    segments = {str(s.id): s for s in known.values()}
    suggested = {str(e.id): e for e in judgements(study.store, auditable_model(study))}
    blind = unseen(study, coder, [int(row["segment"]) for row in rows if row["segment"] in segments]).codings
    answers: dict[int, list[Coding]] = {}
    wrong = []
    for line, row in enumerate(rows, start=2):
        try:
            decided = _decided(study, row, segments, suggested)
            if decided is None:
                continue
            item, decision = decided
            segment = item.unit.segment.id
            if segment in blind and item.shown is not Shown.NOTHING:
                raise CodingError("you were given this unit to code blind since", todo="leave the row empty")
            codings = list(judgements_in(coder, item, decision)) or [Coding(segment, None, coder, shown=item.shown)]
            answers.setdefault(segment, []).extend(codings)
        except (CodingError, UsageError) as error:
            wrong.append(CodingError(error.message, where=f"{path}, line {line}", todo=error.todo))
    if wrong:
        raise CodingError("\n".join(map(str, wrong[:20])) + f"\n{len(wrong)} rows do not fit; nothing was written")
    open_ones = _unanswered(study, coder, suggested.values(), answers)
    codings = []
    for segment, own in answers.items():
        codings += own if segment in open_ones else [*own, Coding(segment, None, coder, shown=own[-1].shown)]
    again = left_among(study.store, coder, answers, again=True)
    for segment in again:
        codes = {coding.code for coding in answers[segment]}
        codings += not_given_now(study, coder, known[segment], codes)
    with study.store.transaction("audit", dry_run=dry_run):
        add_coder(study, coder)
        written = log.append(study.store, codings, study.scheme_version(), second=again)
    empty = sum(not row["verdict"] and not row["correct code"] for row in rows)
    return SheetRead(len(rows) - empty, empty, len(answers), len(open_ones & set(answers)), len(written))


def _unanswered(
    study: Study, coder: str, suggested: Iterable[Judgement], answers: Mapping[int, Sequence[Coding]]
) -> set[int]:
    """Return the segments with a suggestion that the coder has left open: these do not count as read."""
    answered = {(event.segment, event.code) for event in judgements(study.store, coder)}
    answered |= {(coding.segment, coding.code) for own in answers.values() for coding in own}
    blind = {coding.segment for own in answers.values() for coding in own if coding.shown is Shown.NOTHING}
    open_ones = {e.segment for e in suggested if e.code is not None and (e.segment, e.code) not in answered}
    return open_ones - blind


def _decided(
    study: Study, row: Mapping[str, str], segments: Mapping[str, Segment], suggested: Mapping[str, Judgement]
) -> tuple[AuditUnit, Decision] | None:
    """Return what one row shows, which is one code or none, and the decision on it; None where it was left open."""
    verdict, other = row["verdict"].lower(), row["correct code"]
    if verdict in {"", "skip"} and not other:
        return None
    segment = segments.get(row["segment"])
    if segment is None:
        raise CodingError(f"there is no unit {row['segment']} in the study now", todo="write the spreadsheet again")
    if " ".join(segment.words.split()) != " ".join(row["words"].split()):
        raise CodingError("the words are not those of the unit", todo="leave `words` as it was written")
    added = [one_code(study, part.strip()) for part in other.split(";")] if other else []
    shown = Shown.NOTHING if row["score"] == HIDDEN else Shown.SUGGESTIONS
    unit = Unit(segment)
    if not row["event"]:
        if verdict not in {"reject", ""}:
            raise CodingError("there is no suggestion to accept in this row", todo="write the code in `correct code`")
        return AuditUnit(unit, "", (), shown), Decision({}, added, row["memo"])
    event = suggested.get(row["event"])
    if event is None or event.segment != segment.id or event.code is None or event.code != row["suggested code"]:
        raise CodingError(f"event {row['event']} is not this suggestion", todo="write the spreadsheet again")
    if verdict not in VERDICTS:
        todo = did_you_mean(verdict, VERDICTS) or "accept, reject or skip"
        raise CodingError(f"`{row['verdict']}` is not a verdict", todo=todo)
    codes = (ShownCode(event.code, event.id, event.confidence),)
    return AuditUnit(unit, "", codes, shown), Decision({event.code: VERDICTS[verdict]}, added, row["memo"])
