"""The timeline of an interview: where in it each code occurs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate
from shlex import quote
from typing import TYPE_CHECKING

from coder.errors import UsageError, did_you_mean
from coder.natural_sort import natural
from coder.steps.findings.selection import Findings
from coder.steps.study.study import Study
from coder.store import corpus
from coder.tables.axes import axis
from coder.types import Provenance, Role, Transcript

if TYPE_CHECKING:  # matplotlib is imported where it is used
    from coder.figures.drawing import Drawing

_SEEN = (Provenance.HUMAN, Provenance.ACCEPTED)


def timeline_figure(study: Study, found: Findings, transcript: str = "", facet: str = "code") -> Drawing:
    """Draw which codes, or values of a facet, occur where in an interview.

    Parameters
    ----------
    transcript
        Its name, or what it is called in print; may be left out if all citations are of one.

    Raises
    ------
    UsageError
        There is no such transcript, or no citation from it.
    TableError
        There is no such facet.
    """
    from coder.figures.timeline import Passage, timeline

    stored = corpus.transcripts(study.store)
    name = _chosen(stored, found, transcript)
    cited = [c for c in found.citations if c.transcript == found.called(name)]
    text = stored[name].transcript
    side = axis(facet, found.citations, found.scheme, found.cases)
    here = {side.of(c) for c in cited}
    place, end, measure = _places(text)
    passages = dict.fromkeys(Passage(side.of(c), place(c.start), place(c.end), c.provenance in _SEEN) for c in cited)
    speakers = corpus.speakers(study.store).get(name, {})
    asked = [t for t in text.turns if (one := speakers.get(t.speaker)) and one.role is Role.INTERVIEWER]
    title = f"{found.called(name)}: {side.title.lower()} along the interview"
    rows = [value for value in side.values if value in here]
    questions = [place(turn.start) for turn in asked]
    return timeline(title, rows, list(passages), end, measure, questions=questions, note=found.made_from)


def _chosen(names: Iterable[str], found: Findings, transcript: str) -> str:
    """Return a transcript's own name, whether it or what it is called in print was given."""
    own = {found.called(name): name for name in names}
    coded = sorted({cited.transcript for cited in found.citations}, key=natural)
    if not transcript and len(coded) == 1:
        return own[coded[0]]
    if not transcript:
        raise UsageError(
            "a timeline is of one interview", todo=f"--transcript {quote(coded[0])}, or another of {len(coded)}"
        )
    known = own | {name: name for name in own.values()}
    if transcript not in known:
        todo = did_you_mean(transcript, known) or "`coder transcripts STUDY` lists them"
        raise UsageError(f"there is no transcript `{transcript}`", todo=todo)
    if found.called(known[transcript]) not in coded:
        raise UsageError(f"in `{transcript}` nothing is coded of what was asked for")
    return known[transcript]


def _places(text: Transcript) -> tuple[Callable[[int], float], float, str]:
    """Return where an offset lies: in minutes if the turns have times, else in percent of the words; and the end."""
    import numpy as np

    turns = [turn for turn in text.turns if turn.start < turn.end]
    starts, ends = [turn.start for turn in turns], [turn.end for turn in turns]
    times = [turn.at_ms for turn in turns if turn.at_ms is not None]
    if len(times) == len(turns) and times and times == sorted(times):
        last = turns[-1].until_ms or times[-1] + round(times[-1] * (ends[-1] - starts[-1]) / max(1, starts[-1]))
        knots, values = [*starts, ends[-1]], [time / 60_000 for time in (*times, max(last, times[-1]))]
        measure = "minutes"
    else:
        words = list(accumulate((len(text.words(t.start, t.end).split()) for t in turns), initial=0))
        knots, values = [*starts, *ends[-1:]], [100 * n / max(1, words[-1]) for n in words]
        measure = "percent of the words spoken"
    return lambda offset: float(np.interp(offset, knots, values)), values[-1], measure
