"""How often 95 % intervals of a code's share hold the truth, if the machine is biased: `python -m benchmarks.coverage`.

Populations are invented: units in cases, a code that is more frequent in some cases than in others, and a machine that
misses part of it and gives it in excess, in each case in another measure. Then samples are drawn as the program draws
them, and the intervals of `agreement.prevalence` stand beside the machine's own count (as if it were right) and beside
the plain estimator of prediction-powered inference (Angelopoulos et al. 2023) with its normal interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coder.inference.prevalence import Drawn, difference, estimate, tally
from coder.inference.stratified_draw import chances, rarest, spread
from coder.learn.active_learning import by_coins

UNITS, CASES, OTHERS = 2000, 8, 5
NAMES = [f"code {n}" for n in range(OTHERS + 1)]
PREVALENCES, SAMPLES = (0.02, 0.1, 0.3), (50, 100, 400)
DESIGNS = ("equal", "unequal", "equal, two draws", "unequal, two draws")
ACTIVE = 60
"""Units that people judge between two draws because the machine gives them the code."""
POPULATIONS, DRAWS = 20, 15
Z = 1.959964


@dataclass(frozen=True)
class Population:
    """(n_units,) truth, case, the machine's word before and after it learned more; (n_units, OTHERS) other codes."""

    truth: np.ndarray
    case: np.ndarray
    said: np.ndarray
    later: np.ndarray
    others: np.ndarray


def population(prevalence: float, rng: np.random.Generator) -> Population:
    """Invent units; a machine finds 40 to 80 % of what is there, and gives as much again that is not."""
    case = np.sort(rng.integers(CASES, size=UNITS))
    often = rng.beta(3, 3 * (1 - prevalence) / prevalence, CASES)
    often *= prevalence / often.mean()
    truth = rng.random(UNITS) < np.minimum(often, 0.9)[case]
    others = rng.random((UNITS, OTHERS)) < np.geomspace(0.01, 0.2, OTHERS) * np.where(truth, 2, 1)[:, None]
    now, later = (_said(truth, case, often, excess, rng) for excess in (1.0, 0.5))
    return Population(truth, case, now, later, others)


def _said(
    truth: np.ndarray, case: np.ndarray, often: np.ndarray, excess: float, rng: np.random.Generator
) -> np.ndarray:
    finds = rng.uniform(0.4, 0.8, CASES)[case]
    invents = (excess * rng.uniform(0, 2, CASES) * often / (1 - np.minimum(often, 0.9)))[case]
    return np.asarray(rng.random(UNITS) < np.where(truth, finds, invents))


def drawn(p: Population, said: np.ndarray, known: np.ndarray, n: float, equal: bool, rng: np.random.Generator) -> Drawn:
    """Draw about n units of those that are not known, as the program does, and judge them."""
    free = np.flatnonzero(~known)
    if equal:
        order, taken, chance = by_coins(len(free), round(n), rng)
        probability, chosen = np.full(len(free), chance), free[order[taken]]
    else:
        codes = np.column_stack([said, p.others])[free].tolist()
        strata = rarest([[name for name, given in zip(NAMES, row, strict=True) if given] for row in codes])
        probability = chances(strata, n)
        groups = list(zip(map(str, p.case[free].tolist()), strata, strict=True))
        chosen = free[spread(probability, groups, rng)]
    chance_of, judged = np.zeros(UNITS), np.full((UNITS, 1), np.nan)
    chance_of[free] = probability
    judged[chosen, 0] = p.truth[chosen]
    return Drawn(np.where(known, p.truth, np.nan)[:, None], said[:, None], chance_of, judged)


def draws(p: Population, design: str, n: int, rng: np.random.Generator) -> tuple[list[Drawn], Drawn]:
    """Return one draw, or two with units in between that were chosen because the machine gives them the code."""
    equal, nobody = design.startswith("equal"), np.zeros(UNITS, bool)
    if "two" not in design:
        made = [drawn(p, p.said, nobody, n, equal, rng)]
        known = ~np.isnan(made[0].judged[:, 0])
        return made, _now(p, p.said, known)
    first = drawn(p, p.said, nobody, n / 2, equal, rng)
    known = ~np.isnan(first.judged[:, 0])
    likely = np.flatnonzero(~known & p.said)
    known[rng.permutation(likely)[:ACTIVE]] = True
    second = drawn(p, p.later, known, n / 2, equal, rng)
    return [first, second], _now(p, p.later, known | ~np.isnan(second.judged[:, 0]))


