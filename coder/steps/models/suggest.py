"""Suggest codes: for the units of a study that nobody has read, or for any table of texts."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coder.embed.languages import of_language
from coder.errors import TableError, did_you_mean
from coder.steps.coding.human_codings import whole
from coder.steps.coding.judgements import adjudicated, of_codes, ratings_of, unjudged
from coder.steps.corpus.units import units_in, units_of
from coder.steps.models.new_cases import of_new_cases
from coder.steps.models.registry import current_model, find_model, load_model, model_now
from coder.steps.models.training_data import encoded, predicted, prototypes_of
from coder.steps.models.warnings import of_scheme
from coder.steps.study.study import Study, need_codes
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Coder, CoderKind, Coding, Progress, Unit, Verdict, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.embed.encoders import Encoder
    from coder.learn.dataset import Examples, Texts
    from coder.learn.model import Model


logger = logging.getLogger("coder")


@dataclass(frozen=True)
class Suggested:
    """What a batch of suggestions wrote. `trained` is False where only the scheme's own words could speak.

    `warnings` say what the model was not made for: the language, the scheme as it is now, new cases, and transcripts
    whose units are unlike those that it was trained on.
    """

    model: str
    trained: bool
    transcripts: tuple[str, ...]
    units: int
    units_with_codes: int
    suggestions: dict[str, int]
    written: int
    needs_more: dict[str, int]
    warnings: tuple[str, ...]


def suggest(
    study: Study,
    *,
    transcripts: Sequence[str] = (),
    everything: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
    encoder: Encoder | None = None,
) -> Suggested:
    """Suggest codes for the units that nobody has judged, with the study's model.

    Parameters
    ----------
    transcripts
        Only these; all of them if none is named.
    everything
        Suggest for judged units too.

    Raises
    ------
    StudyError, UsageError
        As `units_in`.
    """
    import numpy as np

    from coder.embed.encoders import encoder as named

    encoder = encoder or named(study.settings.encoder)
    units = units_in(study, transcripts) if everything else unjudged(study, units_in(study, transcripts))
    name, model = model_of(study, encoder)
    logger.info("suggesting for %d units with %s", len(units), name)
    texts, P = predicted(study, model, units, encoder, progress)
    codings = [
        Coding(units[row].segment.id, model.codes[k], name, confidence=round(float(P[row, k]), 4))
        for row, k in np.argwhere(model.thresholds <= P).tolist()
    ]
    counts = Counter(coding.code for coding in codings)
    return Suggested(
        name,
        model.held_out is not None,
        _transcripts(units),
        len(units),
        len({coding.segment for coding in codings}),
        {code: counts[code] for code in model.codes},
        _write(study, name, units, codings, dry_run),
        model.needs_more(study.settings.min_positives),
        tuple(_warnings(study, encoder, model, units, texts)),
    )


def _transcripts(units: list[Unit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(unit.segment.span.transcript for unit in units))


def _write(study: Study, name: str, units: list[Unit], codings: list[Coding], dry_run: bool) -> int:
    """Append the model's suggestions and a "read" event for each transcript; return the number of events.

    What it suggested for these units before and does not suggest now is withdrawn.
    """
    stored = corpus.transcripts(study.store)
    asked = {unit.segment.id for unit in units}
    now = {(coding.segment, coding.code) for coding in codings}
    with study.store.transaction("suggest", dry_run=dry_run):
        log.add_coder(study.store, Coder(name, CoderKind.MODEL))
        withdrawn = [
            Coding(event.segment, event.code, name, Verdict.WITHDRAWN)
            for event in judgements(study.store, name)
            if event.code is not None and event.segment in asked and (event.segment, event.code) not in now
        ]
        wholes = [whole(study, stored[transcript], name) for transcript in _transcripts(units)]
        return len(log.append(study.store, withdrawn + wholes + codings, study.scheme_version()))


def _warnings(study: Study, encoder: Encoder, model: Model, units: list[Unit], texts: Texts) -> list[str]:
    """Say what the model was not made for; transcript by transcript how units differ from those it was trained on."""
    import numpy as np

    from coder.learn.dataset_shift import shifts

    names = np.array([unit.segment.span.transcript for unit in units], dtype=object)
    said = of_language(encoder.languages, study.settings.language) + of_scheme(study, model)
    return [*said, *of_new_cases(study, model.info, names.tolist())] + [
        f"{name}: {warning}"
        for name in dict.fromkeys(names)
        for warning in shifts(model, texts.take(np.flatnonzero(names == name)))
    ]


def model_of(study: Study, encoder: Encoder) -> tuple[str, Model]:
    """Return the study's model and the name it codes under; without one, the scheme's own words are the model."""
    folder = current_model(study)
    if folder is not None:
        return folder.name, model_now(study, folder, encoder)
    return SCHEME_MODEL, scheme_model(study, encoder)


SCHEME_MODEL = "scheme-examples"
"""The name under which the scheme's own words suggest codes, as long as no model is trained."""


