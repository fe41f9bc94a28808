"""What was read, suggested, answered and coded: counted so that every number is a list of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from coder.steps.study import Study
from coder.store import corpus, counts, log
from coder.store.counts import Said
from coder.transcripts.segment import parse_rule
from coder.types import Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    pass


WHAT = {
    "read": "read as a whole by a person",
    "covered": "read by the model",
    "audited": "read by the model and by a person",
    "holds": "where the code holds, as people see it",
    "present": "given the code by a person",
    "suggested": "with the code suggested",
    "accepted": "suggestion accepted",
    "rejected": "suggestion rejected",
    "unsure": "suggestion left unsure",
    "bulk": "suggestion accepted in bulk, without a look",
    "added": "code added in an audit, which no model had suggested",
    "blind": "suggestion not shown, unit read by a person",
    "unreviewed": "suggestion that nobody has answered",
    "disputed": "where coders disagree, the settling one apart",
    "wrong": "where the model, with the transcript held out, differs from people",
}
"""What can be counted, and how a list of such units is called."""

ANSWERED = {Verdict.PRESENT: "accepted", Verdict.ABSENT: "rejected", Verdict.UNSURE: "unsure"}


class Fact(NamedTuple):
    """One thing that is counted: of a unit and a code (None: the unit as a whole), and by whom ("": all people)."""

    unit: int
    code: str | None
    coder: str


@dataclass(frozen=True)
class Board:
    """All facts of a study, as they stood at an event of the log.

    `units` gives each unit's transcript in order of transcript and place; `case_of` each transcript's case; `days` the
    events of each day (in UTC) and person.
    """

    event: int
    state: str
    codes: tuple[str, ...]
    people: tuple[str, ...]
    units: dict[int, str]
    case_of: dict[str, str]
    days: list[tuple[str, str, int]]
    facts: dict[str, list[Fact]]
    _tallies: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    @property
    def cases(self) -> list[str]:
        """The cases in order of name."""
        return sorted(set(self.case_of.values()))

    @property
    def coders(self) -> list[str]:
        """The people and models who coded, in order of name."""
        return sorted({fact.coder for what in ("read", "covered", "present") for fact in self.facts[what]})

    def count(self, what: str, *, code: str = "", coder: str = "", case: str = "") -> int:
        """Return the number of pairs of unit and code (of units, where there is one code or none): all, or of one."""
        key = ("code", code) if code else ("coder", coder) if coder else ("case", case)
        return self._tallies[what][key]

    def _tally(self, what: str) -> Counter[tuple[str, str]]:
        found = Counter(("coder", fact.coder) for fact in self.facts[what])
        for unit, code in {(fact.unit, fact.code) for fact in self.facts[what]}:
            found["case", ""] += 1
            found["case", self.case_of.get(self.units[unit], "-")] += 1
            if code:
                found["code", code] += 1
        return found

    def share(self, part: str, whole: str, *, code: str = "", of_units: bool = False) -> float | None:
        """Return a share, or None where there is nothing to share; `of_units` takes the whole over all codes."""
        below = self.count(whole, code="" if of_units else code)
        return self.count(part, code=code) / below if below else None

    def missed(self, code: str = "") -> float | None:
        """Return the share of what people found true in audits that no model had suggested; None where nothing was."""
        added = self.count("added", code=code)
        found = added + self.count("accepted", code=code)
        return added / found if found else None

    def reviewed(self, code: str = "") -> float | None:
        """Return the share of suggestions that a person has answered one by one."""
        suggested = self.count("suggested", code=code)
        open_ones = sum(self.count(what, code=code) for what in ("unreviewed", "bulk", "blind"))
        return 1 - open_ones / suggested if suggested else None

    def behind(self, facts: Iterable[Fact], *, code: str = "", coder: str = "", case: str = "") -> list[Fact]:
        """Return the facts of a code, coder and case; those of any where it is empty."""
        return [
            fact
            for fact in facts
            if fact.unit in self.units
            and code in {"", fact.code}
            and coder in {"", fact.coder}
            and case in {"", self.case_of.get(self.units[fact.unit], "-")}
        ]


def count_study(study: Study) -> Board:
    """Count everything; some seconds for 100,000 units."""
    rule, state = str(parse_rule(study.settings.units)), counts.state(study.store)
    event = log.head(study.store)[0]
    units = counts.transcript_of_units(study.store, rule)
    codes = set(study.scheme.paths())
    said = [one for one in counts.said_of_units(study.store, rule) if one.code is None or one.code in codes]
    case_of = {name: case.name for case in corpus.cases(study.store) for name in case.transcripts}
    people = tuple(coder.name for coder in log.coders(study.store) if coder.kind == "person")
    facts = _of_audits(said, log.suggesting_model(study.store))
    facts["holds"], facts["disputed"] = _holding(said, study.settings.settled_by)
    board = Board(event, state, study.scheme.paths(), people, units, case_of, counts.days(study.store), facts)
    board._tallies.update({what: board._tally(what) for what in facts})  # here, and not while a page waits
    return board


def _of_audits(said: list[Said], model: str) -> dict[str, list[Fact]]:
    """Sort everybody's words: who read what, what was suggested, and what became of it."""
    facts: dict[str, list[Fact]] = {what: [] for what in WHAT}
    persons = [one for one in said if one.kind == "person" and one.shown != log.BULK]
    models = [one for one in said if one.kind == "model"]
    read = {one.unit for one in persons if one.code is None}
    answered = {(one.unit, one.code) for one in persons if one.answers}
    in_bulk = [one for one in said if one.shown == log.BULK and (one.unit, one.code) not in answered]
    facts["bulk"] = [_fact(one) for one in in_bulk]
    answered |= {(one.unit, one.code) for one in in_bulk}
    for one in models:
        if one.code is None:
            facts["covered"].append(_fact(one))
        elif one.coder == model or (one.unit, one.code) in answered:
            facts["suggested"].append(_fact(one))
            if (one.unit, one.code) not in answered:
                facts["blind" if one.unit in read else "unreviewed"].append(_fact(one))
    _of_people(facts, persons, models)
    return facts


