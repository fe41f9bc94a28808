"""The appendix laid out by COREQ items 24 to 32, and by the items of SRQR on analysis and data."""

from __future__ import annotations

from collections.abc import Callable

from coder.agreement.number_format import digits
from coder.steps.audit.outcomes import ANSWERED
from coder.steps.publishing.methods.agreement import decided, people_of
from coder.steps.publishing.methods.corpus_and_scheme import CASES, codebook_titles
from coder.steps.publishing.methods.facts import Facts, software
from coder.steps.publishing.methods.phrases import count, days, listed, share
from coder.tables.formats.document import Section
from coder.types import Provenance, Table

NOT_DONE = "not done"
COREQ = "COREQ, items 24 to 32"
SRQR = "SRQR, the items on analysis and data"

Item = tuple[str, str, Callable[[Facts], str], str]
"""Number or criterion, item, what the log says of it, and what the authors are asked for; empty for nothing."""


def coreq(facts: Facts) -> Section:
    """Lay out what is known by COREQ's items on analysis and findings."""
    rows: tuple[Item, ...] = (
        ("24", "Number of data coders", _coders, "who they are"),
        ("25", "Description of the coding tree", _tree, ""),
        ("26", "Derivation of themes", _derived, "whether themes were set in advance or found in the data"),
        ("27", "Software", _software, ""),
        (
            "28",
            "Participant checking",
            nothing,
            "whether participants saw transcripts or findings, and what they said",
        ),
        ("29", "Quotations presented", _quotations, "which of them the paper shows, and how speakers are named in it"),
        ("30", "Data and findings consistent", _consistent, "how findings follow from the coded passages"),
        ("31", "Clarity of major themes", _major, "what the major themes are"),
        ("32", "Clarity of minor themes", _minor, "diverse cases and minor themes"),
    )
    said = (
        "By the items on analysis and findings of COREQ (Tong, Sainsbury & Craig 2007). The third column is what the"
        " log says, the last what only the authors know."
    )
    return checklist(facts, COREQ, said, ("no.", "item"), rows)


def srqr(facts: Facts) -> Section:
    """Lay out what is known by the items of SRQR that touch analysis and the handling of data."""
    rows: tuple[Item, ...] = (
        (
            "S6",
            "Researcher characteristics and reflexivity",
            _coders,
            "who coders are to the field and the participants",
        ),
        ("S8", "Sampling strategy", _saturated, "how participants were chosen, and when enough were"),
        ("S9", "Ethical issues", _withdrawn, "approval, consent, confidentiality"),
        ("S10", "Data collection methods", _collected, "how, when and where interviews were held"),
        ("S11", "Collection instruments and technologies", _instruments, "interview guide and recording"),
        ("S12", "Units of study", _material, "what the participants and cases are"),
        ("S13", "Data processing", _processed, "transcription, how it was checked, how people were made anonymous"),
        ("S14", "Data analysis", _analysed, "the approach to analysis, and why it was chosen"),
        ("S15", "Techniques to enhance trustworthiness", _techniques, ""),
        ("S16", "Synthesis and interpretation", _major, "what was found"),
        ("S17", "Links to empirical data", _quotations, "which passages the paper shows"),
    )
    said = "By the items of SRQR that touch analysis and the handling of data (O'Brien et al. 2014)."
    return checklist(facts, SRQR, said, ("no.", "item"), rows)


def checklist(facts: Facts, title: str, said: str, heads: tuple[str, str], rows: tuple[Item, ...]) -> Section:
    """Lay out a list of items: of each what the log says, and what the authors are to write."""
    cells = tuple(
        (one, other, says(facts), f"Not recorded; write here: {asked}." if asked else "")
        for one, other, says, asked in rows
    )
    return Section(title, (said, Table(title, (*heads, "what the log says", "to be written"), cells)))


def nothing(facts: Facts) -> str:
    """Say that the log knows nothing of it."""
    return "nothing"


def _coders(facts: Facts) -> str:
    if not facts.people:
        return f"{NOT_DONE}: nobody has coded"
    models = f", and {count(len(facts.models), 'model')} that suggested" if facts.models else ""
    people = "a person" if len(facts.people) == 1 else "people"
    return f"{count(len(facts.people), 'coder')} registered as {people} ({listed(facts.people)}){models}"


def _tree(facts: Facts) -> str:
    now = facts.study.scheme
    return f"{count(len(now.codes), 'code')}; see {listed(f'[[{title}]]' for title in codebook_titles(now))}"


def _derived(facts: Facts) -> str:
    if not facts.versions:
        return "nothing is coded yet"
    changes = len(facts.versions) - 1
    first = facts.versions[0].at[:10]
    if not changes:
        return f"the scheme was first used on {first}, and not changed afterwards"
    return f"the scheme was first used on {first}, and changed afterwards ({count(changes, 'change')})"


def _software(facts: Facts) -> str:
    return listed((f"{name} {version}" for name, version in list(software().items())[:5]), most=5)


