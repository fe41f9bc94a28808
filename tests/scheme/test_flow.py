"""Where knowledge goes, as a scheme says it."""

import pytest

from coder.errors import SchemeError
from coder.scheme.checking import check_scheme
from coder.scheme.describing import scheme_table
from coder.scheme.reading import parse_scheme
from coder.scheme.tabular import scheme_of_rows

TEXT = """
codes:
  teach:
    definition: To teach.
    flow: firm>customers
    examples: [x]
  meet: {definition: They meet., flow: " customers =  end users ", examples: [y]}
"""


def test_blanks_do_not_matter() -> None:
    assert [value.flow for value in parse_scheme(TEXT, "s.yaml").values] == [
        "firm > customers",
        "customers = end users",
    ]


@pytest.mark.parametrize("said", ["to customers", "firm >", "a > b > c", "a >= b", "a = b > c"])
def test_another_form_is_refused_with_its_line(said: str) -> None:
    with pytest.raises(SchemeError, match=r"s.yaml, line 5: `flow` of `teach` is .*\n  write `firm > customers`"):
        parse_scheme(TEXT.replace("firm>customers", said), "s.yaml")


def test_a_heading_has_no_flow() -> None:
    with pytest.raises(SchemeError, match=r"line 1: `a` is a heading and has no `flow`"):
        parse_scheme("codes: {a: {flow: x > y, codes: [b]}}", "s.yaml")


def test_it_is_printed_where_there_is_one() -> None:
    (table,) = scheme_table(parse_scheme(TEXT, "s.yaml"))
    assert table.header == ("code", "definition", "use when", "not when", "flow", "example")
    assert [row[4] for row in table.rows] == ["firm > customers", "customers = end users"]


def test_a_value_without_one_beside_others_is_a_finding_and_so_are_names_that_are_nearly_the_same() -> None:
    text = TEXT.replace("customers =", "customer  =") + "  wait: {definition: To wait., examples: [z]}\n"
    assert check_scheme(parse_scheme(text, "s.yaml")) == [
        "code `wait` has no flow",
        "flows: the names `customers` and `customer` are nearly the same",
    ]


def test_it_can_be_written_in_a_table() -> None:
    (value,) = scheme_of_rows([{"path": "meet", "Flow": "customers=customers"}], "a.csv").values
    assert value.flow == "customers = customers"
    with pytest.raises(SchemeError, match="row 2: `flow` of `meet` is `both`"):
        scheme_of_rows([{"path": "meet", "flow": "both"}], "a.csv")
