"""Memos as a journal: what was written on the study, its cases, transcripts and codes, and on passages."""

from __future__ import annotations

from dataclasses import dataclass

from coder.errors import UsageError, check_known
from coder.steps.study.study import Study
from coder.store import corpus, memos
from coder.store.memos import replace
from coder.types import Memo, Table

KINDS = ("study", "case", "transcript", "code")
"""What a memo can be about, beside a passage."""


@dataclass(frozen=True)
class Entry:
    """A memo with the transcript and the words of its passage; both are empty where it is about no passage."""

    memo: Memo
    transcript: str
    passage: str


def journal(study: Study, *, about: str = "", search: str = "") -> list[Entry]:
    """Return the memos of a study, the oldest first.

    Parameters
    ----------
    about
        `study`, or a kind and a name such as `code:education/fairs`; of a transcript, those on its passages, too.
    search
        Words that stand in the memo, in whatever case.

    Raises
    ------
    UsageError
        There is no such kind.
    """
    kind, name = _about(about) if about else ("", "")
    transcript_of = corpus.transcript_of_segments(study.store)
    spans, texts = corpus.spans(study.store), corpus.transcripts(study.store)
    found = []
    for memo in memos.memos(study.store):
        transcript = transcript_of.get(memo.segment or 0, "")
        span = spans.get(memo.segment or 0)
        words = texts[transcript].transcript.words(span.start, span.end) if span and transcript in texts else ""
        is_about = (kind, name) in {("", ""), (memo.kind, memo.about), ("transcript", transcript), ("code", memo.about)}
        if is_about and search.casefold() in memo.words.casefold():
            found.append(Entry(memo, transcript, words))
    return found


def add(study: Study, about: str, author: str, words: str, *, dry_run: bool = False) -> None:
    """Write a memo on the study, or on a case, a transcript or a code of it: `case:Alder`.

    Raises
    ------
    UsageError
        There is no such kind, or nothing of that name; or the memo has no words, or nobody has written it.
    """
    kind, name = _about(about)
    known = {
        "case": [case.name for case in corpus.cases(study.store)],
        "transcript": list(corpus.transcripts(study.store)),
        "code": list(study.scheme.paths()),
    }
    if kind != "study":
        check_known(kind, [name], known[kind])
    if not words.strip() or not author.strip():
        raise UsageError("a memo has words and an author", todo="--add WORDS --coder NAME")
    with study.store.transaction("memos", dry_run=dry_run):
        memos.write(study.store, kind, name, author.strip(), words.strip())


def take_back(study: Study, memo: int, author: str, *, dry_run: bool = False) -> None:
    """Take a memo back; it stays in the study's history.

    Raises
    ------
    UsageError
        There is no memo of this number. One on a coding or a flag is changed where it was written.
    """
    standing = {one.id for one in memos.memos(study.store) if one.source == "memo"}
    if memo not in standing:
        raise UsageError(
            f"there is no memo {memo} of its own", todo="`coder memos STUDY` lists them with their numbers"
        )
    with study.store.transaction("memos", dry_run=dry_run):
        replace(study.store, memo, author, "")


def _about(words: str) -> tuple[str, str]:
    kind, _, name = words.partition(":")
    check_known("kind of memo", [kind], KINDS)
    return kind, name.strip()


def table(entries: list[Entry]) -> Table:
    """Return memos as a table for print."""
    rows = tuple(
        (
            one.memo.id if one.memo.source == "memo" else "",
            one.memo.at[:10],
            one.memo.author,
            one.memo.kind if one.memo.kind != "passage" else one.memo.source.replace("memo", "passage"),
            one.memo.about or one.transcript,
            one.memo.words,
            one.passage[:80] + "…" * (len(one.passage) > 80),
        )
        for one in entries
    )
    return Table("Memos", ("no", "date", "author", "on", "about", "memo", "passage"), rows)
