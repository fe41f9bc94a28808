"""Read a coding scheme from YAML: a flat list, a tree, or facets and their combinations in use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice, product
from pathlib import Path

import yaml

from coder.errors import SchemeError, did_you_mean
from coder.scheme.combining import Combination, Details, codable, combine, count_combinations
from coder.scheme.flow import parties, written
from coder.scheme.nodes import Document, compose
from coder.types import FacetValue, Scheme

PLAIN_FACET = "code"
_SCHEME = ("name", "description", "facets", "codes")
_DETAILS = ("definition", "use when", "not when", "examples", "retired")
_VALUE = (*_DETAILS, "flow", "codes", "codable")
MOST_CODES = 10_000
"""A scheme that lists no combinations may have no more codes: every combination is one."""

_NO_CODES = "list the codes under `codes:`"

Facets = dict[str, tuple[FacetValue, ...]]
Uses = dict[Combination, Details]


def load_scheme(path: Path) -> Scheme:
    """Read a scheme from a YAML file.

    Raises
    ------
    SchemeError
        As `parse_scheme`; also where the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"cannot read the scheme ({error.strerror})"
        raise SchemeError(message, where=path, todo="check the path") from error
    except UnicodeDecodeError as error:
        raise SchemeError("the file is not UTF-8 text", where=path, todo="save it as UTF-8") from error
    return parse_scheme(text, str(path))


def parse_scheme(text: str, where: str) -> Scheme:
    """Read a scheme from YAML text; `where` names it in errors.

    Names and texts stay as they are written (`no`, `1.10`), without the blanks around them. Codes come in the
    order of the facets' values.

    Raises
    ------
    SchemeError
        Where the text is not YAML or the scheme contradicts itself; with the line.

    Examples
    --------
    >>> scheme = parse_scheme("codes: {motives: {codes: {cost: Money saved., speed: }}}", "a.yaml")
    >>> scheme.paths()
    ('motives/cost', 'motives/speed')
    >>> scheme.codes[0].definition
    'Money saved.'
    """
    return build_scheme(Document(where), compose(text, where), text)


def build_scheme(doc: Document, root: yaml.Node, text: str = "", *, whole: bool = False) -> Scheme:
    """Make the scheme of a document; `text` is its source, `whole` that combinations are written as whole paths.

    Raises
    ------
    SchemeError
        Where the scheme contradicts itself.
    """
    top = doc.fields(root, _SCHEME, "a scheme")
    uses = None
    if "facets" in top:
        facets = _facets(doc, top["facets"])
        uses = _uses(doc, top["codes"], facets, whole=whole) if "codes" in top else None
    elif "codes" in top:
        facets = {PLAIN_FACET: _tree(doc, top["codes"], PLAIN_FACET) if top["codes"].value else ()}
    else:
        raise doc.error(root, "the scheme has no codes", _NO_CODES)
    if uses is None and (count := count_combinations(facets)) > MOST_CODES:
        message = f"the values of {len(facets)} facets combine to {count:,} codes; {MOST_CODES:,} is the limit"
        raise doc.error(root, message, "list the combinations in use under `codes:`, beside `facets:`")
    codes = combine(facets, uses)
    if codes and all(code.retired for code in codes):
        raise doc.error(root, "every code is retired", "let at least one code be used")
    for path, times in Counter(code.path for code in codes).items():
        if times > 1:
            raise doc.error(root, f"two combinations have the path `{path}`", "rename a value")
    return Scheme(
        name=doc.text(top["name"], "`name`") if "name" in top else "",
        description=doc.text(top["description"], "`description`") if "description" in top else "",
        facets=tuple(facets),
        values=tuple(value for values in facets.values() for value in values),
        codes=tuple(code for code in codes if not code.retired),
        source=text,
        retired=tuple(code for code in codes if code.retired),
    )


def _facets(doc: Document, node: yaml.Node) -> Facets:
    facets: Facets = {}
    for key_node, key, body in doc.pairs(node, "`facets`"):
        facet = doc.name(key_node, key)
        what = f"the facet `{facet}`"
        fields = doc.fields(body, ("codes",), what)
        if "codes" not in fields:
            raise doc.error(key_node, f"{what} has no values", "list its values under `codes:`")
        facets[facet] = _tree(doc, fields["codes"], facet)
    if not facets:
        raise doc.error(node, "the scheme has no codes", "name the facets, each with its `codes:`")
    return facets


def _tree(doc: Document, node: yaml.Node, facet: str, above: str = "") -> tuple[FacetValue, ...]:
    """Read the values below a heading, each before those below it."""
    what = f"the codes of `{above}`" if above else "`codes`"
    if not node.value:
        raise doc.error(node, f"no codes in {what}", _NO_CODES)
    values: list[FacetValue] = []
    for key_node, key, body in doc.pairs(node, what):
        path = f"{above}/{doc.name(key_node, key)}".removeprefix("/")
        fields = _value_fields(doc, body, _VALUE, path)
        below = _tree(doc, fields["codes"], facet, path) if "codes" in fields else ()
        group = bool(below) and not _yes(doc, fields, "codable", path)
        if group and _yes(doc, fields, "retired", path):
            raise doc.error(key_node, f"`{path}` is a heading and cannot be retired", "retire the codes below it")
        flow = _flow(doc, fields["flow"], path, group=group) if "flow" in fields else ""
        values.append(FacetValue(facet, path, **_details(doc, fields, path), group=group, flow=flow))
        values.extend(below)
    return tuple(values)


