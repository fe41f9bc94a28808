"""Precision guarantee: which suggestions may be accepted unreviewed, from a random sample that was audited.

The suggestions of a study are a fixed population, and only the sample is random: Poisson sampling, in which
each unit is drawn independently with known odds. docs/precision-guarantee.md states the guarantee and proves it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from coder.errors import UsageError

Indices = np.ndarray[tuple[int], np.dtype[np.integer]]

BETS = np.array([[0.25], [0.5], [0.95]])
"""Stakes of three bets, as shares of the largest that can be paid: the boldest wins soonest on few right answers."""

SHARES = np.array([[0.1], [0.45], [0.45]])
"""The share of the capital that each bet starts with; the timid one is for large samples of a middling precision."""


@dataclass(frozen=True)
class PrecisionGuarantee:
    """Of the codes accepted unreviewed, at least `precision` are right, with this `confidence`.

    Raises
    ------
    UsageError
        A share is not above 0, the precision is above 1, or the confidence is not below 1.

    Examples
    --------
    >>> guarantee = PrecisionGuarantee(0.9, 0.95)
    >>> guarantee.at_look(1).confidence, round(guarantee.at_look(1, of=1).confidence, 3)
    (0.975, 0.95)
    """

    precision: float = 0.9
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not 0 < self.precision <= 1:
            raise UsageError(f"a precision of {self.precision} cannot be guaranteed", todo="above 0 and up to 1: 0.9")
        if not 0 < self.confidence < 1:
            raise UsageError(f"a confidence of {self.confidence} cannot be had", todo="between 0 and 1: 0.95")

    @property
    def may_be_wrong(self) -> float:
        """The share that may be wrong."""
        return 1 - self.precision

    @property
    def error(self) -> float:
        """How often the guarantee may be violated."""
        return 1 - self.confidence

    def for_each_of(self, several: int) -> PrecisionGuarantee:
        """Return what to ask of each of several codes so that all meet the guarantee at once (Bonferroni)."""
        return replace(self, confidence=1 - self.error / several)

    def for_rank(self, rank: int, of: int) -> PrecisionGuarantee:
        """Return what to ask of one of several ranks: each may err half as often as the one before, all at `error`."""
        return replace(self, confidence=1 - self.error * 2.0**-rank / (1 - 2.0**-of))

    def at_look(self, look: int, of: int | None = None) -> PrecisionGuarantee:
        """Return what to ask at the 1st, 2nd, ... look: see `confidence_at`."""
        return replace(self, confidence=confidence_at(self.confidence, look, of))


def confidence_at(confidence: float, look: int, of: int | None = None) -> float:
    """Return the confidence to ask for at a look, so that all looks together keep theirs.

    Each of the looks that were declared before the first may err as often; without a number each may err half as often
    as the one before, so that there can always be another.

    Raises
    ------
    UsageError
        There are more looks than were declared.
    """
    if of is not None and look > of:
        todo = "give the number that was declared before the first; a new one would make the guarantee invalid"
        raise UsageError(f"this is look {look} where {of} {'was' if of == 1 else 'were'} declared", todo=todo)
    return 1 - (1 - confidence) / (of or 2**look)


@dataclass(frozen=True)
class Suggestions:
    """Every suggestion that the guarantee is about, audited or not; a row is one code suggested for one unit.

    Attributes
    ----------
    unit
        (n,) what was drawn: all rows of a drawn unit were audited, of another none.
    code
        (n,) index of the code.
    score
        (n,) the model's probability; fixed before the first answer of the audit.
    probability
        (n,) with which the unit was drawn, known and above 0, independent of all other units.
    right
        (n,) 1 or 0 where the unit was drawn (a row that nobody could decide is 0), nan elsewhere.

    Raises
    ------
    ValueError
        Lengths or values are not these, the rows of a unit differ in their probability or in being audited, or a
        code is suggested for a unit twice.
    """

    unit: Indices
    code: Indices
    score: np.ndarray
    probability: np.ndarray
    right: np.ndarray

    def __post_init__(self) -> None:
        if len({len(self.unit), len(self.code), len(self.score), len(self.probability), len(self.right)}) > 1:
            raise ValueError("unit, code, score, probability and right differ in length")
        if not ((self.probability > 0) & (self.probability <= 1)).all():
            raise ValueError("a probability of being drawn is above 0 and at most 1")
        if np.isnan(self.score).any() or not (np.isnan(self.right) | np.isin(self.right, (0, 1))).all():
            raise ValueError("a score is a number, and `right` is 1, 0 or nan")
        _, first, unit = np.unique(self.unit, return_index=True, return_inverse=True)
        if not np.array_equal(np.isnan(self.right), np.isnan(self.right[first[unit]])):
            raise ValueError("a unit is audited in all its suggestions or in none")
        if not np.array_equal(self.probability, self.probability[first[unit]]):
            raise ValueError("a unit has one probability of being drawn")
        if len(np.unique(unit + len(first) * self.code)) < len(unit):
            raise ValueError("a code is suggested for a unit once")

    def of(self, rows: np.ndarray) -> Suggestions:
        """Return these rows only. Which, must not depend on the audit's answers."""
        return Suggestions(self.unit[rows], self.code[rows], self.score[rows], self.probability[rows], self.right[rows])


