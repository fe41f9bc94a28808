"""The models of a study: which there are, which one is adopted, and taking one from elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.errors import ModelError, StudyError, did_you_mean
from coder.resources import shipped_models
from coder.steps.study.study import Study
from coder.store import corpus, log, renamed_texts
from coder.store.current_codes import called_now

if TYPE_CHECKING:  # numpy and scikit-learn are imported where they are used
    import numpy as np

    from coder.embed.encoders import Encoder
    from coder.learn.dataset import Indices, Matrix
    from coder.learn.model import Model
    from coder.learn.model_info import ModelInfo


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
        raise ModelError(
            "the study's model is gone", where=folder, todo="restore it, or train again: coder train --use"
        )
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
    known = shipped_models() | (_folders(study) if study else {})
    for place in (Path(name), known.get(name)):
        if place and (place / "model.json").exists():
            return place
    todo = did_you_mean(name, known) or f"models here: {', '.join(known) or 'none'}"
    raise ModelError(f"there is no model `{name}`", todo=todo)


def _folders(study: Study) -> dict[str, Path]:
    """Return the study's bundles by name; one that is being written has a dot in front and is none yet."""
    folders = [path.parent for path in sorted((study.folder / "models").glob("*/model.json"))]
    return {folder.name: folder for folder in folders if not folder.name.startswith(".")}


def models_of(study: Study) -> list[dict[str, Any]]:
    """Return each model of the study with what it says of itself, and whether it is the adopted one.

    Of a bundle that cannot be read there is the `problem` in place of what it says.
    """
    adopted = log.adopted(study.store)
    return [
        _about(folder) | {"name": name, "adopted": bool(adopted and adopted[0] == name)}
        for name, folder in _folders(study).items()
    ]


def _about(folder: Path) -> dict[str, Any]:
    from coder.learn.bundle import model_info

    try:
        info = model_info(folder)
        return asdict(info) | {"finetuned": info.finetuned}
    except ModelError as error:
        return {"problem": error.message}


def load_model(folder: Path, encoder: Encoder) -> Model:
    """Load a model that is to predict from the vectors of this encoder.

    Raises
    ------
    ModelError
        It cannot be read, a byte of it has changed, or it was trained on the vectors of another encoder.
    """
    from coder.embed.tuning import Tuner
    from coder.learn import bundle

    return bundle.load_model(folder, encoder=encoder.fingerprint, tuner=lambda: Tuner(encoder))


def model_now(study: Study, folder: Path, encoder: Encoder | None = None) -> Model:
    """Load a model and have it speak under the codes of the study's scheme as it now stands.

    A code that was renamed is called by its new name, one that came of several is the likeliest of these; retired codes
    are left out. Of the parts of a code that was split, as of new codes, the model knows nothing.

    Parameters
    ----------
    encoder
        Whose vectors the model will be given, where it is to predict.

    Raises
    ------
    ModelError
        As `load_model`, or the model knows no code of the scheme, or no thresholds for what the study asks for.
    """
    from coder.learn import bundle

    model = load_model(folder, encoder) if encoder else bundle.load_model(folder)
    model = model.aimed(study.settings.suggest)
    then = model.info.scheme_sha256
    called = {code: (code,) for code in model.codes} | called_now(study.store, then, study.scheme.source)
    torn = {name for names in called.values() if len(names) > 1 for name in names}
    known = {
        path: codes
        for path in study.scheme.paths()
        if path not in torn and (codes := [code for code in model.codes if path in called[code]])
    }
    if not known:
        raise ModelError(
            "the model was trained on another scheme and knows none of its codes",
            where=folder,
            todo="train again: coder train",
        )
    return model if list(known.items()) == [(code, [code]) for code in model.codes] else model.under(known)


@dataclass(frozen=True)
class HeldOutUnits:
    """What a model predicted for units of this study while their transcripts were held out.

    Attributes
    ----------
    rows
        (m,) the places of the units among those that were asked for.
    P, accepted
        (m, n_codes) probabilities, and whether they reached the thresholds.
    remark
        How many predictions are left out because their texts have changed; "" where none is.
    """

    rows: Indices
    P: Matrix
    accepted: np.ndarray
    remark: str


