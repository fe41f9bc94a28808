"""Train a model on what people have judged, compare it with the study's model, and adopt the better one."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.errors import ModelError, did_you_mean
from coder.resources import shipped_models
from coder.steps.judging import marked_passages, ratings_of, settled
from coder.steps.segmenting import units_of
from coder.steps.study import Study
from coder.store import log
from coder.types import Progress, Scheme, Unit, silent

if TYPE_CHECKING:  # numpy and scikit-learn are imported where they are used
    from coder.embed.encoders import Encoder
    from coder.learn.evaluation import CodeQuality, Comparison
    from coder.learn.examples import Examples, Prototypes, Targets, Texts
    from coder.learn.model import Model


@dataclass(frozen=True)
class Trained:
    """A training's outcome. `changed` is False when the study's model had learned from the very same judgements."""

    name: str
    folder: Path
    changed: bool
    adopted: bool
    why: str
    units: int
    transcripts: int
    quality: list[CodeQuality]
    macro_f1: float
    needs_more: dict[str, int]
    comparison: Comparison | None = None


def train(
    study: Study,
    *,
    name: str | None = None,
    use: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    encoder: Encoder | None = None,
) -> Trained:
    """Fit a model, compare it with the study's model on the same held-out units, and adopt it if it is better.

    Parameters
    ----------
    name
        The bundle's name under models/; `model-1`, `model-2` ... if not given.
    use
        Adopt the model even if it is not better.

    Raises
    ------
    ModelError
        A model of that name is there already.
    """
    from coder.learn.model import fit

    inputs, examples, targets, prototypes = _gather(study, encoder, progress)
    current = current_model(study)
    if current is not None and name is None and not use and _learned_from(current) == inputs["fingerprint"]:
        return _unchanged(study, current, examples)
    folder = study.folder / "models" / (name or _next_name(study))
    if folder.exists():
        raise ModelError(f"there is a model called `{folder.name}` already", where=folder, todo="choose another name")
    settings = study.settings
    model = fit(
        examples,
        study.scheme.paths(),
        targets,
        prototypes,
        folds=settings.folds,
        min_positives=settings.min_positives,
        seed=settings.seed,
        progress=progress,
    )
    model.about.update(inputs | {"name": folder.name})
    comparison = _compare(study, current, model, examples)
    adopted, why = _decide(comparison, current, use)
    outcome = _outcome(study, folder, model, examples, adopted, why, comparison)
    if not dry_run:
        _save(study, model, outcome)
    return outcome


def _gather(
    study: Study, encoder: Encoder | None, progress: Progress
) -> tuple[dict[str, Any], Examples, Targets, Prototypes]:
    """Collect what there is to learn from, and a fingerprint of all of it."""
    import numpy as np

    from coder.embed.encoders import encoder as named
    from coder.learn.examples import Examples, targets_of

    encoder = encoder or named(study.settings.encoder)
    units = units_of(study)
    Y = settled(study, ratings_of(study, units))
    rows = np.flatnonzero(~np.isnan(Y).all(axis=1))
    judged = [units[i] for i in rows]
    passages = marked_passages(study, {unit.segment.id for unit in units})
    marked = settled(study, ratings_of(study, passages)) if passages else Y[:0]
    taught = judged + passages
    names = {name: n for n, name in enumerate(dict.fromkeys(unit.segment.span.transcript for unit in taught))}
    examples = Examples(
        texts_of(study, taught, encoder, progress),
        np.concatenate([Y[rows], marked]),
        np.array([names[unit.segment.span.transcript] for unit in taught], dtype=int),
        np.array([unit.segment.id for unit in taught], dtype=int),
        np.arange(len(taught)) < len(judged),
    )
    targets = targets_of(study.scheme)
    inputs = _describe(study, judged, examples, encoder)
    return inputs, examples, targets, prototypes_of(study, targets, encoder)


def _describe(study: Study, judged: list[Unit], examples: Examples, encoder: Encoder) -> dict[str, Any]:
    """Say what a model learned from: what its card prints, and what a repetition must match."""
    import numpy as np

    settings = study.settings
    about = {
        "study": settings.name,
        "scheme": study.scheme.name,
        "scheme_sha256": sha256(study.scheme.source.encode()).hexdigest(),
        "encoder_name": settings.encoder,
        "encoder": encoder.fingerprint,
        "language": settings.language,
        "units_rule": settings.units,
        "folds": settings.folds,
        "min_positives": settings.min_positives,
        "seed": settings.seed,
        "units": len(judged),
        "transcripts": sorted({unit.segment.span.transcript for unit in judged}),
        "versions": _versions(),
    }
    before = [unit.before for unit in judged]
    said = [examples.texts.words, examples.groups.tolist(), before]
    digest = sha256(json.dumps([about, said], ensure_ascii=False, sort_keys=True).encode())
    digest.update(np.nan_to_num(examples.Y, nan=-1).astype("<i1").tobytes())
    return about | {"fingerprint": digest.hexdigest()}


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    names = ("numpy", "scikit-learn", "scipy", "sentence-transformers", "torch", "transcript-coder")
    return {name: version(name) for name in names}


def texts_of(study: Study, units: list[Unit], encoder: Encoder, progress: Progress = silent) -> Texts:
    """Return units as a classifier sees them; vectors come from the cache where it has them."""
    import numpy as np

    from coder.embed.cache import embed
    from coder.learn.examples import Texts

    words = [unit.segment.words for unit in units]
    before = [unit.before for unit in units]
    vectors = embed(words + before, encoder, study.vectors, progress)
    asked = np.array([bool(text.strip()) for text in before], dtype=np.float32)
    position = np.array([unit.position for unit in units], dtype=float)
    return Texts(words, vectors[: len(units)], vectors[len(units) :] * asked[:, None], position)


def prototypes_of(study: Study, targets: Targets, encoder: Encoder) -> Prototypes:
    """Return the scheme's definitions and examples as texts that stand for targets."""
    import numpy as np

    from coder.embed.cache import embed
    from coder.learn.examples import Prototypes, bare

    stands_for = _prototype_texts(study.scheme)
    words = list(stands_for)
    T = np.full((len(words), len(targets.names)), np.nan)
    for row, names in enumerate(stands_for.values()):
        facets = {facet for facet, _ in names}
        for column, name in enumerate(targets.names):
            if name[0] in facets:
                T[row, column] = float(name in names)
    return Prototypes(bare(words, embed(words, encoder, study.vectors)), T)


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