def _of_people(facts: dict[str, list[Fact]], persons: list[Said], models: list[Said]) -> None:
    """Add what people read, gave, answered and added."""
    covered = {one.unit for one in models if one.code is None}
    suggested = {(one.unit, one.code) for one in models}
    own_read = {(one.unit, one.coder) for one in persons if one.code is None}
    for one in persons:
        present, new = one.verdict is Verdict.PRESENT, (one.unit, one.code) not in suggested
        kinds = {
            "read": one.code is None,
            "audited": one.code is None and one.unit in covered,
            "present": one.code is not None and present,
            ANSWERED[one.verdict]: one.answers,
            "added": present and new and one.shown == "suggestions" and (one.unit, one.coder) in own_read,
        }
        for what, true in kinds.items():
            if true and (one.code is not None or what in {"read", "audited"}):
                facts[what].append(_fact(one))


def _fact(one: Said) -> Fact:
    return Fact(one.unit, one.code, one.coder)


def _holding(said: Iterable[Said], judge: str) -> tuple[list[Fact], list[Fact]]:
    """Return where a code holds on units that somebody read, and where coders other than the settling one disagree.

    A code holds by the settling coder's word, or by that of at least half of those who judged it: the rule of
    `judging.settled`, without laying out every unit and code.
    """
    persons = [one for one in said if one.kind == "person" and one.shown != log.BULK]
    yes, judged = _votes(persons)
    other_yes, other_judged = _votes([one for one in persons if one.coder != judge])
    of_judge = [one for one in persons if one.coder == judge]
    judge_read = {one.unit for one in of_judge if one.code is None}
    settled_as = {(one.unit, one.code): one.verdict for one in of_judge}
    read = {one.unit for one in persons if one.code is None}
    found = []
    for pair, votes in yes.items():
        verdict = settled_as.get(pair, Verdict.ABSENT if pair[0] in judge_read else Verdict.UNSURE)
        most = votes > 0 and 2 * votes >= judged[pair]
        if pair[0] in read and (verdict is Verdict.PRESENT or (verdict is Verdict.UNSURE and most)):
            found.append(Fact(*pair, ""))
    return found, [Fact(*pair, "") for pair, votes in other_yes.items() if 0 < votes < other_judged[pair]]


def _votes(persons: Iterable[Said]) -> tuple[Counter[tuple[int, str]], Counter[tuple[int, str]]]:
    """Return for each unit and code of which anything was said how many say present, and how many judged it."""
    persons = list(persons)
    own_read = {(one.unit, one.coder) for one in persons if one.code is None}
    readers = Counter(unit for unit, _ in own_read)
    yes: Counter[tuple[int, str]] = Counter()
    judged: Counter[tuple[int, str]] = Counter()
    for one in persons:
        if one.code is not None:
            pair = (one.unit, one.code)
            yes[pair] += one.verdict is Verdict.PRESENT
            judged[pair] += (one.verdict is not Verdict.UNSURE) - ((one.unit, one.coder) in own_read)
    return yes, Counter({pair: more + readers[pair[0]] for pair, more in judged.items()})
