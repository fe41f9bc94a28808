"""Where knowledge goes, as a value of the scheme says it: from one to another, or between the two."""

from __future__ import annotations

from coder.scheme.nodes import clean


def parties(flow: str) -> tuple[str, str, bool] | None:
    """Return who knowledge comes from, who it goes to, and whether it goes both ways; None where the text says neither.

    `firm > customers` goes one way, `customers = suppliers` both ways; the two may be the same.

    Examples
    --------
    >>> parties("firm > customers"), parties("customers = customers")
    (('firm', 'customers', False), ('customers', 'customers', True))
    >>> parties("to customers") is parties("firm > ") is parties("a > b > c") is None
    True
    """
    for sign in ">=":
        names = [clean(name) for name in flow.split(sign)]
        if len(names) == 2 and all(names) and not {">", "="} & set("".join(names)):
            return names[0], names[1], sign == "="
    return None


def written(flow: tuple[str, str, bool]) -> str:
    """Return the text that says a flow.

    Examples
    --------
    >>> written(("customers", "suppliers", True))
    'customers = suppliers'
    """
    source, target, both = flow
    return f"{source} {'=' if both else '>'} {target}"
