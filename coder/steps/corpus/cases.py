"""What cases.csv says of transcripts and speakers, brought into the study; who asks is guessed where nothing says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from coder.steps.study.study import Study
from coder.store import corpus, removal
from coder.store.corpus import StoredTranscript
from coder.store.withdrawal import WITHDRAWN
from coder.tables.formats.atomic_files import replacing
from coder.transcripts.csvtable import with_rows
from coder.transcripts.speakers import CaseTable, guess_role, label_key, question_shares, read_cases, who_asks
from coder.types import LabelRules, Role, Speaker, Transcript


def case_table(study: Study) -> CaseTable:
    """Read cases.csv, if there is one."""
    path = study.folder / "cases.csv"
    return read_cases(path) if path.exists() else CaseTable()


def sync_cases(study: Study, table: CaseTable) -> None:
    """Write cases, roles and titles down as cases.csv now has them; what it does not name is guessed.

    A role is guessed from the label, and where nobody is an interviewer then, from who asks, unless the transcript was
    coded with other roles already.
    """
    known = corpus.speakers(study.store)
    for name, stored in corpus.transcripts(study.store).items():
        case, attributes = table.cases.get(name, (name, {}))
        corpus.set_case(study.store, stored.id, case, attributes)
        before = known.get(name, {})
        free = not before or not corpus.coded_placements(study.store, stored.id)
        asked = {label for label, one in before.items() if one.role is Role.INTERVIEWER}
        speakers = speakers_in(table, stored.transcript, None if free else asked)
        if known.get(name) != speakers:
            corpus.set_speakers(study.store, stored.id, speakers.values())
            corpus.forget_units(study.store, stored.text)


def speakers_in(
    table: CaseTable, transcript: Transcript, might_ask: Collection[str] | None = None
) -> dict[str, Speaker]:
    """Return who speaks in a transcript, by label; only those of `might_ask`, if given, are guessed to ask."""
    asking = who_asks(question_shares(transcript))
    labels = dict.fromkeys(turn.speaker for turn in transcript.turns if turn.speaker != WITHDRAWN)
    asking = asking if might_ask is None else asking & set(might_ask)
    return table.speakers_of(transcript.name, labels, asking)


def add_to_cases(study: Study, table: CaseTable, names: Sequence[str], dry_run: bool) -> dict[str, tuple[str, ...]]:
    """Add a row to cases.csv for each respondent who has none; return their labels by transcript."""
    path, speakers = study.folder / "cases.csv", corpus.speakers(study.store)
    missing = {name: table.missing(name, speakers.get(name, {}).values()) for name in names}
    rows = [
        {"transcript": name, "case": table.cases.get(name, (name,))[0], "speaker": one.label, "role": role}
        for name, ones in missing.items()
        for role in [Role.RESPONDENT.value if _is_known_who_asks(table, name, speakers[name]) else ""]
        for one in ones
    ]
    if rows and not dry_run:
        before = path.read_bytes() if path.exists() else ",".join(table.header).encode()
        after = with_rows(before, path, lambda header: "transcript" in header, rows)
        with replacing(path) as part:
            part.write_bytes(after)
    return {name: tuple(one.label for one in ones) for name, ones in missing.items() if ones}


def _is_known_who_asks(table: CaseTable, transcript: str, speakers: Mapping[str, Speaker]) -> bool:
    """Tell whether rows or labels say who the interviewer is, or only one person speaks; else roles stay open."""
    said = table.said(transcript)
    sure = (one for one in speakers.values() if label_key(one.label) in said or guess_role(one.label) is one.role)
    return len(speakers) == 1 or any(one.role is Role.INTERVIEWER for one in sure)


def case_warnings(study: Study) -> list[str]:
    """Return what cases.csv names that no transcript has: a misspelt transcript or speaker."""
    table, stored = case_table(study), corpus.transcripts(study.store)
    known = {*stored, *(one.name for one in removal.removed(study.store))}
    found = [f"cases.csv: there is no transcript `{name}`" for name in table.cases if name not in known]
    for name, speakers in table.speakers.items():
        if name in stored:
            found += _nobody(speakers, [stored[name]], name)
    return found + _nobody(table.everywhere, list(stored.values()), "any transcript")


def _nobody(speakers: Iterable[Speaker], transcripts: Iterable[StoredTranscript], where: str) -> list[str]:
    """Name the speakers of cases.csv whom nobody in these transcripts is called like."""
    labels = {label_key(turn.speaker) for stored in transcripts for turn in stored.transcript.turns}
    absent = [one.label for one in speakers if label_key(one.label) not in labels]
    return [f"cases.csv: nobody in {where} is called `{label}`" for label in absent]


def label_rules(study: Study, table: CaseTable, transcript: str) -> LabelRules:
    """Return what study.toml and cases.csv say of the labels in a transcript."""
    rules = study.settings.labels
    return replace(rules, names=(*rules.names, *(one.label for one in table.named(transcript).values())))
