"""What a coder would stumble over in a scheme that is valid as it stands."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations

from coder.scheme.flow import parties
from coder.types import Scheme

_NO = ("un", "in", "im", "il", "ir", "dis", "non", "non-", "o")
"""What makes a word its opposite, in English and Swedish."""


def check_scheme(scheme: Scheme) -> list[str]:
    """Return findings on the scheme, a sentence each; none of them is an error.

    Examples
    --------
    >>> from coder.scheme.reading import parse_scheme
    >>> for finding in check_scheme(parse_scheme("codes: {price: The sum., prices: The sum.}", "a.yaml")):
    ...     print(finding)
    code `price` has no example
    code `prices` has no example
    code `price` and code `prices` have the same definition
    code: the names `price` and `prices` are nearly the same
    """
    return [
        *_without_definition(scheme),
        *_without_example(scheme),
        *_same_definition(scheme),
        *_near_names(scheme),
        *_unused(scheme),
        *_flows(scheme),
    ]


def _without_definition(scheme: Scheme) -> list[str]:
    lacking = [value for value in scheme.values if not (value.group or value.retired or value.definition)]
    return [f"{value.facet} `{value.path}` has no definition" for value in lacking]


def _without_example(scheme: Scheme) -> list[str]:
    """Find codes without an example; those of its facet values count."""
    shown = {(value.facet, value.path) for value in scheme.values if value.examples}
    lacking = [code for code in scheme.codes if not code.examples and shown.isdisjoint(code.facets.items())]
    return [f"code `{code.path}` has no example" for code in lacking]


def _same_definition(scheme: Scheme) -> list[str]:
    things = [(f"{value.facet} `{value.path}`", value.definition) for value in scheme.values]
    if len(scheme.facets) > 1:
        things += [(f"code `{code.path}`", code.definition) for code in scheme.codes]
    first: dict[str, str] = {}
    findings = []
    for label, definition in things:
        earlier = first.setdefault(" ".join(definition.split()).casefold(), label)
        if definition and earlier != label:
            findings.append(f"{earlier} and {label} have the same definition")
    return findings


def _near_names(scheme: Scheme) -> list[str]:
    names = {facet: [value.path.rpartition("/")[2] for value in scheme.of_facet(facet)] for facet in scheme.facets}
    return [finding for facet, own in names.items() for finding in _nearly_the_same(facet, own)]


def _nearly_the_same(what: str, names: Iterable[str]) -> list[str]:
    pairs = combinations(dict.fromkeys(names), 2)
    return [f"{what}: the names `{one}` and `{other}` are nearly the same" for one, other in pairs if _near(one, other)]


def _near(one: str, other: str) -> bool:
    """Tell whether two names could be taken for each other; opposites (formal, informal) are meant to be two.

    Examples
    --------
    >>> _near("customers", "Customer"), _near("formal learning", "informal learning")
    (True, False)
    """
    one, other = one.casefold(), other.casefold()
    words = list(zip(one.split(), other.split(), strict=False))
    if any(no + a == b or no + b == a for a, b in words for no in _NO):
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() > 0.9 and matcher.ratio() > 0.9


def _unused(scheme: Scheme) -> list[str]:
    used = {pair for code in scheme.codes for pair in code.facets.items()}
    return [
        f"no code uses the {value.facet} `{value.path}`"
        for value in scheme.values
        if not (value.group or value.retired) and (value.facet, value.path) not in used
    ]


def _flows(scheme: Scheme) -> list[str]:
    """Find values that do not say where knowledge goes beside others that do, and names that may be meant as one."""
    findings = []
    for facet in scheme.facets:
        values = [value for value in scheme.of_facet(facet) if not (value.group or value.retired)]
        if any(value.flow for value in values):
            findings += [f"{facet} `{value.path}` has no flow" for value in values if not value.flow]
    found = [said for value in scheme.values if (said := parties(value.flow))]
    return findings + _nearly_the_same("flows", (name for source, target, _ in found for name in (source, target)))
