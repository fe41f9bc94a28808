"""A scheme in words: tables for people, texts for a classifier that starts from the scheme alone."""

from __future__ import annotations

from coder.scheme.combining import codable, name_words
from coder.types import Code, FacetValue, Scheme, Table


def scheme_table(scheme: Scheme) -> list[Table]:
    """Return a table for each facet: its values, headings included, and what is said of them.

    Examples
    --------
    >>> from coder.scheme.reading import parse_scheme
    >>> (table,) = scheme_table(parse_scheme("{name: Motives, codes: {cost: To save money.}}", "a.yaml"))
    >>> table.header
    ('code', 'definition', 'use when', 'not when', 'example')
    >>> table.rows
    (('cost', 'To save money.', '', '', ''),)
    """
    note = f"Scheme: {scheme.name}" if scheme.name else ""
    return [
        Table(
            title=f"Values of {facet} and their definitions" if len(scheme.facets) > 1 else "Codes",
            header=(facet, "definition", "use when", "not when", *["flow"] * _flows(scheme, facet), "example"),
            rows=tuple(_row(value, flows=_flows(scheme, facet)) for value in scheme.of_facet(facet)),
            note=note,
        )
        for facet in scheme.facets
    ]


def _flows(scheme: Scheme, facet: str) -> bool:
    return any(value.flow for value in scheme.of_facet(facet))


def _row(value: FacetValue, *, flows: bool) -> tuple[str, ...]:
    name = f"{value.path} (retired)" if value.retired else value.path
    said = (value.definition, value.use_when, value.not_when, *[value.flow] * flows)
    return name, *said, next(iter(value.examples), "")


def leaf_text(value: FacetValue | Code) -> str:
    """Return name, definition and when to use it as one text.

    Examples
    --------
    >>> leaf_text(FacetValue("code", "motives/cost", "To save money.", use_when="a price is named"))
    'motives, cost. To save money. a price is named.'
    """
    said = (name_words(value.path), value.definition, value.use_when)
    return " ".join(f"{text.rstrip('.')}." for text in said if text)


def definitions(scheme: Scheme, path: str) -> dict[str, str]:
    """Return what the scheme says of a code, or else of the values it is made of, by what it is said of.

    Examples
    --------
    >>> from coder.scheme.reading import parse_scheme
    >>> definitions(parse_scheme("{name: Motives, codes: {cost: To save money.}}", "a.yaml"), "cost")
    {'cost': 'To save money.'}
    """
    code = scheme.code(path)
    if code is None or code.definition:
        return {path: code.definition} if code else {}
    values = {(value.facet, value.path): value.definition for value in scheme.values}
    return {f"{facet} {value}": values[facet, value] for facet, value in code.facets.items() if values[facet, value]}


def prototype_texts(scheme: Scheme) -> dict[tuple[str, str], list[str]]:
    """Return texts that stand for each facet value, by facet and path; headings are left out.

    They are its `leaf_text`, its examples, and the examples of the codes that have this value,
    none of them twice.

    Examples
    --------
    >>> from coder.scheme.reading import parse_scheme
    >>> text = "codes: {cost: {definition: To save money, examples: [It was cheaper there.]}}"
    >>> prototype_texts(parse_scheme(text, "a.yaml"))
    {('code', 'cost'): ['cost. To save money.', 'It was cheaper there.']}
    """
    values = [value for facet in scheme.facets for value in codable(scheme.of_facet(facet)).values()]
    values = [value for value in values if not value.retired]
    texts = {(value.facet, value.path): [leaf_text(value), *value.examples] for value in values}
    for code in scheme.codes:
        for pair in code.facets.items():
            texts[pair].extend(code.examples)
    return {pair: list(dict.fromkeys(found)) for pair, found in texts.items()}


def code_prototype_texts(scheme: Scheme) -> dict[str, list[str]]:
    """Return texts that stand for each code, by path: its `leaf_text` and its own examples.

    Examples
    --------
    >>> from coder.scheme.reading import parse_scheme
    >>> code_prototype_texts(parse_scheme("codes: {cost: To save money., speed: }", "a.yaml"))
    {'cost': ['cost. To save money.'], 'speed': ['speed.']}
    """
    return {code.path: [leaf_text(code), *code.examples] for code in scheme.codes}
