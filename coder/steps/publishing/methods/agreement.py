"""Sections on how far coders agreed: before settling and after, by facet, with help in sight, and with the model."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

from coder.agreement.number_format import digits, with_interval
from coder.steps.agreement.results import BESIDE, Agreed, beside_table, overview, trios
from coder.steps.audit.outcomes import by_code
from coder.steps.coding.judgements import ratings_of
from coder.steps.coding.ratings import of_coders, shared
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.phrases import count, listed, sentence, without_empty
from coder.store.settlements import settlements
from coder.tables.formats.document import Section
from coder.types import Table

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.agreement_rows import AgreementRow

OVERALL = "Agreement over all codes"
SAME_UNITS = "Model and people on the same units, by code"
IN_FULL = 4
"""Of so many sets of coders everything is told; of more, all coders together, and how far the pairs reach."""


def agreement(facts: Facts) -> Section:
    """Report agreement of people before settling, by facet, with help in sight, after settling, and with the model."""
    people = people_of(facts)
    if not people:
        nothing = "Agreement between people was not measured: no two coders judged the same unit with nothing in sight."
        return Section("Agreement", (nothing, *_with_model(facts), *_overall_table(facts)))
    interval = people[0].overall.intervals["alpha"]
    ground = (
        "Agreement was computed on what coders had said with nothing in sight, as it stood before anything was"
        " settled, on all units that two had judged, those without any code included. A decision is a unit and a code:"
        f" present or absent. Figures in brackets are 95 % intervals: percentiles of {interval.replicates:,} bootstrap"
        f" samples of {count(interval.clusters, 'transcript')}."
    )
    shown = _in_full(people)
    facets = " ".join(filter(None, (_by_facet(one) for one in _facets(facts))))
    return Section(
        "Agreement",
        (
            ground,
            *(sentence(_between(one), facets if n == 0 else "") for n, one in enumerate(shown)),
            *([_pairs(people[1:])] if len(shown) < len(people) else []),
            _assisted(facts),
            *_settled(facts),
            *_with_model(facts),
            *_overall_table(facts),
        ),
    )


def people_of(facts: Facts) -> list[Agreed]:
    """Return the agreement of people on what they said with nothing in sight: all together first, then pairs."""
    return [one for one in facts.agreed if one.kind == "people"]


def alpha_of(row: AgreementRow) -> str:
    """Return alpha with its interval."""
    return _value(row, "alpha")


def _value(row: AgreementRow, name: str) -> str:
    interval = row.intervals[name]
    return with_interval(row.values[name], interval.low, interval.high)


def _in_full(people: list[Agreed]) -> list[Agreed]:
    return people if len(people) <= IN_FULL else people[:1]


def _facets(facts: Facts) -> list[Agreed]:
    """Return agreement by each facet, of the first set of coders."""
    return facts.by_facet[: len({one.of for one in facts.by_facet})]


def _between(found: Agreed) -> str:
    """Report the agreement of one set of coders in words."""
    overall, mean = [row for row in found.rows if not row.code][:2]
    kappa = "kappa" if len(overall.coders) == 2 else "fleiss"
    named = "Cohen's kappa" if kappa == "kappa" else "Fleiss' kappa"
    said = (
        f"{'Between' if len(overall.coders) == 2 else 'Among'} {found.title} there was agreement on"
        f" {100 * overall.percent:.1f} % of {overall.n:,} decisions; over all codes pooled Krippendorff's alpha was"
        f" {alpha_of(overall)}, {named} {_value(overall, kappa)} and Gwet's AC1 {_value(overall, 'ac1')}."
    )
    codes, defined = _defined(found)
    if not defined:
        return f"{said} On no single code was alpha defined."
    undefined = len(codes) - len(defined)
    but = f" ({count(undefined, 'code')} on which nothing varies left out)" if undefined else ""
    title = f"[[{_title('code', found)}]]"
    if len(defined) == 1:
        return f"{said} On {defined[0].code} alone{but} alpha was {alpha_of(defined[0])}; {title} has every code."
    return (
        f"{said} The mean alpha of {count(len(defined), 'code')}{but} was {alpha_of(mean)}, from {_range(defined)};"
        f" {title} has every code."
    )


def _by_facet(found: Agreed) -> str:
    _, defined = _defined(found)
    if not defined:
        return ""
    reach = f"was from {_range(defined)}" if len(defined) > 1 else f"was {digits(defined[0].alpha)} ({defined[0].code})"
    return f"By {found.of}, alpha {reach} ([[{_title(found.of, found)}]])."


def _defined(found: Agreed) -> tuple[list[AgreementRow], list[AgreementRow]]:
    """Return the rows of single codes, and those of them on which alpha is defined."""
    codes = [row for row in found.rows if row.code]
    return codes, [row for row in codes if not isnan(row.alpha)]


def _range(rows: Sequence[AgreementRow]) -> str:
    """Return the least and the largest alpha, each with its code."""
    least, most = min(rows, key=lambda row: row.alpha), max(rows, key=lambda row: row.alpha)
    alike = [row.code for row in rows if row.alpha == most.alpha]
    return f"{digits(least.alpha)} ({least.code}) to {digits(most.alpha)} ({listed(alike, most=2)})"


def _pairs(pairs: Sequence[Agreed]) -> str:
    alphas = sorted(one.overall.alpha for one in pairs if not isnan(one.overall.alpha))
    if not alphas:
        return ""
    return (
        f"Over all codes alpha of the {count(len(pairs), 'pair')} of coders was from {digits(alphas[0])} to"
        f" {digits(alphas[-1])} ([[{OVERALL}]])."
    )


def _assisted(facts: Facts) -> str:
    found = [one for one in facts.agreed if one.kind == "assisted"]
    if found:
        return " ".join(
            f"Apart from these, {one.title}: alpha over all codes {alpha_of(one.overall)}, on {one.remark}"
            for one in found
        )
    names = [name for name in facts.people if name != facts.judge]
    units = int(shared(of_coders(facts.sights.assisted, names)).sum())
    if units:
        few = count(units, "unit")
        return f"{few} that two coders judged with suggestions in sight are too few for figures of their own."
    return "No unit was judged by two coders with suggestions in sight."


def _settled(facts: Facts) -> list[str]:
    """Say how many disagreements there were, what became of them, and what agreement was afterwards."""
    disputed = count(facts.disputed, "decision")
    if not facts.disputed:
        return ["Coders did not disagree on any decision, so nothing was settled."]
    if not facts.judge:
        return [f"Coders disagreed on {disputed}. Settling was not done: no settling coder is named."]
    present, absent = decided(facts)
    units = len(settlements(facts.study.store, facts.judge))
    room = (
        f" {count(units, 'unit')} {'was' if units == 1 else 'were'} settled in coder, side by side, with the names of"
        " coders hidden until then."
        if units
        else f" This word comes from codings of {facts.judge}'s own; nothing was settled side by side in coder."
        if present + absent
        else ""
    )
    open_ = facts.disputed - present - absent
    rest = f" On {open_:,} of them nothing is settled." if open_ else ""
    said = (
        f"Coders disagreed on {disputed}. The settling coder, {facts.judge}, found the code present in {present:,} of"
        f" them and absent in {absent:,}.{room}{rest} What each coder had said before is kept, and the figures above"
        " rest on it."
    )
    figures = (
        f"After settling, alpha of {one.title} over all codes was {digits(one.after[one.overall.label])}, where"
        f" {digits(one.overall.alpha)} before; this is what settling did, and no measure of reliability."
        for one in _in_full(people_of(facts))
        if one.after
    )
    return [sentence(said, *figures)]


def decided(facts: Facts) -> tuple[int, int]:
    """Return how many disputed decisions the settling coder holds for present, and for absent."""
    if not facts.judge:
        return 0, 0
    now = of_coders(ratings_of(facts.study), [facts.judge])
    row = {int(unit): n for n, unit in enumerate(now.units)}
    column = {code: k for k, code in enumerate(now.codes)}
    said = [
        float(now.values[0, row[unit], column[code]])
        for code, units in by_code(facts.board.facts["disputed"]).items()
        for unit in units
        if code and unit in row
    ]
    return said.count(1.0), said.count(0.0)


def _with_model(facts: Facts) -> list[str]:
    """Report the model, and machines from elsewhere, beside people on the same units."""
    held_out = "the model made, the model with the transcripts held out from its training"
    said = [
        f"On {people.overall.n:,} decisions that two coders and"
        f" {held_out if people.kind == 'model' else f'the machine {one.overall.coders[0]} made'},"
        f" alpha over all codes was {alpha_of(people.overall)} between"
        f" {listed(people.overall.coders)}, {alpha_of(one.overall)} between {listed(one.overall.coders)}, and"
        f" {alpha_of(other.overall)} between {listed(other.overall.coders)}."
        for people, one, other in trios(facts.agreed)
    ]
    alone = [one for one in facts.agreed if one.kind in {"model alone", "machine alone", "adjudicated"}]
    said += [f"{one.title}: alpha over all codes {alpha_of(one.overall)}, on {one.remark}" for one in alone]
    if len(said) > IN_FULL:
        return [f"The model beside each pair of coders, on the same units, is in [[{OVERALL}]]."]
    return said or ["The model was not compared with people: none was tested on transcripts held out."]


def _overall_table(facts: Facts) -> list[Table]:
    """Return all sets of coders over all codes; two people on the model's units only where these are other units."""
    alone = {(one.overall.coders, one.overall.n) for one in people_of(facts)}
    kept = [one for one in facts.agreed if one.kind not in BESIDE or (one.overall.coders, one.overall.n) not in alone]
    if not kept:
        return []
    found = overview(kept)
    note = (
        "n: decisions. kappa: Cohen 1960, fleiss: Fleiss 1971, AC1: Gwet 2008, alpha: Krippendorff 2011; of all codes"
        " pooled. Where codes are rare, agreement in percent and AC1 are high by shared absences alone."
    )
    if not any("fleiss" in name.lower() for name in found.header):
        note = note.replace(" fleiss: Fleiss 1971,", "")
    return [without_empty(Table(OVERALL, found.header, found.rows, note))]


def _title(of: str, found: Agreed) -> str:
    return f"Agreement by {of}: {found.title.removesuffix(f', by {found.of}')}"


def _beside_title(found: Sequence[Agreed], n: int) -> str:
    title = SAME_UNITS if found[0].kind == "model" else SAME_UNITS.replace("Model", found[1].overall.coders[0])
    return title + (f" ({n})" if n > 1 else "")


def long_tables(facts: Facts) -> list[Table]:
    """Return the long tables: agreement by facet and by code, and the model beside people."""
    apart = [one for one in facts.agreed if one.kind in {"assisted", "again"}]
    sets = [*_facets(facts), *_in_full(people_of(facts)), *apart[:IN_FULL]]
    tables = [
        Table(_title(one.of, one), table.header, table.rows, one.remark) for one in sets for table in [one.table()]
    ]
    three_each = list(trios(facts.agreed))
    if 0 < len(three_each) <= IN_FULL:
        beside = [beside_table(each) for each in three_each]
        tables += [
            Table(_beside_title(each, n), table.header, table.rows, f"Alpha [95 %]. {table.note}")
            for n, (each, table) in enumerate(zip(three_each, beside, strict=True), start=1)
        ]
    return tables
