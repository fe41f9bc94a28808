"""Sections on models: what they learned, how good they are, and what became of their suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isinf, isnan
from typing import TYPE_CHECKING, Any

from coder.agreement.number_format import digits, with_interval
from coder.steps.coding.judgements import ratings_of, settled
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.phrases import Cell, count, day, listed, or_none, percent, sentence
from coder.tables.formats.document import Section
from coder.types import Provenance, Table

if TYPE_CHECKING:  # numpy is imported where it is used
    from coder.agreement.anchoring_effect import Compared, Rate
    from coder.learn.evaluation import CodeQuality

ADOPTED = "Models that were adopted"
QUALITY = "The model by code, on transcripts held out"
AUDITED = "Suggestions by code"
PROMISE = "What a random sample promises"
_WAYS = {
    Provenance.HUMAN: "were given it by people who answered no suggestion",
    Provenance.ACCEPTED: "have it from a suggestion that a person accepted by itself",
    Provenance.BULK: "have it from a suggestion accepted in bulk, without a look",
    Provenance.UNREVIEWED: "have it from a suggestion that nobody has answered",
}


def models(facts: Facts) -> Section:
    """Describe the adopted model: its data, splits, seed, hash and quality."""
    if facts.model is None:
        return Section("Models", ("No classifier was used: the study has adopted none.",))
    folder, model = facts.model
    about = model.about
    own = about["study"] == facts.study.settings.name
    data = sentence(
        f"The classifier {folder.name} was trained on {count(about['units'], 'unit')} that people had judged in"
        f" {count(len(about['transcripts']), 'transcript')}"
        + (", " if own else f" of another study (“{about['study']}”), ")
        + "with the scheme's definitions and examples as further examples.",
        _features(about),
        f"A code with fewer than {about['min_positives']} coded units got no classifier of its own. The seed was"
        f" {about['seed']}.",
    )
    hashes = (
        f"The model's sha256 is {facts.adoptions[-1][1]}, that of the scheme it was trained on"
        f" {about['scheme_sha256']}, and the fingerprint of its training units {about['fingerprint']}. It was trained"
        f" with {listed((f'{name} {version}' for name, version in about['versions'].items()), most=20)}."
    )
    blocks: list[str | Table] = [data, _quality(facts, about["folds"]), _new_cases(about), hashes]
    if len(facts.adoptions) > 1:
        blocks.append(_adoptions_table(facts))
    else:
        name, _, why, at = facts.adoptions[0]
        blocks.append(f"No model but {name} was adopted; it was on {day(at)} ({why}).")
    return Section("Models", tuple(block for block in blocks if block))


def _features(about: dict[str, Any]) -> str:
    tuned = (
        ", its upper layers fine-tuned on the same units" if about.get("finetuned") else ", which was not fine-tuned"
    )
    return (
        "It consists of logistic regressions, one for each value of each facet and each code with enough examples,"
        " that are combined into a calibrated probability for each code; their features come from the sentence encoder"
        f" {about['encoder_name']} ({about['encoder']}){tuned}, from words and characters, the turn before, and the"
        " unit's form and place in the interview."
    )


def _quality(facts: Facts, folds: int) -> str:
    """Report quality on held-out transcripts, against what people say now."""
    found = facts.measures
    if found.problem:
        return f"Its quality cannot be told here: {found.problem}."
    if not found.f1:
        return "Its quality was not measured: nothing could be held out."
    value, low, high = found.f1[""]
    return (
        f"Quality was measured by {folds}-fold cross-validation split by transcript: each unit was predicted"
        " by classifiers, combiner and thresholds that had seen no unit of its transcript. Against the codes that hold"
        f" now the mean F1 of codes was {with_interval(value, low, high)}, with the 95 % interval of a bootstrap over"
        f" transcripts; [[{QUALITY}]] has every code with its threshold."
    )


def _new_cases(about: dict[str, Any]) -> str:
    found = about.get("cases", {})
    if not found.get("held_out"):
        return "How far it carries to a case that it has not seen was not measured."
    if found["held_out"] == "transcript":
        return "Each case had one coded transcript, so these figures are of cases that it had not seen."
    return (
        f"With whole cases held out ({found['folds']} folds) the mean F1 was {digits(found['macro_f1'])}, where"
        f" {digits(found['usual'])} with transcripts held out, when it was trained."
    )


def _adoptions_table(facts: Facts) -> Table:
    rows = tuple((day(at), name, why, sha[:12]) for name, sha, why, at in facts.adoptions)
    return Table(
        ADOPTED, ("date", "model", "why", "sha256"), rows, "A comparison in `why` is on units that neither had seen."
    )


def quality_table(facts: Facts) -> list[Table]:
    """Return the adopted model's quality by code, against what people say now."""
    import numpy as np

    from coder.learn.evaluation import quality

    if facts.model is None or not facts.measures.f1 or facts.model[1].held_out is None:
        return []
    model, held_out = facts.model[1], facts.model[1].held_out
    ratings = ratings_of(facts.study)
    place = {unit: n for n, unit in enumerate(ratings.units)}
    known = [row for row, unit in enumerate(held_out.ids.tolist()) if unit in place]
    Y = settled(facts.study, ratings)[[place[unit] for unit in held_out.ids[known].tolist()]]
    found = quality(held_out.P[known], held_out.accepted[known], np.asarray(Y), model.codes)
    rows = tuple(
        _quality_row(facts, one, threshold) for one, threshold in zip(found, model.thresholds.tolist(), strict=True)
    )
    header = ("code", "judged", "positives", "suggested", "threshold", "precision", "recall", "F1 [95 %]")
    note = (
        "Of units predicted while their transcript was held out; intervals of a bootstrap over transcripts. Threshold:"
        " the probability from which the code is suggested in new units; none: it never is."
    )
    return [Table(QUALITY, header, rows, note)]