def held_out_units(study: Study, model: Model, units: Sequence[int | str]) -> HeldOutUnits:
    """Find units of this study among those that a model predicted while their transcripts were held out.

    The study is recognised by its id, a unit by its text, start and end: neither titles nor row numbers matter.

    Parameters
    ----------
    units
        Segments.

    Raises
    ------
    ModelError
        The model was trained on another study, held nothing out, or none of these units.
    """
    import numpy as np

    info = model.info
    again = "train a model on this study: coder train"
    if info.study_id != study.store.study_id():
        why = f"the model was trained on another study (“{info.study}”), so it held out none of the units here"
        raise ModelError(why, todo=again)
    if model.held_out is None:
        raise ModelError("the model held no transcript out", todo="code two transcripts or more, then: coder train")
    place = {key: n for n, key in enumerate(model.held_out.keys.tolist())}
    keys = names_of_units(study)
    known = (
        (row, next((key for key in keys.get(int(unit), ()) if key in place), "")) for row, unit in enumerate(units)
    )
    found = [(row, place[key]) for row, key in known if key]
    gone = len(place.keys() - {key for names in keys.values() for key in names})
    remark = f"{gone} of {len(place)} held-out predictions are left out: their texts have changed since" if gone else ""
    if not found:
        raise ModelError(remark or "the model held none of these units out", todo=again)
    rows, at = np.array(found, dtype=int).T
    return HeldOutUnits(rows, model.held_out.P[at], model.held_out.accepted[at], remark)


def names_of_units(study: Study) -> dict[int, list[str]]:
    """Return by what models may know each placed segment: as its text is now, and as it was under other names."""
    former = renamed_texts.former_keys(study.store)
    return {segment: [key, *former.get(segment, ())] for segment, key in corpus.unit_keys(study.store).items()}


def transcripts_seen(study: Study, info: ModelInfo) -> set[str]:
    """Return the transcripts here that a model was trained on: by their texts, and in its own study by name."""
    own = set(info.transcripts) if info.study_id == study.store.study_id() else set()
    return own | {name for name, text in corpus.text_digests(study.store).items() if text in info.texts}


def models_trained_on(study: Study, transcripts: Collection[str]) -> list[Path]:
    """Return the study's models that were trained on any of these transcripts, or cannot be read."""
    from coder.learn.bundle import model_info

    found = []
    for folder in _folders(study).values():
        try:
            seen = transcripts_seen(study, model_info(folder))
        except ModelError:
            seen = set(transcripts)
        found += [folder] if seen & set(transcripts) else []
    return found


def retire(study: Study, name: str) -> None:
    """Write down that a model was deleted, if it is the adopted one: from now on there is none."""
    adopted = log.adopted(study.store)
    if adopted and adopted[0] == name:
        log.adopt(study.store, "", "", f"{name} was retired: trained on words that were withdrawn")


def never_adopted(study: Study) -> list[str]:
    """Return the models of the study that were not adopted and have suggested nothing."""
    known = {name for name, *_ in log.adoptions(study.store)} | {coder.name for coder in log.coders(study.store)}
    return [name for name in _folders(study) if name not in known]


def use_model(study: Study, name: str, *, dry_run: bool = False) -> Path:
    """Adopt a model: one of the study's, or one from elsewhere, which is copied into the study.

    Raises
    ------
    ModelError
        It cannot be loaded here, or it does not know all codes of the study's scheme.
    """
    from coder.embed.encoders import encoder
    from coder.learn.bundle import digest

    source = find_model(study, name)
    model = model_now(study, source, encoder(study.settings.encoder))
    unknown = [code for code in study.scheme.paths() if code not in model.codes]
    if unknown:
        raise ModelError(
            f"the model was trained on another scheme; {len(unknown)} codes are new to it, such as `{unknown[0]}`",
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


def auditable_model(study: Study) -> str:
    """Return the name of the model whose suggestions are audited."""
    model = log.suggesting_model(study.store)
    if not model:
        raise StudyError("nothing has been suggested yet", where=study.folder, todo=f"coder suggest {study.folder}")
    return model
