"""Check the study: its log, its words, its scheme and its model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from coder.errors import CoderError, check_known
from coder.rules import count_words
from coder.steps.corpus.cases import case_warnings
from coder.steps.corpus.preview import previews
from coder.steps.corpus.units import units_of
from coder.steps.findings.print_edits import fallen
from coder.steps.models.registry import current_model, never_adopted
from coder.steps.study.study import Study
from coder.store import corpus, log, removal, withdrawal
from coder.store.integrity import prove
from coder.store.judgements import Which, judgements
from coder.types import CoderKind, Judgement


@dataclass(frozen=True)
class Checked:
    """What was checked, what is wrong (`findings`), and what a person should look at (`warnings`).

    `unsure` says of transcripts why it is not sure whose words are whose, or who asks, until a person confirms it.
    """

    events: int
    chain: str
    transcripts: int
    segments: int
    findings: tuple[str, ...]
    warnings: tuple[str, ...]
    unsure: dict[str, tuple[str, ...]] = field(default_factory=dict)


def check(study: Study) -> Checked:
    """Check the chain of the log, offsets, foreign keys, every citation's words, and the adopted model."""
    findings = prove(study.store)
    try:
        current_model(study)
    except CoderError as error:
        findings.append(str(error))
    if withdrawal.pending(study.store):
        findings.append(f"a withdrawal was interrupted; finish it: coder withdraw {study.folder}")
    events, chain = log.head(study.store)
    models = log.coders_of_kind(study.store, CoderKind.MODEL)
    lost = _orphans(study)
    findings += [f"{what}: merge, rename or restore with `coder scheme`" for coder, what in lost if coder not in models]
    warnings = [f"{what}: `coder suggest` renews them" for coder, what in lost if coder in models]
    warnings += [
        f"{name}: the words of segment {segment} are not in the current transcript; its codings have no place"
        for name, segment in corpus.unplaced(study.store)
    ]
    warnings += [f"{name}: its words have been withdrawn" for name in corpus.withdrawn_transcripts(study.store)]
    warnings += [f"{one.name}: removed; `coder undo` puts it back" for one in removal.removed(study.store)]
    if redacted := withdrawal.redacted(study.store, "event"):
        warnings.append(
            f"{len(redacted)} events are about words that were withdrawn, or a memo that named somebody was changed"
        )
    warnings += fallen(study)
    warnings += case_warnings(study)
    warnings += _kinds(study)
    warnings += [
        f"the model `{name}` was never adopted: coder models --use {name}, or delete it"
        for name in never_adopted(study)
    ]
    return Checked(
        events,
        chain,
        len(corpus.transcripts(study.store)),
        len(corpus.segments(study.store)),
        tuple(findings),
        tuple(warnings),
        {one.transcript: tuple(doubt.message for doubt in one.doubts) for one in previews(study) if one.doubts},
    )


def _orphans(study: Study) -> list[tuple[str, str]]:
    """Return the coders of current codings whose code is neither in the scheme nor retired, with what is the matter."""
    known = set(study.scheme.with_retired().paths())
    events = [*judgements(study.store), *judgements(study.store, which=Which.BULK)]
    lost = Counter((event.coder, event.code) for event in events if event.code and event.code not in known)
    return [
        (coder, f"{n} current codings by {coder} have the code `{code}`, which is not in the scheme")
        for (coder, code), n in lost.items()
    ]


def history(
    study: Study, *, transcript: str | None = None, coder: str | None = None, last: int | None = None
) -> list[tuple[Judgement, str, str]]:
    """Return events with the transcript and the words that they are about, oldest first.

    The words are empty where they are not in the current transcript.

    Parameters
    ----------
    transcript, coder
        Only events on this transcript, by this coder.
    last
        Only the last n.

    Raises
    ------
    UsageError
        There is no transcript, or no coder, of a name that was given.
    """
    segments, places = corpus.segments(study.store), corpus.transcript_of_segments(study.store)
    named = {*corpus.transcripts(study.store), *places.values()}
    check_known("transcript", [transcript] if transcript is not None else [], named)
    check_known("coder", [coder] if coder is not None else [], [known.name for known in log.coders(study.store)])
    found = []
    for event in judgements(study.store, which=Which.AS_WRITTEN):
        segment, place = segments.get(event.segment), places[event.segment]
        words = segment.words if segment else ""
        if transcript in {None, place} and coder in {None, event.coder}:
            found.append((event, place, words))
    return found[-last:] if last else found


def _kinds(study: Study) -> list[str]:
    """Name the machines of study.toml that are registered as people."""
    people = log.coders_of_kind(study.store, CoderKind.PERSON)
    return [
        f"`{name}` is among `machines` in study.toml and counts as a person: coder coders kind STUDY {name} machine"
        for name in study.settings.machines
        if name in people
    ]


def transcripts_of(study: Study, names: Sequence[str] = ()) -> list[dict[str, object]]:
    """Return each transcript (of `names`, or all) with its case, speakers, turns, words, units and the reader's notes.

    Raises
    ------
    UsageError
        There is no transcript of a name.
    """
    check_known("transcript", names, corpus.transcripts(study.store))
    case_of = {t: case.name for case in corpus.cases(study.store) for t in case.transcripts}
    speakers = corpus.speakers(study.store)
    units = Counter(unit.segment.span.transcript for unit in units_of(study))
    return [
        {
            "transcript": name,
            "case": case_of.get(name, ""),
            "format": stored.transcript.format,
            "speakers": [
                f"{s.label} ({s.title or s.role})" for s in speakers.get(name, {}).values() if s.label or s.title
            ],
            "turns": len(stored.transcript.turns),
            "words": count_words(stored.transcript.text),
            "units": units[name],
            "encoding": stored.transcript.encoding,
            "notes": list(stored.transcript.notes),
        }
        for name, stored in corpus.transcripts(study.store).items()
        if not names or name in names
    ]
