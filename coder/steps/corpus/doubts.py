"""Where it is not sure whose words are whose, or who asks: what a person has to confirm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from coder.rules import count_words
from coder.store.withdrawal import WITHDRAWN
from coder.transcripts.label_like import LabelLike, label_like
from coder.transcripts.labels import STAMP, keys
from coder.transcripts.plain import paragraph_break
from coder.transcripts.speakers import guess_role, is_question, is_role_word, label_key, question_shares
from coder.types import LabelRules, Role, Speaker, Transcript

_TIMES = regex.compile(STAMP)
_MARKS = regex.compile(r"[^\p{L}\p{M}\p{N}\s]+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not sure of a transcript's speakers: a kind, a message for a person, and the turns that it is about.

    `about` is `speaker` where these may be another's words, `role` where it is not known who asks, else `both`.
    """

    kind: str
    message: str
    turns: tuple[int, ...]
    about: str = "speaker"


@dataclass(frozen=True)
class Reading:
    """A transcript as it was understood.

    `said` are the keys of labels whose role cases.csv states, `listed` those that study.toml names; `labels` says how
    many turns each speaker has, in order of the text, `words` how many words each turn has, and `shares` which share of
    each speaker's turns ends in a question.
    """

    transcript: Transcript
    speakers: Mapping[str, Speaker]
    said: Collection[str]
    listed: Collection[str]
    likes: tuple[LabelLike, ...]
    labels: Counter[str]
    words: Counter[int]
    shares: Mapping[str, float]

    def role(self, label: str) -> Role:
        """Return the role of a speaker; one who is not known counts as a respondent."""
        return self.speakers[label].role if label in self.speakers else Role.RESPONDENT

    def turns_of(self, *labels: str) -> tuple[int, ...]:
        """Return the numbers of the turns of these speakers, or of all."""
        return tuple(turn.n for turn in self.transcript.turns if not labels or turn.speaker in labels)

    def before_turns(self) -> int:
        """Return how many words stand before the first turn and its label."""
        first = self.transcript.turns[0]
        before = _TIMES.sub(" ", self.transcript.text[: first.start])
        return count_words(_MARKS.sub(" ", before)) - count_words(_MARKS.sub(" ", first.speaker))

    def is_guess(self, label: str) -> bool:
        """Tell whether a speaker is an interviewer only because their turns are questions."""
        said = label_key(label) in self.said
        return not said and self.role(label) is Role.INTERVIEWER and guess_role(label) is Role.RESPONDENT


def reading(
    transcript: Transcript, speakers: Mapping[str, Speaker], said: Collection[str], rules: LabelRules
) -> Reading:
    """Return a transcript with what its labels and questions tell; `rules` are those of study.toml."""
    transcript = replace(transcript, turns=tuple(turn for turn in transcript.turns if turn.speaker != WITHDRAWN))
    return Reading(
        transcript,
        speakers,
        said,
        keys(rules.names),
        tuple(label_like(transcript, rules)),
        Counter(turn.speaker for turn in transcript.turns),
        Counter({turn.n: count_words(transcript.words(turn.start, turn.end)) for turn in transcript.turns}),
        question_shares(transcript),
    )


def doubts(of: Reading) -> list[Doubt]:
    """Return what is doubtful in a transcript; nothing where every speaker and role can be relied on."""
    return [doubt for rule in _RULES for doubt in rule(of)]


def _no_labels(of: Reading) -> Iterator[Doubt]:
    labels = of.labels
    if labels[""] and len(labels) == 1:
        yield Doubt(
            "no labels", "no labels of speakers were found: all words count as one respondent's", of.turns_of(), "both"
        )
    elif labels[""]:
        message = f"{labels['']} of {labels.total()} turns have no label: whose words they are is not known"
        yield Doubt("no label", message, of.turns_of(""))


def _one_speaker(of: Reading) -> Iterator[Doubt]:
    labels = of.labels
    if len(labels) == 1 and "" not in labels:
        message = f"`{next(iter(labels))}` says everything: the label of another speaker may not have been seen"
        yield Doubt("one speaker", message, of.turns_of())


