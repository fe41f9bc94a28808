"""What was read, suggested, answered and coded: counted so that every number is a list of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from coder.natural_sort import natural
from coder.steps.coding.judgements import adjudicated
from coder.steps.corpus.units import rule_of
from coder.steps.study.study import Study
from coder.store import board_facts, corpus, log
from coder.store.board_facts import Facts
from coder.types import CoderKind, Judgement, Shown, Verdict

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
    "added": "code added in an audit, which no model alone had suggested",
    "blind": "suggestion not shown, unit read by a person",
    "unreviewed": "suggestion that nobody has answered",
    "machine read": "read by a machine from elsewhere",
    "machine": "given the code by a machine from elsewhere",
    "disputed": "where coders disagree, the adjudicator apart",
    "wrong": "where the model, with the transcript held out, differs from people",
}
"""What can be counted, and how a list of such units is called."""

ANSWERED = {Verdict.PRESENT: "accepted", Verdict.ABSENT: "rejected", Verdict.UNSURE: "unsure"}


@dataclass(frozen=True)
class Board:
    """All facts of a study, as they stood at an event of the log.

    `people` and `machines` (from elsewhere) are coders. `units` gives each unit's transcript in order of transcript and
    place; `case_of` each transcript's case; `days` the
    events of each day (in UTC) and person.
    """

    event: int
    state: str
    codes: tuple[str, ...]
    people: tuple[str, ...]
    machines: tuple[str, ...]
    units: dict[int, str]
    case_of: dict[str, str]
    days: list[tuple[str, str, int]]
    facts: dict[str, Facts]
    _tallies: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)

    @property
    def cases(self) -> list[str]:
        """The cases in order of name."""
        return sorted(set(self.case_of.values()), key=natural)

    @property
    def coders(self) -> list[str]:
        """The people and models who coded, in order of name."""
        return sorted({coder for what in ("read", "covered", "present") for _, coder in self.facts[what]})

    def count(self, what: str, *, code: str = "", coder: str = "", case: str = "") -> int:
        """Return the number of pairs of unit and code (of units, where there is one code or none): all, or of one."""
        key = ("code", code) if code else ("coder", coder) if coder else ("case", case)
        return self._tallies[what][key]

    def _tally(self, what: str) -> Counter[tuple[str, str]]:
        """Count the units of each coder and code, and the pairs of unit and code of each case."""
        found: Counter[tuple[str, str]] = Counter()
        for (_, coder), units in self.facts[what].items():
            found["coder", coder] += len(units)
        for code, units in by_code(self.facts[what]).items():
            found["code", code] = len(units)
            found["case", ""] += len(units)
            for transcript, n in Counter(map(self.units.__getitem__, units)).items():
                found["case", self.case_of.get(transcript, "-")] += n
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

    def units_of(self, what: str) -> set[int]:
        """Return the units of which something is counted, whatever the code."""
        return set().union(*self.facts[what].values())

    def behind(self, facts: Facts, *, code: str = "", coder: str = "", case: str = "") -> dict[str, set[int]]:
        """Return the units by code that are of a code, coder and case; those of any where it is empty."""
        found = by_code({key: units for key, units in facts.items() if code in {"", key[0]} and coder in {"", key[1]}})
        among = {unit for unit, name in self.units.items() if case in {"", self.case_of.get(name, "-")}}
        return {code: units & among for code, units in found.items()}


def by_code(facts: Facts) -> dict[str, set[int]]:
    """Return the units of each code, whoever says so.

    Examples
    --------
    >>> by_code({("a", "ada"): {1, 2}, ("a", "ben"): {2, 3}, ("", "ada"): {1}})
    {'a': {1, 2, 3}, '': {1}}
    """
    found: dict[str, set[int]] = {}
    for (code, _), units in facts.items():
        found[code] = found[code] | units if code in found else units
    return found


def count_study(study: Study) -> Board:
    """Count everything; some seconds for 100,000 units."""
    rule, state = rule_of(study), board_facts.state(study.store)
    event = log.head(study.store)[0]
    units = board_facts.transcript_of_units(study.store, rule)
    codes = set(study.scheme.paths())
    said, suggested = board_facts.said_of_units(study.store, rule)
    said = [one for one in said if one.code is None or one.code in codes]
    machines = log.coders_of_kind(study.store, CoderKind.MACHINE)
    known = {key: units for key, units in suggested.items() if key[0] in codes or not key[0]}
    by_models = {key: units for key, units in known.items() if key[1] not in machines}
    case_of = {name: case.name for case in corpus.cases(study.store) for name in case.transcripts}
    people = tuple(log.coders_of_kind(study.store, CoderKind.PERSON))
    facts = _of_audits(said, by_models, log.suggesting_model(study.store))
    facts["machine read"] = {key: units for key, units in known.items() if key[1] in machines and not key[0]}
    facts["machine"] = {key: units for key, units in known.items() if key[1] in machines and key[0]}
    facts["holds"], facts["disputed"] = _holding(study, said)
    days = board_facts.days(study.store)
    board = Board(event, state, study.scheme.paths(), people, tuple(machines), units, case_of, days, facts)
    board._tallies.update({what: board._tally(what) for what in facts})  # here, and not while a page waits
    return board


def _of_audits(said: list[Judgement], by_models: Facts, model: str) -> dict[str, Facts]:
    """Group judgements by outcome: read, suggested, accepted, rejected, missed."""
    persons = [one for one in said if one.shown is not Shown.BULK]
    read = {one.segment for one in persons if one.code is None}
    answered = by_code(_facts(one for one in persons if one.responds_to is not None))
    in_bulk = _facts(
        one for one in said if one.shown is Shown.BULK and one.segment not in answered.get(one.code or "", ())
    )
    closed = by_code({(code, ""): units for code, units in answered.items()} | in_bulk)
    suggested = {
        (code, coder): units if coder == model else units & closed.get(code, set())
        for (code, coder), units in by_models.items()
        if code
    }
    left = {(code, coder): units - closed.get(code, set()) for (code, coder), units in suggested.items()}
    return {what: {} for what in WHAT} | {
        "bulk": in_bulk,
        "covered": {key: units for key, units in by_models.items() if not key[0]},
        "suggested": suggested,
        "blind": {key: units & read for key, units in left.items()},
        "unreviewed": {key: units - read for key, units in left.items()},
        **_of_people(persons, by_code(by_models)),
    }


def _of_people(persons: list[Judgement], suggested: dict[str, set[int]]) -> dict[str, Facts]:
    """Sort what people read, gave, answered and added; `suggested` holds what models read, too, under no code."""
    own_read = {(one.segment, one.coder) for one in persons if one.code is None}
    reads = [one for one in persons if one.code is None]
    words = [one for one in persons if one.code is not None]
    given = [one for one in words if one.verdict is Verdict.PRESENT]
    return {
        "read": _facts(reads),
        "audited": _facts(one for one in reads if one.segment in suggested.get("", ())),
        "present": _facts(given),
        "added": _facts(
            one
            for one in given
            if one.segment not in suggested.get(one.code or "", ())
            and one.shown is Shown.SUGGESTIONS
            and (one.segment, one.coder) in own_read
        ),
        **{
            what: _facts(one for one in words if one.responds_to is not None and one.verdict is verdict)
            for verdict, what in ANSWERED.items()
        },
    }


def _facts(said: Iterable[Judgement]) -> Facts:
    found: Facts = {}
    for one in said:
        found.setdefault((one.code or "", one.coder), set()).add(one.segment)
    return found


def _holding(study: Study, said: Iterable[Judgement]) -> tuple[Facts, Facts]:
    """Return where a code holds on units that somebody read, and where coders other than the adjudicator disagree.

    One code is laid out at a time: all of them at once would take much memory.
    """
    import numpy as np

    from coder.agreement.ratings import MARKS, Ratings

    persons = [one for one in said if one.shown is not Shown.BULK]
    coders = {name: row for row, name in enumerate(dict.fromkeys(one.coder for one in persons))}
    units = {unit: n for n, unit in enumerate(dict.fromkeys(one.segment for one in persons))}
    read = np.full((len(coders), len(units), 1), np.nan)
    words: dict[str, list[Judgement]] = {}
    for one in persons:
        if one.code is None:
            read[coders[one.coder], units[one.segment]] = 0
        else:
            words.setdefault(one.code, []).append(one)
    others, somebody = [name != study.settings.adjudicator for name in coders], ~np.isnan(read).all(axis=(0, 2))
    ids, clusters = tuple(units), np.zeros(len(units), dtype=np.intp)
    found: tuple[Facts, Facts] = ({}, {})
    for code, of_code in words.items():
        values = read.copy()
        for one in of_code:
            values[coders[one.coder], units[one.segment]] = MARKS[one.verdict]
        holds = adjudicated(study, Ratings(values, tuple(coders), (code,), clusters, ids))[:, 0] == 1
        differ = (values[others] == 1).any(axis=(0, 2)) & (values[others] == 0).any(axis=(0, 2))
        for facts, chosen in zip(found, (holds & somebody, differ), strict=True):
            if chosen.any():
                facts[code, ""] = {ids[n] for n in np.flatnonzero(chosen).tolist()}
    return found
