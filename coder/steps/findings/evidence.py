"""From a printed citation back to its evidence: who said it, where, who coded it, when, and what became of it since."""

from __future__ import annotations

from dataclasses import dataclass

from coder.steps.coding.judgements import people
from coder.steps.findings.citations import citation_of, citations, with_people
from coder.steps.findings.print_edits import coded, editions_of, with_editions
from coder.steps.study.study import Study
from coder.store import corpus, print_edits, unit_queries
from coder.store.judgements import Which, judgement, superseding
from coder.store.print_edits import Passage, Pin, PrintEdit, Translation
from coder.tables.citation_order import clock, minute
from coder.types import Citation, Judgement, Provenance, Segment, Span, Verdict


@dataclass(frozen=True)
class Shown:
    """One citation with all that is known of it.

    `citation` has the code as it is called now, `code_then` as it was called; `standing` is False where its coder went
    back on it, by the last of `superseded_by`. `question` is the interviewer's turn before. `suggestion` is the event
    that it accepted. `edited` are all edits for print, of which the last holds if it fits the words; `notes` say what a
    person should know before citing it.
    """

    citation: Citation
    code_then: str
    standing: bool
    question: str
    command: str
    scheme_version: int
    suggestion: int | None
    pin: Pin | None
    edited: tuple[PrintEdit, ...]
    translated: tuple[Translation, ...]
    superseded_by: tuple[Judgement, ...]
    notes: tuple[str, ...]

    def coded(self) -> str:
        """Say who coded it, when, in what way and with which scheme."""
        c = self.citation
        event = f"event {self.suggestion}" if self.suggestion else ""
        score = f"{c.score:.2f}" if c.score is not None else ""
        more = f" ({found})" if (found := ", ".join(filter(None, (event, score)))) else ""
        how = {
            Provenance.HUMAN: "without a suggestion",
            Provenance.ACCEPTED: f"accepting what {c.suggested_by} suggested{more}",
            Provenance.BULK: f"in bulk, unreviewed, as {c.suggested_by} suggested{more}",
            Provenance.UNREVIEWED: f"suggested by {c.suggested_by}{more}; nobody has reviewed it",
        }[c.provenance]
        who = f"by {c.coder}, {minute(c.coded_at)}, " if c.coder else ""
        return f"{who}{how}; scheme version {self.scheme_version}, in a run of `{self.command}`"

    def time(self) -> str:
        """Return when it was said, in the recording, as h:mm:ss; empty where that is not known."""
        return clock(self.citation.at_ms)


def shown(study: Study, number: int) -> Shown:
    """Return the whole chain of evidence of a citation, be it standing or not.

    Raises
    ------
    CodingError
        The number is no event that says that a code is present.
    """
    store, event = study.store, coded(study, number)
    now = judgement(store, number, Which.EVERY) or event
    place = print_edits.last_passage(store, event.segment)
    asked = judgement(store, event.responds_to) if event.responds_to else None
    [cited] = with_editions(study, [_citation(study, event._replace(code=now.code), place, asked)])
    later = tuple(superseding(store, number))
    known = editions_of(study)
    edited = tuple(print_edits.edits_of(store, event.segment))
    translated = tuple(known.translations.get(event.segment, {}).values())
    question = unit_queries.asked(store, place.text, place.transcript, cited.turn)
    return Shown(
        citation=cited,
        code_then=str(event.code),
        standing=(later or (event,))[-1].verdict is Verdict.PRESENT,
        question=corpus.words(store, place.text, question.start, question.end) if question else "",
        command=unit_queries.commands(store, [event.run])[event.run],
        scheme_version=event.scheme_version,
        suggestion=asked.id if asked else None,
        pin=known.pins.get((event.segment, cited.code)),
        edited=edited,
        translated=translated,
        superseded_by=later,
        notes=tuple(_notes(study, cited, now, (*edited[-1:], *translated))),
    )


def _citation(study: Study, event: Judgement, place: Passage, asked: Judgement | None) -> Citation:
    """Make the citation of an event as tables have it; where none does, by the event alone."""
    for coders in ((), (event.coder,)):
        if coders and event.coder not in people(study):
            break
        found = next((c for c in citations(study, only="all", coders=coders) if c.event == event.id), None)
        if found:
            return found
    turns = unit_queries.turns(study.store, place.text, place.start, 0)
    turn = turns[0] if turns else None
    span = Span(place.transcript, place.start, place.end, turn.n if turn else 0)
    speaker, at_ms = (turn.speaker, turn.at_ms) if turn else ("", None)
    segment = Segment(event.segment, span, place.words, speaker, at_ms)
    code = study.scheme.with_retired().code(str(event.code))
    cited = citation_of(event, code, segment, asked, unreviewed=event.coder not in people(study))
    return with_people(study, [cited], corpus.case_of(study.store))[0]


def _notes(study: Study, cited: Citation, now: Judgement, made: tuple[PrintEdit | Translation, ...]) -> list[str]:
    """Say what a person should know before printing a citation."""
    found = []
    if not cited.words:
        found.append("its words were deleted")
    elif print_edits.passage(study.store, now.segment) is None:
        found.append("its words are not in the transcript as it is now; these are those that were coded")
    if now.verdict is Verdict.UNSURE:
        found.append(f"its code was split since, and nobody has said to which part it belongs; one is {now.code}")
    for one in made:
        what = f"translated ({one.language})" if isinstance(one, Translation) else "edited for print"
        if cited.words and not one.fits(cited.words) and (isinstance(one, Translation) or one.edits):
            found.append(f"its words were corrected after they were {what}: do that again")
    return found
