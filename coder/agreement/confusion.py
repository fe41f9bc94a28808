"""Which code stands where the other coder has which: the confusion matrix of units with several codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.contingency import Floats
from coder.agreement.ratings import Ratings
from coder.errors import UsageError

NO_CODE = "no code"
"""The last row and column of a matrix: the coder gave nothing there that the other did not give, too."""


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How often one coder's code met each of the other's.

    Attributes
    ----------
    coders
        Who stands in the rows, and who in the columns.
    codes
        The names along both axes; the last one is `NO_CODE`.
    counts
        Shape (n_codes + 1, n_codes + 1). On the diagonal both gave the code; in its last cell both gave none.
    units
        How many units both judged.
    """

    coders: tuple[str, str]
    codes: tuple[str, ...]
    counts: Floats
    units: int

    def apart(self) -> list[tuple[str, str, float]]:
        """Return the cells off the diagonal that are not empty, the largest first: row's code, column's code, count."""
        off = self.counts * (1 - np.eye(len(self.codes)))
        cells = [(self.codes[i], self.codes[j], float(off[i, j])) for i, j in np.argwhere(off > 0).tolist()]
        return sorted(cells, key=lambda cell: -cell[2])


def confusion(ratings: Ratings) -> Confusion:
    """Return the confusion matrix of two coders over the units that both judged.

    A unit may have several codes on either side. Those that both gave are counted on the diagonal and taken away. Of
    what is left, p codes here and q there, each code of one side meets each of the other with 1 / max(p, q), and the
    shorter side is filled up with `NO_CODE`. So a code that a coder gave counts once, whatever else stands there: the
    rows sum to how often the first coder gave each code, the columns to how often the second did. A code that either
    of them left open (unsure) is left out of that unit.

    Parameters
    ----------
    ratings
        Of two coders.

    Raises
    ------
    UsageError
        There are not two coders.

    Examples
    --------
    Both gave x to the first unit, where the second coder saw z, too; on the second it was y against nothing.

    >>> values = np.array([[[1, 0, 0], [0, 1, 0]], [[1, 0, 1], [0, 0, 0]]], dtype=float)
    >>> found = confusion(Ratings(values, ("Ada", "Ben"), ("x", "y", "z"), np.array([0, 0]), (1, 2)))
    >>> found.apart()
    [('y', 'no code', 1.0), ('no code', 'z', 1.0)]
    >>> float(found.counts[0, 0]), found.units
    (1.0, 2)
    """
    if len(ratings.coders) != 2:
        raise UsageError(f"a confusion matrix is of two coders, not of {len(ratings.coders)}", todo="name two coders")
    together = ~np.isnan(ratings.values).any(axis=0)
    one, other = (ratings.values == 1) & together
    matched = one & other
    a, b = (one & ~matched).astype(float), (other & ~matched).astype(float)
    p, q = a.sum(axis=1), b.sum(axis=1)
    most = np.maximum(np.maximum(p, q), 1)
    n = len(ratings.codes)
    counts = np.zeros((n + 1, n + 1))
    counts[:n, :n] = (a / most[:, None]).T @ b + np.diag(matched.sum(axis=0))
    counts[:n, n] = (a * (1 - q / most)[:, None]).sum(axis=0)
    counts[n, :n] = (b * (1 - p / most)[:, None]).sum(axis=0)
    judged = np.any(together, axis=1)
    counts[n, n] = (judged & ~np.any(one, axis=1) & ~np.any(other, axis=1)).sum()
    return Confusion((ratings.coders[0], ratings.coders[1]), (*ratings.codes, NO_CODE), counts, int(judged.sum()))


def summed(found: Sequence[Confusion]) -> Confusion:
    """Return one matrix for several pairs; of more than one pair each counts half in either direction.

    Parameters
    ----------
    found
        One at least, of the same codes.

    Examples
    --------
    >>> one = Confusion(("Ada", "Ben"), ("x", NO_CODE), np.array([[1.0, 2.0], [0.0, 5.0]]), 8)
    >>> summed([one]).counts.tolist(), summed([one, one]).counts.tolist()
    ([[1.0, 2.0], [0.0, 5.0]], [[2.0, 2.0], [2.0, 10.0]])
    """
    if len(found) == 1:
        return found[0]
    total = np.sum([one.counts for one in found], axis=0)
    return Confusion(("one coder", "the other"), found[0].codes, (total + total.T) / 2, sum(one.units for one in found))