@dataclass(frozen=True)
class Kept:
    """What may be accepted of one code, or of one rank of all codes together.

    Attributes
    ----------
    what
        The code, or the rank: `strongest of a unit`, `no. 2 of a unit`, ...
    threshold
        Suggestions with at least this score need no review; inf: none.
    accepted
        How many are accepted so; the audited ones are not among them.
    tested
        The score from which on `audited` and `right` count: `threshold`, or the most hopeful one where that is inf.
    audited, right
        Audited suggestions there, and those of them that were right.
    low
        Lower bound of the precision there at the confidence asked for, this threshold by itself and every answer of
        equal weight (Clopper & Pearson 1934). It describes; the guarantee does not rest on it.
    more
        How many more would have to be audited there if they are right as often as those before them (always, where
        none was audited): the chance to pass is then about even. None: not even with nine tenths of all suggestions.
    """

    what: str
    threshold: float
    accepted: int
    tested: float
    audited: int
    right: int
    low: float
    more: int | None


def guarantee_each_code(suggestions: Suggestions, guarantee: PrecisionGuarantee, codes: tuple[str, ...]) -> list[Kept]:
    """Return what may be accepted of each code. The guarantee holds for each code by itself.

    For all of them at once ask for `guarantee.for_each_of(len(codes))`.

    Examples
    --------
    >>> score = np.linspace(1, 0, 600)
    >>> right = np.where(np.arange(600) % 4 == 0, score > 0.4, np.nan)  # a quarter was audited
    >>> s = Suggestions(np.arange(600), np.zeros(600, int), score, np.full(600, 0.25), right)
    >>> kept = guarantee_each_code(s, PrecisionGuarantee(0.9, 0.95), ("customers/seminars",))[0]
    >>> kept.accepted, kept.audited, kept.right, kept.more
    (273, 91, 90, 0)
    """
    return [_kept(suggestions.of(suggestions.code == k), guarantee, code) for k, code in enumerate(codes)]


def guarantee_together(suggestions: Suggestions, guarantee: PrecisionGuarantee) -> list[Kept]:
    """Return what may be accepted of all codes together: of each unit's strongest suggestion, of its second, ...

    The guarantee is about everything that is accepted by these, pooled. The decisions on a unit were drawn together,
    so each rank is tested by itself, and has half the error of the one before it.

    Examples
    --------
    >>> s = Suggestions(np.arange(9), np.zeros(9, int), np.linspace(0.9, 0.1, 9), np.full(9, 0.1), np.full(9, np.nan))
    >>> [(kept.what, kept.threshold) for kept in guarantee_together(s, PrecisionGuarantee(0.9, 0.95))]
    [('strongest of a unit', inf)]
    """
    rank = ranks(suggestions)
    last = int(rank.max(initial=0))
    return [
        _kept(
            suggestions.of(rank == r),
            guarantee.for_rank(r, last),
            f"no. {r} of a unit" if r > 1 else "strongest of a unit",
        )
        for r in range(1, last + 1)
    ]


