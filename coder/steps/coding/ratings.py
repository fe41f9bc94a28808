"""Subsets of the ratings: by facet, case or coder pair; blind or assisted; after adjudication."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from coder.errors import UsageError, check_known
from coder.natural_sort import natural
from coder.steps.coding.judgements import placed, ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.study.study import Study
from coder.store import corpus
from coder.store.judgements import Which, adjudications, judgements
from coder.types import CoderKind, Judgement, Scheme, Shown, Span, Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.agreement.ratings import Ratings


def by_facet(ratings: Ratings, scheme: Scheme) -> dict[str, Ratings]:
    """Return the ratings of the values of each facet: a value is present where any code with it is.

    It is absent where all codes with it are, and else not judged. The values of a tree of one facet are its headings.

    Raises
    ------
    UsageError
        The scheme is a flat list: its codes have nothing in common.
    """
    import numpy as np

    found = {}
    for facet, groups in _groups(ratings.codes, scheme).items():
        sheets = []
        for codes in groups.values():
            part = ratings.values[:, :, [ratings.codes.index(code) for code in codes]]
            present, open_ = (part == 1).any(axis=2), np.isnan(part).any(axis=2)
            sheets.append(np.where(present, 1.0, np.where(open_, np.nan, 0.0)))
        found[facet] = replace(ratings, values=np.stack(sheets, axis=2), codes=tuple(groups))
    return found


def _groups(codes: Sequence[str], scheme: Scheme) -> dict[str, dict[str, list[str]]]:
    """Return facet -> value -> its codes."""
    found: dict[str, dict[str, list[str]]] = {}
    if len(scheme.facets) > 1:
        for facet in scheme.facets:
            for code in scheme.codes:
                if code.path in codes:
                    found.setdefault(facet, {}).setdefault(code.facets[facet], []).append(code.path)
        return found
    if not any("/" in code for code in codes):
        todo = "--by code; a scheme with headings or facets can be looked at by them"
        raise UsageError("the codes of this scheme have no facets and no headings", todo=todo)
    for path in codes:
        found.setdefault("heading", {}).setdefault(path.partition("/")[0], []).append(path)
    return found


def by_case(study: Study, ratings: Ratings) -> dict[str, Ratings]:
    """Return the ratings of each case, in order of name; a transcript of no case is one of its own."""
    import numpy as np

    case_of = corpus.case_of(study.store)
    names = corpus.transcript_of_segments(study.store)
    cases = np.array([case_of[names[int(unit)]] for unit in ratings.units], dtype=object)
    return {case: of_units(ratings, np.asarray(cases == case)) for case in sorted(set(cases.tolist()), key=natural)}


def of_units(ratings: Ratings, kept: np.ndarray) -> Ratings:
    """Return the ratings of some units, shape (n_units,) of bool."""
    return replace(
        ratings,
        values=ratings.values[:, kept],
        clusters=ratings.clusters[kept],
        units=tuple(unit for unit, here in zip(ratings.units, kept, strict=True) if here),
    )


def of_coders(ratings: Ratings, names: Sequence[str]) -> Ratings:
    """Return the ratings of some coders."""
    return replace(ratings, values=ratings.values[[ratings.coders.index(name) for name in names]], coders=tuple(names))


def together(people: Ratings, machines: Ratings) -> Ratings:
    """Return the ratings of people, and below them those of machines on the same units and codes."""
    import numpy as np

    values = np.concatenate([people.values, machines.values])
    return replace(people, values=values, coders=people.coders + machines.coders)


def who_judged(study: Study, ratings: Ratings) -> tuple[str, ...]:
    """Return the coders who have judged anything, the adjudicator apart."""
    import numpy as np

    judged = np.asarray((~np.isnan(ratings.values)).any(axis=(1, 2)))
    judge = study.settings.adjudicator
    return tuple(name for name, has in zip(ratings.coders, judged, strict=True) if has and name != judge)


def pairs_of(study: Study, ratings: Ratings, coders: Sequence[str] = ()) -> list[Ratings]:
    """Return the ratings of each pair of coders who have judged a unit together.

    Parameters
    ----------
    coders
        The pairs among these; of one coder, them with each of the others. All if none is named, the adjudicator apart.

    Raises
    ------
    UsageError
        There is no coder of a name that was given.
    """
    check_known("coder", coders, ratings.coders)
    others = [name for name in ratings.coders if name != study.settings.adjudicator]
    if len(coders) == 1:
        pairs = [(coders[0], other) for other in others if other != coders[0]]
    else:
        pairs = list(combinations(coders or others, 2))
    return [both for both in (of_coders(ratings, pair) for pair in pairs) if shared(both).any()]


def shared(ratings: Ratings) -> np.ndarray:
    """Tell of each unit whether two coders or more have judged it on some code, shape (n_units,)."""
    import numpy as np

    return np.asarray(((~np.isnan(ratings.values)).sum(axis=0) >= 2).any(axis=1))


@dataclass(frozen=True)
class Conditions:
    """Ratings of people before adjudication, by condition.

    `blind`: their judgements as long as they had seen neither suggestions nor others' codings of the unit. `assisted`:
    their latest judgements of the units on which they had. A unit that was judged first blind and then assisted is in
    both.
    """

    everything: Ratings
    blind: Ratings
    assisted: Ratings

    def mixed(self, coders: Sequence[str]) -> int:
        """Return how many units two of the coders judged, but one blind and the other assisted."""
        one, *parts = (shared(of_coders(found, coders)) for found in (self.everything, self.blind, self.assisted))
        return int((one & ~parts[0] & ~parts[1]).sum())


def by_condition(study: Study) -> Conditions:
    """Return the ratings of people before adjudication, by condition.

    A coder who has seen what is suggested for a unit, or what others gave it, has not been blind to it since; what they
    had judged before stays blind.
    """
    import numpy as np

    from coder.agreement.ratings import ratings_where

    everything = ratings_of(study, before_adjudication=True)
    spans = [unit.segment.span for unit in units_of(study)]
    blind, assisted = everything.values.copy(), np.full_like(everything.values, np.nan)
    judged = judgements_by_person(study)
    for n, name in enumerate(everything.coders):
        first = first_shown(spans, judged.get(name, []))
        if first:
            blind[n] = ratings_where(spans, judged[name], everything.codes, _before(first))
            rows = sorted(first)
            assisted[n, rows] = everything.values[n, rows]
    return Conditions(everything, replace(everything, values=blind), replace(everything, values=assisted))


def _before(first: Mapping[int, int]) -> Callable[[int, Judgement], bool]:
    """Return what tells whether a judgement on a unit was made before anything on it was shown."""
    return lambda unit, one: one.id < first.get(unit, one.id + 1)


def first_shown(units: Sequence[Span], judged: Sequence[Judgement]) -> dict[int, int]:
    """Return of each unit (its position) a coder's first event at which suggestions or codings of it were shown."""
    from coder.agreement.ratings import places

    seen = [one for one in judged if one.shown is not Shown.NOTHING]
    found: dict[int, int] = {}
    for one, about in zip(seen, places(units, seen), strict=True):
        for unit in about:
            found.setdefault(unit, one.id)
    return found


