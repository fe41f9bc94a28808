"""How codes are made of facet values: one code for each combination in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import NotRequired, TypedDict

from coder.types import Code, FacetValue

Combination = tuple[str, ...]
"""The path of a value of each facet, in the facets' order."""


class Details(TypedDict):
    """What a code and a facet value have in common."""

    definition: str
    use_when: str
    not_when: str
    examples: tuple[str, ...]
    retired: NotRequired[bool]


FIELDS = {"definition": "definition", "use_when": "use when", "not_when": "not when", "examples": "examples"}
"""The texts of a code or facet value, and their names in a scheme's file."""
NOTHING = Details(definition="", use_when="", not_when="", examples=())


def name_words(path: str) -> str:
    """Write a path as words.

    Examples
    --------
    >>> name_words("education/customers")
    'education, customers'
    """
    return path.replace("/", ", ").replace("_", " ")


def details_of(thing: Code | FacetValue, base: Details = NOTHING) -> Details:
    """Return what is written of a code or value itself, without what it has from `base`."""
    own = NOTHING.copy()
    for name in FIELDS:
        if getattr(thing, name) != base[name]:  # type: ignore[literal-required]  # the names are keys of Details
            own[name] = getattr(thing, name)  # type: ignore[literal-required]  # as above
    own["retired"] = thing.retired and not base.get("retired", False)
    return own


def inherited(values: Sequence[FacetValue]) -> Details:
    """Return what a code has from its facet values: everything of one, a joint definition of several."""
    if len(values) == 1:
        return details_of(values[0])
    parts = [f"{name_words(value.path)}: {value.definition}".removesuffix(": ") for value in values]
    definition = " — ".join(parts) if any(value.definition for value in values) else ""
    retired = any(value.retired for value in values)
    return Details(definition=definition, use_when="", not_when="", examples=(), retired=retired)


def codable(values: Iterable[FacetValue]) -> dict[str, FacetValue]:
    """Return the values that may be coded, by path."""
    return {value.path: value for value in values if not value.group}


def combine(
    facets: Mapping[str, Sequence[FacetValue]], own: Mapping[Combination, Details] | None = None
) -> tuple[Code, ...]:
    """Make the codes, in the order of the facets' values.

    Parameters
    ----------
    facets
        The values of each facet, in the order of the code path.
    own
        The combinations in use with what they say themselves; None for every combination.

    Examples
    --------
    >>> acts = [FacetValue("act", "teach"), FacetValue("act", "meet")]
    >>> [code.path for code in combine({"act": acts, "means": [FacetValue("means", "fair")]})]
    ['teach/fair', 'meet/fair']
    """
    known = [codable(values) for values in facets.values()]
    if own is None:
        return tuple(_code(facets, known, combination, None) for combination in product(*known))
    rank = [{path: n for n, path in enumerate(values)} for values in known]
    order = sorted(own, key=lambda combination: [r[path] for r, path in zip(rank, combination, strict=True)])
    return tuple(_code(facets, known, combination, own[combination]) for combination in order)


def count_combinations(facets: Mapping[str, Sequence[FacetValue]]) -> int:
    """Return how many combinations of a value of each facet there are, without making them."""
    return prod(len(codable(values)) for values in facets.values())


def is_every(codes: tuple[Code, ...], facets: Mapping[str, Sequence[FacetValue]]) -> bool:
    """Tell whether codes are those of every combination of the facets' values."""
    return len(codes) == count_combinations(facets) and codes == combine(facets)


def _code(
    facets: Iterable[str],
    known: Sequence[Mapping[str, FacetValue]],
    combination: Combination,
    own: Details | None,
) -> Code:
    base = inherited([values[path] for values, path in zip(known, combination, strict=True)])
    said = own or base
    return Code(
        path="/".join(combination),
        facets=dict(zip(facets, combination, strict=True)),
        definition=said["definition"] or base["definition"],
        use_when=said["use_when"] or base["use_when"],
        not_when=said["not_when"] or base["not_when"],
        examples=said["examples"] or base["examples"],
        retired=said.get("retired", False) or base.get("retired", False),
    )
