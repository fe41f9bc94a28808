"""Coefficients as a paper prints them: three digits, no zero before the point."""

from __future__ import annotations

from math import isnan


def digits(value: float | None) -> str:
    """Return a coefficient for print.

    Examples
    --------
    >>> digits(0.9744), digits(-0.05), digits(1.0), digits(-0.0001), digits(float("nan"))
    ('.974', '-.050', '1.000', '.000', 'undefined')
    """
    if value is None or isnan(value):
        return "undefined"
    text = f"{round(value, 3) + 0.0:.3f}"  # and no minus before a zero
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def with_interval(value: float | None, low: float, high: float) -> str:
    """Return a coefficient with its interval, where it has one.

    Examples
    --------
    >>> with_interval(0.9744, 0.918, 1.0), with_interval(0.5, float("nan"), float("nan"))
    ('.974 [.918, 1.000]', '.500')
    """
    if value is None or isnan(value) or isnan(low):
        return digits(value)
    return f"{digits(value)} [{digits(low)}, {digits(high)}]"
