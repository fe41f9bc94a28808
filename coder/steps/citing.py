"""Citations with their chain of evidence, and the tables that are made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from coder.errors import UsageError, did_you_mean
from coder.scheme.describing import scheme_table
from coder.steps.judging import people
from coder.steps.study import Study
from coder.store import corpus, log
from coder.store.together import settlements
from coder.tables.matrix import matrix
from coder.tables.quotes import citation_rows, citation_tables
from coder.tables.render import write_tables
from coder.tables.stats import code_statistics
from coder.types import Citation, CodingEvent, Provenance, Role, Scheme, Segment, Span, Table, Verdict

ONLY = ("seen", "human", "accepted", "bulk", "seen+bulk", "unreviewed", "all")
FORMATS = ("csv", "md", "html")


def citations(
    study: Study, *, code: str | None = None, only: str = "seen", coders: Sequence[str] = ()
) -> list[Citation]:
    """Return the coded passages of the study, each with who said it, who coded it, when, and on whose suggestion.

    Parameters
    ----------
    code
        Keep the codes at or below this path, or with this value of a facet.
    only
        `human` (coded without a suggestion), `accepted` (a suggestion that a person accepted), `seen` (both), `bulk`
        (accepted in bulk under a promised precision, seen by nobody), `seen+bulk`, `unreviewed` (suggestions that
        nobody has answered in any way), or `all`.
    coders
        The people whose codings count. By default the settling coder's alone in the transcripts that she read, and
        everybody's in the others.

    Raises
    ------
    UsageError
        There is no coder of a name that was given.
    """
    known = people(study)
    for name in coders:
        if name not in known:
            raise UsageError(f"there is no coder `{name}`", todo=did_you_mean(name, known))
    scheme = study.scheme.with_retired() if code is None else below(study, code)
    events = log.current(study.store)
    segments = corpus.segments(study.store)
    present = [
        e
        for e in events
        if e.code is not None
        and e.verdict is Verdict.PRESENT
        and e.segment in segments
        and scheme.code(e.code) is not None
    ]
    counted = [e for e in present if e.coder in (coders or known)]
    counted = _in_their_place(events, counted, segments)
    if not coders:
        counted = _settled(study, events, counted, segments)
    model = log.suggesting_model(study.store)
    answered = {(e.segment, e.code) for e in events if e.responds_to is not None}
    answered |= {(e.segment, e.code) for e in counted}
    in_bulk = _in_bulk(study, events, segments, scheme, coders or known, answered)
    answered |= {(e.segment, e.code) for e in in_bulk}
    open_ones = [e for e in present if e.coder == model and (e.segment, e.code) not in answered]
    by_id = {event.id: event for event in events}
    asked = {
        e.id: by_id.get(e.responds_to) or log.event(study.store, e.responds_to)
        for e in counted + in_bulk
        if e.responds_to
    }
    found = [_cited(study, e, segments[e.segment], asked.get(e.id)) for e in counted + in_bulk]
    found += [_cited(study, e, segments[e.segment], None, unreviewed=True) for e in open_ones]
    return [c for c in _with_people(study, found) if _wanted(c, only)]


def _in_bulk(
    study: Study,
    events: Sequence[CodingEvent],
    segments: dict[int, Segment],
    scheme: Scheme,
    coders: Sequence[str],
    answered: set[tuple[int, str | None]],
) -> list[CodingEvent]:
    """Return what these people accepted in bulk where nobody has looked since: a look at a unit outranks it."""
    persons = set(people(study))
    looked = {e.segment for e in events if e.code is None and e.coder in persons}
    found = {
        (e.segment, e.code): e
        for e in log.in_bulk(study.store)
        if e.coder in coders and e.segment in segments and e.code and scheme.code(e.code) and e.segment not in looked
    }
    return [e for key, e in found.items() if key not in answered]


def _in_their_place(
    events: Sequence[CodingEvent], counted: list[CodingEvent], segments: dict[int, Segment]
) -> list[CodingEvent]:
    """Let the passage that a coder judged in a unit's place stand for the unit: both were coded in the same audit.

    It answers the suggestion that the unit's coding answered.
    """
    units = {(e.coder, e.segment) for e in events if e.code is None}
    audits: dict[tuple[str, int], set[int]] = {}
    for e in events:
        if (e.coder, e.segment) in units:
            audits.setdefault((e.coder, e.run), set()).add(e.segment)
    on_units = {(e.coder, e.segment, e.code): e for e in counted if (e.coder, e.segment) in units}
    kept = {e.id: e for e in counted}
    for e in counted:
        for unit in audits.get((e.coder, e.run), ()) if (e.coder, e.segment) not in units else ():
            coded = on_units.get((e.coder, unit, e.code))
            if coded and segments[unit].span.overlap(segments[e.segment].span):
                kept.pop(coded.id, None)
                kept[e.id] = replace(e, responds_to=coded.responds_to)
    return list(kept.values())


def _settled(
    study: Study, events: Sequence[CodingEvent], counted: list[CodingEvent], segments: dict[int, Segment]
) -> list[CodingEvent]:
    """Keep the settling coder's word alone in transcripts that she read as a whole, and in units that she settled."""
    judge = study.settings.settled_by
    read = {
        segments[e.segment].span.transcript
        for e in events
        if e.coder == judge and e.code is None and e.segment in segments and segments[e.segment].span.start == 0
    }
    settled: dict[str, list[Span]] = {}
    for segment in settlements(study.store, judge):
        if segment in segments:
            settled.setdefault(segments[segment].span.transcript, []).append(segments[segment].span)

    def holds(span: Span) -> bool:
        """Tell whether a word of somebody else still counts: less than half of its words lie in a settled unit."""
        inside = (2 * span.overlap(unit) >= span.end - span.start for unit in settled.get(span.transcript, ()))
        return span.transcript not in read and not any(inside)

    return [e for e in counted if e.coder == judge or holds(segments[e.segment].span)]