def ranks(suggestions: Suggestions) -> np.ndarray:
    """Return (n,) the rank of each suggestion within its unit by score: 1 for the strongest.

    Examples
    --------
    >>> nobody = np.full(3, np.nan)
    >>> ranks(Suggestions(np.array([7, 7, 8]), np.array([0, 1, 0]), np.array([0.2, 0.6, 0.3]), np.ones(3), nobody))
    array([2, 1, 1])
    """
    order = np.lexsort((suggestions.code, -suggestions.score, suggestions.unit))
    unit = suggestions.unit[order]
    found = np.empty(len(order), int)
    found[order] = np.arange(len(order)) - np.searchsorted(unit, unit) + 1
    return found


def safe_threshold(suggestions: Suggestions, guarantee: PrecisionGuarantee) -> float:
    """Return the lowest score from which on the guarantee holds; inf where it holds nowhere.

    Every threshold is tested at once: the chance that any of them passes while the suggestions that it accepts
    unreviewed violate the guarantee is at most `guarantee.error` (Ville 1939; docs/precision-guarantee.md).

    Raises
    ------
    ValueError
        A unit has several suggestions: take those of one code, or of one rank.
    """
    ranked = _Ranked.of(suggestions)
    return float(ranked.score[ranked.passed(guarantee)].min(initial=math.inf))


def accepted(suggestions: Suggestions, thresholds: np.ndarray | float) -> np.ndarray:
    """Return (n,) bool: what is accepted unreviewed, by one threshold or by one a suggestion (n,)."""
    return np.asarray(np.isnan(suggestions.right) & (suggestions.score >= thresholds))


def audits_needed(guarantee: PrecisionGuarantee, precision: float, population: int, power: float = 0.8) -> int | None:
    """Return how many of `population` suggestions to audit so that the guarantee passes with the chance `power`.

    For the set of all of them, drawn one by one at equal odds, of which `precision` are right. None: not even
    nine tenths of them will do.

    Examples
    --------
    >>> guarantee = PrecisionGuarantee(0.9, 0.95)
    >>> audits_needed(guarantee, 0.98, 10_000), audits_needed(guarantee, 0.9, 10_000)
    (109, None)
    """
    from scipy.special import bdtr

    for n in _sizes(1, population):
        wrong, odds = np.arange(n + 1), population / n - 1
        stake = _stakes(guarantee, odds)
        gain = (n - wrong) * np.log1p(stake * odds * guarantee.may_be_wrong)
        loss = wrong * np.log1p(-stake * odds * guarantee.precision)
        passing = np.flatnonzero(_passes(gain + loss, np.array(population - n), stake, guarantee))
        if len(passing) and bdtr(passing.max(), n, 1 - precision) >= power:
            return int(n)
    return None


def _sizes(first: int, population: int) -> np.ndarray:
    """Return sample sizes from `first` to nine tenths of all, by one at the start and later by two per cent."""
    last = int(0.9 * population)
    if first > last:
        return np.zeros(0, int)
    return np.unique(np.geomspace(first, last, 2 + int(math.log(last / first) / 0.02)).round().astype(int))


def _stakes(guarantee: PrecisionGuarantee, odds: float) -> np.ndarray:
    """Return the stakes of the bets: they can lose no more than there is, on a drawn unit or on another.

    `odds` are the largest odds of a unit against being drawn.
    """
    return BETS / max(guarantee.precision * odds, guarantee.may_be_wrong, 1e-12)


