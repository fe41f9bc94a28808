"""The records of the field as frozen dataclasses, which every package uses; no package is imported here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from coder.rules import holds_half, shares_half

Progress = Callable[[str, int, int], None]
"""Called as `progress(what, done, total)` by long work."""


def silent(what: str, done: int, total: int) -> None:
    """Report no progress."""


SOLVERS = ("coder", "scikit-learn")
"""What fits the classifiers: our own conjugate gradients, all at once, or scikit-learn's lbfgs, one by one."""
AIMS = ("agreement", "more", "fewer")
"""What suggestions are for: agreement with people, to miss few of their codes, or to suggest few wrong ones."""


class Role(StrEnum):
    """What a speaker does in the interview."""

    INTERVIEWER = "interviewer"
    RESPONDENT = "respondent"


class Verdict(StrEnum):
    """A coder's verdict on one code for one segment."""

    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"
    WITHDRAWN = "withdrawn"


class Shown(StrEnum):
    """What a coder saw of others' judgements when they judged."""

    NOTHING = "nothing"
    SUGGESTIONS = "suggestions"
    CODINGS = "codings"
    BULK = "bulk"
    """Not even the unit: many suggestions were accepted at once, under a precision guarantee."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another speaks: half-open code-point offsets of the words, without the label.

    `at_ms` and `until_ms` are milliseconds from the start of the recording, where the source has them.
    """

    n: int
    speaker: str
    start: int
    end: int
    at_ms: int | None = None
    until_ms: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"turn {self.n}: offsets {self.start}..{self.end} are not a span")


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote beside a passage of a file: a comment or a footnote, with the offsets of the passage."""

    start: int
    end: int
    words: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """A memo: on the study, a case, a transcript, a code, or a passage.

    `source` says where it was written: `memo`, on a `flag`, or with a `coding`, whose code `about` names.
    """

    source: str
    id: int
    kind: str
    about: str
    segment: int | None
    author: str
    words: str
    at: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """One interview as text and turns, read from one file.

    `text` is normalised for a byte-order mark and CRLF only. `notes` say what the reader had to guess
    (an encoding, a missing label), for the user to check. `remarks` are comments and footnotes of the file; the store
    keeps them as memos.
    """

    name: str
    text: str
    turns: tuple[Turn, ...]
    format: str = "txt"
    encoding: str = "utf-8"
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def words(self, start: int, end: int) -> str:
        """Return the words of the span."""
        return self.text[start:end]


@dataclass(frozen=True, slots=True)
class LabelRules:
    """What a study says of the labels of speakers: `[labels]` in study.toml, and the names in cases.csv."""

    names: tuple[str, ...] = ()
    """Labels that are believed wherever they begin a turn."""
    not_labels: tuple[str, ...] = ()
    """What stands before a colon and is no label, such as `Note`."""
    pattern: str = ""
    """A regular expression with the group `speaker` and, for times, `time`. It is looked for at the start of each line,
    and what it matches is the label; then nothing else is one."""


NO_RULES = LabelRules()


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Which column of a table of turns holds what: `[columns]` in study.toml; an empty one is found by its name."""

    text: str = ""
    speaker: str = ""
    start: str = ""
    end: str = ""
    transcript: str = ""
    """Tells several interviews in one table apart; its cells are their names."""


NO_COLUMNS = TableColumns()


@dataclass(frozen=True, slots=True)
class Guarantees:
    """What bulk acceptance keeps, each with this `confidence`: `[guarantee]` in study.toml."""

    precision: float = 0.9
    """At least this share of what is accepted unreviewed is right."""
    confidence: float = 0.95
    recall: float = 0.9
    """At least this share of the codes that people would give is found."""
    at_most: int = 2
    """So many codes of a unit count for recall."""
    looks: int = 0
    """How many random audits were declared before the first; 0: any number, each may err half as often as the last."""


