"""Citations: coded passages with their chain of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from coder.errors import check_known
from coder.natural_sort import natural
from coder.steps.coding.judgements import people
from coder.steps.scheme.subset import below
from coder.steps.study.study import Study
from coder.store import corpus, log
from coder.store.judgements import Which, adjudications, judgement, judgements
from coder.types import Citation, Code, Judgement, Provenance, Segment, Shown, Span, Verdict

ONLY = {
    "seen": "by people",
    "human": "by people unaided",
    "accepted": "suggestions that were accepted",
    "bulk": "accepted in bulk",
    "seen+bulk": "by people or in bulk",
    "unreviewed": "suggestions not reviewed",
    "all": "all",
}
"""Which codings can be asked for by the way that they came about, and how that is said."""


def citations(
    study: Study,
    *,
    code: str | None = None,
    only: str = "seen",
    coders: Sequence[str] = (),
    cases: Sequence[str] = (),
    since: str = "",
) -> list[Citation]:
    """Return the coded passages of the study, each with who said it, who coded it, when, and on whose suggestion.

    Parameters
    ----------
    code
        Keep the codes at or below this path, or with this value of a facet.
    only
        `human` (coded without a suggestion), `accepted` (a suggestion that a person accepted), `seen` (both), `bulk`
        (accepted in bulk under a precision guarantee, seen by nobody), `seen+bulk`, `unreviewed` (suggestions that
        nobody has answered in any way), or `all`.
    coders
        The people whose codings count. By default the adjudicator's alone in the transcripts that they read, and
        everybody's in the others.
    cases
        Keep the transcripts of these cases.
    since
        Keep what was coded (or suggested) at this time or later: ISO 8601, UTC, such as `2026-03-01`.

    Raises
    ------
    UsageError
        There is no coder, code or case of a name that was given.
    """
    known = people(study)
    check_known("coder", coders, known)
    case_of = corpus.case_of(study.store)
    check_known("case", cases, sorted(set(case_of.values()), key=natural))
    codes = {one.path: one for one in below(study, code).codes}
    events = judgements(study.store)
    segments = {
        id: one
        for id, one in corpus.segments(study.store).items()
        if not cases or case_of[one.span.transcript] in cases
    }
    present = [e for e in events if e.code in codes and e.verdict is Verdict.PRESENT and e.segment in segments]
    counted = _in_their_place(events, [e for e in present if e.coder in (coders or known)], segments)
    if not coders:
        counted = that_count(study, events, counted, segments)
    answered = {(e.segment, e.code) for e in events if e.responds_to is not None and e.coder in known}
    answered |= {(e.segment, e.code) for e in present if e.coder in known}
    in_bulk = [e for e in _in_bulk(study, events, answered) if e.code in codes and e.segment in segments]
    answered |= {(e.segment, e.code) for e in in_bulk}
    model = log.suggesting_model(study.store)
    waiting = [e for e in present if e.coder == model and (e.segment, e.code) not in answered and e.at >= since]
    said = [e for e in (*counted, *in_bulk) if e.coder in (coders or known) and e.at >= since]
    by_id = {e.id: e for e in events}
    asked = {e.id: by_id.get(e.responds_to) or judgement(study.store, e.responds_to) for e in said if e.responds_to}
    found = [citation_of(e, codes[str(e.code)], segments[e.segment], asked.get(e.id)) for e in said]
    found += [citation_of(e, codes[str(e.code)], segments[e.segment], None, unreviewed=True) for e in waiting]
    return [c for c in with_people(study, found, case_of) if wants(only, c.provenance)]


def _in_bulk(study: Study, events: Sequence[Judgement], answered: set[tuple[int, str | None]]) -> list[Judgement]:
    """Return what was accepted in bulk where nobody has looked since: a look at a unit outranks it."""
    persons = set(people(study))
    looked = {e.segment for e in events if e.code is None and e.coder in persons}
    found = {(e.segment, e.code): e for e in judgements(study.store, which=Which.BULK) if e.segment not in looked}
    return [e for key, e in found.items() if key not in answered]


def _in_their_place(
    events: Sequence[Judgement], counted: list[Judgement], segments: dict[int, Segment]
) -> list[Judgement]:
    """Replace a unit by the passage that its coder selected in the same audit.

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
                kept[e.id] = e._replace(responds_to=coded.responds_to)
    return list(kept.values())


def that_count(
    study: Study, events: Sequence[Judgement], counted: list[Judgement], segments: dict[int, Segment]
) -> list[Judgement]:
    """Keep the adjudicator's codings alone in transcripts that they read as a whole and in units they adjudicated."""
    judge = study.settings.adjudicator
    read = {
        segments[e.segment].span.transcript
        for e in events
        if e.coder == judge and e.code is None and e.segment in segments and segments[e.segment].span.start == 0
    }
    adjudicated: dict[str, list[Span]] = {}
    for segment in adjudications(study.store, judge):
        if segment in segments:
            adjudicated.setdefault(segments[segment].span.transcript, []).append(segments[segment].span)

    def holds(span: Span) -> bool:
        """Tell whether a judgement of somebody else still counts: less than half of it lies in an adjudicated unit."""
        return span.transcript not in read and not any(
            unit.holds(span) for unit in adjudicated.get(span.transcript, ())
        )

    return [e for e in counted if e.coder == judge or holds(segments[e.segment].span)]


def wants(only: str, kind: Provenance) -> bool:
    """Tell whether codings of this kind are asked for.

    Examples
    --------
    >>> [kind.value for kind in Provenance if wants("seen+bulk", kind)]
    ['human', 'accepted', 'bulk']
    """
    seen = kind in {Provenance.HUMAN, Provenance.ACCEPTED}
    return only == "all" or kind.value in only.split("+") or ("seen" in only.split("+") and seen)


def citation_of(
    event: Judgement, code: Code | None, segment: Segment, asked: Judgement | None, *, unreviewed: bool = False
) -> Citation:
    """Make a citation of an event; `code` is its code in the scheme, `asked` the suggestion that it accepted."""
    suggestion = event if unreviewed else asked
    by_person = Provenance.ACCEPTED if asked else Provenance.HUMAN
    by_person = Provenance.BULK if event.shown is Shown.BULK else by_person
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
        segment=event.segment,
    )


def with_people(study: Study, found: Sequence[Citation], case_of: Mapping[str, str]) -> list[Citation]:
    """Fill in the case, its attributes for the transcript, and the speaker's role and title."""
    speakers = corpus.speakers(study.store)
    attributes = corpus.attributes(study.store)
    return [
        replace(
            c,
            case=case_of[c.transcript],
            attributes=attributes.get(c.transcript, {}),
            role=one.role.value if (one := speakers.get(c.transcript, {}).get(c.speaker)) else "",
            title=one.title if one else "",
        )
        for c in found
    ]
