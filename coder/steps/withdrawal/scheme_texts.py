"""Take the quotations of a participant out of the text of a scheme."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from coder.scheme.comments import comments, rewritten
from coder.scheme.reading import parse_scheme
from coder.transcripts.quoted import Quoted
from coder.types import Code, FacetValue

Coded = TypeVar("Coded", Code, FacetValue)


def without_quotations(text: str, theirs: Quoted) -> str:
    """Return a scheme's text without the examples that quote them; elsewhere blocks take the place of a quotation.

    Raises
    ------
    SchemeError
        The scheme cannot be read.
    """
    scheme = parse_scheme(text, "the scheme")

    def without(one: Coded) -> Coded:
        return replace(
            one,
            definition=theirs.masked(one.definition),
            use_when=theirs.masked(one.use_when),
            not_when=theirs.masked(one.not_when),
            examples=tuple(example for example in one.examples if theirs.masked(example) == example),
        )

    fewer = replace(
        scheme,
        description=theirs.masked(scheme.description),
        values=tuple(map(without, scheme.values)),
        codes=tuple(map(without, scheme.codes)),
        retired=tuple(map(without, scheme.retired)),
    )
    written = text if fewer == scheme else rewritten(text, fewer)
    lines = written.split("\n")
    for comment in comments(written):
        if comment.text:
            lines[comment.line] = lines[comment.line].replace(comment.text, theirs.masked(comment.text))
    return "\n".join(lines)