def _label_like(of: Reading) -> Iterator[Doubt]:
    if of.likes:
        found = ", ".join(f"`{like.label}` (line {', '.join(map(str, like.lines[:3]))})" for like in of.likes[:5])
        turns = tuple(dict.fromkeys(turn for like in of.likes for turn in like.turns))
        more = f", and {len(of.likes) - 5} more" if len(of.likes) > 5 else ""
        yield Doubt("label-like", f"inside of turns, this looks like labels of speakers: {found}{more}", turns)


def _once(of: Reading) -> Iterator[Doubt]:
    """Doubt labels that come once, unless they are data, or a person says who that is."""
    for label, turns in of.labels.items() if of.transcript.format not in _LABELS_ARE_DATA else ():
        known = (
            is_role_word(label) or label_key(label) in of.listed or (label in of.speakers and of.speakers[label].title)
        )
        if turns == 1 and label and not known and len(of.labels) > 1:
            yield Doubt("once", f"`{label}` was taken as a speaker, and speaks only once", of.turns_of(label))


def _before_turns(of: Reading) -> Iterator[Doubt]:
    before = of.before_turns()
    share = before / max(1, before + of.words.total())
    if share > 0.05:
        yield Doubt("before turns", f"{before} words ({share:.0%}) stand before the first label, and in no turn", ())


def _interviewers(of: Reading) -> Iterator[Doubt]:
    labels = of.labels
    roles = {of.role(label) for label in labels}
    guessed = [label for label in labels if of.is_guess(label)]
    if guessed:
        which = " and ".join(
            f"`{label}` ({of.shares[label]:.0%} of their turns end in a question)" for label in guessed
        )
        yield Doubt("guessed interviewer", f"taken as interviewer, as a guess: {which}", of.turns_of(), "role")
    elif Role.INTERVIEWER not in roles and len(labels) > 1:
        message = (
            "nobody is known as an interviewer: cases.csv can give a speaker that role, for all transcripts by `*`"
        )
        yield Doubt("no interviewer", message, of.turns_of(), "role")
    if Role.RESPONDENT not in roles:
        yield Doubt("no respondent", "nobody is a respondent: there is nothing to code", of.turns_of(), "role")
    for label, turns in labels.items() if Role.INTERVIEWER in roles else ():
        if of.role(label) is Role.RESPONDENT and turns > 1 and of.shares[label] >= 0.5:
            message = f"`{label}` counts as a respondent, and {of.shares[label]:.0%} of their turns end in a question"
            yield Doubt("respondent asks", message, of.turns_of(label), "role")


def _talkative(of: Reading) -> Iterator[Doubt]:
    """Doubt the turns of interviewers who say more than half of all: an answer may stand in them."""
    asked = {turn.n for turn in of.transcript.turns if of.role(turn.speaker) is Role.INTERVIEWER}
    words = of.words
    share = sum(n for turn, n in words.items() if turn in asked) / max(1, words.total())
    if share > 0.5 and len(of.labels) > 1:
        yield Doubt("interviewer talks", f"interviewers say {share:.0%} of the words", tuple(sorted(asked)))


def _answers(of: Reading) -> Iterator[Doubt]:
    """Doubt turns of interviewers that go on, without a question, in a paragraph after one that ends in a question."""
    text, found = of.transcript.text, []
    breaks = paragraph_break(text)
    for turn in of.transcript.turns:
        if of.role(turn.speaker) is Role.INTERVIEWER:
            asks = [is_question(words) for words in breaks.split(text[turn.start : turn.end])]
            if any(first and not second for first, second in pairwise(asks)):
                found.append(turn.n)
    if found:
        asked = sum(of.labels[label] for label in of.labels if of.role(label) is Role.INTERVIEWER)
        message = (
            f"{len(found)} of {asked} turns of interviewers go on in another paragraph after a question: an answer?"
        )
        yield Doubt("answer in a question", message, tuple(found))


_LABELS_ARE_DATA = {"csv", "tsv", "xlsx", "parquet", "json", "eaf", "textgrid"}
"""Formats with a place for the speaker: who speaks once there is one."""
_RULES: tuple[Callable[[Reading], Iterator[Doubt]], ...] = (
    _no_labels, _one_speaker, _label_like, _once, _before_turns, _interviewers, _talkative, _answers,
)  # fmt: skip