def _quality_row(facts: Facts, one: CodeQuality, threshold: float) -> tuple[str | int, ...]:
    value, low, high = facts.measures.f1[one.code]
    f1 = digits(value) if isnan(value) or isnan(low) else f"{digits(value)} [{digits(low)}, {digits(high)}]"
    border = "none" if isinf(threshold) or threshold > 1 else f"{threshold:.2f}"
    return one.code, one.judged, one.positives, one.suggested, border, digits(one.precision), digits(one.recall), f1


def suggestions(facts: Facts) -> Section:
    """Report what was suggested, and what became of it."""
    board = facts.board
    suggested = board.count("suggested")
    if not suggested:
        return Section("Suggestions and their audit", ("No model suggested anything.", _provenance(facts)))
    units = len(board.units_of("covered"))
    if not any(board.count(what) for what in ("accepted", "rejected", "unsure", "bulk", "blind")):
        said = (
            f"On {count(units, 'unit')} that models had read, {count(suggested, 'code')} stood as suggestions"
            f" ([[{AUDITED}]]). An audit was not done: nobody has answered any of them, one by one or in bulk."
        )
        return Section("Suggestions and their audit", (said, _provenance(facts)))
    kinds = ("accepted", "rejected", "unsure", "bulk", "blind", "unreviewed", "added")
    n = {kind: or_none(board.count(kind)) for kind in kinds}
    counted = (
        f"On {count(units, 'unit')} that models had read, {count(suggested, 'code')} stood as suggestions. People"
        f" accepted {n['accepted']} of them one by one, rejected {n['rejected']} and left {n['unsure']} unsure;"
        f" {n['bulk']} were accepted in bulk under a promised precision, by somebody who did not look at them;"
        f" {n['blind']} were on units that a person read without seeing them; and no answer was given to"
        f" {n['unreviewed']}. In audits people added {n['added']} that no model had suggested."
    )
    reviewed, missed = board.reviewed(), board.missed()
    rates = sentence(
        f"So {100 * reviewed:.1f} % of the suggestions were answered one by one." if reviewed is not None else "",
        f"Of what people found in audits, {100 * missed:.1f} % had not been suggested." if missed is not None else "",
        f"[[{AUDITED}]] has every code.",
    )
    several = "Different people may have answered the same suggestion differently; it counts under each answer then."
    return Section("Suggestions and their audit", (counted, sentence(rates, several), _provenance(facts)))


def _provenance(facts: Facts) -> str:
    total = sum(facts.provenance.values())
    if not total:
        return "There is no passage with a code."
    found = ((facts.provenance[way], words) for way, words in _WAYS.items())
    ways = (f"{n:,} ({100 * n / total:.1f} %) {words}" for n, words in found if n)
    return f"Of {count(total, 'passage')} with a code, {listed(ways)}."


