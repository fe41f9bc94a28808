"""What there is to learn from: judged units, marked passages, and the scheme's own words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from coder.steps.coding.judgements import adjudicated, marked_passages, ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.study.study import Study, need_codes
from coder.store import corpus
from coder.transcripts.speakers import label_key
from coder.types import Progress, Scheme, Unit, silent

if TYPE_CHECKING:  # numpy and scikit-learn are imported where they are used
    import numpy as np

    from coder.embed.encoders import Encoder
    from coder.learn.dataset import Examples, Matrix, Prototypes, Targets, Texts
    from coder.learn.model import Model
    from coder.learn.model_info import ModelInfo


LIBRARIES = ("numpy", "scikit-learn", "scipy", "sentence-transformers", "torch", "transcript-coder")
"""Whose versions a model records."""


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from. `info` describes it, with a fingerprint of all of it."""

    info: ModelInfo
    examples: Examples
    targets: Targets
    prototypes: Prototypes


def gather(study: Study, encoder: Encoder, progress: Progress, *, finetune: bool = False) -> Lesson:
    """Collect what there is to learn from.

    Raises
    ------
    StudyError
        There are no codes.
    """
    import numpy as np

    from coder.learn.dataset import Examples, targets_of

    need_codes(study)
    units = units_of(study)
    Y = adjudicated(study, ratings_of(study, units))
    rows = np.flatnonzero(~np.isnan(Y).all(axis=1))
    judged = [units[i] for i in rows]
    passages = marked_passages(study, {unit.segment.id for unit in units})
    marked = adjudicated(study, ratings_of(study, passages)) if passages else Y[:0]
    taught = judged + passages
    keys = corpus.unit_keys(study.store)
    names = {name: n for n, name in enumerate(dict.fromkeys(unit.segment.span.transcript for unit in taught))}
    examples = Examples(
        texts_of(study, taught, encoder, progress),
        np.concatenate([Y[rows], marked]),
        np.array([names[unit.segment.span.transcript] for unit in taught], dtype=int),
        np.array([unit.segment.id for unit in taught], dtype=int),
        np.array([keys[unit.segment.id] for unit in taught], dtype=str),
        np.arange(len(taught)) < len(judged),
    )
    targets = targets_of(study.scheme)
    info = _describe(study, judged, examples, encoder, finetune)
    return Lesson(info, examples, targets, prototypes_of(study.scheme, targets, encoder, study.vectors))


def _describe(study: Study, judged: list[Unit], examples: Examples, encoder: Encoder, finetune: bool) -> ModelInfo:
    """Say what a model learned from: what its card prints, and what a repetition must match."""
    import numpy as np

    from coder.embed.tuning import RECIPE
    from coder.learn.model_info import ModelInfo

    settings = study.settings
    transcripts = sorted({unit.segment.span.transcript for unit in judged})
    texts = corpus.text_digests(study.store)
    info = ModelInfo(
        scheme=study.scheme.name,
        scheme_sha256=sha256(study.scheme.source.encode()).hexdigest(),
        encoder_name=settings.encoder,
        encoder=encoder.fingerprint,
        recipe=RECIPE if finetune else "",
        language=settings.language,
        units_rule=settings.units,
        folds=settings.folds,
        min_positives=settings.min_positives,
        seed=settings.seed,
        units=len(judged),
        transcripts=tuple(transcripts),
        texts=tuple(texts[name] for name in transcripts),
        versions={name: version(name) for name in LIBRARIES},
    )
    before = [unit.before for unit in judged]
    cases = [[case.name, *case.transcripts] for case in corpus.cases(study.store)]
    said = [examples.texts.words, examples.groups.tolist(), before, cases]
    said += [examples.texts.roles] * (len(set(examples.texts.roles)) > 1)
    digest = sha256(json.dumps([asdict(info), said], ensure_ascii=False, sort_keys=True).encode())
    digest.update(np.nan_to_num(examples.Y, nan=-1).astype("<i1").tobytes())
    title, study_id = settings.name, study.store.study_id()
    return replace(info, study=title, study_id=study_id, fingerprint=digest.hexdigest())


def texts_of(study: Study, units: list[Unit], encoder: Encoder, progress: Progress = silent) -> Texts:
    """Return units as a classifier sees them; vectors come from the cache where it has them.

    Passages, which are no units, have no transcript: none lies beside another.
    """
    words = [unit.segment.words for unit in units]
    asked = [unit.before for unit in units]
    texts = encoded(words, asked, [unit.position for unit in units], encoder, study.vectors, progress)
    transcript, place = _places(study, units)
    return replace(texts, roles=roles_of(study, units), transcript=transcript, place=place)


