"""The spaCy pipeline component `coder`: suggested codes as a span group. Importing this module imports spaCy."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from coder.embed.encoders import Encoder, encoder
from coder.learn.bundle import model_info
from coder.steps.models.registry import find_model, load_model
from coder.steps.models.training_data import encoded
from coder.transcripts.segment import parse_rule, windows
from coder.transcripts.sentences import sentence_starts

if TYPE_CHECKING:
    from coder.learn.model import Model

DEFAULTS = {"model": "biotech", "units": "sentences:3", "spans_key": "codes"}


@Language.factory("coder", default_config=DEFAULTS)  # type: ignore[untyped-decorator] # spaCy is untyped here
def make_component(nlp: Language, name: str, model: str, units: str, spans_key: str) -> CodeSpans:
    """Make the component for `nlp.add_pipe("coder", config={"model": ...})`.

    Parameters
    ----------
    model
        The name of a model that ships, or the folder of a model.
    units
        What is coded: `turn` (the whole text), `sentence`, or `sentences:n`.
    spans_key
        The span group in `doc.spans` that is set.

    Raises
    ------
    ModelError
        There is no such model, or its encoder is not installed.
    UsageError
        `units` is no rule for units.
    """
    folder = find_model(None, model)
    named = encoder(model_info(folder).encoder_name)
    return CodeSpans(load_model(folder, named), named, units, spans_key, nlp.lang)


class CodeSpans:
    """Set `doc.spans[spans_key]`: a span for each suggested code of a unit, the code as its label.

    The probabilities stand in `doc.spans[spans_key].attrs["scores"]`, one a span, as spaCy's span categorizer has them.
    """

    def __init__(self, model: Model, encoder: Encoder, units: str, spans_key: str, language: str) -> None:
        self.model, self.encoder, self.language = model, encoder, language
        self.rule, self.spans_key = parse_rule(units), spans_key

    def __call__(self, doc: Doc) -> Doc:
        """Code one text."""
        bounds = [(start, end) for start, end in pairwise([*self._starts(doc), len(doc.text)]) if start < end]
        words = [doc.text[start:end].strip() for start, end in bounds]
        before = ["", *words[:-1]]
        position = [start / max(1, len(doc.text)) for start, _ in bounds]
        texts = encoded(words, before, position, self.encoder, None)
        n = len(words)
        P = self.model.predict(replace(texts, transcript=np.zeros(n, int), place=np.arange(n)))
        spans, scores = [], []
        for row, k in np.argwhere(self.model.thresholds <= P).tolist():
            start, end = bounds[row]
            span = doc.char_span(start, end, label=self.model.codes[k], alignment_mode="expand")
            spans.append(span)
            scores.append(float(P[row, k]))
        doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=spans, attrs={"scores": scores})
        return doc

    def _starts(self, doc: Doc) -> list[int]:
        """Return the offsets at which units start: by the sentences of the pipeline where it has any, else by ours."""
        if not self.rule.sentences:
            return [0]
        own = doc.has_annotation("SENT_START")
        starts = [sent.start_char for sent in doc.sents] if own else sentence_starts(doc.text, self.language)
        return windows(starts or [0], self.rule.sentences)