def audited_table(facts: Facts) -> list[Table]:
    """Return what became of suggestions by code."""
    board = facts.board
    if not board.count("suggested"):
        return []
    kinds = ("suggested", "accepted", "rejected", "unsure", "bulk", "blind", "unreviewed", "added")
    cells: list[tuple[Cell, ...]] = [
        (code or "all codes", *(board.count(kind, code=code) for kind in kinds)) for code in (*board.codes, "")
    ]
    header = ("code", "suggested", "accepted", "rejected", "unsure", "in bulk", "not shown", "open", "added")
    note = (
        "Units. In bulk: accepted under a promised precision, nobody looked. Not shown: a person read the unit without"
        " seeing the suggestion. Open: nobody has answered. Added: given in an audit, suggested by no model."
    )
    return [Table(AUDITED, header, tuple(cells), note)]


def promises(facts: Facts) -> Section:
    """Report what precision was promised, and what was accepted on this ground."""
    if not facts.bulk and facts.promised is None:
        nothing = (
            "No precision was promised, and nothing was accepted in bulk: no random draw of suggestions has been"
            " audited to its end."
        )
        return Section("Promised precision", (nothing,))
    blocks: list[str | Table] = []
    if facts.promised is not None:
        found = facts.promised
        blocks.append(
            f"{count(found.audited, 'suggestion')} on units drawn at random were audited, of"
            f" {count(found.suggestions, 'suggestion')} that the promise is about (draw {found.look}; each further draw"
            f" may err half as often). [[{PROMISE}]] says what may be accepted without a look so that at least"
            f" {percent(found.precision)} of it is right, with {percent(found.confidence)} confidence, all codes"
            " together."
        )
        blocks.append(replace(found.table(PROMISE, found.together), note=""))
    if facts.bulk:
        grounds = listed(sorted({f"“{event.memo}”" for event in facts.bulk if event.memo}))
        who = listed(dict.fromkeys(event.coder for event in facts.bulk))
        blocks.append(
            f"{count(len(facts.bulk), 'suggestion')} stand as accepted in bulk by {who}, on this ground: {grounds}."
        )
    else:
        blocks.append("Nothing was accepted in bulk.")
    return Section("Promised precision", tuple(blocks))


def anchoring(facts: Facts) -> Section:
    """Report whether people gave a code because it was suggested."""
    settings = facts.study.settings
    if not facts.anchoring:
        nothing = (
            "Anchoring was not checked: nobody has audited suggestions one by one, so judgements with suggestions in"
            " sight cannot be compared with blind ones."
        )
        return Section("Anchoring by suggestions", (nothing,))
    set_to = (
        f"Suggestions are set to be hidden in {percent(settings.hide_suggestions)} of the units that each coder audits,"
        f" unannounced, and a wrong code to be shown among them in {percent(settings.probes)}."
    )
    blocks: list[str | Table] = [set_to if settings.hide_suggestions or settings.probes else _NOT_SET]
    for one in facts.anchoring:
        seen, blind = one.overall.assisted, one.overall.blind
        caught = f"{one.coder} rejected {one.caught} of {count(len(one.probes), 'planted code')}." if one.probes else ""
        blocks.append(
            f"Suggested codes that {one.coder} judged: with the suggestion in sight {_given(seen)}, without it"
            f" {_given(blind)}. {_difference(one.overall)} {caught}".strip()
        )
    return Section("Anchoring by suggestions", tuple(blocks))


_NOT_SET = "No share of suggestions is set to be hidden by lot, and no wrong code to be planted among them."


def _given(rate: Rate) -> str:
    return f"{rate.given:,} of {rate.n:,} were given ({100 * rate.given / rate.n:.1f} %)" if rate.n else "none"


def _difference(row: Compared) -> str:
    if row.difference is None or row.low is None or row.high is None:
        return "That is too little to compare."
    return f"The difference is {_points(row.difference)} points [{_points(row.low)}, {_points(row.high)}]."


def _points(value: float) -> str:
    return f"{100 * value:+.1f}"


def tables(facts: Facts) -> Sequence[Table]:
    """Return the long tables, by code."""
    return [*quality_table(facts), *audited_table(facts)]
