"""What to audit first: transcript by transcript, what teaches the model most, a random draw, or doubted codings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from coder.errors import StudyError, UsageError, did_you_mean
from coder.steps.audit.answers import Item, Suggestion, queue
from coder.steps.audit.blinding import hide, unseen
from coder.steps.audit.double_coding import assigned_items
from coder.steps.coding.coders import check_coder
from coder.steps.coding.judgements import of_codes, ratings_of, settled
from coder.steps.corpus.units import units_in
from coder.steps.models.explanations import Explaining
from coder.steps.models.registry import current_model, model_now
from coder.steps.models.suggest import judged_units, model_of
from coder.steps.models.training_data import texts_of
from coder.steps.study.study import Study
from coder.store import corpus, log, unit_queries
from coder.store.random_draws import drawn, write_draw
from coder.types import Progress, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.ratings import Ratings
    from coder.learn.label_errors import Suspect
    from coder.learn.model import HeldOut

ORDERS = ("transcript", "uncertain", "diverse", "disagreement", "random", "blind", "suspect", "assigned")
SAMPLE = 50
"""How many units a random draw takes, about."""
CHOSEN = 100
"""So many units are chosen actively; what comes after them is ordered by uncertainty. Train again before that."""


def audit_queue(
    study: Study,
    coder: str,
    *,
    order: str = "transcript",
    transcripts: Sequence[str] = (),
    everything: bool = False,
    unread: bool = False,
    sample: int = SAMPLE,
    dry_run: bool = False,
    progress: Progress = silent,
) -> list[Item]:
    """Return what a coder has to audit, in this order.

    Parameters
    ----------
    order
        `transcript`: as they were spoken. `uncertain`, `diverse`, `disagreement`: what teaches the model most first;
        `uncertain` looks at the scores of what is suggested or, with `everything`, of all codes.
        `random`: a draw in which each unit has the same known probability; `blind`: the same over all units, with or
        without a suggestion, and nothing is shown. `suspect`: codings of people that the model doubts. `assigned`: what
        the coder was given to code blind.
    unread
        Leave out what any person has read, as where several share the work; a draw is finished then when each of its
        units was read by somebody.
    sample
        About how many units to draw, for `random` and `blind`. A draw is written down, and is finished before
        another one is made.
    dry_run
        Write no draw down.

    Raises
    ------
    UsageError
        There is no such order, or no transcript of a name that was given.
    StudyError
        There are no suggestions yet; or, for `suspect`, no model that has held anything out.
    CodingError
        The coder is a model.
    """
    if order not in ORDERS:
        raise UsageError(f"there is no order `{order}`", todo=did_you_mean(order, ORDERS) or ", ".join(ORDERS))
    if order == "suspect":
        return _doubted(study, coder, transcripts)
    if order == "assigned":
        return assigned_items(study, coder, transcripts=transcripts)
    items = queue(study, coder, transcripts=transcripts, everything=everything or order == "blind")
    read = unit_queries.read_by_anybody(study.store) if unread else set()
    by_segment = {item.unit.segment.id: item for item in items if item.unit.segment.id not in read}
    if order in {"random", "blind"}:
        chosen = [by_segment[segment] for segment in draw(study, list(by_segment), order, sample, dry_run=dry_run)]
        return [replace(item, suggestions=(), shown="nothing") for item in chosen] if order == "blind" else chosen
    if order == "transcript":
        chosen = list(by_segment.values())
    elif order == "uncertain" and not everything:
        chosen = [by_segment[segment] for segment in least_sure(study, list(by_segment), _scores(by_segment.values()))]
    else:
        chosen = _chosen_actively(study, list(by_segment.values()), order, progress)
    return hide(study, coder, chosen)


def _scores(items: Iterable[Item]) -> list[tuple[str, list[int], list[float]]]:
    """Return of each suggested code the segments, and the score of each."""
    found: dict[str, dict[int, float]] = {}
    for item in items:
        for suggestion in item.suggestions:
            found.setdefault(suggestion.code, {})[item.unit.segment.id] = suggestion.score
    return [(code, list(scores), list(scores.values())) for code, scores in found.items()]


def draw(study: Study, segments: Sequence[int], how: str, sample: int = SAMPLE, *, dry_run: bool = False) -> list[int]:
    """Return what is left of earlier draws among these units; where nothing is, draw anew and write the draw down."""
    import numpy as np

    from coder.learn.active_learning import by_coins

    among = set(segments)
    number, before = drawn(study.store, how)
    left = [segment for segment in dict.fromkeys(before) if segment in among]
    if left or not segments:
        return left
    rng = np.random.default_rng([study.settings.seed, number])
    order, taken, probability = by_coins(len(segments), sample, rng)
    frame = {segments[i]: bool(taken[i]) for i in order.tolist()}
    with study.store.transaction("draw", dry_run=dry_run):
        write_draw(study.store, frame, probability, how)
    return [segment for segment, in_it in frame.items() if in_it]


def least_sure(
    study: Study, segments: Sequence[int], suggested: Iterable[tuple[str, Sequence[int], Sequence[float]]]
) -> list[int]:
    """Order segments by how unsure the model was of what it suggests for them, summed.

    `suggested` gives of each code the segments, and the score of each. The model is asked nothing anew, so what it does
    not suggest has no part in it.
    """
    import numpy as np

    from coder.learn.active_learning import uncertainty

    thresholds, doubt = Explaining().thresholds(study), np.zeros(max(segments, default=0) + 1)
    for code, of, scores in suggested:
        own = np.array(of) < len(doubt)
        bits = uncertainty(np.array(scores)[:, None], np.array([thresholds.get(code, 0.5)]))
        doubt[np.array(of)[own]] += bits[own]
    return [segments[n] for n in np.argsort(-doubt[list(segments)], kind="stable").tolist()]


def _chosen_actively(study: Study, items: list[Item], strategy: str, progress: Progress) -> list[Item]:
    import numpy as np

    from coder.embed.encoders import encoder as named
    from coder.learn.active_learning import STRATEGIES, neighbours_vote, uncertain

    encoder = named(study.settings.encoder)
    _, model = model_of(study, encoder)
    units = [item.unit for item in items]
    texts = texts_of(study, units, encoder, progress)
    P = model.predict(texts)
    known = judged_units(study, encoder, model.codes, progress)
    others = of_codes(ratings_of(study, units), model.codes).values if units else np.zeros((0, 0, len(model.codes)))
    votes = np.concatenate([neighbours_vote(texts.vectors, known.vectors, known.Y)[None], others])
    rng = np.random.default_rng(study.settings.seed)
    more = {"thresholds": model.thresholds, "known": known.vectors, "votes": votes}
    first = STRATEGIES[strategy](P, texts.vectors, CHOSEN, rng, **more).tolist()
    rest = uncertain(P, texts.vectors, len(P), rng, thresholds=model.thresholds).tolist()
    return [items[i] for i in dict.fromkeys(first + rest)]


def _doubted(study: Study, coder: str, transcripts: Sequence[str]) -> list[Item]:
    """Return the units with codings that the model doubts and the coder has not looked at again, worst first."""
    import numpy as np

    from coder.learn.label_errors import suspects

    check_coder(study, coder)
    codes, held_out = _held_out(study)
    units = {unit.segment.id: unit for unit in units_in(study, ())}
    wanted = {unit.segment.id for unit in units_in(study, transcripts)}
    rows = [row for row, segment in enumerate(held_out.ids.tolist()) if segment in units]
    own = [units[int(held_out.ids[row])] for row in rows]
    ratings = of_codes(ratings_of(study, own), codes)
    looked = {(e.segment, e.code) for e in log.current(study.store, coder) if e.shown == "codings"}
    wanted -= unseen(study, coder, wanted).codings
    found: dict[int, list[Suspect]] = {}
    for suspect in suspects(held_out.P[np.array(rows, dtype=int)], settled(study, ratings)):
        segment = own[suspect.row].segment.id
        if segment in wanted and (segment, ratings.codes[suspect.code]) not in looked:
            found.setdefault(suspect.row, []).append(suspect)
    speakers = corpus.speakers(study.store)

    def item(row: int) -> Item:
        segment = own[row].segment
        who = speakers.get(segment.span.transcript, {}).get(segment.speaker)
        codings = tuple(
            Suggestion(None, ratings.codes[s.code], s.probability, _said(ratings, row, s.code)) for s in found[row]
        )
        return Item(own[row], codings, segment.speaker, who.title if who else "", shown="codings")

    return [item(row) for row in found]


def _said(ratings: Ratings, row: int, code: int) -> str:
    """Return who said what of a code, such as `ada: present, ben: absent`."""
    words = {1.0: "present", 0.0: "absent"}
    values = ratings.values[:, row, code].tolist()
    return ", ".join(f"{who}: {words[v]}" for who, v in zip(ratings.coders, values, strict=True) if v in words)


def _held_out(study: Study) -> tuple[Sequence[str], HeldOut]:
    """Return codes, and what the study's model said of its training units while their transcripts were held out."""
    folder = current_model(study)
    model = model_now(study, folder) if folder is not None else None
    if model is None or model.held_out is None or model.about["study"] != study.settings.name:
        raise StudyError(
            "no model here has doubted the codings of this study, with their transcripts held out",
            where=study.folder,
            todo="code two transcripts or more, then: coder train",
        )
    return model.codes, model.held_out