def _quotations(facts: Facts) -> str:
    total = sum(facts.provenance.values())
    if not total:
        return "no passage is coded"
    return (
        f"{count(total - facts.provenance[Provenance.UNREVIEWED], 'passage')} that people coded or accepted, each with"
        " its words, speaker, transcript, turn, coder and day (“coder quotes”)"
    )


def _consistent(facts: Facts) -> str:
    if facts.checked.findings:
        return f"the check of the study found {count(len(facts.checked.findings), 'fault')}"
    return f"every citation equals the words of its transcript (checked); {replicated(facts)}"


def _major(facts: Facts) -> str:
    codes, given = facts.board.codes, facts.board.count("holds")
    holding = sum(facts.board.count("holds", code=code) > 0 for code in codes)
    if not given:
        return "no code was found"
    return f"{share(holding, len(codes), 'codes')} were found in units that people read, {given:,} times in all"


def _minor(facts: Facts) -> str:
    rare = [code for code in facts.board.codes if 0 < facts.board.count("holds", code=code) < 5]
    none = [code for code in facts.board.codes if not facts.board.count("holds", code=code)]
    parts = [
        f"found in fewer than five units: {listed(rare)}" if rare else "",
        f"found in none: {listed(none)}" if none else "",
        "" if rare or none else "every code was found in five units or more",
        negative(facts),
    ]
    return "; ".join(filter(None, parts))


def _saturated(facts: Facts) -> str:
    if facts.saturation is None:
        return f"saturation: {NOT_DONE}"
    one = facts.saturation.assessed[0]
    if one.reached is None:
        n = len(facts.saturation.transcripts)
        return f"saturation of the scheme's codes was not reached in {count(n, 'transcript')}"
    return f"saturation of the scheme's codes after {one.reached}+{one.run} transcripts, in their order"


def _withdrawn(facts: Facts) -> str:
    if not facts.withdrawn:
        return "no transcript was withdrawn"
    return f"the words of {count(len(facts.withdrawn), 'transcript')} were withdrawn and deleted"


def _collected(facts: Facts) -> str:
    when = days([item.at for item in facts.transcripts.values()])
    return f"{count(len(facts.transcripts), 'transcript')}, imported {when}"


def _instruments(facts: Facts) -> str:
    timed = sum(any(turn.at_ms is not None for turn in t.transcript.turns) for t in facts.transcripts.values())
    return f"{share(timed, len(facts.transcripts), 'transcripts')} with the time of turns in a recording"


def _material(facts: Facts) -> str:
    return (
        f"{_collected(facts)}, of {count(len(facts.cases), 'case')}; {count(len(facts.units), 'unit')}; see [[{CASES}]]"
    )


def _processed(facts: Facts) -> str:
    noted = sum(bool(item.transcript.notes) for item in facts.transcripts.values())
    guessed = (
        f"; in {count(noted, 'transcript')} the reader had to guess something (“coder transcripts”)" if noted else ""
    )
    return (
        f"texts are kept as imported, with sha256; cut into units by the rule “{facts.study.settings.units}”{guessed}"
    )


def _analysed(facts: Facts) -> str:
    if not facts.people:
        return f"{NOT_DONE}: nobody has coded"
    machine = "; codes suggested by a classifier" if facts.models else "; no classifier suggested codes"
    by = count(len(facts.people), "coder")
    return f"coding with a scheme by {by}{machine}; disagreements on {facts.disputed:,} decisions"


def _techniques(facts: Facts) -> str:
    done = {
        "double coding": facts.sees_double > 0,
        "random choice of what is coded twice": bool(facts.doubles),
        "settling of disagreements": sum(decided(facts)) > 0,
        "coding again after some days": any(one.kind == "again" for one in facts.agreed),
        "audit of suggestions": any(facts.board.count(what) for what in ANSWERED.values()),
        "check of anchoring": any(one.overall.difference is not None for one in facts.anchoring),
        "correction of machine counts": _corrected(facts),
        "an append-only log": True,
    }
    was, was_not = ([what for what, did in done.items() if did is wanted] for wanted in (True, False))
    return f"done: {listed(was, most=20)}" + (f"; {NOT_DONE}: {listed(was_not, most=20)}" if was_not else "")


def _corrected(facts: Facts) -> bool:
    return facts.estimates is not None and any(row.here.share == row.here.share for row in facts.estimates.rows)


def negative(facts: Facts) -> str:
    """Say how often coders disagreed, and rejected a suggestion."""
    rejected = facts.board.count("rejected")
    disputed = f"coders disagreed on {count(facts.disputed, 'decision')} (“coder disagreements” prints them)"
    return disputed + (f"; {count(rejected, 'suggestion')} rejected" if rejected else "")


def replicated(facts: Facts) -> str:
    """Say how far two people agreed."""
    people = people_of(facts)
    if not people:
        return f"two coders on the same units: {NOT_DONE}"
    return "; ".join(f"{one.title}: alpha {digits(one.overall.alpha)}" for one in people[:3])
