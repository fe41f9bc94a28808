"""The appendix laid out by the trustworthiness criteria of Lincoln & Guba."""

from __future__ import annotations

from coder.agreement.number_format import digits
from coder.steps.publishing.methods.coreq_srqr import NOT_DONE, Item, checklist, negative, nothing, replicated
from coder.steps.publishing.methods.corpus_and_scheme import CASES, titles
from coder.steps.publishing.methods.facts import Facts
from coder.steps.publishing.methods.phrases import count, listed, share
from coder.tables.formats.document import Section

TRUST = "Trustworthiness (Lincoln & Guba 1985)"


def trustworthiness(facts: Facts) -> Section:
    """Lay out what is known by the criteria of Lincoln & Guba, and the techniques that they name for each."""
    rows: tuple[Item, ...] = (
        ("Credibility", "prolonged engagement", nothing, "time in the field"),
        ("Credibility", "persistent observation", _read, ""),
        ("Credibility", "triangulation of investigators", _investigators, ""),
        ("Credibility", "triangulation of sources", _sources, "other sources than interviews"),
        ("Credibility", "peer debriefing", nothing, "who outside of the study discussed it"),
        ("Credibility", "negative case analysis", negative, "cases that do not fit, and what they changed"),
        ("Credibility", "referential adequacy", _referential, "what was set aside and looked at afterwards"),
        ("Credibility", "member checks", nothing, "what participants said of transcripts and findings"),
        ("Transferability", "thick description", _described, "the context in which the findings hold"),
        ("Transferability", "carrying codes to other cases", _carries, ""),
        ("Dependability", "stability over time", _stable, ""),
        ("Dependability", "stepwise replication", replicated, ""),
        ("Dependability", "inquiry audit", _trail, "whether an outsider has examined the process"),
        ("Confirmability", "confirmability audit", _proved, "whether an outsider has examined data and findings"),
        ("Confirmability", "effect of the machine on people", _anchored, ""),
        ("Confirmability", "reflexive journal", _memos, "a journal outside of the study"),
    )
    said = (
        "By the four criteria of Lincoln & Guba (1985), with the techniques that they name; three rows are of coder's"
        " own: carrying codes to other cases, stability over time, effect of the machine on people."
    )
    return checklist(facts, TRUST, said, ("criterion", "technique"), rows)


def _read(facts: Facts) -> str:
    read = len(facts.board.units_of("read"))
    return f"people read {share(read, len(facts.units), 'units')} as a whole"


def _investigators(facts: Facts) -> str:
    both = facts.sees_double
    return f"{share(both, len(facts.units), 'units')} judged by two coders or more" if both else NOT_DONE


def _sources(facts: Facts) -> str:
    several = sum(len(case.transcripts) > 1 for case in facts.cases)
    people = sum(len(titles(facts, case)) > 1 for case in facts.cases)
    return f"{share(several, len(facts.cases), 'cases')} with several transcripts, {people} with several respondents"


def _referential(facts: Facts) -> str:
    read = {facts.board.units[unit] for unit in facts.board.units_of("read") if unit in facts.board.units}
    left = len(facts.transcripts) - len(read)
    return (
        f"{count(left, 'transcript')} in which people have read no unit"
        if left
        else "people have read in every transcript"
    )


def _described(facts: Facts) -> str:
    keys = dict.fromkeys(key for case in facts.cases for key in case.attributes)
    more = f", with {listed(keys)}" if keys else ", without attributes"
    return f"{count(len(facts.cases), 'case')}{more}; see [[{CASES}]]"


def _carries(facts: Facts) -> str:
    found = facts.model[1].about.get("cases", {}) if facts.model else {}
    if not found.get("held_out"):
        return f"{NOT_DONE}: {'not measured for this model' if facts.model else 'there is no model'}"
    return f"the model's mean F1 on cases that it had not seen was {digits(found['macro_f1'])}"


def _stable(facts: Facts) -> str:
    again = [one for one in facts.agreed if one.kind == "again"]
    if not again:
        return f"{NOT_DONE}: nobody coded units a second time after some days"
    return "; ".join(f"{one.title}: alpha {digits(one.overall.alpha)}" for one in again)


def _trail(facts: Facts) -> str:
    return f"an append-only log of {count(facts.checked.events, 'event')}, chained by hashes"


def _proved(facts: Facts) -> str:
    if facts.checked.findings:
        return f"the check found: {listed(facts.checked.findings, most=3)}"
    return "each coded passage leads back to words, coder, day and suggestion; the check found nothing wrong"


def _anchored(facts: Facts) -> str:
    compared = [one for one in facts.anchoring if one.overall.difference is not None]
    if not compared:
        return f"{NOT_DONE}: {'too few judgements' if facts.anchoring else 'no suggestion was audited'}"
    return "; ".join(
        f"{one.coder}: {100 * (one.overall.difference or 0):+.1f} points with suggestions in sight" for one in compared
    )


def _memos(facts: Facts) -> str:
    memos = sum(bool(event.memo) for event in facts.by_people)
    return f"{count(memos, 'memo')} on codings" if memos else "no memo on any coding"
