"""Marks of coders on a line of characters: those of a table, and any at all."""

from hypothesis import strategies as st

from coder.agreement.spans import lay
from coder.types import Judgement, Span, Verdict

CODES = ("cost", "time", "trust")


def marked(length, rows, coders=("Ada", "Ben")):
    """Lay rows (coder, code, start, end) on one transcript that all coders read as a whole."""
    said = {name: [Judgement.on(Span("a", 0, length), None, Verdict.PRESENT)] for name in coders}
    for coder, code, start, end in rows:
        said.setdefault(coder, [Judgement.on(Span("a", 0, length), None, Verdict.PRESENT)])
        said[coder].append(Judgement.on(Span("a", start, end), code, Verdict.PRESENT))
    return lay(said)


@st.composite
def judgements(draw, coders=("Ada", "Ben"), verdicts=(Verdict.PRESENT, Verdict.UNSURE)):
    """Make what coders said of two transcripts: what they read, and passages with codes."""
    passage = st.tuples(st.sampled_from("ab"), st.integers(0, 38), st.integers(1, 20)).map(
        lambda p: Span(p[0], p[1], min(p[1] + p[2], 40))
    )
    words = st.builds(Judgement.on, passage, st.sampled_from((*CODES, None)), st.sampled_from(verdicts))
    whole = [Judgement.on(Span(name, 0, 40), None, Verdict.PRESENT) for name in "ab"]
    return {
        name: draw(st.lists(words, max_size=8)) + draw(st.sampled_from(([], whole[:1], whole, whole)))
        for name in coders
    }