def _wanted(cited: Citation, only: str) -> bool:
    seen = cited.provenance in {Provenance.HUMAN, Provenance.ACCEPTED}
    return only == "all" or cited.provenance.value in only.split("+") or ("seen" in only.split("+") and seen)


def _cited(
    study: Study, event: CodingEvent, segment: Segment, asked: CodingEvent | None, *, unreviewed: bool = False
) -> Citation:
    """Make a citation of an event; `asked` is the suggestion that it accepted."""
    code = study.scheme.with_retired().code(str(event.code))
    suggestion = event if unreviewed else asked
    by_person = Provenance.ACCEPTED if asked else Provenance.HUMAN
    by_person = Provenance.BULK if event.shown == log.BULK else by_person
    return Citation(
        event=event.id,
        code=str(event.code),
        facets=code.facets if code else {},
        words=segment.words,
        transcript=segment.span.transcript,
        case="",
        turn=segment.span.turn,
        start=segment.span.start,
        end=segment.span.end,
        at_ms=segment.at_ms,
        speaker=segment.speaker,
        title="",
        coder="" if unreviewed else event.coder,
        coded_at="" if unreviewed else event.at,
        provenance=Provenance.UNREVIEWED if unreviewed else by_person,
        suggested_by=suggestion.coder if suggestion else "",
        score=suggestion.confidence if suggestion else None,
        memo=event.memo,
    )


def _with_people(study: Study, found: Sequence[Citation]) -> list[Citation]:
    """Fill in the firm and the speaker's title."""
    speakers = corpus.speakers(study.store)
    case_of = {t: case.name for case in corpus.cases(study.store) for t in case.transcripts}
    return [
        replace(
            c,
            case=case_of.get(c.transcript, c.transcript),
            title=title.title if (title := speakers.get(c.transcript, {}).get(c.speaker)) else "",
        )
        for c in found
    ]


