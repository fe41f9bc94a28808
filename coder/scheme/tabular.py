"""A scheme as rows of a table, one for the scheme, each value of a facet, and each combination in use; and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from coder.errors import SchemeError, did_you_mean
from coder.scheme.combining import codable, is_every
from coder.scheme.nodes import Document, clean
from coder.scheme.reading import PLAIN_FACET, build_scheme, splits
from coder.scheme.writing import details, in_order, own_details
from coder.types import Code, Scheme

_TEXTS = ("definition", "use when", "not when")
_MARKS = ("codable", "retired", "flow")
_EXAMPLE = re.compile(r"examples?( ?\d+)?")
_PAIRS = "tag:yaml.org,2002:map"

Row = dict[str, str]
Pair = tuple[yaml.ScalarNode, yaml.Node]


def scheme_rows(scheme: Scheme) -> list[Row]:
    """Return the scheme as rows that all have the same columns.

    The first row, without a facet, has the scheme's name as its path and its description as its definition. A
    combination has the names of all facets, joined by `/`, and is left out where every combination is in use.

    Examples
    --------
    >>> from coder.scheme.reading import parse_scheme
    >>> text = "{name: Motives, codes: {cost: {definition: Money., examples: [Cheap!]}}}"
    >>> rows = scheme_rows(parse_scheme(text, "a.yaml"))
    >>> [(row["facet"], row["path"], row["definition"], row["example 1"]) for row in rows]
    [('', 'Motives', '', ''), ('code', 'cost', 'Money.', 'Cheap!')]
    """
    headings = {value.path.rpartition("/")[0] for value in scheme.values}
    rows = [_row("", scheme.name, {"definition": scheme.description})]
    for value in scheme.values:
        marks = {"codable": "yes" if value.path in headings and not value.group else ""}
        rows.append(_row(value.facet, value.path, details(value) | marks))
    codes = in_order(scheme)
    if not is_every(codes, {facet: scheme.of_facet(facet) for facet in scheme.facets}):
        names = "/".join(scheme.facets) if len(scheme.facets) > 1 else f"{scheme.facets[0]}/"
        rows += [_row(names, _path(scheme, code), own_details(scheme, code)) for code in codes]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return [{key: row.get(key, "") for key in columns} for row in rows]


def _row(facet: str, path: str, said: Mapping[str, Any]) -> Row:
    row = {"facet": facet, "path": path} | {key: said.get(key, "") for key in (*_TEXTS, *_MARKS)}
    return row | {f"example {n}": text for n, text in enumerate(said.get("examples", ()), 1)}


def _path(scheme: Scheme, code: Code) -> str:
    """Return the path of a combination, its facets apart by `//` where it could be read in two ways."""
    ways = splits(code.path, [codable(scheme.of_facet(facet)) for facet in scheme.facets])
    return code.path if len(ways) == 1 else "//".join(code.facets.values())


def scheme_of_rows(rows: Sequence[Mapping[str, str]], where: str) -> Scheme:
    """Read a scheme from rows; `where` names their file in errors, which count the header as row 1.

    Needed is the column `path` alone; a heading without a row of its own is made. Without a column `facet` the
    scheme is a plain list or tree. `source` is left empty.

    Raises
    ------
    SchemeError
        As `parse_scheme`; also where a column is not known, or a row has no facet.

    Examples
    --------
    >>> scheme_of_rows([{"path": "motives/cost"}, {"path": "motives/speed"}], "a.csv").paths()
    ('motives/cost', 'motives/speed')
    """
    doc = Document(where, "row")
    found = [(n, _columns(row, where)) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row.values())]
    top: list[Pair] = []
    if found and not found[0][1].get("facet", PLAIN_FACET):
        n, row = found.pop(0)
        keys = {"name": row.get("path", ""), "description": row.get("definition", "")}
        top = [(_text(key, n), _text(text, n)) for key, text in keys.items() if text]
    values = [(n, row) for n, row in found if "/" not in row.get("facet", "")]
    uses = [(n, row) for n, row in found if "/" in row.get("facet", "")]
    facets = _facets(doc, values)
    top.append((_text("facets", 0), _mapping([(_text(name, 0), body) for name, body in facets.items()], 0)))
    if uses:
        top.append((_text("codes", uses[0][0]), _uses(doc, uses, list(facets))))
    return build_scheme(doc, _mapping(top, 0), whole=True)


def _columns(row: Mapping[str, str], where: str) -> Row:
    """Return a row by its columns' names in small letters; every one of them must be known."""
    known = ("facet", "path", *_TEXTS, *_MARKS, "example 1")
    named = {" ".join(name.casefold().split()): str(cell).strip() for name, cell in row.items()}
    for name, cell in named.items():
        if name not in known and not _EXAMPLE.fullmatch(name) and (name or cell):
            todo = did_you_mean(name, known) or f"the columns are {', '.join(known)} and so on"
            raise SchemeError(f"unknown column `{name}`", where=f"{where}, row 1", todo=todo)
    if "path" not in named:
        todo = "name each code in a column `path`, as in `motives/cost`"
        raise SchemeError("there is no column `path`", where=f"{where}, row 1", todo=todo)
    return named


