from dataclasses import replace
from pathlib import Path

from coder.scheme.checking import check_scheme
from coder.scheme.describing import prototype_texts, scheme_table
from coder.scheme.flow import parties
from coder.scheme.reading import load_scheme, parse_scheme
from coder.scheme.writing import dump_scheme

PATH = Path(__file__).parents[2] / "configs" / "schemes" / "network-coordination.yaml"
SCHEME = load_scheme(PATH)

PAIRS = {
    "education/customers": "conferences seminars courses research support product local_market",
    "education/suppliers": "research product",
    "joint decisions/customers": "standardization research product local_market",
    "joint decisions/suppliers": "research product",
    "direct contact/customers": "conferences seminars courses standardization business research academia",
    "direct contact/suppliers": "research product academia",
    "direct contact/customers and suppliers": "business",
}


def test_exactly_the_pairs_of_the_founding_study() -> None:
    expected = [
        f"{dimension}/{mechanism.replace('_', ' ')}"
        for dimension, mechanisms in PAIRS.items()
        for mechanism in mechanisms.split()
    ]
    assert list(SCHEME.paths()) == expected
    assert len(expected) == 26


def test_every_value_and_pair_is_described_and_shown() -> None:
    assert check_scheme(SCHEME) == []
    values = [value for value in SCHEME.values if not value.group]
    assert len(values) == 7 + 10
    assert all(value.use_when and value.not_when and len(value.examples) >= 2 for value in values)
    assert all(code.examples for code in SCHEME.codes)
    every = [example for thing in (*SCHEME.values, *SCHEME.codes) for example in thing.examples]
    assert len(set(every)) == len(every)


def test_it_prints_and_reads_back() -> None:
    dimension, mechanism = scheme_table(SCHEME)
    assert (len(dimension.rows), len(mechanism.rows)) == (7 + 3, 10)
    assert len(prototype_texts(SCHEME)) == 17
    again = parse_scheme(dump_scheme(SCHEME), "dump")
    assert replace(again, source="") == replace(SCHEME, source="")


def test_every_dimension_says_where_knowledge_goes() -> None:
    flows = {value.path: parties(value.flow) for value in SCHEME.of_facet("dimension") if not value.group}
    assert flows["education/customers"] == ("firm", "customers", False)
    assert flows["joint decisions/suppliers"] == ("suppliers", "firm", False)
    assert flows["direct contact/customers"] == ("customers", "customers", True)
    assert flows["direct contact/customers and suppliers"] == ("customers", "suppliers", True)
    assert len(flows) == 7 and all(flows.values())