def _now(p: Population, said: np.ndarray, known: np.ndarray) -> Drawn:
    nothing = np.full((UNITS, 1), np.nan)
    return Drawn(np.where(known, p.truth, np.nan)[:, None], said[:, None], np.zeros(UNITS), nothing)


def powered(made: list[Drawn]) -> tuple[float, float]:
    """Return the plain prediction-powered interval of the first draw, each unit weighed by one over its chance."""
    draw = made[0]
    said, rows = draw.suggested[:, 0], np.flatnonzero(~np.isnan(draw.judged[:, 0]))
    weight = 1 / draw.probability[rows]
    wrong = draw.judged[rows, 0] - said[rows]
    shift = float(np.average(wrong, weights=weight))
    variance = (weight**2 * (wrong - shift) ** 2).sum() / weight.sum() ** 2 + said.var() / UNITS
    value = float(said.mean()) + shift
    return value - Z * variance**0.5, value + Z * variance**0.5


def rows(prevalences: tuple[float, ...], samples: tuple[int, ...], seed: int = 1) -> Iterator[tuple[str, ...]]:
    """Yield a line for each design, prevalence and sample size."""
    for design in DESIGNS:
        for prevalence in prevalences:
            for n in samples:
                yield design, f"{prevalence:.0%}", str(n), *measured(design, prevalence, n, seed)


def measured(design: str, prevalence: float, n: int, seed: int) -> tuple[str, ...]:
    """Return coverage and mean width: of all units, of a case, of a case less the others, of plain PPI, of naive."""
    rng = np.random.default_rng([seed, DESIGNS.index(design), round(1000 * prevalence), n])
    tallies: list[list[np.ndarray]] = []
    plain, naive, truths, sizes = [], [], [], []
    for _ in range(POPULATIONS):
        p = population(prevalence, rng)
        count = float(p.said.mean())
        reach = Z * (count * (1 - count) / UNITS) ** 0.5
        naive.append((count - reach, count + reach))
        for _ in range(DRAWS):
            made, now = draws(p, design, n, rng)
            tallies.append([tally(draw, p.case) for draw in (*made, now)])
            plain.append(powered(made))
            truths.append(np.bincount(p.case, p.truth, CASES))
            sizes.append(np.bincount(p.case, minlength=CASES))
    positive, size = np.stack(truths), np.stack(sizes)
    *each, now_ = (np.concatenate([one[k] for one in tallies], axis=1) for k in range(len(tallies[0])))
    by_case, others, total = (
        estimate([part(draw) for draw in each], part(now_)) for part in (_own, lambda sums: _all(sums) - sums, _all)
    )
    apart = difference(by_case, others)
    own, whole = (positive / size).T, positive.sum(axis=1) / UNITS
    rest = whole + (whole - own) * size.T / (UNITS - size.T)
    return (
        _printed(total.low, total.high, whole),
        _printed(by_case.low, by_case.high, own),
        _printed(apart.low, apart.high, own - rest),
        "" if "two" in design else _of_pairs(plain, whole),
        _of_pairs(naive, whole[::DRAWS]),
    )


def _own(sums: np.ndarray) -> np.ndarray:
    return sums


def _all(sums: np.ndarray) -> np.ndarray:
    return np.asarray(sums.sum(axis=0, keepdims=True))


def _of_pairs(limits: list[tuple[float, float]], truth: np.ndarray) -> str:
    low, high = np.array(limits).T
    return _printed(low, high, truth)


def _printed(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> str:
    known = ~np.isnan(low)
    if not known.any():
        return ""
    hits = ((low <= truth + 1e-9) & (truth - 1e-9 <= high))[known].mean()
    return f"{100 * hits:.1f} ({100 * (high - low)[known].mean():.1f})"


def main() -> None:
    """Print a Markdown table: coverage in percent, and the mean width of the interval in percentage points."""
    header = ("draw", "share", "n", "all units", "a case", "case less others", "plain PPI", "machine's count")
    print(f"{UNITS} units, {CASES} cases; {POPULATIONS} populations, {DRAWS} draws of each")
    print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header), flush=True)
    for row in rows(PREVALENCES, SAMPLES):
        print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
