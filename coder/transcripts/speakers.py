"""Who speaks: roles guessed from labels, and cases.csv, which says so for certain."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from coder.errors import TranscriptError, did_you_mean
from coder.transcripts.csvtable import Row, table
from coder.transcripts.decode import decode
from coder.types import Role, Speaker, Transcript

_SHORT = {"interviewer": {"i", "q", "int", "intv", "mod"}, "respondent": {"r", "a", "p", "ip", "b", "resp"}}


def label_key(label: str) -> str:
    """Return a label for comparison: composed (NFC), in one case, without invisible characters and colons at its end.

    Turkish i with and without a dot is one, since only there capitals would be other letters.

    Examples
    --------
    >>> label_key("A\u030asa\u200b ÖBERG:") == label_key("Åsa Öberg")
    True
    >>> label_key("GÖRÜŞMECİ") == label_key("görüşmeci"), label_key("ΣΥΝΕΝΤΕΥΚΤΗΣ") == label_key("συνεντευκτης")
    (True, True)
    """
    seen = "".join(c for c in unicodedata.normalize("NFC", label) if unicodedata.category(c) != "Cf")
    return " ".join(seen.split()).strip(":：").casefold().replace("i\u0307", "i").replace("ı", "i")


@cache
def _words(kind: str) -> frozenset[str]:
    """Return the words for a role in every language, from role_words.toml; `_` stands for a blank."""
    found = tomllib.loads((Path(__file__).parent / "role_words.toml").read_text("utf-8"))[kind]
    return frozenset(label_key(word.replace("_", " ")) for words in found.values() for word in words.split())


COLUMNS = ("transcript", "case", "speaker", "role", "title")
"""The columns of cases.csv that are no attributes."""
EVERYWHERE = "*"
"""In the column `transcript`: the row is about a speaker of all transcripts."""


def guess_role(label: str) -> Role:
    """Guess from a label what its speaker does: interviewer where a word for one is used, else respondent.

    Words are known in some fifty languages (role_words.toml): alone, numbered (`I2`, `Interviewer A`), first
    (`Interviewer Anna`) or in brackets (`Anna (moderator)`).

    Examples
    --------
    >>> guess_role("INT 2"), guess_role("Haastattelija"), guess_role("Anna Berg")
    (<Role.INTERVIEWER: 'interviewer'>, <Role.INTERVIEWER: 'interviewer'>, <Role.RESPONDENT: 'respondent'>)
    """
    return Role.INTERVIEWER if _is_called(label, "interviewer") else Role.RESPONDENT


def is_role_word(label: str) -> bool:
    """Tell whether a label is a common word for a role, such as `Q`, `Respondent`, `Participant 3` or `Several`.

    Examples
    --------
    >>> is_role_word("Participant 3"), is_role_word("Woman 1 and Man 2"), is_role_word("I told him")
    (True, True, False)
    """
    return any(_is_called(label, kind) for kind in ("interviewer", "respondent", "several"))


def is_question(words: str) -> bool:
    """Tell whether words end in a question mark, of any script."""
    return words[-8:].rstrip("\"'”’»)] \n").endswith(tuple("?？؟;՞፧"))


def question_shares(transcript: Transcript) -> dict[str, float]:
    r"""Return which share of each speaker's turns ends in a question mark, by label.

    Examples
    --------
    >>> from coder.types import Turn
    >>> turns = (Turn(0, "Eva", 5, 9), Turn(1, "Olof", 16, 25))
    >>> question_shares(Transcript("a", "Eva: Why?\nOlof: The nets.", turns))
    {'Eva': 1.0, 'Olof': 0.0}
    """
    ends: dict[str, list[bool]] = {}
    for turn in transcript.turns:
        ends.setdefault(turn.speaker, []).append(is_question(transcript.words(turn.start, turn.end)))
    return {label: sum(found) / len(found) for label, found in ends.items()}


def who_asks(shares: Mapping[str, float]) -> set[str]:
    """Return the speakers whose turns end in questions as an interviewer's do, by their share of such turns.

    A quarter of their turns does, and of nobody else's a third as many. In seven interviews about software (PDPilot)
    and 33 invented ones it was between .26 and 1 of the interviewers' turns and at most .11 of a respondent's.

    Examples
    --------
    >>> who_asks({"Eva": 0.4, "Olof": 0.1}), who_asks({"Eva": 0.4, "Olof": 0.3})
    ({'Eva'}, set())
    """
    asking = {label for label, share in shares.items() if label and share >= 0.25}
    others = [share for label, share in shares.items() if label not in asking]
    clear = asking and others and max(others) <= min(shares[label] for label in asking) / 3
    return asking if clear else set()


def begins_no_turn(label: str) -> bool:
    """Tell whether what stands before a colon is a heading (`Date`) or a part of speech (`First`), not a label."""
    return label_key(label).strip(" .") in _words("no_label")


def _is_called(label: str, kind: str) -> bool:
    folded = label_key(label).strip(" .:")
    stem = re.sub(r"(?<=[^\W\d_])[\s_.#-]*\d+$|[\s_.#-]+[a-z]$", "", folded)
    if stem in _SHORT.get(kind, ()) or stem in _words(kind):
        return True
    first, *rest = folded.split() or [""]
    bracketed = (word.strip("()") for word in rest if word.startswith("("))
    return (first.strip(".:") in _words(kind) and len(rest) < 5) or any(word in _words(kind) for word in bracketed)


@dataclass(frozen=True, slots=True)
class CaseTable:
    """What cases.csv says of each transcript: its case, its attributes, and its speakers.

    `unnamed` has what a row without a speaker says of one who is not named there, and the line where it stands;
    `everywhere` the speakers of the rows for the transcript `*`, who are the same in all transcripts. `roles` are the
    transcripts and keys of labels whose rows state a role; that of the others is guessed.
    """

    cases: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    speakers: dict[str, tuple[Speaker, ...]] = field(default_factory=dict)
    unnamed: dict[str, tuple[Speaker, str]] = field(default_factory=dict)
    everywhere: tuple[Speaker, ...] = ()
    roles: Set[tuple[str, str]] = frozenset()
    header: tuple[str, ...] = COLUMNS

    def named(self, transcript: str) -> dict[str, Speaker]:
        """Return the speakers that rows name for a transcript, or for all, by the key of their labels."""
        found = {label_key(one.label): one for one in self.everywhere}
        for one in self.speakers.get(transcript, ()):
            key = label_key(one.label)
            role = found[key].role if key in found and (transcript, key) not in self.roles else one.role
            found[key] = Speaker(one.label, role, one.title or (found[key].title if key in found else ""))
        return found

    def said(self, transcript: str) -> set[str]:
        """Return the keys of the labels whose role a row states, for this transcript or for all."""
        return {key for key in self.named(transcript) if {(transcript, key), (EVERYWHERE, key)} & self.roles}

    def speakers_of(self, transcript: str, labels: Iterable[str], asking: Set[str] = frozenset()) -> dict[str, Speaker]:
        """Return who speaks in a transcript, by label: as a row says, else with a role guessed from the label.

        Where nobody is an interviewer then, those `asking` whose role no row states are taken for interviewers. A title
        in a row without a speaker is that of the one respondent.

        Raises
        ------
        TranscriptError
            With file and line: there are several respondents, or none, who could have the title.
        """
        named = self.named(transcript)
        found = {
            label: replace(named.get(label_key(label), Speaker(label, guess_role(label))), label=label)
            for label in labels
        }
        if all(one.role is Role.RESPONDENT for one in found.values()):
            guessed = [label for label in found if label in asking and label_key(label) not in self.said(transcript)]
            found |= {label: replace(found[label], role=Role.INTERVIEWER) for label in guessed}
        row, where = self.unnamed.get(transcript, (Speaker("", Role.RESPONDENT), ""))
        if row.title:
            able = [one for one in found.values() if one.role is row.role and one.title in {"", row.title}]
            if len(able) != 1:
                todo = f"fill in `speaker`: {', '.join(filter(None, found))}"
                message = f"the title `{row.title}` could be that of {len(able)} speakers of `{transcript}`"
                raise TranscriptError(message, where=where, todo=todo)
            found[able[0].label] = replace(able[0], title=row.title)
        return found

    def missing(self, transcript: str, speakers: Iterable[Speaker]) -> list[Speaker]:
        """Return the respondents of a transcript who have no row; a row without a speaker is the only one's."""
        respondents = [speaker for speaker in speakers if speaker.role is Role.RESPONDENT]
        if "speaker" not in self.header or len(respondents) == 1:
            respondents = [] if transcript in self.unnamed else respondents[:1]
        named = self.named(transcript)
        unlabelled = len(respondents) == 1
        return [one for one in respondents if label_key(one.label) not in named and (one.label or unlabelled)]


