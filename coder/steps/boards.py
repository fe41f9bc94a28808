"""Boards: what stands behind each code, coder and case, counted so that every number is a list of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from coder.errors import CoderError, ModelError
from coder.steps.judging import ratings_of, settled
from coder.steps.models import current_model
from coder.steps.study import Study, open_study
from coder.steps.waiting import Kept
from coder.store import corpus, counts, log
from coder.store.counts import Line, Said
from coder.transcripts.segment import parse_rule
from coder.types import Verdict

if TYPE_CHECKING:  # numpy is imported where it is used
    import numpy as np

    from coder.agreement.units import Ratings

T = TypeVar("T")
Dot = tuple[float, float, float]
"""A value and its 95 % interval; nan where undefined."""

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
REPLICATES = 1000
PAGE = 50


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


@dataclass(frozen=True)
class Measures:
    """Agreement of the coders and quality of the adopted model, as they stood at an event of the log.

    `alpha` and `f1` are by code; the code "" stands for all codes pooled (alpha) or for their mean (F1). `bins` are
    those of the reliability diagram; `wrong` is where the model differs from people. `problem` says why nothing is
    known of the model.
    """

    event: int
    state: str
    coders: tuple[str, ...] = ()
    alpha: dict[str, Dot] = field(default_factory=dict)
    model: str = ""
    f1: dict[str, Dot] = field(default_factory=dict)
    wrong: list[Fact] = field(default_factory=list)
    bins: list[tuple[Any, ...]] = field(default_factory=list)
    problem: str = ""


def measure_study(study: Study) -> Measures:
    """Compute agreement (Krippendorff's alpha) and the model's F1 on held-out transcripts, with intervals.

    Both are bootstrapped over transcripts. Nothing is predicted: the model's bundle keeps what it said of each unit
    while its transcript was held out, and that is held against what people say now.
    """
    found = Measures(log.head(study.store)[0], counts.state(study.store))
    if not counts.transcript_of_units(study.store, str(parse_rule(study.settings.units))):
        return found
    ratings = ratings_of(study)
    coders, alpha = _agreement(ratings, study.settings.settled_by)
    try:
        return _quality(study, ratings, replace(found, coders=coders, alpha=alpha))
    except ModelError as error:
        return replace(found, coders=coders, alpha=alpha, problem=str(error))


def _agreement(ratings: Ratings, judge: str) -> tuple[tuple[str, ...], dict[str, Dot]]:
    """Return the people who judged anything (the settling coder apart), and alpha by code."""
    import numpy as np

    from coder.agreement.report import agreement

    rows = [
        n for n, name in enumerate(ratings.coders) if name != judge and not np.isnan(ratings.values[n]).all()
    ]  # agreement is that of before settling
    coders = tuple(ratings.coders[n] for n in rows)
    if len(rows) < 2 or not ((~np.isnan(ratings.values[rows])).sum(axis=0) >= 2).any():
        return coders, {}
    found = agreement(replace(ratings, values=ratings.values[rows], coders=coders), replicates=REPLICATES)[:-1]
    return coders, {row.code: (row.alpha, row.alpha_interval.low, row.alpha_interval.high) for row in found}


def _quality(study: Study, ratings: Ratings, found: Measures) -> Measures:
    """Add the adopted model's name, F1 by code on held-out transcripts, and the bins of its probabilities."""
    import numpy as np

    from coder.agreement.bootstrap import bootstrap
    from coder.learn.bundle import load_model
    from coder.learn.reliability import reliability

    folder = current_model(study)
    model = load_model(folder) if folder else None
    if folder is None or model is None or model.held_out is None:
        return replace(found, model=folder.name if folder else "")
    if model.codes != ratings.codes or model.about["study"] != study.settings.name:
        raise ModelError("the model was trained on another scheme or study", todo="train anew: coder train")
    place = {unit: n for n, unit in enumerate(ratings.units)}
    known = [row for row, unit in enumerate(model.held_out.ids.tolist()) if unit in place]
    rows = [place[unit] for unit in model.held_out.ids[known].tolist()]
    Y, accepted = settled(study, ratings)[rows], model.held_out.accepted[known]
    true, said = Y == 1, accepted & ~np.isnan(Y)
    tables = np.zeros((int(ratings.clusters.max()) + 1, len(ratings.codes), 3))
    np.add.at(tables, ratings.clusters[rows], np.stack([true & said, true, said], axis=2))
    values = _f1(tables.sum(axis=0, keepdims=True))[0]
    intervals = bootstrap(_f1, tables, replicates=REPLICATES)
    f1 = {
        code: (float(value), interval.low, interval.high)
        for code, value, interval in zip([*ratings.codes, ""], values, intervals, strict=True)
    }
    ids, codes = model.held_out.ids[known].tolist(), ratings.codes
    wrong = [Fact(ids[row], codes[k], "") for row, k in np.argwhere((true != said) & ~np.isnan(Y)).tolist()]
    bins = [astuple(one) for one in reliability(model.held_out.P[known], Y)]
    return replace(found, model=folder.name, f1=f1, wrong=wrong, bins=bins)


def _f1(tables: np.ndarray) -> np.ndarray:
    """Turn (n, n_codes, 3) hits, positives and suggestions into F1 of each code, then their mean."""
    import numpy as np

    from coder.agreement.coefficients import mean_defined

    hits, positives, said = np.moveaxis(tables, 2, 0)
    f1 = np.where(positives > 0, 2 * hits / np.maximum(positives + said, 1), np.nan)
    return np.column_stack([f1, mean_defined(f1)])


_BOARDS: dict[Path, tuple[Kept[Board], Kept[Measures]]] = {}


def boards(study: Study, *, seconds: float = 0.3) -> tuple[Board | None, Measures | None]:
    """Return the newest counts and measures that are there, computing newer ones in threads of their own.

    Each is waited for this long. What comes back may be None (the first time) or older than the log: see `is_newest`.
    """
    state, kept = counts.state(study.store), _BOARDS.setdefault(study.folder.resolve(), (Kept(), Kept()))
    board = kept[0].get(state, lambda: _beside(study.folder, count_study), seconds)
    measures = kept[1].get(state, lambda: _beside(study.folder, measure_study), seconds)
    return board, measures


def _beside(folder: Path, step: Callable[[Study], T]) -> T:
    """Run a step on the study opened anew: a connection belongs to its thread."""
    own = open_study(folder)
    try:
        return step(own)
    finally:
        own.close()


def is_newest(study: Study, found: Board | Measures) -> bool:
    """Tell whether nothing has changed since."""
    return found.state == counts.state(study.store)


@dataclass(frozen=True)
class Listed:
    """A unit in a list, and what was said of it: code -> by whom, and what became of a suggestion."""

    line: Line
    said: dict[str, list[str]]


@dataclass(frozen=True)
class Listing:
    """A page of the units behind a number: `total` pairs of unit and code in `units` units."""

    rows: list[Listed]
    total: int
    units: int
    page: int
    pages: int


def list_units(
    study: Study,
    board: Board,
    measures: Measures | None,
    what: str,
    *,
    code: str = "",
    coder: str = "",
    case: str = "",
    page: int = 1,
) -> Listing:
    """Return a page of the units behind a number, in order of transcript and place.

    Raises
    ------
    CoderError
        There is no such thing to count.
    """
    if what not in WHAT:
        raise CoderError(f"`{what}` is not counted", todo=f"one of {', '.join(WHAT)}")
    facts = board.facts[what] if what != "wrong" else measures.wrong if measures else []
    found = board.behind(facts, code=code, coder=coder, case=case)
    chosen = {fact.unit for fact in found}
    units = [unit for unit in board.units if unit in chosen]
    pages = max(1, -(-len(units) // PAGE))
    page = min(max(1, page), pages)
    shown = units[PAGE * (page - 1) : PAGE * page]
    said = _said_of(board, set(shown))
    rows = [Listed(line, said.get(line.unit, {})) for line in counts.lines(study.store, shown)]
    return Listing(rows, len({(fact.unit, fact.code) for fact in found}), len(units), page, pages)


def _said_of(board: Board, units: set[int]) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = {}
    words = {"suggested": "suggested by {}", "accepted": "accepted by {}", "rejected": "rejected by {}"}
    words |= {"unsure": "{} is unsure", "bulk": "accepted in bulk by {}", "present": "{}"}
    answered = {fact for what in ("accepted", "bulk") for fact in board.facts[what] if fact.unit in units}
    for what, form in words.items():
        for fact in board.facts[what]:
            if fact.unit in units and fact.code and not (what == "present" and fact in answered):
                found.setdefault(fact.unit, {}).setdefault(fact.code, []).append(form.format(fact.coder))
    return found