def _passes(gain: np.ndarray, rest: np.ndarray, stake: np.ndarray, guarantee: PrecisionGuarantee) -> np.ndarray:
    """Return whether the bets would be worth 1 / error even if the rest, which was not drawn, violated the guarantee.

    `gain` is the log of what each bet won or lost on the drawn ones. On the rest a bet loses by right ones and wins
    by wrong ones, so it is worth least with as few wrong ones as violate the guarantee.
    """
    wrong = np.floor(guarantee.may_be_wrong * rest + 1e-9) + 1
    worth = wrong * np.log1p(stake * guarantee.precision) + (rest - wrong) * np.log1p(-stake * guarantee.may_be_wrong)
    capital = np.logaddexp.reduce(gain + worth + np.log(SHARES), axis=0)
    return np.asarray((rest >= 1) & (capital >= -math.log(guarantee.error)))


@dataclass(frozen=True)
class _Ranked:
    """Suggestions, one a unit, from the strongest down, as far as they decide: of many only few were drawn.

    `right` and `probability` are those of the drawn ones. Each distinct `score` ends a run of equal ones: down to
    there `size` suggestions count, the first `audited` of the drawn ones among them. `least` is the smallest chance
    of any suggestion to be drawn.
    """

    right: np.ndarray
    probability: np.ndarray
    score: np.ndarray
    size: np.ndarray
    audited: np.ndarray
    least: float

    @classmethod
    def of(cls, s: Suggestions) -> _Ranked:
        if len(np.unique(s.unit)) < len(s.unit):
            raise ValueError("one suggestion a unit is tested: those of one code, or of one rank")
        order = np.argsort(-s.score, kind="stable")
        score, right, probability = s.score[order], s.right[order], s.probability[order]
        ends = np.flatnonzero(np.append(np.diff(score) < 0, True)[: len(score)])
        drawn = np.flatnonzero(~np.isnan(right))
        audited = np.searchsorted(drawn, ends, side="right")
        return cls(right[drawn], probability[drawn], score[ends], ends + 1, audited, s.probability.min(initial=1.0))

    def passed(self, guarantee: PrecisionGuarantee, times: float = 1.0) -> np.ndarray:
        """Return (n_scores,) bool: whether everything from the strongest down to each score passes.

        `times` asks what if so many times as many had been drawn, with answers of the same kind.
        """
        grown = np.minimum(times, 1 / self.probability)
        odds = 1 / (self.probability * grown) - 1
        stake = _stakes(guarantee, 1 / min(1.0, times * self.least) - 1)
        gain = grown * np.log1p(stake * odds * (self.right - guarantee.precision))
        nothing = np.zeros((len(stake), 1))  # what the bets have won before the first answer
        gained = np.hstack([nothing, gain.cumsum(axis=1)])[:, self.audited]
        return _passes(gained, self.size - np.append(0.0, grown.cumsum())[self.audited], stake, guarantee)

    def most_hopeful(self, guarantee: PrecisionGuarantee) -> tuple[float, int | None]:
        """Return the threshold that the smallest larger draw would let pass, and how many more audits that takes."""
        audited, n = len(self.right), int(self.size.max(initial=0))
        if not audited:
            return float(self.score.min(initial=math.inf)), audits_needed(guarantee, 1.0, n)
        for size in _sizes(audited + 1, n):
            times = size / audited
            passed = np.flatnonzero(self.passed(guarantee, times))
            if len(passed):
                return float(self.score[passed[-1]]), max(1, math.ceil((times - 1) * self.audited[passed[-1]]))
        return float(self.score[-1]), None


def _kept(s: Suggestions, guarantee: PrecisionGuarantee, what: str) -> Kept:
    from scipy.special import betaincinv

    threshold = safe_threshold(s, guarantee)
    tested, more = (threshold, 0) if threshold < math.inf else _Ranked.of(s).most_hopeful(guarantee)
    answers = s.right[(s.score >= tested) & ~np.isnan(s.right)]
    right = int(answers.sum())
    low = float(betaincinv(right, len(answers) - right + 1, guarantee.error)) if right else 0.0
    return Kept(what, threshold, int(accepted(s, threshold).sum()), tested, len(answers), right, low, more)
