"""Coding in the reading view: a passage that a person selects or quotes, taken back or given a memo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coder.errors import CodingError, UsageError
from coder.steps.coding.code_lookup import find_codes, one_code
from coder.steps.coding.coders import add_coder, check_coder
from coder.steps.coding.human_codings import find_citation, whole
from coder.steps.pages.reading_view import hits, in_sight, item_of, turns_of
from coder.steps.scheme.changes import change, edit_of
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.corpus import StoredTranscript
from coder.store.judgements import judgement, judgements
from coder.transcripts.offsets import code_points
from coder.transcripts.turns import trim
from coder.types import Coding, Shown, Turn, Verdict

COMMAND = "code by hand"
"""The command under which the log keeps what is said here; `undo` takes it back too."""


def code_selection(
    study: Study, coder: str, name: str, mark: Sequence[int], code: str, *, text: int, shown: Shown, memo: str = ""
) -> list[int]:
    """Code a selected passage; white space at its ends is left out.

    `mark` is where a browser's selection begins and ends: the turn (from 0) and the UTF-16 offset in its words of
    both. `text` is the version of the transcript that was on the page.

    Raises
    ------
    CodingError
        The transcript was corrected meanwhile, or the selection holds no words.
    UsageError
        The code's words fit none or several codes.
    """
    item = item_of(study, name)
    if item.text != text:
        raise CodingError(f"{name} was corrected since the page was opened", todo="mark the passage again")
    turns = turns_of(item)
    turn, offset, until_turn, until_offset = mark
    start, end = _point(item, turns, turn, offset), _point(item, turns, until_turn, until_offset)
    return _code(study, coder, item, (start, end), code, shown, memo)


def _point(item: StoredTranscript, turns: Sequence[Turn], turn: int, offset: int) -> int:
    if not 0 <= turn < len(turns):
        raise CodingError(f"there is no turn {turn + 1}", where=item.transcript.name, todo="mark the passage again")
    at = turns[turn]
    return at.start + code_points(item.transcript.words(at.start, at.end), offset)


def code_quote(
    study: Study,
    coder: str,
    name: str,
    quote: str,
    code: str,
    *,
    shown: Shown,
    until: str = "",
    turn: int | None = None,
    memo: str = "",
) -> list[int]:
    """Code the passage that begins with a quote and ends with it or, if given, with the words `until`.

    Parameters
    ----------
    turn
        The turn (from 0) in which to look, where the words stand at several places.

    Raises
    ------
    CodingError
        The words are not there, or at several places.
    UsageError
        The code's words fit none or several codes.
    """
    item = item_of(study, name)
    text, turns = item.transcript.text, turns_of(item)
    low, high = 0, len(text)
    if turn is not None:
        low, high = _point(item, turns, turn, 0), turns[turn].end
    start, end = (low + at for at in find_citation(text[low:high], quote, name))
    if until.strip():
        end = start + next((match[1] for match in hits(text[start:], until)), 0)
        if end == start:
            raise CodingError(f"the words `{until}` do not come after the quote", where=name, todo="copy them exactly")
    return _code(study, coder, item, (start, end), code, shown, memo)


def fitting(study: Study, words: str) -> list[str]:
    """Return the codes among which to choose, where what was typed fits several."""
    try:
        found = find_codes(study, words) if words.strip() else []
    except CodingError:
        return []
    return found if len(found) > 1 else []


def new_code(study: Study, words: str) -> str:
    """Return the code that could be made of what was typed: no code is called so, and the scheme has one facet."""
    name = "/".join(" ".join(level.split()) for level in words.split("/"))
    return name if len(study.scheme.facets) == 1 and name not in study.scheme.paths() else ""


def make_code(study: Study, coder: str, name: str) -> None:
    """Add a code to the codebook while reading, with the headings above it that are not there; definitions can follow.

    Raises
    ------
    SchemeError
        The name does not fit, or is there already.
    """
    levels = name.split("/")
    above = ["/".join(levels[:n]) for n in range(1, len(levels))]
    there = {value.path for value in study.scheme.values}
    for path in [*(one for one in above if one not in there), name]:
        change(study, edit_of(study, "add", path), coder)


def _code(
    study: Study, coder: str, item: StoredTranscript, span: tuple[int, int], code: str, shown: Shown, memo: str
) -> list[int]:
    check_coder(study, coder)
    place = trim(item.transcript.text, *span)
    if place is None:
        raise CodingError("the passage holds no words", where=item.transcript.name, todo="mark some words first")
    path = one_code(study, code)
    with study.store.transaction(COMMAND):
        add_coder(study, coder)
        segment = corpus.segment_at(study.store, item.text, *place, item.transcript.words(*place))
        shown = in_sight(study, coder, segment, shown)
        suggested = judgements(study.store, log.suggesting_model(study.store), segments=[segment], coded=True)
        answering = shown == Shown.SUGGESTIONS
        answered = next((one.id for one in suggested if one.code == path and answering), None)
        coding = Coding(segment, path, coder, responds_to=answered, shown=shown, memo=memo.strip())
        return log.append(study.store, [coding], study.scheme_version())


def take_back(study: Study, coder: str, event: int, *, shown: Shown) -> list[int]:
    """Withdraw a current coding of the coder's own; nothing is deleted.

    Raises
    ------
    UsageError
        It is no current coding of this coder.
    """
    return _write_again(study, coder, event, shown, Verdict.WITHDRAWN)


def note(study: Study, coder: str, event: int, memo: str, *, shown: Shown) -> list[int]:
    """Give a current coding of the coder's own this memo; raises what `take_back` raises."""
    return _write_again(study, coder, event, shown, memo=memo.strip())


def _write_again(
    study: Study, coder: str, event: int, shown: Shown, verdict: Verdict | None = None, memo: str = ""
) -> list[int]:
    """Write a coding once more, with another verdict (then it answers no suggestion) or memo."""
    with study.store.transaction(COMMAND):
        own = judgement(study.store, event)
        if own is None or not judgements(study.store, coder, numbers=[event]):
            todo = "look at the page again: it may be taken back"
            raise UsageError("this is not a current coding of yours", todo=todo)
        shown = in_sight(study, coder, own.segment, shown)
        about = (verdict, None, None) if verdict else (own.verdict, own.confidence, own.responds_to)
        again = Coding(own.segment, own.code, coder, *about, shown, memo)
        return log.append(study.store, [again], study.scheme_version())


def read_whole(study: Study, coder: str, name: str, *, shown: Shown) -> list[int]:
    """Say that the coder has read the whole transcript: what is not coded in it is absent."""
    check_coder(study, coder)
    item = item_of(study, name)
    with study.store.transaction(COMMAND):
        add_coder(study, coder)
        coding = replace(whole(study, item, coder), shown=shown)
        return log.append(study.store, [coding], study.scheme_version())
