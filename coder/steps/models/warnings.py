"""Warnings about training data and about inputs unlike the training data; none of them stops a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from coder.embed.languages import of_language
from coder.steps.coding.judgements import people, placed
from coder.steps.corpus.units import units_of
from coder.steps.study.study import Study
from coder.store import corpus
from coder.store.judgements import judgements
from coder.types import CoderKind, Unit, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.embed.encoders import Encoder
    from coder.learn.dataset import Examples
    from coder.learn.model import Model

SHOWN = 3

_FLOW = re.compile(r"^ *flow:.*\n", re.MULTILINE)


def of_training(study: Study, encoder: Encoder, examples: Examples) -> list[str]:
    """Say what in the data limits what can be learned from it, or may be a slip."""
    units = {unit.segment.id: unit for unit in units_of(study)}
    said = of_language(encoder.languages, study.settings.language) + _of_one_answer(study, examples)
    return said + _of_contradictions(study, list(units.values())) + _of_equal_words(units, examples)


def of_scheme(study: Study, model: Model) -> list[str]:
    """Say how the scheme differs from the one that a model was trained on, where that is felt.

    It is not felt where each code follows from what the model knows, renamed or merged.
    """
    new = [code for code in study.scheme.paths() if code not in model.codes]
    said = [f"what it says of {some(model.left_out)} is left out"] * bool(model.left_out)
    said += [f"it cannot suggest {some(new)}; coder retrain --use"] * bool(new)
    if said:
        return [f"the model was trained on another version of the scheme: {', and '.join(said)}"]
    read = (study.scheme.source, _FLOW.sub("", study.scheme.source))  # where knowledge goes is not learned from
    trained_on = model.info.scheme_sha256
    if model.parts or trained_on in {"", *(sha256(text.encode()).hexdigest() for text in read)}:
        return []
    return ["the scheme's texts have changed since the model was trained (its codes have not): coder retrain"]


def some(codes: Sequence[str]) -> str:
    """Name codes, the first few of many.

    Examples
    --------
    >>> some(["a"]), some(["a", "b", "c", "d", "e"])
    ('`a`', '`a`, `b`, `c` and 2 more codes')
    """
    more = f" and {len(codes) - SHOWN} more codes" if len(codes) > SHOWN else ""
    return ", ".join(f"`{code}`" for code in codes[:SHOWN]) + more


def _of_one_answer(study: Study, examples: Examples) -> list[str]:
    """Say which codes were found in every unit that was judged, so that nothing shows where they do not hold."""
    Y = examples.Y[examples.is_unit]
    present, absent = (Y == 1).sum(axis=0), (Y == 0).sum(axis=0)
    if present.any() and not absent.any():
        return [
            "quality cannot be measured yet: all units seen so far have a code; mark interviews as fully read "
            "(coder code STUDY FILE --complete)"
        ]
    always = [code for k, code in enumerate(study.scheme.paths()) if present[k] and not absent[k]]
    return [f"every unit that was judged has {some(always)}: nothing shows where it does not hold"] if always else []


def _of_contradictions(study: Study, units: list[Unit]) -> list[str]:
    """Say which coders call a code both present and absent in a unit, by passages that overlap in it."""
    from coder.agreement.ratings import places

    spans = [unit.segment.span for unit in units]
    words = placed(study, corpus.spans(study.store), judgements(study.store, kind=CoderKind.PERSON))
    found = []
    for coder in people(study):
        said: dict[Verdict, set[tuple[int, str]]] = {Verdict.PRESENT: set(), Verdict.ABSENT: set()}
        own = [one for one in words.get(coder, []) if one.code and one.verdict in said]
        for one, rows in zip(own, places(spans, own), strict=True):
            said[one.verdict] |= {(row, str(one.code)) for row in rows}
        both = sorted(said[Verdict.PRESENT] & said[Verdict.ABSENT])
        if both:
            row, code = both[0]
            found.append(
                f"{coder} calls a code both present and absent by passages that overlap ({len(both)} in all); present "
                f"counts. The first: `{code}`, {_place(units[row])}"
            )
    return found


def _of_equal_words(units: Mapping[int, Unit], examples: Examples) -> list[str]:
    """Say which units have the same words and not the same codes."""
    import numpy as np

    alike: dict[str, list[int]] = {}
    for row in np.flatnonzero(examples.is_unit).tolist():
        alike.setdefault(" ".join(examples.texts.words[row].lower().split()), []).append(row)
    torn = [rows for rows in alike.values() if _differ(examples.Y[rows])]
    if not torn:
        return []
    first, other = next((a, b) for a in torn[0] for b in torn[0] if a < b and _differ(examples.Y[[a, b]]))
    places = f"{_place(units[int(examples.ids[first])])} and {units[int(examples.ids[other])].segment.span.transcript}"
    said = f"units with the same words have different codes ({len(torn)} in all); both are learned from"
    return [f"{said}. The first: {places}"]


def _differ(Y: Any) -> bool:
    return bool(((Y == 1).any(axis=0) & (Y == 0).any(axis=0)).any())


def _place(unit: Unit) -> str:
    return f"“{unit.segment.words[:60]}” in {unit.segment.span.transcript}"
