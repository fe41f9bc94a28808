"""Human judgements as arrays (coders x units x codes) and by passage, for learning, agreement and tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from coder.errors import StudyError
from coder.steps.study.study import Study
from coder.store import board_facts, corpus, log
from coder.store.judgements import by_coder, judgements
from coder.store.random_draws import doubles
from coder.transcripts.segment import parse_rule
from coder.types import CoderKind, Judgement, Span, Unit, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.agreement.ratings import Ratings


def people(study: Study) -> list[str]:
    """Return the names of the coders who are persons, the adjudicator last."""
    names = log.coders_of_kind(study.store, CoderKind.PERSON)
    return sorted(names, key=lambda name: name == study.settings.adjudicator)


def ratings_of(
    study: Study,
    units: Sequence[Unit] | None = None,
    *,
    among: Collection[int] | None = None,
    before_adjudication: bool = False,
    kind: CoderKind = CoderKind.PERSON,
) -> Ratings:
    """Return what every person, or every coder of another kind, said of every unit and code of the scheme.

    Parameters
    ----------
    units
        All units of the study if none are given.
    among
        Of all units only these, as segments.
    before_adjudication
        What they judged themselves, as if nobody had adjudicated: agreement rests on it.

    Raises
    ------
    StudyError
        Nothing is cut into units yet.
    """
    from coder.agreement.ratings import ratings

    spans = corpus.spans(study.store)
    if units is None:
        ids = list(board_facts.transcript_of_units(study.store, str(parse_rule(study.settings.units))))
    else:
        ids = [unit.segment.id for unit in units]
    if not ids:
        raise StudyError("no units yet", where=study.folder, todo="import transcripts, then `coder segment`")
    if among is not None:
        ids = [segment for segment in ids if segment in among]
    judged = placed(study, spans, judgements(study.store, kind=kind, before_adjudication=before_adjudication))
    names = people(study) if kind is CoderKind.PERSON else log.coders_of_kind(study.store, kind)
    own = {name: judged.get(name, []) for name in names}
    return ratings([spans[segment] for segment in ids], own, codes=study.scheme.paths(), ids=ids)


def of_codes(ratings: Ratings, codes: Sequence[str]) -> Ratings:
    """Return what was said of some of the codes, in this order."""
    columns = [ratings.codes.index(code) for code in codes]
    return replace(ratings, values=ratings.values[:, :, columns], codes=tuple(codes))


def placed(study: Study, spans: Mapping[int, Span], found: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    """Return each coder's judgements of passages that have a place, for codes that the scheme still has."""
    known = {None, *study.scheme.paths()}
    here = (one for one in found if one.segment in spans and one.code in known)
    return by_coder(one._replace(place=spans[one.segment]) for one in here)


def marked_passages(study: Study, units: set[int]) -> list[Unit]:
    """Return the passages that people coded and that are no units themselves.

    Where the adjudicator has read the place it is theirs, elsewhere everybody's. They are given bare, as a citation is
    read: without the turn before, and without a position.
    """
    import numpy as np

    from coder.agreement.ratings import ratings

    segments, judge = corpus.segments(study.store), study.settings.adjudicator
    known = {None, *study.scheme.paths()}
    coders: dict[int, set[str]] = {}
    read: list[Judgement] = []
    for e in judgements(study.store, kind=CoderKind.PERSON):
        if e.segment in segments and e.code in known and e.verdict is Verdict.PRESENT:
            if e.code is not None:
                coders.setdefault(e.segment, set()).add(e.coder)
            elif e.coder == judge:
                read.append(e._replace(place=segments[e.segment].span))
    coded = sorted(coders.keys() - units)
    grid = ratings([segments[segment].span for segment in coded], {judge: read}, codes=("",)).values[0, :, 0]
    return [
        Unit(segments[segment], "", float("nan"))
        for segment, by_judge in zip(coded, ~np.isnan(grid), strict=True)
        if judge in coders[segment] or not by_judge
    ]


def adjudicated(study: Study, ratings: Ratings) -> np.ndarray:
    """Return (n_units, n_codes): 1 present, 0 absent, nan nobody judged it.

    The adjudicator's word holds where there is one; elsewhere what at least half of the people say who judged it.
    """
    import numpy as np

    judged = ~np.isnan(ratings.values)
    votes = judged.sum(axis=0)
    mean = np.where(votes > 0, np.nansum(ratings.values, axis=0) / np.maximum(votes, 1), np.nan)
    Y = np.where(votes > 0, (mean >= 0.5).astype(float), np.nan)
    if study.settings.adjudicator in ratings.coders:
        own = ratings.values[ratings.coders.index(study.settings.adjudicator)]
        Y = np.where(np.isnan(own), Y, own)
    return Y


def unjudged(study: Study, units: list[Unit]) -> list[Unit]:
    """Return the units of which nobody has judged any code."""
    import numpy as np

    open_ones = np.asarray(np.isnan(ratings_of(study, units).values).all(axis=(0, 2)))
    return [unit for unit, is_open in zip(units, open_ones, strict=True) if is_open]


def free_units(study: Study, units: list[Unit], coders: Sequence[str]) -> list[Unit]:
    """Return the units that none of the coders has judged and that were not drawn before."""
    import numpy as np

    drawn = {double.segment for double in doubles(study.store) if double.coders}
    ratings = ratings_of(study, units)
    rows = [ratings.coders.index(name) for name in coders]
    unseen = np.asarray(np.isnan(ratings.values[rows]).all(axis=(0, 2)))
    return [unit for n, unit in enumerate(units) if unseen[n] and unit.segment.id not in drawn]