USUAL_GUARANTEES = Guarantees()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in a transcript, from cases.csv or from the label."""

    label: str
    role: Role
    title: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared (the firm, the person) with its attributes, and the transcripts that belong to it."""

    name: str
    transcripts: tuple[str, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """A passage of a transcript: half-open code-point offsets, and the turn in which it starts."""

    transcript: str
    start: int
    end: int
    turn: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"{self.transcript}: offsets {self.start}..{self.end} hold no words")

    def overlap(self, other: Span) -> int:
        """Return the number of characters in common.

        Examples
        --------
        >>> Span("a", 0, 10).overlap(Span("a", 6, 20))
        4
        >>> Span("a", 0, 10).overlap(Span("b", 6, 20))
        0
        """
        if self.transcript != other.transcript:
            return 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def codes(self, unit: Span) -> bool:
        """Tell whether a passage codes a unit of its transcript (see `shares_half`)."""
        return shares_half(self.start, self.end, unit.start, unit.end)

    def holds(self, unit: Span) -> bool:
        """Tell whether a passage of a transcript holds a unit of it, or at least half of it (see `holds_half`)."""
        return holds_half(self.start, self.end, unit.start, unit.end)


@dataclass(frozen=True, slots=True)
class Segment:
    """A span that codings can refer to: a unit of coding from the unit rule, or a passage that a coder marked."""

    id: int
    span: Span
    words: str
    speaker: str = ""
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of coding with what a classifier may know about it.

    `before` is the turn that came before (the question asked, as a rule); `position` is where the unit lies in
    the transcript, from 0 to 1.
    """

    segment: Segment
    before: str = ""
    position: float = 0.0


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a scheme: a path such as `education/customers/conferences`.

    `facets` gives the value of each facet (`{"dimension": "education/customers", "mechanism": "conferences"}`);
    a plain scheme has the one facet `code`, whose value is the path itself.
    """

    path: str
    facets: Mapping[str, str]
    definition: str = ""
    use_when: str = ""
    not_when: str = ""
    examples: tuple[str, ...] = ()
    retired: bool = False
    """No longer suggested or given; what was coded with it stays and can be cited."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet (a mechanism, a dimension), with its place in the tree as its path."""

    facet: str
    path: str
    definition: str = ""
    use_when: str = ""
    not_when: str = ""
    examples: tuple[str, ...] = ()
    group: bool = False
    """A heading that groups values below it and is never coded itself."""
    retired: bool = False
    """Every code with this value is retired."""
    flow: str = ""
    """Where knowledge goes, such as `firm > customers` or, both ways, `customers = suppliers`."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A coding scheme: its facets in the order of the code path, their values, and the codes that may be used."""

    name: str
    facets: tuple[str, ...]
    values: tuple[FacetValue, ...]
    codes: tuple[Code, ...]
    description: str = ""
    source: str = ""
    """The YAML text it was read from: what a scheme version keeps."""
    retired: tuple[Code, ...] = ()
    """Codes that are no longer suggested or given, and are not among `codes`; their citations stay."""

    def code(self, path: str) -> Code | None:
        """Return the code of that path, or None."""
        return next((code for code in self.codes if code.path == path), None)

    def with_retired(self) -> Scheme:
        """Return the scheme with its retired codes among the others, to read what was coded with them."""
        return replace(self, codes=self.codes + self.retired, retired=())

    def of_facet(self, facet: str) -> tuple[FacetValue, ...]:
        """Return the values of a facet in the scheme's order, headings included."""
        return tuple(value for value in self.values if value.facet == facet)

    def paths(self) -> tuple[str, ...]:
        """Return every code path in the scheme's order."""
        return tuple(code.path for code in self.codes)


class CoderKind(StrEnum):
    """What a coder is. Only persons code for the study; machines and models stand beside them."""

    PERSON = "person"
    MACHINE = "machine"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Coder:
    """Who codes: a person, a machine from elsewhere whose codings were imported, or a model of the study."""

    name: str
    kind: CoderKind = CoderKind.PERSON


