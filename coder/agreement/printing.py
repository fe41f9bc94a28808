"""Coefficients as a paper prints them: no zero before the point, three digits, two in the interval."""

from __future__ import annotations

import math

from coder.agreement.bootstrap import Interval


def digits(value: float, n: int = 3) -> str:
    """Return a coefficient for print.

    Examples
    --------
    >>> digits(0.9744), digits(-0.05, 2), digits(1.0), digits(-0.0001), digits(float("nan"))
    ('.974', '-.05', '1.000', '.000', 'undefined')
    """
    if math.isnan(value):
        return "undefined"
    text = f"{round(value, n) + 0.0:.{n}f}"  # and no minus before a zero
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def with_interval(value: float, interval: Interval) -> str:
    """Return a coefficient with its interval, where it has one.

    Examples
    --------
    >>> with_interval(0.9744, Interval(0.918, 1.0, 2000, 2000, 28))
    '.974 [.92, 1.00]'
    """
    if math.isnan(value) or math.isnan(interval.low):
        return digits(value)
    return f"{digits(value)} [{digits(interval.low, 2)}, {digits(interval.high, 2)}]"