def blind_judgements(study: Study) -> dict[str, list[Judgement]]:
    """Return each person's latest blind judgements, on the passages themselves.

    A judgement is left out once its coder was shown anything on any unit that the passage is about.
    """
    from coder.agreement.ratings import places

    spans = [unit.segment.span for unit in units_of(study)]
    found: dict[str, list[Judgement]] = {}
    for name, judged in judgements_by_person(study).items():
        before = _before(first_shown(spans, judged))
        last = {
            (one.segment, one.code): one
            for one, units in zip(judged, places(spans, judged), strict=True)
            if one.shown is Shown.NOTHING and all(before(unit, one) for unit in units)
        }
        found[name] = [one for one in last.values() if one.verdict is not Verdict.WITHDRAWN]
    return found


def judgements_by_person(study: Study) -> dict[str, list[Judgement]]:
    """Return every judgement of each person on passages that have a place, in order, superseded ones among them.

    Left out is what was undone, what was accepted in bulk, and adjudication.
    """
    found = judgements(study.store, which=Which.EVERY, kind=CoderKind.PERSON, before_adjudication=True, undone=False)
    return placed(study, corpus.spans(study.store), (one for one in found if one.shown is not Shown.BULK))


def after_adjudication(study: Study, ratings: Ratings) -> Ratings:
    """Return ratings after adjudication: on an adjudicated unit each coder who judged it has the adjudicated codes.

    Other units keep each coder's own codes.
    """
    import numpy as np

    judge = study.settings.adjudicator
    done = adjudications(study.store, judge) if judge else {}
    rows = [n for n, unit in enumerate(ratings.units) if unit in done]
    values = ratings.values.copy()
    if rows:
        now = of_coders(ratings_of(study), [judge]).values[0]
        place = {unit.segment.id: n for n, unit in enumerate(units_of(study))}
        codes = now[[place[int(ratings.units[row])] for row in rows]]
        values[:, rows] = np.where(np.isnan(values[:, rows]) | np.isnan(codes), values[:, rows], codes)
    return replace(ratings, values=values)
