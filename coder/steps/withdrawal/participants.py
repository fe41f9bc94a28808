"""Who withdraws: the transcripts and speakers that are meant, and where their words lie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from coder.errors import UsageError, did_you_mean
from coder.steps.corpus.withdrawn import name_mark, turn_marks
from coder.steps.study.study import Study
from coder.store import corpus
from coder.store.corpus import StoredTranscript
from coder.transcripts.quoted import Quoted
from coder.types import Role, Transcript

Target = tuple[str, str]
"""A transcript, and one of its speakers; "" stands for all of it."""


@dataclass(frozen=True)
class Theirs:
    """What is theirs in one text of a transcript: the whole text (no speaker), or the turns of a speaker.

    Attributes
    ----------
    spans
        Half-open code-point offsets; those of a turn begin where the turn before ended, and so hold the label.
    segments
        Those of which at least half is theirs, but for the whole text.
    """

    stored: StoredTranscript
    speaker: str
    spans: tuple[tuple[int, int], ...]
    segments: tuple[int, ...]

    def holds(self, start: int, end: int) -> bool:
        """Return whether at least half of a part of the text is theirs."""
        return _mostly(self.spans, start, end)


def resolve(study: Study, names: Sequence[str]) -> list[Target]:
    """Return the transcripts and speakers of these names: of a transcript, a case, a speaker, or TRANSCRIPT:SPEAKER.

    Raises
    ------
    UsageError
        There is nobody of a name, or it could be several.
    """
    labels: dict[str, set[str]] = {}
    for stored in corpus.every_text(study.store):
        own = labels.setdefault(stored.transcript.name, set())
        own.update(turn.speaker for turn in stored.transcript.turns if turn.speaker)
    cases = {case.name: [name for name in case.transcripts if name in labels] for case in corpus.cases(study.store)}
    return list(dict.fromkeys(target for name in names for target in _named(name, labels, cases)))


def _named(name: str, labels: dict[str, set[str]], cases: dict[str, list[str]]) -> Sequence[Target]:
    speakers = {f"{one}:{label}": (one, label) for one, known in labels.items() for label in sorted(known)}
    meant: list[list[Target]] = [[(name, "")]] if name in labels else []
    meant += [[(one, "") for one in cases[name]]] if cases.get(name) else []
    meant += [[target] for full, target in speakers.items() if name in {full, target[1]}]
    meant = [one for n, one in enumerate(meant) if one not in meant[:n]]
    if not meant:
        known = [*labels, *cases, *speakers]
        raise UsageError(f"there is no transcript, case or speaker `{name}`", todo=did_you_mean(name, known))
    if len(meant) > 1:
        said = ["all of " + ", ".join(t for t, _ in one) if not one[0][1] else ":".join(one[0]) for one in meant]
        todo = f"name those that are meant: {'; '.join(said[:6])}"
        raise UsageError(f"`{name}` could be {len(meant)} things", todo=todo)
    return meant[0]


def theirs_in(study: Study, targets: Collection[Target]) -> list[Theirs]:
    """Return what is theirs in every text, earlier ones too; nothing where it is gone already."""
    found = []
    for stored in corpus.every_text(study.store):
        name = stored.transcript.name
        own = [("", _whole(stored.transcript))] if (name, "") in targets else []
        own = own or [(who, _turns(stored.transcript, who)) for one, who in targets if one == name]
        placed = corpus.placements(study.store, stored.text)
        for speaker, spans in own:
            inside = (s for s, place in placed.items() if not speaker or _theirs(stored.transcript, spans, place))
            found += [Theirs(stored, speaker, spans, tuple(inside))] if spans else []
    return found


def _whole(transcript: Transcript) -> tuple[tuple[int, int], ...]:
    return ((0, len(transcript.text)),)


def _turns(transcript: Transcript, speaker: str) -> tuple[tuple[int, int], ...]:
    ends = [0, *(turn.end for turn in transcript.turns)]
    return tuple((ends[n], turn.end) for n, turn in enumerate(transcript.turns) if turn.speaker == speaker)


def _theirs(transcript: Transcript, spans: tuple[tuple[int, int], ...], place: tuple[int, int]) -> bool:
    return place != (0, len(transcript.text)) and _mostly(spans, *place)


def _mostly(spans: tuple[tuple[int, int], ...], start: int, end: int) -> bool:
    return 2 * sum(max(0, min(end, stop) - max(start, first)) for first, stop in spans) >= end - start


def quoted(study: Study, found: Sequence[Theirs]) -> Quoted:
    """Return their words, to be found in other texts; what others said as well is not theirs."""
    words = [one.stored.transcript.text[start:end] for one in found for start, end in one.spans]
    spans: dict[int, list[tuple[int, int]]] = {}
    for one in found:
        spans.setdefault(one.stored.text, []).extend(one.spans)
    others = [_without(stored.transcript.text, spans.get(stored.text, [])) for stored in corpus.every_text(study.store)]
    return Quoted(words, others)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    starts = [0, *(end for _, end in sorted(spans))]
    ends = [*(start for start, _ in sorted(spans)), len(text)]
    return "\n".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def marks(study: Study, targets: Sequence[Target], found: Sequence[Theirs]) -> set[str]:
    """Return by what they are recognised on import: names, and long turns that nobody else has said."""
    names = {name_mark(study.store, *target) for target in targets}
    roles = corpus.speakers(study.store)
    turns, others = set(), set()
    for one in found:
        known = roles.get(one.stored.transcript.name, {})
        asking = {label for label, speaker in known.items() if speaker.role is Role.INTERVIEWER}
        labels = {turn.speaker for turn in one.stored.transcript.turns}
        turns |= turn_marks(study.store, one.stored.transcript, {one.speaker} if one.speaker else labels - asking)
    going = {(one.stored.text, one.speaker) for one in found}
    for stored in corpus.every_text(study.store):
        labels = {turn.speaker for turn in stored.transcript.turns if (stored.text, turn.speaker) not in going}
        if (stored.text, "") not in going:
            others |= turn_marks(study.store, stored.transcript, labels)
    return names | (turns - others)