def _made_from(study: Study, found: Sequence[Citation]) -> str:
    """Say what a table was made from."""
    kinds = Counter(c.provenance.value for c in found)
    coders = ", ".join(sorted({c.coder for c in found if c.coder})) or "nobody"
    events, chain = log.head(study.store)
    unseen = kinds[Provenance.UNREVIEWED.value]
    in_bulk = f"{kinds['bulk']} accepted in bulk without a look, " if kinds["bulk"] else ""
    return (
        f"Citations in all: {len(found)} ({kinds['human']} coded by people unaided, {kinds['accepted']} accepted "
        f"suggestions, {in_bulk}{unseen} suggestions that nobody has reviewed). Coders: {coders}. "
        f"Scheme: {study.scheme.name}. Log: {events} events, {chain[:12]}."
    )


def quote_tables(
    study: Study, *, code: str | None = None, only: str = "seen", coders: Sequence[str] = ()
) -> list[Table]:
    """Return a citation table for each dimension (or heading), with the speaker's title and firm."""
    found = citations(study, code=code, only=only, coders=coders)
    scheme = study.scheme.with_retired() if code is None else below(study, code)
    return _noted(study, citation_tables(found, scheme), found)


def below(study: Study, path: str) -> Scheme:
    """Return the scheme with the codes at or below a path, or with a value of a facet, alone.

    Raises
    ------
    UsageError
        There is no such code.
    """
    scheme = study.scheme.with_retired()
    kept = tuple(
        c for c in scheme.codes if c.path == path or c.path.startswith(f"{path}/") or path in c.facets.values()
    )
    if not kept:
        known = [*scheme.paths(), *(value.path for value in study.scheme.values)]
        raise UsageError(f"the scheme has no code `{path}`", todo=did_you_mean(path, known))
    return replace(scheme, codes=kept)


def flat_citations(study: Study, *, only: str = "seen", coders: Sequence[str] = ()) -> Table:
    """Return all citations as one table, a row each, with every link of the chain in a column."""
    found = citations(study, only=only, coders=coders)
    return _noted(study, [citation_rows(found, study.scheme.with_retired())], found)[0]


def case_matrix(
    study: Study, *, cells: Literal["values", "counts"] = "values", only: str = "seen", coders: Sequence[str] = ()
) -> Table:
    """Return the matrix of cases and dimensions, with mechanisms (or counts) in its cells."""
    found = citations(study, only=only, coders=coders)
    return _noted(study, [matrix(found, study.scheme.with_retired(), corpus.cases(study.store), cells=cells)], found)[0]


def statistics(study: Study, *, only: str = "seen", coders: Sequence[str] = ()) -> Table:
    """Return Sources, References and Words coded of each code, rolled up along facets and tree."""
    found = citations(study, only=only, coders=coders)
    return _noted(
        study, [code_statistics(found, study.scheme.with_retired(), words_in_study=spoken_words(study))], found
    )[0]


def spoken_words(study: Study) -> int:
    """Return how many words the respondents said."""
    speakers = corpus.speakers(study.store)
    total = 0
    for name, stored in corpus.transcripts(study.store).items():
        people_here = speakers.get(name, {})
        for turn in stored.transcript.turns:
            if turn.speaker in people_here and people_here[turn.speaker].role is Role.RESPONDENT:
                total += len(stored.transcript.words(turn.start, turn.end).split())
    return total


def _noted(study: Study, tables: Sequence[Table], found: Sequence[Citation]) -> list[Table]:
    """Say below the last table what all of them were made from."""
    *others, last = tables
    return [*others, replace(last, note=f"{last.note} {_made_from(study, found)}".strip())]


def write_all(study: Study, agreement: Sequence[Table] = ()) -> list[Path]:
    """Write every table of the study to out/, in each format; the tables of agreement are given."""
    sets = {
        "scheme": scheme_table(study.scheme),
        "citations": quote_tables(study),
        "citations-flat": [flat_citations(study)],
        "matrix": [case_matrix(study)],
        "statistics": [statistics(study)],
        "agreement": agreement,
        "suggestions": quote_tables(study, only="unreviewed") if citations(study, only="unreviewed") else (),
    }
    written = []
    for stem, tables in sets.items():
        formats = ("csv",) if stem == "citations-flat" else FORMATS
        if tables:
            written += write_tables(tables, study.out, stem, formats)
        else:  # nothing to print: a table of an earlier run would say what no longer holds
            for old in study.out.glob(f"{stem}.*"):
                old.unlink()
    return written
