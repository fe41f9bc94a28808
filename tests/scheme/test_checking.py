from coder.scheme.checking import check_scheme
from coder.scheme.reading import parse_scheme

GOOD = """
codes:
  cost: {definition: To save money., examples: [It was cheaper.]}
  speed: {definition: To be early., examples: [We were first.]}
"""


def test_a_good_scheme_has_no_findings() -> None:
    assert check_scheme(parse_scheme(GOOD, "s.yaml")) == []


def test_findings_of_a_plain_scheme() -> None:
    text = GOOD + "  speeds: {definition: ' to be  EARLY. ', examples: [x]}\n  h: {codes: [none]}\n"
    assert check_scheme(parse_scheme(text, "s.yaml")) == [
        "code `h/none` has no definition",
        "code `h/none` has no example",
        "code `speed` and code `speeds` have the same definition",
        "code: the names `speed` and `speeds` are nearly the same",
    ]


def test_findings_of_a_faceted_scheme() -> None:
    text = """
facets:
  act: {codes: {teach: {definition: A., examples: [x]}, meet: {definition: B.}}}
  means: {codes: {fair: C., course: }}
codes: {teach: {fair: Same.}, meet: {fair: Same.}}
"""
    assert check_scheme(parse_scheme(text, "s.yaml")) == [
        "means `course` has no definition",
        "code `meet/fair` has no example",
        "code `teach/fair` and code `meet/fair` have the same definition",
        "no code uses the means `course`",
    ]


def test_the_same_name_below_two_headings_is_no_finding() -> None:
    other = "{codes: {other: {definition: %s, examples: [x]}}}"
    text = f"codes: {{a: {other % 'One.'}, b: {other % 'Two.'}}}"
    assert check_scheme(parse_scheme(text, "s.yaml")) == []