def read_cases(path: Path) -> CaseTable:
    """Read cases.csv: a row for each transcript and speaker.

    The columns `transcript` and `case` are required, `speaker`, `role` and `title` known; every other column
    is an attribute of the transcript. A row without a speaker is about the one respondent. A row for the transcript `*`
    says who a speaker is in all transcripts; a row for one of them goes before it. Where `role` is empty it is
    guessed from the label. An attribute may be left empty where another row of the transcript gives it, or where all
    that is said of it in the case is the same.

    Raises
    ------
    TranscriptError
        With file and line: a missing column, an unknown role, a transcript in two cases, a speaker named
        twice, an attribute with two values in one transcript.
    """
    try:
        text, _, _ = decode(path.read_bytes(), path)
    except OSError as error:
        raise TranscriptError("cannot be read", where=path, todo=error.strerror) from error
    header, rows = table(text, path, lambda header: "transcript" in header)
    _require(("transcript", "case"), header, path)
    cases: dict[str, str] = {}
    attributes: dict[str, dict[str, str]] = {}
    speakers: dict[str, tuple[Speaker, ...]] = {}
    unnamed: dict[str, tuple[Speaker, str]] = {}
    everywhere: tuple[Speaker, ...] = ()
    roles: set[tuple[str, str]] = set()
    for row in rows:
        if row.cells.get("role"):
            roles.add((row.cells["transcript"], label_key(row.cells.get("speaker", ""))))
        if row.cells["transcript"] == EVERYWHERE:
            everywhere = (*everywhere, _everywhere(row, everywhere, path))
            continue
        transcript, case = _needed(row, "transcript", path), _needed(row, "case", path)
        if cases.setdefault(transcript, case) != case:
            raise _wrong(path, row, f"transcript `{transcript}` is in two cases: `{cases[transcript]}` and `{case}`")
        _add_attributes(attributes.setdefault(transcript, {}), row, path)
        known = speakers.setdefault(transcript, ())
        speaker = _speaker(row, known, path)
        if speaker.label:
            speakers[transcript] = (*known, speaker)
        elif speaker.title or transcript not in unnamed:
            if transcript in unnamed and (other := unnamed[transcript][0].title):
                message = f"`{other}` and `{speaker.title}` are titles of one who is not named"
                raise _wrong(path, row, message, "fill in `speaker`")
            unnamed[transcript] = speaker, f"{path}, line {row.line}"
    _share(cases, attributes)
    return CaseTable(
        {name: (case, attributes[name]) for name, case in cases.items()}, speakers, unnamed, everywhere, roles, header
    )