def _facets(doc: Document, rows: Iterable[tuple[int, Row]]) -> dict[str, yaml.MappingNode]:
    """Build the tree of each facet, a heading without a row of its own included."""
    facets: dict[str, yaml.MappingNode] = {}
    nodes: dict[tuple[str, str], yaml.MappingNode] = {}
    implied: set[tuple[str, str]] = set()

    def below(facet: str, path: str, n: int) -> list[Pair]:
        if not path:
            facets.setdefault(facet, _mapping([], n))
            return _codes(facets[facet], n)
        if (facet, path) not in nodes:
            put(facet, path, n)
            implied.add((facet, path))
        return _codes(nodes[facet, path], n)

    def put(facet: str, path: str, n: int) -> yaml.MappingNode:
        above, _, name = path.rpartition("/")
        node = _mapping([], n)
        below(facet, above, n).append((_text(name, n), node))
        return nodes.setdefault((facet, path), node)

    for n, row in rows:
        facet, path = clean(row.get("facet", PLAIN_FACET)), clean(row["path"])
        if not facet or path != path.strip("/") or "//" in path or not path:
            raise _misplaced(doc, n, facet, path)
        if (facet, path) in implied:
            implied.remove((facet, path))
            nodes[facet, path].value[:0] = _fields(row, n)
            continue
        put(facet, path, n).value[:0] = _fields(row, n)
    return facets


def _misplaced(doc: Document, n: int, facet: str, path: str) -> SchemeError:
    node = _text(path, n)
    if not facet:
        return doc.error(node, f"`{path}` has no facet", "only the first row, with the scheme's name, has none")
    return doc.error(node, "an empty name" + f" in `{path}`" * bool(path), "give each code a name in `path`")


def _codes(node: yaml.MappingNode, n: int) -> list[Pair]:
    """Return what stands under `codes:` of a node."""
    for key, body in node.value:
        if key.value == "codes":
            return body.value  # type: ignore[no-any-return]  # nodes are untyped in yaml's stubs
    body = _mapping([], n)
    node.value.append((_text("codes", n), body))
    return body.value  # type: ignore[no-any-return]  # as above


def _fields(row: Row, n: int) -> list[Pair]:
    fields: list[Pair] = [(_text(key, n), _text(row[key], n)) for key in (*_TEXTS, *_MARKS) if row.get(key)]
    examples = [_text(cell, n) for name, cell in row.items() if _EXAMPLE.fullmatch(name) and cell]
    if examples:
        fields.append((_text("examples", n), yaml.SequenceNode("", examples, _mark(n))))
    return fields


def _uses(doc: Document, rows: Sequence[tuple[int, Row]], facets: Sequence[str]) -> yaml.MappingNode:
    """Build the combinations in use, each as a whole path with what is said of it."""
    pairs: list[Pair] = []
    for n, row in rows:
        names = clean(row["facet"]).rstrip("/").split("/")
        if names != list(facets):
            todo = f"a combination has all facets in their order: `{'/'.join(facets)}`"
            raise doc.error(_text("", n), f"the facets `{row['facet']}` are not those of the scheme", todo)
        pairs.append((_text(row["path"], n), _mapping(_fields(row, n), n)))
    return _mapping(pairs, rows[0][0])


def _mark(n: int) -> yaml.Mark:
    return yaml.Mark("", 0, n, 0, None, 0)


def _text(text: str, n: int) -> yaml.ScalarNode:
    return yaml.ScalarNode("", text, _mark(n))


def _mapping(pairs: Sequence[Pair], n: int) -> yaml.MappingNode:
    return yaml.MappingNode(_PAIRS, list(pairs), _mark(n))
