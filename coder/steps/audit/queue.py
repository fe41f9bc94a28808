"""The audit queue: which units come up for a coder, in which order; each is a segment of the current text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from coder.errors import StudyError, UsageError, did_you_mean
from coder.steps.audit.blinding import unseen
from coder.steps.audit.units import AuditUnit, Doubted, ShownCode, audit_units
from coder.steps.coding.coders import check_coder
from coder.steps.coding.judgements import adjudicated, of_codes, placed, ratings_of
from coder.steps.corpus.units import rule_of, units_in, units_of
from coder.steps.estimates.precision_guarantee import to_read
from coder.steps.models.explanations import Explaining
from coder.steps.models.registry import HeldOutUnits, auditable_model, current_model, held_out_units, model_now
from coder.steps.models.suggest import judged_units, model_of
from coder.steps.models.training_data import predicted
from coder.steps.study.study import Study
from coder.store import corpus, unit_queries
from coder.store.judgements import judgements
from coder.store.random_draws import assigned_left, drawn, owed, runs, write_draw
from coder.types import Progress, Shown, Unit, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.ratings import Ratings

ORDERS = (
    "transcript",
    "uncertain",
    "diverse",
    "disagreement",
    "random",
    "blind",
    "suspect",
    "assigned",
    "flagged",
    "to-read",
)
HIDDEN = ("blind", "assigned")
"""In these orders no suggestion is shown."""
ALONE = (*HIDDEN, "suspect", "flagged")
"""In these orders each coder has a queue of their own: what others have read comes up, too."""
FILTERS = ("code", "case", "transcript", "speaker", "against")
"""What can be chosen beside the order."""
SAMPLE = 50
"""How many units a random sample takes, about."""
CHOSEN = 100
"""So many units are chosen actively; what comes after them is ordered by uncertainty. Train again before that."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a coder wants to audit, and in which order.

    `everything`: units without suggestions, too. `again`: units that others have audited, too. `against`: units where
    suggestions and this coder's codings differ; they come up although that coder has read them.
    """

    order: str = "transcript"
    code: str = ""
    case: str = ""
    speaker: str = ""
    transcript: str = ""
    against: str = ""
    everything: bool = False
    again: bool = False

    @property
    def shared(self) -> bool:
        """Tell whether coders share the work: what one has read comes up for none of the others."""
        return not (self.again or self.against or self.order in ALONE)

    @property
    def follows(self) -> bool:
        """Tell whether a unit comes up as soon as the answers on the units next to it suggest a code for it."""
        return self.order == "transcript" and not (self.code or self.speaker or self.against)

    @property
    def asks_model(self) -> bool:
        """Tell whether the model has to read the units again, which takes a while where there are many."""
        return self.order in {"diverse", "disagreement", "suspect", "to-read"} or (
            self.order == "uncertain" and self.everything
        )

    def fields(self) -> dict[str, Any]:
        """Return what is not as usual, as the fields of a form or a link.

        Examples
        --------
        >>> Choice(order="uncertain", everything=True).fields()
        {'order': 'uncertain', 'everything': '1'}
        """
        usual = asdict(Choice())
        return {k: "1" if v is True else v for k, v in asdict(self).items() if v != usual[k]}


def choice_of(fields: dict[str, str], *, blind: bool = False) -> Choice:
    """Read a choice from the fields of a form or a link; in blind mode nothing is chosen by what others coded.

    Raises
    ------
    UsageError
        There is no such order, or it shows what a blind coder must not see.

    Examples
    --------
    >>> choice_of({"order": "random", "again": "1", "x": "y"})
    Choice(order='random', code='', case='', speaker='', transcript='', against='', everything=False, again=True)
    """
    words = {name: fields.get(name, "").strip() for name in FILTERS}
    order = fields.get("order", "") or "transcript"
    if order not in ORDERS:
        raise UsageError(f"there is no order `{order}`", todo=did_you_mean(order, ORDERS) or ", ".join(ORDERS))
    chosen_by_codes = words["code"] or words["against"]
    if (blind and order not in {"transcript", "flagged", *HIDDEN}) or (chosen_by_codes and (blind or order in HIDDEN)):
        raise UsageError(
            "in blind mode units come in order of transcript, or as a blind sample",
            todo="choose one of these, and neither a suggested code nor another coder",
        )
    return Choice(
        order, **words, everything=blind or bool(fields.get("everything")), again=blind or bool(fields.get("again"))
    )


def audit_queue(
    study: Study,
    coder: str,
    *,
    order: str = "transcript",
    transcripts: Sequence[str] = (),
    everything: bool = False,
    sample: int = SAMPLE,
    dry_run: bool = False,
    progress: Progress = silent,
) -> list[AuditUnit]:
    """Return the units that a coder has to audit, with what is shown of each: the terminal's and spreadsheet's queue.

    Parameters
    ----------
    order
        As in `queue`; of units that others have audited, too.
    transcripts
        Only these; all of them if none is named.
    everything
        Units without suggestions, too: the way to find what the model missed.
    sample, dry_run
        As in `queue`.

    Raises
    ------
    UsageError
        There is no such order, or no transcript of a name that was given.
    StudyError, CodingError
        As `queue`.
    """
    choice = choice_of({"order": order, "everything": "1" if everything else "", "again": "1"})
    found = queue(study, coder, choice, transcripts=transcripts, sample=sample, dry_run=dry_run, progress=progress)
    units = {unit.segment.id: unit for unit in units_in(study, transcripts)}
    apart = elsewhere(study, coder, choice, list(found))
    here = [units[segment] for segment in found if segment in units and segment not in apart]
    return audit_units(study, coder, here, found, hidden=order in HIDDEN)


def queue(
    study: Study,
    coder: str,
    choice: Choice,
    *,
    transcripts: Sequence[str] = (),
    sample: int = SAMPLE,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Doubted:
    """Return the units that come up for a coder, as segments in order, each with the codings that are doubted.

    Parameters
    ----------
    choice
        The order and the filters. `transcript`: as they were spoken. `uncertain`, `diverse`, `disagreement`: what
        teaches the model most first; `uncertain` looks at the scores of what is suggested or, with `everything`, of
        all codes. `random`: a sample in which each unit has the same known probability; `blind`: the same of all
        units, with or without a suggestion, and nothing is shown. `suspect`: codings of people that the model doubts.
        `assigned`: what the coder was given to code blind. `flagged`: where the coder raised a flag.
        `to-read`: what the recall guarantee asks to be read.
    transcripts
        Only these are in the sampling frame; all of them if none is named.
    sample
        About how many units to draw, for `random` and `blind`. A sample is written down, and is finished before
        another one is drawn, whatever the filters show of it.
    dry_run
        Write no sample down.

    Raises
    ------
    StudyError
        There are no suggestions yet; or, for `suspect`, no model that has held anything out.
    CodingError
        The coder is a model.
    """
    check_coder(study, coder)
    if choice.order == "suspect":
        return _doubted(study, coder, choice)
    if choice.order == "flagged":
        return dict.fromkeys(unit_queries.flags(study.store, coder), ())
    if choice.order == "assigned":
        return dict.fromkeys(assigned_left(study.store, coder), ())
    if choice.order == "to-read":
        return dict.fromkeys(to_read(study), ())
    listed = _listed(study, coder, choice, transcripts)
    if choice.order in {"random", "blind"}:
        given, among = assigned_left(study.store, coder), set(listed)
        frame = [s for s in _listed(study, coder, choice, transcripts, filters=()) if s not in given]
        listed = [s for s in draw(study, frame, choice.order, sample, dry_run=dry_run) if s in among]
    elif choice.asks_model:
        listed = _chosen_actively(study, listed, choice.order, progress)
    elif choice.order == "uncertain":
        suggested = unit_queries.scores(study.store, auditable_model(study), study.scheme.paths())
        listed = least_sure(study, listed, suggested)
    return dict.fromkeys(listed, ())


def _listed(
    study: Study, coder: str, choice: Choice, transcripts: Sequence[str], filters: Sequence[str] = FILTERS
) -> list[int]:
    """Return the units that the filters of a choice let through, in order of the transcripts."""
    return unit_queries.queue(
        study.store,
        rule_of(study),
        auditable_model(study),
        study.scheme.paths(),
        transcripts=transcripts,
        everything=choice.everything or choice.order == "blind",
        unread=choice.shared,
        reader="" if choice.shared else coder,
        **{name: getattr(choice, name) for name in filters},
    )


def waiting(study: Study, coder: str = "") -> list[int]:
    """Return the units with suggestions that a coder has not read, or, without a name, that nobody has.

    Units that are to be coded blind do not wait: `assigned` is their queue.

    Raises
    ------
    StudyError
        There are no suggestions yet.
    """
    blind = assigned_left(study.store, coder).keys() if coder else owed(study.store)
    return [segment for segment in _listed(study, coder, Choice(again=bool(coder)), ()) if segment not in blind]


def elsewhere(study: Study, coder: str, choice: Choice, segments: Sequence[int]) -> frozenset[int]:
    """Return which of some units do not come up for a coder in this queue.

    Units to be coded blind have a queue of their own; and a queue that is chosen by what was suggested or coded would
    give away a unit whose suggestions are hidden.
    """
    if choice.order in {"assigned", "flagged"}:
        return frozenset()
    found = unseen(study, coder, segments)
    return found.suggestions if choice.code or choice.against else found.codings


def draw(study: Study, segments: Sequence[int], how: str, sample: int = SAMPLE, *, dry_run: bool = False) -> list[int]:
    """Return what is left of earlier samples among these units; where nothing is, draw another and write it down.

    No more `random` ones are drawn than study.toml declares: another would void the guarantee.
    """
    import numpy as np

    from coder.learn.active_learning import by_coins

    among = set(segments)
    number, before = drawn(study.store, how)
    left = [segment for segment in dict.fromkeys(before) if segment in among]
    looks = study.settings.guarantee.looks if how == "random" else 0
    if left or not segments or (looks and len(runs(study.store, how)) >= looks):
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

    `suggested` gives of each code the segments, and the score of each. The model is not run again, so what it does
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


def _chosen_actively(study: Study, segments: Sequence[int], strategy: str, progress: Progress) -> list[int]:
    """Order segments by what teaches the model most."""
    import numpy as np

    from coder.embed.encoders import encoder as named
    from coder.learn.active_learning import STRATEGIES, neighbours_vote, uncertain

    encoder, by_segment = named(study.settings.encoder), {unit.segment.id: unit for unit in units_of(study)}
    _, model = model_of(study, encoder)
    units = [by_segment[segment] for segment in segments]
    texts, P = predicted(study, model, units, encoder, progress)
    known = judged_units(study, encoder, model.codes, progress)
    others = of_codes(ratings_of(study, units), model.codes).values if units else np.zeros((0, 0, len(model.codes)))
    votes = np.concatenate([neighbours_vote(texts.vectors, known.texts.vectors, known.Y)[None], others])
    rng = np.random.default_rng(study.settings.seed)
    more = {"thresholds": model.thresholds, "known": known.texts.vectors, "votes": votes}
    first = STRATEGIES[strategy](P, texts.vectors, CHOSEN, rng, **more).tolist()
    rest = uncertain(P, texts.vectors, len(P), rng, thresholds=model.thresholds).tolist()
    return [segments[i] for i in dict.fromkeys(first + rest)]


def _doubted(study: Study, coder: str, choice: Choice) -> Doubted:
    """Return the units with codings that the model doubts and the coder has not looked at again, worst first."""
    from coder.learn.label_errors import suspects

    units = {unit.segment.id: unit for unit in units_in(study, ())}
    codes, held_out = _held_out(study, list(units))
    everything = list(units.values())
    own = [everything[row] for row in held_out.rows.tolist()]
    ratings = of_codes(ratings_of(study, own), codes)
    looked = {(e.segment, e.code) for e in judgements(study.store, coder) if e.shown is Shown.CODINGS}
    found: dict[int, tuple[ShownCode, ...]] = {}
    for suspect in suspects(held_out.P, adjudicated(study, ratings)):
        segment, code = own[suspect.row].segment.id, ratings.codes[suspect.code]
        if (segment, code) not in looked:
            doubt = ShownCode(code, score=suspect.probability, doubt=_who_gave(ratings, suspect.row, suspect.code))
            found[segment] = (*found.get(segment, ()), doubt)
    among = set(_listed(study, "", choice, ())) if choice.against else found.keys()
    case_of = corpus.case_of(study.store)
    return {s: codes for s, codes in found.items() if s in among and _fits(units[s], codes, choice, case_of)}


def _fits(unit: Unit, doubted: Sequence[ShownCode], choice: Choice, case_of: Mapping[str, str]) -> bool:
    """Tell whether a unit with doubted codings passes the filters of a choice."""
    name = unit.segment.span.transcript
    codes = [one.code for one in doubted]
    return (
        choice.transcript in {"", name}
        and choice.case in {"", case_of[name]}
        and choice.speaker in {"", unit.segment.speaker}
        and (not choice.code or any(c == choice.code or c.startswith(f"{choice.code}/") for c in codes))
    )


def _who_gave(ratings: Ratings, row: int, code: int) -> str:
    """Return each coder's verdict on a code, such as `ada: present, ben: absent`."""
    verdicts = {1.0: "present", 0.0: "absent"}
    values = ratings.values[:, row, code].tolist()
    return ", ".join(f"{who}: {verdicts[v]}" for who, v in zip(ratings.coders, values, strict=True) if v in verdicts)


def _held_out(study: Study, segments: Sequence[int]) -> tuple[Sequence[str], HeldOutUnits]:
    """Return codes, and the predictions of the study's model for units, their transcripts held out."""
    folder = current_model(study)
    if folder is None:
        todo = "code two transcripts or more, then: coder train"
        raise StudyError("there is no model yet that could doubt codings", where=study.folder, todo=todo)
    model = model_now(study, folder)
    return model.codes, held_out_units(study, model, segments)


def uncoded(study: Study, coder: str, *, transcripts: Sequence[str] = ()) -> list[Unit]:
    """Return the units that a coder has not read yet, in order.

    Raises
    ------
    StudyError, UsageError
        As `units_in`.
    CodingError
        The coder is a model.
    """
    import numpy as np

    from coder.agreement.ratings import ratings

    check_coder(study, coder)
    units = units_in(study, transcripts)
    judged = placed(study, corpus.spans(study.store), judgements(study.store, coder))
    spans = [unit.segment.span for unit in units]
    grid = ratings(spans, {coder: judged.get(coder, [])}, codes=study.scheme.paths()).values[0]
    return [unit for n, unit in enumerate(units) if np.isnan(grid[n]).any()]