def _places(study: Study, units: Sequence[Unit]) -> tuple[np.ndarray, np.ndarray]:
    """Return (n,) the transcript of each unit as a number, and which of its units it is; -1 for a passage."""
    import numpy as np

    from coder.learn.dataset import counted

    every = units_of(study)
    places = counted([unit.segment.span.transcript for unit in every])
    place = {unit.segment.id: n for unit, n in zip(every, places, strict=True)}
    number = {name: n for n, name in enumerate(dict.fromkeys(unit.segment.span.transcript for unit in units))}
    found = [
        (number[unit.segment.span.transcript], place[unit.segment.id]) if unit.segment.id in place else (-1, -1)
        for unit in units
    ]
    numbers = np.array(found, dtype=int).reshape(-1, 2)
    return numbers[:, 0], numbers[:, 1]


def in_context(study: Study, model: Model, units: list[Unit]) -> list[Unit]:
    """Return units followed by the other units of their transcripts, where these count for the model."""
    if model.continuation is None:
        return units
    own = {unit.segment.id for unit in units}
    transcripts = {unit.segment.span.transcript for unit in units}
    every = units_of(study)
    return units + [u for u in every if u.segment.span.transcript in transcripts and u.segment.id not in own]


def predicted(
    study: Study, model: Model, units: list[Unit], encoder: Encoder, progress: Progress = silent
) -> tuple[Texts, Matrix]:
    """Return units as a classifier sees them, and (n, n_codes) what a model says of them with all units around them."""
    import numpy as np

    texts = texts_of(study, in_context(study, model, units), encoder, progress)
    rows = np.arange(len(units))
    return texts.take(rows), model.predict(texts)[rows]


def roles_of(study: Study, units: Sequence[Unit]) -> list[str]:
    """Return who speaks in each unit: interviewer, respondent, or what the label says, such as therapist or client.

    A label with which more than half of two transcripts or more have a speaker is no name but a role.
    """
    speakers = corpus.speakers(study.store)
    labels = Counter(label_key(label) for own in speakers.values() for label in own)
    found = []
    for unit in units:
        label = unit.segment.speaker
        known = speakers.get(unit.segment.span.transcript, {}).get(label)
        shared = label_key(label) if labels[label_key(label)] > max(1, len(speakers) / 2) else ""
        found.append(shared or (str(known.role) if known else ""))
    return found


def encoded(
    words: Sequence[str],
    asked: Sequence[str],
    position: Sequence[float],
    encoder: Encoder,
    cache: Path | None,
    progress: Progress = silent,
) -> Texts:
    """Return texts as a classifier sees them: their words, the turn before ("": none), their place (nan: unknown)."""
    import numpy as np

    from coder.embed.cache import embed
    from coder.learn.dataset import bare

    vectors = embed([*words, *asked], encoder, cache, progress)
    own, before = vectors[: len(words)], vectors[len(words) :, : encoder.meaning]
    known = np.array([bool(text.strip()) for text in asked], dtype=np.float32)
    texts = bare(list(words), own[:, : encoder.meaning], own[:, encoder.meaning :])
    return replace(texts, before=before * known[:, None], asked=list(asked), position=np.array(position, dtype=float))


def prototypes_of(scheme: Scheme, targets: Targets, encoder: Encoder, cache: Path | None = None) -> Prototypes:
    """Return the scheme's definitions and examples as texts that stand for targets."""
    import numpy as np

    from coder.embed.cache import embed
    from coder.learn.dataset import Prototypes, bare

    stands_for = _prototype_texts(scheme)
    words = list(stands_for)
    T = np.full((len(words), len(targets.names)), np.nan)
    for row, names in enumerate(stands_for.values()):
        facets = {facet for facet, _ in names}
        for column, name in enumerate(targets.names):
            if name[0] in facets:
                T[row, column] = float(name in names)
    vectors = embed(words, encoder, cache)
    return Prototypes(bare(words, vectors[:, : encoder.meaning], vectors[:, encoder.meaning :]), T)


def _prototype_texts(scheme: Scheme) -> dict[str, set[tuple[str, str]]]:
    """Return each of the scheme's texts with the targets that it stands for."""
    from coder.scheme.describing import code_prototype_texts, prototype_texts

    found: dict[str, set[tuple[str, str]]] = {}
    for name, texts in prototype_texts(scheme).items():
        for text in texts:
            found.setdefault(text, set()).add(name)
    if len(scheme.facets) > 1:
        for code in scheme.codes:
            for text in code_prototype_texts(scheme)[code.path]:
                found.setdefault(text, set()).update({("", code.path), *code.facets.items()})
    return found
