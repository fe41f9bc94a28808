from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coder.errors import SchemeError
from coder.scheme.combining import Details, codable, combine
from coder.scheme.comments import rewritten
from coder.scheme.editing import Edit, edited
from coder.scheme.nodes import clean
from coder.scheme.reading import parse_scheme
from coder.scheme.tabular import scheme_of_rows, scheme_rows
from coder.scheme.writing import dump_scheme
from coder.types import FacetValue, Scheme

ODD = [
    "no",
    "on",
    "1.10",
    "2024-01-01",
    "~",
    "null",
    "a: b",
    "# a",
    "- a",
    "*a",
    "&a",
    "<<",
    "{",
    "😀",
    "'",
    '"',
    "%",
]

texts = st.one_of(
    st.sampled_from(["", *ODD, "one\ntwo", "one\n\n  two", "a\x85b", "a\u2028b"]),
    st.text(max_size=30).map(str.strip),
)
names = st.one_of(st.sampled_from(ODD), st.text(max_size=12).map(clean)).filter(lambda n: n and "/" not in n)
examples = st.lists(texts.filter(bool), max_size=2).map(tuple)
details = st.builds(Details, definition=texts, use_when=texts, not_when=texts, examples=examples)
nothing = st.just(Details(definition="", use_when="", not_when="", examples=()))
flows = st.sampled_from(["", "firm > customers", "customers = customers", "no > 1.10"])


@st.composite
def trees(draw: st.DrawFn, facet: str, above: str = "", levels: int = 2) -> list[FacetValue]:
    values = []
    for name in draw(st.lists(names, min_size=1, max_size=3, unique_by=str.casefold)):
        path = f"{above}/{name}".removeprefix("/")
        below = draw(trees(facet, path, levels - 1)) if levels > 1 and draw(st.booleans()) else []
        group = bool(below) and draw(st.booleans())
        flow = "" if group else draw(flows)
        values += [FacetValue(facet, path, **draw(details | nothing), group=group, flow=flow), *below]
    return values


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    facets = draw(st.lists(names | st.just("code"), min_size=1, max_size=3, unique_by=str.casefold))
    values = {facet: tuple(draw(trees(facet))) for facet in facets}
    own = None
    if draw(st.booleans()):
        combination = st.tuples(*(st.sampled_from(list(codable(found))) for found in values.values()))
        own = draw(st.dictionaries(combination, details | nothing, min_size=1, max_size=4))
    everything = tuple(value for found in values.values() for value in found)
    name, description = draw(texts), draw(texts)
    return Scheme(name, tuple(facets), everything, combine(values, own), description)


def ambiguous(scheme: Scheme) -> bool:
    return len(set(scheme.paths())) < len(scheme.codes)


@given(schemes().filter(lambda scheme: not ambiguous(scheme)))
def test_round_trip(scheme: Scheme) -> None:
    assert replace(parse_scheme(dump_scheme(scheme), "dump"), source="") == scheme
    assert scheme_of_rows(scheme_rows(scheme), "a.csv") == scheme


def test_a_dump_is_as_short_as_a_person_would_write_it() -> None:
    text = """\
name: Motives
codes:
  cost: To save money.
  speed:
    examples:
    - We were first.
  risks:
    codes:
    - leaks
    - 'no'
    codable: 'yes'
"""
    assert dump_scheme(parse_scheme(text, "s.yaml")) == text


def test_pairs_are_written_below_the_first_facet() -> None:
    text = """\
facets:
  act:
    codes:
      teach: To teach.
      meet: ''
  who:
    codes:
    - buyers
    - sellers
codes:
  teach:
  - buyers
  meet:
    buyers: ''
    sellers: They meet.
"""
    assert dump_scheme(parse_scheme(text, "s.yaml")) == text


changes = st.one_of(
    st.tuples(st.just("define"), st.just(()), st.fixed_dictionaries({"definition": texts, "use_when": texts})),
    st.tuples(st.sampled_from(["retire", "restore"]), st.just(()), st.just({})),
    st.tuples(st.just("rename"), st.tuples(st.sampled_from(["a", "no", "~", "a: b", "# a"])), st.just({})),
    st.tuples(st.just("split"), st.just(("one", "'two'")), st.just({})),
    st.tuples(st.just("add"), st.just(()), st.fixed_dictionaries({"definition": texts})),
)


@given(schemes().filter(lambda scheme: not ambiguous(scheme)), changes, st.data())
def test_what_is_written_reads_back_to_the_changed_scheme(scheme, change, data):
    do, to, said = change
    value = data.draw(st.sampled_from(scheme.values))
    text = "".join(f"# line {n}\n{line}" for n, line in enumerate(dump_scheme(scheme).splitlines(keepends=True)))
    text = text if _same(text, scheme) else dump_scheme(scheme)  # a comment within a text is text
    try:
        path = f"{value.path} too" if do == "add" else value.path
        new, _ = edited(parse_scheme(text, "s"), Edit(do, path, value.facet, to, **said))
    except SchemeError:
        return
    assert _same(rewritten(text, new), new)


def _same(text, scheme):
    try:
        return replace(parse_scheme(text, "s"), source="") == replace(scheme, source="")
    except SchemeError:
        return False
