"""Inter-coder agreement in a study: of people with each other and with themselves, and of machines beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from coder.errors import ModelError, StudyError, check_known
from coder.steps.agreement.intracoder import APART, again_ratings
from coder.steps.agreement.results import REPLICATES, Agreed, wanted
from coder.steps.coding.judgements import of_codes, ratings_of
from coder.steps.coding.ratings import (
    Conditions,
    after_adjudication,
    by_case,
    by_condition,
    by_facet,
    of_coders,
    shared,
    together,
    who_judged,
)
from coder.steps.models.registry import current_model, held_out_units, model_now
from coder.steps.study.study import Study
from coder.types import CoderKind, Progress, silent

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.agreement_rows import AgreementRow
    from coder.agreement.ratings import Ratings

BY = ("code", "facet", "case", "pair")
"""What the rows of a table can be."""
FEWEST = 10
"""With fewer units that two people judged assisted there is no table of them."""


def agreement_of(
    study: Study,
    *,
    coders: tuple[str, ...] = (),
    by: str = "code",
    apart: float = APART,
    coefficients: Sequence[str] = (),
    replicates: int = REPLICATES,
    progress: Progress = silent,
) -> list[Agreed]:
    """Return the agreement of people (the adjudicator apart), all together and pair by pair, and of machines.

    First of blind judgements, before adjudication; then, where two people judged ten units with suggestions or others'
    codings shown, of those. The two are never mixed. Then two people and the model with each of them, on exactly the
    units and codes that all three judged: the model by its predictions while their transcripts were held out. Then, in
    the same way, each machine from elsewhere, on all that it coded, and with the adjudicator. Then each coder's first
    codings with their second, where they have coded units again. All coefficients of counts are computed; others
    (`rho`, alpha over sets) where they are named.

    Parameters
    ----------
    coders
        Only these people, if any are named; and only these machines from elsewhere, if any are.
    by
        What the rows are: `code`; `facet`: the values of each facet, a table a facet; `case`: all codes pooled, a row a
        case; `pair`: pairs of coders alone.
    apart
        Days between a coder's first and second coding.

    Raises
    ------
    StudyError
        No two coders have judged the same unit, and there is no model or machine to compare one with.
    UsageError
        There is no coder of a name that was given, or the scheme has no facets.
    """
    conditions, every_machine = by_condition(study), ratings_of(study, kind=CoderKind.MACHINE)
    machines = [of_coders(every_machine, (name,)) for name in every_machine.coders]
    check_known("coder", coders, (*conditions.everything.coders, *every_machine.coders))
    machines = [one for one in machines if one.coders[0] in coders] or machines
    coders = tuple(name for name in coders if name in conditions.everything.coders)
    work = _Work(study, by, wanted(coefficients), replicates, progress)
    sets = _sets(study, conditions, coders, pairs_alone=by == "pair")
    found: list[Agreed] = []
    for names in sets:
        found += work.of(of_coders(conditions.blind, names), _listed(names), remark=_remark(conditions, names))
    for names in sets:
        both = of_coders(conditions.assisted, names)
        if shared(both).sum() >= FEWEST:
            remark = f"{shared(both).sum()} units that they judged with suggestions or codings of others shown."
            found += work.of(both, f"{_listed(names)}, with suggestions shown", "assisted", remark)
    model, left_out = _held_out(study, conditions.blind)
    if model is not None:
        found += _beside_people(conditions.blind, model, sets, coders, work)
    for machine in machines:
        found += _beside_people(conditions.blind, machine, sets, coders, work, "machine")
        found += _beside_adjudicated(study, machine, work)
    if by != "pair":
        for name, twice in again_ratings(study, apart=apart).items():
            if name in (coders or conditions.everything.coders):
                remark = f"{shared(twice).sum()} units that {name} judged twice, {apart:g} days apart or more."
                found += work.of(twice, f"{name} first and again", "again", remark)
    if not found:
        raise StudyError(
            " ".join(filter(None, ("no two coders have judged the same units.", left_out))),
            where=study.folder,
            todo="let a second coder code some transcripts, or train a model",
        )
    return [replace(found[0], remark=f"{found[0].remark} {left_out}".strip()), *found[1:]]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _sets(study: Study, conditions: Conditions, coders: tuple[str, ...], *, pairs_alone: bool) -> list[tuple[str, ...]]:
    """Return whose agreement is asked for: all who judged anything, where they are more than two, and each pair."""
    chosen = coders or who_judged(study, conditions.everything)
    together = [chosen] if len(chosen) > 2 and not pairs_alone else []
    return [*together, *combinations(chosen, 2)]


def _remark(conditions: Conditions, names: Sequence[str]) -> str:
    """Note on how many units the agreement of some coders rests, and which are not among them."""
    blind, assisted = (int(shared(of_coders(one, names)).sum()) for one in (conditions.blind, conditions.assisted))
    parts = [f"{blind} units that they judged blind."]
    if 0 < assisted < FEWEST:
        parts.append(f"{assisted} that they judged with suggestions shown are too few for a table of their own.")
    if mixed := conditions.mixed(names):
        parts.append(f"{mixed} that one judged blind and another with suggestions shown are in no table.")
    return " ".join(parts)


@dataclass(frozen=True)
class _Work:
    """How agreement is to be computed, and what its rows are."""

    study: Study
    by: str
    coefficients: tuple[str, ...]
    replicates: int
    progress: Progress

    def of(self, ratings: Ratings, title: str, kind: str = "people", remark: str = "") -> list[Agreed]:
        """Return the agreement of these coders: one, or one a facet; none where no unit was judged by two of them."""
        import numpy as np

        if not shared(ratings).any():
            return []
        later = after_adjudication(self.study, ratings) if kind in {"people", "assisted"} else ratings
        adjudicated = {} if np.array_equal(later.values, ratings.values, equal_nan=True) else self._sides(later)
        found = []
        for of, one in self._sides(ratings).items():
            rows = self._rows(one, of)
            after = self._rows(adjudicated[of], of, lean=True) if adjudicated else []
            alphas = {row.label: row.alpha for row in after}
            name = title if of in {"code", "case"} else f"{title}, by {of}"
            found.append(Agreed(name, rows, kind=kind, of=of, remark=remark, after=alphas))
        return found

    def _sides(self, ratings: Ratings) -> dict[str, Ratings]:
        """Return what the rows are, and the ratings that have them."""
        if self.by == "facet":
            return by_facet(ratings, self.study.scheme)
        return {"case" if self.by == "case" else "code": ratings}

    def _rows(self, ratings: Ratings, of: str, *, lean: bool = False) -> list[AgreementRow]:
        from coder.agreement.agreement_rows import agreement

        def computed(found: Ratings) -> list[AgreementRow]:
            if lean:
                return agreement(found, coefficients=("alpha",), replicates=0)
            return agreement(found, coefficients=self.coefficients, replicates=self.replicates, progress=self.progress)

        rows = computed(ratings)
        if of == "code":
            return rows
        if of != "case":
            return [row if row.code else replace(row, label=row.label.replace("codes", "values")) for row in rows]
        cases = {name: one for name, one in by_case(self.study, ratings).items() if shared(one).any()}
        each = [replace(_pooled(computed(one)), code=name, label=name) for name, one in cases.items()]
        return [*each, _pooled(rows)]


def _pooled(rows: Sequence[AgreementRow]) -> AgreementRow:
    return next(row for row in rows if not row.code)


def _beside_people(
    blind: Ratings,
    machine: Ratings,
    sets: Sequence[tuple[str, ...]],
    coders: Sequence[str],
    work: _Work,
    kind: str = "model",
) -> list[Agreed]:
    """Return two people, and a machine with each of them, on what all three judged; or the machine with each, alone."""
    import numpy as np

    [its_name], blind = machine.coders, of_codes(blind, machine.codes)
    found: list[Agreed] = []
    for pair in (names for names in sets if len(names) == 2):
        three = together(of_coders(blind, pair), machine)
        everyone = np.asarray(~np.isnan(three.values).any(axis=0))
        three = replace(three, values=np.where(everyone, three.values, np.nan))
        remark = f"{everyone.any(axis=1).sum()} units that both and {its_name} judged."
        for names in (pair, *((its_name, name) for name in pair)):
            title = _listed(names) + (", same units" if names is pair else "")
            found += work.of(of_coders(three, names), title, kind, remark)
    if found:
        return found if work.by != "facet" else _in_trios(found)
    for name in coders or blind.coders:
        both = together(of_coders(blind, (name,)), machine)
        held_out = "the model held out" if kind == "model" else f"{its_name} coded"
        remark = f"{shared(both).sum()} units that {name} judged blind and {held_out}."
        found += work.of(both, f"{its_name} and {name}", f"{kind} alone", remark)
    return found


def _beside_adjudicated(study: Study, machine: Ratings, work: _Work) -> list[Agreed]:
    """Return the agreement of a machine with the adjudicator; none where nobody adjudicates."""
    people, judge = ratings_of(study), study.settings.adjudicator
    if judge not in people.coders:
        return []
    both = of_coders(together(people, machine), (machine.coders[0], judge))
    remark = f"{shared(both).sum()} units that {judge} adjudicated or judged and {machine.coders[0]} coded."
    return work.of(both, f"{machine.coders[0]} and {judge}, adjudicated", "adjudicated", remark)


def _in_trios(found: list[Agreed]) -> list[Agreed]:
    """Put next to each other what is of the same pair and facet; each of three sets has all facets in turn."""
    n = len({agreed.of for agreed in found})
    trios = [found[start : start + 3 * n] for start in range(0, len(found), 3 * n)]
    return [one for trio in trios for facet in range(n) for one in trio[facet::n]]


def _held_out(study: Study, ratings: Ratings) -> tuple[Ratings | None, str]:
    """Return the predictions of the study's model for units that were held out, and why some or all are left out."""
    import numpy as np

    folder = current_model(study)
    if folder is None:
        return None, ""
    try:
        model = model_now(study, folder)
        ratings = of_codes(ratings, model.codes)
        held_out = held_out_units(study, model, ratings.units)
    except ModelError as error:
        return None, f"{folder.name} is not compared with people: {error.message}; {error.todo}."
    values = np.full((1, *ratings.values.shape[1:]), np.nan)
    values[0, held_out.rows] = held_out.accepted
    remark = f"{folder.name}: {held_out.remark}." if held_out.remark else ""
    return replace(ratings, values=values, coders=(f"{folder.name} (held out)",)), remark
