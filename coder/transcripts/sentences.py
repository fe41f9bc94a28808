"""Sentence boundaries: a blank spaCy pipeline for each language. Importing this module imports spaCy."""

from __future__ import annotations

import sys
from bisect import bisect_left
from functools import cache

import numpy as np
import nupunkt
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from coder.errors import UsageError


def _mark_starts(doc: Doc) -> Doc:
    """Set the sentence starts that nupunkt finds; a start inside a token moves to the next token."""
    offsets = [token.idx for token in doc]
    starts = {0, *(bisect_left(offsets, start) for start, _ in nupunkt.sent_spans(doc.text))}
    marks = np.array([1 if i in starts else -1 for i in range(len(doc))]).astype(np.uint64)
    return doc.from_array(["SENT_START"], marks)  # in one go: setting a token's own mark scans the whole text


Language.component("coder_nupunkt", func=_mark_starts)


@cache
def _pipeline(language: str) -> Language:
    try:
        nlp = spacy.blank(language)
    except ImportError as error:
        todo = "set `language` to a code that spaCy knows, such as en, sv or de; xx serves any other language"
        raise UsageError(f"no sentence rules for language `{language}`", todo=todo) from error
    nlp.max_length = sys.maxsize  # the limit guards parsers, and there is none here
    nlp.add_pipe("coder_nupunkt" if language == "en" else "sentencizer")
    return nlp


def starts(words: str, language: str) -> list[int]:
    """Return the offsets at which the sentences of the words start."""
    return [sentence.start_char for sentence in _pipeline(language)(words).sents]