@dataclass(frozen=True, slots=True)
class Coding:
    """A coder's judgement of a segment, before it is in the log.

    `code` None means the segment was read as a whole: what is not marked present in it is absent.
    """

    segment: int
    code: str | None
    coder: str
    verdict: Verdict = Verdict.PRESENT
    confidence: float | None = None
    responds_to: int | None = None
    shown: Shown = Shown.NOTHING
    memo: str = ""
    at: str | None = None


class Judgement(NamedTuple):
    """A coder's verdict on a code for a segment, as the log keeps it; a tuple, as there are hundreds of thousands.

    `id` is its number in the log. `code` None means that the segment was read as a whole: what is not marked present
    in it is absent. `at` is an ISO 8601 time in UTC. `supersedes` is the same coder's previous judgement of the segment
    and code, `responds_to` the suggestion that it answers, `place` where its segment lies, as far as that was asked.
    """

    id: int
    segment: int
    code: str | None
    coder: str
    verdict: Verdict = Verdict.PRESENT
    kind: CoderKind = CoderKind.PERSON
    shown: Shown = Shown.NOTHING
    run: int = 0
    at: str = ""
    memo: str = ""
    confidence: float | None = None
    responds_to: int | None = None
    supersedes: int | None = None
    scheme_version: int = 0
    hash: str = ""
    place: Span | None = None

    @classmethod
    def on(cls, span: Span, code: str | None, verdict: Verdict = Verdict.PRESENT) -> Judgement:
        """Return a judgement of a passage that is in no log."""
        return cls(0, 0, code, "", verdict, place=span)

    @property
    def span(self) -> Span:
        """Where the segment lies in the current text of its transcript.

        Raises
        ------
        ValueError
            The judgement was asked for without its place.
        """
        if self.place is None:
            raise ValueError(f"judgement {self.id} has no place")
        return self.place


class Provenance(StrEnum):
    """How a citation came by its code."""

    HUMAN = "human"
    ACCEPTED = "accepted"
    BULK = "bulk"
    """A suggestion that was accepted with many others under a precision guarantee: nobody looked at it."""
    UNREVIEWED = "unreviewed"


@dataclass(frozen=True, slots=True)
class Citation:
    """A coded passage with the whole chain of evidence: who said it, where, who coded it, when, on whose suggestion.

    `event` is the id in the log; `turn` counts from 0, as offsets do (in print from 1); `score` is the suggesting
    model's probability; `coded_at` an ISO 8601 time in UTC.
    `attributes` are those of the transcript in cases.csv; `printed` has the words as they are to be printed (edited,
    with pseudonyms), empty where nothing differs; `translations` are the words in other languages, by two-letter code.
    """

    event: int
    code: str
    facets: Mapping[str, str]
    words: str
    transcript: str
    case: str
    turn: int
    start: int
    end: int
    at_ms: int | None
    speaker: str
    title: str
    coder: str
    coded_at: str
    provenance: Provenance = Provenance.HUMAN
    suggested_by: str = ""
    score: float | None = None
    memo: str = ""
    segment: int = 0
    role: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    printed: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)
    pinned: bool = False
    """Chosen by hand to be printed."""
    also: tuple[Citation, ...] = ()
    """What other coders coded alike, the same passage with the same code, where it is printed once."""

    @property
    def codings(self) -> tuple[Citation, ...]:
        """The citation of each coder who coded the passage with the code, this one first."""
        return (self, *self.also)

    @property
    def coders(self) -> str:
        """Who coded the passage with the code, each named once."""
        return ", ".join(dict.fromkeys(one.coder for one in self.codings if one.coder))

    @property
    def text(self) -> str:
        """The words as they are printed."""
        return self.printed or self.words


@dataclass(frozen=True, slots=True)
class Table:
    """A printed table: a title, a header and rows of text or numbers, and a note on what it was made from.

    `grouped` is how many first columns say once, where the table is for reading, what row after row repeats.
    `key` names the first column of a table that tells more of the rows before it: a flat file has it beside them.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]
    note: str = ""
    grouped: int = 0
    key: str = ""

    def __iter__(self) -> Iterator[tuple[str | int | float | None, ...]]:
        return iter(self.rows)