def scheme_model(study: Study, encoder: Encoder) -> Model:
    """Return the zero-shot model: only the scheme's definitions and examples are used.

    Raises
    ------
    StudyError
        There are no codes.
    """
    import numpy as np

    from coder.learn.dataset import Examples, targets_of
    from coder.learn.model import fit
    from coder.learn.model_info import ModelInfo

    need_codes(study)
    targets = targets_of(study.scheme)
    codes = study.scheme.paths()
    nothing = Examples.of_units(encoded([], [], [], encoder, None), np.zeros((0, len(codes))), np.zeros(0, int))
    model = fit(nothing, codes, targets, prototypes_of(study.scheme, targets, encoder, study.vectors))
    return replace(model, info=ModelInfo(language=study.settings.language))


def judged_units(study: Study, encoder: Encoder, codes: Sequence[str], progress: Progress = silent) -> Examples:
    """Return the units that people have judged, with which of these codes hold of each."""
    import numpy as np

    from coder.embed.cache import embed
    from coder.learn.dataset import Examples, bare

    units = units_of(study)
    Y = adjudicated(study, of_codes(ratings_of(study, units), codes))
    rows = np.flatnonzero(~np.isnan(Y).all(axis=1))
    words = [units[i].segment.words for i in rows]
    ids = np.array([units[i].segment.id for i in rows], dtype=int)
    texts = bare(words, embed(words, encoder, study.vectors, progress)[:, : encoder.meaning])
    return replace(Examples.of_units(texts, Y[rows], np.zeros(len(rows), int)), ids=ids)


ALONE = "each text was judged by itself: what the model knows of codes that go on over neighbouring units was not used"
ADDED = ["code", "score", "rank", "accepted"]
"""The columns that a table of texts is given."""


def suggest_table(
    table: Path,
    output: Path,
    *,
    model: str,
    text_column: str = "text",
    before_column: str | None = None,
    top: int | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Code any table of texts; a row for each suggested code, with all columns kept.

    The columns `code`, `score` (a calibrated probability), `rank` (1 is the likeliest) and `accepted` (the score
    reaches the code's threshold) are added. Without `top` the accepted codes are written, and a text without any
    keeps one row with an empty code; with it each text's `top` likeliest codes, accepted or not. A text without words
    keeps one row too.

    Returns
    -------
    How many `texts` there are, `rows` and `accepted` codes, and `warnings` of how the texts differ from those that the
    model was trained on.

    Raises
    ------
    TableError
        The table cannot be read or written, lacks the column, or already has one of the columns that are added.
    """
    import pandas as pd

    from coder.embed.encoders import encoder as named
    from coder.files.workbooks import cell_text
    from coder.learn.bundle import model_info
    from coder.learn.dataset_shift import shifts
    from coder.tables.formats.spreadsheets_in import read_table, write_table

    if output.resolve() == table.resolve():
        raise TableError("the output would replace the table", where=table, todo="give --output another name")
    frame = read_table(table)
    _check_columns(list(frame.columns), table, text_column, before_column)
    folder = find_model(None, model)
    encoder = named(model_info(folder).encoder_name)
    bundle = load_model(folder, encoder)
    words = frame[text_column].astype(object).map(cell_text).tolist()
    asked = frame[before_column].astype(object).map(cell_text).tolist() if before_column else [""] * len(words)
    texts = encoded(words, asked, [float("nan")] * len(words), encoder, None, progress)
    told = [
        (n, *answer)
        for n, scores in enumerate(bundle.predict(texts))
        for answer in _answers(bundle, scores, top if words[n].strip() else 0)
    ]
    answers = pd.DataFrame(told, columns=["row", *ADDED]).astype({"rank": "Int64"})
    coded = frame.iloc[answers.pop("row")].reset_index(drop=True)
    if not dry_run:
        write_table(pd.concat([coded, answers], axis=1), output)
    return {
        "texts": len(words),
        "rows": len(coded),
        "accepted": int(answers["accepted"].sum()),
        "warnings": shifts(bundle, texts) + [ALONE] * (bundle.continuation is not None),
    }


def _answers(model: Model, scores: np.ndarray, top: int | None) -> list[tuple[str, float | None, int | None, bool]]:
    """Return code, score, rank and acceptance of a text's `top` codes, or of those accepted; one empty if none is."""
    import numpy as np

    reached = scores >= model.thresholds
    ranked = enumerate(np.argsort(-scores, kind="stable")[:top].tolist(), start=1)
    return [
        (model.codes[k], round(float(scores[k]), 4), rank, bool(reached[k]))
        for rank, k in ranked
        if top is not None or reached[k]
    ] or [("", None, None, False)]


def _check_columns(columns: Sequence[str], table: Path, text_column: str, before_column: str | None) -> None:
    for column in filter(None, (text_column, before_column)):
        if column not in columns:
            todo = did_you_mean(column, columns) or f"its columns: {', '.join(columns)}"
            raise TableError(f"there is no column `{column}`", where=table, todo=todo)
    for column in ADDED:
        if column in columns:
            raise TableError(f"the table has a column `{column}` already", where=table, todo="rename it first")
