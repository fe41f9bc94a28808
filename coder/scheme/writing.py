"""Write a scheme as YAML that reads back to the same scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from coder.scheme.combining import FIELDS, NOTHING, Details, codable, details_of, inherited, is_every
from coder.scheme.reading import PLAIN_FACET
from coder.types import Code, FacetValue, Scheme


class _Dumper(yaml.SafeDumper):
    """Puts text with Unicode's rare line ends in double quotes, the one style in which they survive."""


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if set(text).isdisjoint("\x85\u2028\u2029") else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)


def dump_scheme(scheme: Scheme) -> str:
    """Return the scheme as YAML text; `source` is not looked at.

    `parse_scheme` reads it back to an equal scheme where its codes are in the order of the facets' values and
    no text has blanks around it, as in every scheme that was read.

    Examples
    --------
    >>> from coder.types import Code
    >>> values = (FacetValue("code", "no"), FacetValue("code", "yes"))
    >>> codes = (Code("no", {"code": "no"}), Code("yes", {"code": "yes"}))
    >>> print(dump_scheme(Scheme("Answers", ("code",), values, codes)), end="")
    name: Answers
    codes:
    - 'no'
    - 'yes'
    """
    return yaml.dump(scheme_document(scheme), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def scheme_document(scheme: Scheme) -> dict[str, Any]:
    """Return the scheme as the mapping that its YAML holds, in the shortest form."""
    document: dict[str, Any] = {}
    if scheme.name:
        document["name"] = scheme.name
    if scheme.description:
        document["description"] = scheme.description
    facets = {facet: scheme.of_facet(facet) for facet in scheme.facets}
    codes = in_order(scheme)
    every = is_every(codes, facets)
    if every and scheme.facets == (PLAIN_FACET,):
        document["codes"] = _tree(scheme.values)
    else:
        document["facets"] = {facet: {"codes": _tree(values)} for facet, values in facets.items()}
        if not every:
            document["codes"] = _uses(scheme, codes)
    return document


def in_order(scheme: Scheme) -> tuple[Code, ...]:
    """Return the codes, retired ones too, in the order of the facets' values."""
    ranks = [{path: n for n, path in enumerate(codable(scheme.of_facet(facet)))} for facet in scheme.facets]

    def place(code: Code) -> list[int]:
        return [rank[path] for rank, path in zip(ranks, code.facets.values(), strict=True)]

    return tuple(sorted((*scheme.codes, *scheme.retired), key=place))


def own_details(scheme: Scheme, code: Code) -> dict[str, Any]:
    """Return what is written of a code beyond what it has from its facet values, under the file's names."""
    known = {(value.facet, value.path): value for value in scheme.values}
    return details(code, inherited([known[facet_value] for facet_value in code.facets.items()]))


def details(thing: Code | FacetValue, base: Details = NOTHING) -> dict[str, Any]:
    """Return what is written of a code or value beyond `base`, under the file's names; nothing that is empty."""
    own = details_of(thing, base)
    found: dict[str, Any] = {FIELDS[name]: said for name, said in own.items() if name in FIELDS and said}
    if "examples" in found:
        found["examples"] = list(found["examples"])
    flow = thing.flow if isinstance(thing, FacetValue) else ""
    return found | ({"retired": "yes"} if own.get("retired") else {}) | ({"flow": flow} if flow else {})


def _tree(values: Sequence[FacetValue]) -> Any:
    root: dict[str, Any] = {"codes": {}}
    nodes = {"": root}
    for value in values:
        above, _, name = value.path.rpartition("/")
        nodes[value.path] = nodes[above].setdefault("codes", {})[name] = details(value)
    for value in values:
        if "codes" in nodes[value.path] and not value.group:
            nodes[value.path]["codable"] = "yes"
    return _short(root["codes"])


def _uses(scheme: Scheme, codes: Sequence[Code]) -> Any:
    root: dict[str, Any] = {}
    for code in codes:
        *before, last = code.facets.values()
        node = root
        for path in before:
            node = node.setdefault(path, {})
        node[last] = own_details(scheme, code)
    return _nested(root, len(scheme.facets) - 1)


def _nested(node: Mapping[str, Any], depth: int) -> Any:
    if depth:
        return {path: _nested(below, depth - 1) for path, below in node.items()}
    return _short(node)


def _short(entries: Mapping[str, dict[str, Any]]) -> Any:
    """Write names alone as a list, and a definition alone as a text."""
    if not any(entries.values()):
        return list(entries)
    short: dict[str, Any] = {}
    for name, said in entries.items():
        if set(said) <= {"definition"}:
            short[name] = said.get("definition", "")
        else:
            short[name] = said | ({"codes": _short(said["codes"])} if "codes" in said else {})
    return short