def current_model(study: Study) -> Path | None:
    """Return the folder of the model that the study has adopted, or None.

    Raises
    ------
    ModelError
        It is gone, or it is not the one that was adopted.
    """
    from coder.learn.bundle import digest

    adopted = log.adopted(study.store)
    if adopted is None:
        return None
    name, expected = adopted
    folder = study.folder / "models" / name
    if not (folder / "model.json").exists():
        raise ModelError("the study's model is gone", where=folder, todo="restore it, or train anew: coder train --use")
    if digest(folder) != expected:
        raise ModelError(
            "the model is not the one that was adopted (its sha256 differs)",
            where=folder,
            todo="restore it, or adopt what is there: coder models --use NAME",
        )
    return folder


def find_model(study: Study | None, name: str) -> Path:
    """Return the folder of a model: a path, one of the study's, or one that ships.

    Raises
    ------
    ModelError
        There is none of that name.
    """
    places = [Path(name)]
    own: dict[str, Path] = {}
    if study is not None:
        own = {path.parent.name: path.parent for path in sorted((study.folder / "models").glob("*/model.json"))}
    known = shipped_models() | own
    places += [known[name]] if name in known else []
    for place in places:
        if (place / "model.json").exists():
            return place
    todo = did_you_mean(name, known) or f"models here: {', '.join(known) or 'none'}"
    raise ModelError(f"there is no model `{name}`", todo=todo)


def models_of(study: Study) -> list[dict[str, Any]]:
    """Return each model of the study with what it says of itself, and whether it is the adopted one."""
    from coder.learn.bundle import about_model

    adopted = log.adopted(study.store)
    folders = [path.parent for path in sorted((study.folder / "models").glob("*/model.json"))]
    return [
        about_model(folder) | {"name": folder.name, "adopted": bool(adopted and adopted[0] == folder.name)}
        for folder in folders
    ]


def use_model(study: Study, name: str, *, dry_run: bool = False) -> Path:
    """Adopt a model: one of the study's, or one from elsewhere, which is copied into the study.

    Raises
    ------
    ModelError
        It cannot be loaded here, or its codes are not those of the study's scheme.
    """
    from coder.embed.encoders import encoder
    from coder.learn.bundle import digest, load_model

    source = find_model(study, name)
    model = load_model(source, encoder=encoder(study.settings.encoder).fingerprint)
    if model.codes != study.scheme.paths():
        other = sorted(set(model.codes) ^ set(study.scheme.paths()))
        raise ModelError(
            f"the model was trained on another scheme; {len(other)} codes differ, such as `{(other or ['order'])[0]}`",
            where=source,
            todo="train a model on this scheme: coder train",
        )
    target = study.folder / "models" / source.name
    with study.store.transaction("models", dry_run=dry_run):
        if not dry_run and source.resolve() != target.resolve():
            if target.exists():
                raise ModelError(f"the study has another model called `{target.name}`", where=target)
            shutil.copytree(source, target)
        log.adopt(study.store, source.name, digest(source), "chosen by the user")
    return target


