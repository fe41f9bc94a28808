"""A transcript as it was understood, for a person to look at: speakers, roles, times, and how sure all that is."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from coder.errors import UsageError, check_known
from coder.steps.corpus.cases import case_table
from coder.steps.corpus.doubts import Doubt, Reading, doubts, reading
from coder.steps.study.study import Study
from coder.store import corpus
from coder.transcripts.label_like import LabelLike
from coder.transcripts.speakers import CaseTable, is_role_word, label_key
from coder.types import Role, Transcript


@dataclass(frozen=True)
class SpeakerPreview:
    """A speaker with the share of the words, the share of turns that end in a question, and how they begin to speak.

    `why` says what the role rests on.
    """

    label: str
    role: Role
    why: str
    turns: int
    words: int
    share: float
    questions: float
    first: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """A transcript as it was understood.

    `not_taken` looks like labels and was not taken for any; `timed` turns have a time, from `first_ms` to `last_ms` in
    milliseconds. `doubts` are those that nobody has confirmed yet.

    `score` is between 0 and 1, the mean of two shares of all words: those in turns whose speaker is not in doubt, and
    those in turns where it is not in doubt who asks. What was confirmed counts as sure. `reasons` says both.
    """

    transcript: str
    turns: int
    words: int
    speakers: tuple[SpeakerPreview, ...]
    not_taken: tuple[LabelLike, ...]
    timed: int
    first_ms: int | None
    last_ms: int | None
    notes: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    score: float
    reasons: tuple[str, ...]


def previews(study: Study, names: Sequence[str] = (), table: CaseTable | None = None) -> list[Preview]:
    """Return the previews of the transcripts named, or of all, as they stand in the study; `table` is cases.csv, read.

    Raises
    ------
    UsageError
        There is no transcript of a name.
    """
    stored, speakers = corpus.transcripts(study.store), corpus.speakers(study.store)
    table = case_table(study) if table is None else table
    check_known("transcript", names, stored)
    found = []
    for name in names or stored:
        read = reading(stored[name].transcript, speakers.get(name, {}), table.said(name), study.settings.labels)
        confirmed = corpus.confirmed_doubts(study.store, stored[name].text)
        found.append(_preview(read, [one for one in doubts(read) if one.kind not in confirmed]))
    return found


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn with the role of its speaker; times are milliseconds from the start of the recording."""

    transcript: str
    speaker: str
    role: Role
    at_ms: int | None
    until_ms: int | None
    words: str


def spoken_turns(study: Study, names: Sequence[str] = ()) -> list[SpokenTurn]:
    """Return the turns of the transcripts named, or of all, in order.

    Raises
    ------
    UsageError
        There is no transcript of a name.
    """
    stored, speakers = corpus.transcripts(study.store), corpus.speakers(study.store)
    check_known("transcript", names, stored)
    found = []
    for name in names or stored:
        text, who = stored[name].transcript, speakers.get(name, {})
        for turn in text.turns:
            role = who[turn.speaker].role if turn.speaker in who else Role.RESPONDENT
            words = text.words(turn.start, turn.end)
            found.append(SpokenTurn(name, turn.speaker, role, turn.at_ms, turn.until_ms, words))
    return found


def confirm(study: Study, names: Sequence[str], *, dry_run: bool = False) -> list[Preview]:
    """Confirm that transcripts are understood rightly, and return their previews from before, with what was doubted.

    What was confirmed holds for this text: a corrected one is doubted again.

    Raises
    ------
    UsageError
        No transcript is named, or there is none of a name.
    """
    if not names:
        raise UsageError("no transcript is named", todo="name those that you have looked at")
    before = previews(study, names)
    stored = corpus.transcripts(study.store)
    with study.store.transaction("transcripts", dry_run=dry_run):
        for one in before:
            kinds = dict.fromkeys(doubt.kind for doubt in one.doubts)
            corpus.confirm_doubts(study.store, stored[one.transcript].text, kinds)
    return before


def _preview(read: Reading, doubted: Sequence[Doubt]) -> Preview:
    transcript, words = read.transcript, read.words
    times = [time for turn in transcript.turns for time in (turn.at_ms, turn.until_ms) if time is not None]
    unsure = {about: _share(read, doubted, about) for about in ("speaker", "role")}
    return Preview(
        transcript.name,
        len(transcript.turns),
        words.total(),
        tuple(_speaker(read, label) for label in read.labels),
        read.likes,
        sum(turn.at_ms is not None for turn in transcript.turns),
        min(times, default=None),
        max(times, default=None),
        transcript.notes,
        tuple(doubted),
        round(1 - (unsure["speaker"] + unsure["role"]) / 2, 2),
        (
            f"who speaks is sure for {1 - unsure['speaker']:.0%} of the words",
            f"who asks and who answers is sure for {1 - unsure['role']:.0%} of the words",
            *(doubt.message for doubt in doubted),
        ),
    )


def _share(read: Reading, doubted: Sequence[Doubt], about: str) -> float:
    """Return the share of the words that lie in turns that are doubted in this respect, or in no turn."""
    words = read.words
    turns = {turn for doubt in doubted if doubt.about in {about, "both"} for turn in doubt.turns}
    outside = read.before_turns() if about == "speaker" and any(d.kind == "before turns" for d in doubted) else 0
    return (sum(words[turn] for turn in turns) + outside) / max(1, words.total() + outside)


def _speaker(read: Reading, label: str) -> SpeakerPreview:
    words, turns = read.words, read.turns_of(label)
    own = sum(words[turn] for turn in turns)
    return SpeakerPreview(
        label,
        read.role(label),
        _why(read, label),
        len(turns),
        own,
        own / max(1, words.total()),
        read.shares[label],
        tuple(_first_words(read.transcript, turn) for turn in turns[:2]),
    )


def _first_words(transcript: Transcript, number: int) -> str:
    turn = next(turn for turn in transcript.turns if turn.n == number)
    return textwrap.shorten(transcript.words(turn.start, min(turn.end, turn.start + 300)), 100, placeholder=" …")


def _why(read: Reading, label: str) -> str:
    """Say what a speaker's role rests on."""
    if label_key(label) in read.said:
        return "cases.csv"
    if read.is_guess(label):
        return f"a guess: {read.shares[label]:.0%} of the turns end in a question"
    if label and is_role_word(label):
        return "the label is a word for it"
    if any(read.role(other) is Role.INTERVIEWER for other in read.labels):
        return "others are the interviewers" if read.role(label) is Role.RESPONDENT else "the label is a word for it"
    return "nothing says otherwise"