def _yes(doc: Document, fields: Mapping[str, yaml.Node], key: str, path: str) -> bool:
    if key not in fields:
        return False
    word = doc.text(fields[key], f"`{key}` of `{path}`")
    if word not in {"yes", "no"}:
        raise doc.error(fields[key], f"`{key}` of `{path}` is `{word}`", "write `yes` or `no`")
    return word == "yes"


def _flow(doc: Document, node: yaml.Node, path: str, *, group: bool) -> str:
    """Read where knowledge goes; nothing at all says nothing."""
    said = doc.text(node, f"`flow` of `{path}`")
    found = parties(said)
    if said and found is None:
        todo = "write `firm > customers` for one way, `customers = suppliers` for both ways"
        raise doc.error(node, f"`flow` of `{path}` is `{said}`", todo)
    if found and group:
        raise doc.error(node, f"`{path}` is a heading and has no `flow`", "give it to the codes below it")
    return written(found) if found else ""


def _value_fields(doc: Document, body: yaml.Node, known: Sequence[str], path: str) -> dict[str, yaml.Node]:
    """Return what is said of a value; a text in place of a mapping is its definition."""
    if isinstance(body, yaml.ScalarNode):
        return {"definition": body}
    if isinstance(body, yaml.SequenceNode):
        raise doc.error(body, f"`{path}` cannot be a list", "put the codes below it under `codes:`")
    return doc.fields(body, known, f"`{path}`")


def _details(doc: Document, fields: Mapping[str, yaml.Node], path: str) -> Details:
    def text(key: str) -> str:
        return doc.text(fields[key], f"`{key}` of `{path}`") if key in fields else ""

    return Details(
        definition=text("definition"),
        use_when=text("use when"),
        not_when=text("not when"),
        examples=doc.texts(fields["examples"], "examples") if "examples" in fields else (),
        retired=_yes(doc, fields, "retired", path),
    )


def _uses(doc: Document, node: yaml.Node, facets: Facets, before: Combination = (), *, whole: bool = False) -> Uses:
    """Read which combinations are in use, from the facet after those of `before` on.

    A list holds paths through the facets that are left; a mapping leads from a value to the next facet, and
    at the last facet to what is said of the combination.
    """
    if not node.value:
        what = f"`{'/'.join(before)}`" if before else "`codes`"
        raise doc.error(node, f"no combinations in {what}", "leave out `codes:` to use all combinations")
    left = list(facets)[len(before) :]
    step = 1 if isinstance(node, yaml.MappingNode) and not whole else len(left)
    uses: Uses = {}
    for key_node, key, body in doc.pairs(node, "`codes`"):
        combination = (
            *before,
            *_resolved(doc, key_node, key, {facet: facets[facet] for facet in left[:step]}),
        )
        if step == len(left):
            path = "/".join(combination)
            fields = _value_fields(doc, body, _DETAILS, path)
            uses[combination] = _details(doc, fields, path)
        else:
            uses |= _uses(doc, body, facets, combination)
    return uses


def _resolved(doc: Document, node: yaml.Node, path: str, facets: Facets) -> Combination:
    """Find the values that a path names, one of each facet; `//` may part the facets where `/` could mislead."""
    known = [codable(values) for values in facets.values()]
    apart = tuple(path.split("//"))
    if len(apart) == len(known) > 1 and all(part in values for part, values in zip(apart, known, strict=True)):
        return apart
    found = splits(path, known)
    if len(found) == 1:
        return found[0]
    if found:
        raise doc.error(node, f"`{path}` can be read as more than one combination", "rename a value")
    names = " and ".join(f"`{facet}`" for facet in facets)
    if any(value.path == path for values in facets.values() for value in values):
        todo = "name a value below it, or give the heading `codable: yes`"
        raise doc.error(node, f"`{path}` is a heading of {names}, not a value to be coded", todo)
    nearby = ("/".join(combination) for combination in islice(product(*known), 5000))
    todo = did_you_mean(path, nearby) or f"write it as in `{'/'.join(next(iter(values)) for values in known)}`"
    raise doc.error(node, f"`{path}` names no value of {names}", todo)


def splits(path: str, known: Sequence[Mapping[str, FacetValue]]) -> list[Combination]:
    """Return every way to read a path as a value of each facet.

    >>> values = {"a": FacetValue("x", "a"), "a/b": FacetValue("x", "a/b")}
    >>> splits("a/b/a", [values, values])
    [('a/b', 'a')]
    """
    first, *rest = known
    if not rest:
        return [(path,)] if path in first else []
    parts = path.split("/")
    heads = ["/".join(parts[:n]) for n in range(1, len(parts))]
    return [(head, *tail) for head in heads if head in first for tail in splits(path[len(head) + 1 :], rest)]
