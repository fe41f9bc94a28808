"""A scheme as rows of a table, and back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coder.errors import SchemeError
from coder.resources import shipped_schemes
from coder.scheme.reading import load_scheme
from coder.scheme.tabular import scheme_of_rows, scheme_rows


@pytest.mark.parametrize("name", shipped_schemes())
def test_every_scheme_that_ships_survives(name: str) -> None:
    scheme = replace(load_scheme(shipped_schemes()[name]), source="")
    assert scheme_of_rows(scheme_rows(scheme), "a.csv") == scheme


def test_what_a_person_writes_by_hand_is_enough() -> None:
    rows = [
        {"Path": "motives / cost", "Definition": "It is cheaper.", "Examples": "It was cheap.", "example 2": " "},
        {"Path": "", "Definition": "", "Examples": "", "example 2": ""},
        {"Path": "motives", "Definition": "Why they do it.", "Examples": "", "example 2": ""},
        {"Path": "risks/leaks", "Definition": "", "Examples": "", "example 2": ""},
    ]
    scheme = scheme_of_rows(rows, "a.csv")
    assert scheme.paths() == ("motives/cost", "risks/leaks")
    assert [(v.path, v.definition, v.group) for v in scheme.values if v.group] == [
        ("motives", "Why they do it.", True),
        ("risks", "", True),
    ]
    assert scheme.codes[0].examples == ("It was cheap.",)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"code": "a"}], r"a.csv, row 1: unknown column `code`"),
        ([{"facet": "code"}], r"row 1: there is no column `path`"),
        ([{"path": "a", "definitoin": "b"}], r"row 1: unknown column `definitoin`\n  did you mean `definition`"),
        ([{"path": "a"}, {"path": "A"}], r"a.csv, row 3: `A` and `a` \(row 2\) differ only in case"),
        ([{"path": "a/b"}, {"path": "a"}, {"path": "a"}], r"row 4: `a` is given twice \(first in row 2\)"),
        ([{"path": "a//b"}], r"row 2: an empty name in `a//b`"),
        ([{"path": "a", "retired": "perhaps"}], r"row 2: `retired` of `a` is `perhaps`"),
        ([{"facet": "x", "path": "a"}, {"facet": "", "path": "b"}], r"row 3: `b` has no facet"),
        ([{"facet": "x", "path": "a"}, {"facet": "x/y", "path": "a/b"}], r"row 3: the facets `x/y` are not those"),
        ([{"facet": "x", "path": "a"}, {"facet": "x/", "path": "b"}], r"row 3: `b` names no value of `x`"),
        ([{"path": ""}], r"row 1: the scheme has no codes"),
        ([], r"row 1: the scheme has no codes"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(rows: list[dict[str, str]], message: str) -> None:
    with pytest.raises(SchemeError, match=message):
        scheme_of_rows(rows, "a.csv")