def _require(columns: tuple[str, ...], header: tuple[str, ...], path: Path) -> None:
    for column in columns:
        if column not in header:
            advice = did_you_mean(column, header)
            found = advice.replace("did you mean", "rename") if advice else f"found: {', '.join(header)}"
            raise TranscriptError(f"column `{column}` is missing", where=f"{path}, line 1", todo=found)


def _needed(row: Row, column: str, path: Path) -> str:
    if not row.cells[column]:
        raise _wrong(path, row, f"`{column}` is empty")
    return row.cells[column]


def _add_attributes(known: dict[str, str], row: Row, path: Path) -> None:
    for column, value in row.cells.items():
        if column in COLUMNS:
            continue
        if value and known.get(column) and known[column] != value:
            message = f"`{column}` of `{row.cells['transcript']}` is `{known[column]}` above and `{value}` here"
            raise _wrong(path, row, message)
        known[column] = value or known.get(column, "")


def _share(cases: dict[str, str], attributes: dict[str, dict[str, str]]) -> None:
    """Give a transcript what is empty for it and the same wherever its case says it."""
    said: dict[tuple[str, str], set[str]] = {}
    for transcript, case in cases.items():
        for column, value in attributes[transcript].items():
            said.setdefault((case, column), set()).add(value)
    for transcript, case in cases.items():
        for column, value in attributes[transcript].items():
            others = said[case, column] - {""}
            attributes[transcript][column] = value or (others.pop() if len(others) == 1 else "")


def _everywhere(row: Row, known: tuple[Speaker, ...], path: Path) -> Speaker:
    """Return the speaker of a row that is about all transcripts; it can say nothing of a case."""
    speaker = _speaker(row, known, path)
    others = [column for column, value in row.cells.items() if value and column not in {"transcript", *COLUMNS[2:]}]
    if not speaker.label or others:
        what = f"`{others[0]}` is filled in" if others else "`speaker` is empty"
        raise _wrong(path, row, f"{what} for the transcript `{EVERYWHERE}`", "name a speaker, a role and a title only")
    return speaker


def _speaker(row: Row, known: tuple[Speaker, ...], path: Path) -> Speaker:
    label = unicodedata.normalize("NFC", row.cells.get("speaker", ""))
    role = row.cells.get("role", "").lower()
    if any(label_key(speaker.label) == label_key(label) for speaker in known):
        raise _wrong(path, row, f"speaker `{label}` of `{row.cells['transcript']}` is named twice")
    if role and role not in set(Role):
        todo = did_you_mean(role, set(Role)) or f"write one of: {', '.join(Role)}"
        raise _wrong(path, row, f"role `{role}` is unknown", todo)
    return Speaker(label, Role(role) if role else guess_role(label), row.cells.get("title", ""))


def _wrong(path: Path, row: Row, message: str, todo: str | None = None) -> TranscriptError:
    return TranscriptError(message, where=f"{path}, line {row.line}", todo=todo)