def _next_name(study: Study) -> str:
    folder, n = study.folder / "models", 1
    while (folder / f"model-{n}").exists():
        n += 1
    return f"model-{n}"


def _learned_from(folder: Path) -> str:
    from coder.learn.bundle import about_model

    return str(about_model(folder).get("fingerprint"))


def _unchanged(study: Study, folder: Path, examples: Examples) -> Trained:
    from coder.learn.bundle import load_model

    model = load_model(folder)
    return _outcome(study, folder, model, examples, True, "nothing new to learn from", None, changed=False)


def _outcome(
    study: Study,
    folder: Path,
    model: Model,
    examples: Examples,
    adopted: bool,
    why: str,
    comparison: Comparison | None,
    *,
    changed: bool = True,
) -> Trained:
    from coder.learn.evaluation import macro_f1, quality

    held_out, Y = model.held_out, examples.Y[examples.is_unit]
    return Trained(
        folder.name,
        folder,
        changed,
        adopted,
        why,
        len(Y),
        len(set(examples.groups.tolist())),
        quality(held_out.P, held_out.accepted, Y, model.codes) if held_out else [],
        macro_f1(held_out.accepted, Y) if held_out else float("nan"),
        model.needs_more(study.settings.min_positives),
        comparison,
    )


def _compare(study: Study, current: Path | None, model: Model, examples: Examples) -> Comparison | None:
    """Compare old and new where neither saw the unit's transcript in training; None where there is no such unit."""
    import numpy as np

    from coder.learn.bundle import load_model
    from coder.learn.evaluation import compare

    if current is None or model.held_out is None:
        return None
    examples = examples.take(np.flatnonzero(examples.is_unit))
    old = load_model(current)
    if old.codes != model.codes or old.about.get("encoder") != model.about.get("encoder"):
        return None
    accepted = old.predict(examples.texts) >= old.thresholds
    honest = _unseen(study, old, examples)
    if old.held_out is not None:
        place = {segment: n for n, segment in enumerate(old.held_out.ids.tolist())}
        for row, segment in enumerate(examples.ids.tolist()):
            if segment in place and not honest[row] and old.about["study"] == study.settings.name:
                accepted[row], honest[row] = old.held_out.accepted[place[segment]], True
    rows = np.flatnonzero(honest)
    if not len(rows):
        return None
    return compare(accepted[rows], model.held_out.accepted[rows], examples.Y[rows], examples.groups[rows])


def _unseen(study: Study, old: Model, examples: Examples) -> Any:
    """Return which units lie in transcripts that a model was not trained on."""
    import numpy as np

    from coder.store import corpus

    seen = set(old.about.get("transcripts", ()))
    names = {s.id: s.span.transcript for s in corpus.segments(study.store).values()}
    return np.array([names[segment] not in seen for segment in examples.ids.tolist()], dtype=bool)


def _decide(comparison: Comparison | None, current: Path | None, use: bool) -> tuple[bool, str]:
    if use:
        return True, "--use was given"
    if current is None:
        return True, "the study's first model"
    if comparison is None:
        return (
            False,
            "cannot be compared with the current model on units that neither has seen; adopt with --use",
        )
    change = f"macro-F1 {comparison.old:.3f} -> {comparison.new:.3f} on {comparison.units} held-out units"
    return (
        (True, f"better: {change}") if comparison.better else (False, f"not better: {change}; kept the current model")
    )


def _save(study: Study, model: Model, outcome: Trained) -> None:
    """Write the bundle and adopt it in one transaction; a failure leaves neither."""
    from coder.learn.bundle import save_model
    from coder.learn.card import card

    folder = outcome.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder.with_name(f".{folder.name}.part"), ignore_errors=True)
    digest = save_model(model, folder, card(model.about, outcome.quality, outcome.macro_f1, outcome.needs_more))
    try:
        with study.store.transaction("train"):
            if outcome.adopted:
                log.adopt(study.store, folder.name, digest, outcome.why)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
