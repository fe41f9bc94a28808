"""A changed scheme keeps what its researcher wrote around the codes."""

from dataclasses import replace

import pytest

from coder.scheme.comments import comments, lost_comments, rewritten
from coder.scheme.editing import Edit, edited
from coder.scheme.reading import parse_scheme
from coder.scheme.writing import dump_scheme

TEXT = """\
# head
name: Motives

# about the codes
codes:  # all of them
  # first
  cost:     # beside cost
    # within cost
    definition: >-  # folded
      Money
      saved.
    examples:
    # the best
    - "It's cheap"  # Ada's
    - no

  # above price
  price: 'Paid.'  # beside price
  # above speed
  speed:
  risks: {definition: x, codes: [leaks, delays]}  # in one line
# the end
"""
FACETED = """\
facets:
  act: {codes: {teach: To teach., meet: ""}}  # what
  who:
    codes:
      - buyers
      - sellers  # of parts
codes:
  - teach/buyers  # often
  # seldom
  - meet/sellers
"""


def changed(text, do, path, *to, facet="", **said):
    new, _ = edited(parse_scheme(text, "s.yaml"), Edit(do, path, facet, to, **said))
    written = rewritten(text, new)
    assert replace(parse_scheme(written, "w"), source="") == replace(new, source="")
    return written


@pytest.mark.parametrize(
    ("do", "path", "to", "said", "lines"),
    [
        ("rename", "cost", ["money"], {}, {"  cost:     # beside cost": "  money:     # beside cost"}),
        ("rename", "speed", ["haste"], {}, {"  speed:": "  haste:"}),
        ("rename", "risks/leaks", ["holes"], {},
         {TEXT.splitlines()[20]: "  risks: {definition: x, codes: [holes, delays]}  # in one line"}),
        ("define", "price", [], {"definition": "What is paid: all."},
         {"  price: 'Paid.'  # beside price": "  price: 'What is paid: all.'  # beside price"}),
        ("define", "cost", [], {"examples": ("It's cheap", "It is")}, {"    - no": "    - It is"}),
        ("retire", "price", [], {},
         {"  price: 'Paid.'  # beside price": "  price:  # beside price\n    definition: Paid.\n    retired: yes"}),
        ("add", "risks/new", [], {},
         {TEXT.splitlines()[20]: "  risks: {definition: x, codes: [leaks, delays, new]}  # in one line"}),
        ("add", "new", [], {"definition": "New."},
         {TEXT.splitlines()[20]: TEXT.splitlines()[20] + "\n  new: New."}),
        ("split", "speed", ["haste", "pace"], {}, {"  speed:": "  haste:\n  pace:"}),
    ],
)  # fmt: skip
def test_only_the_lines_that_change_are_rewritten(do, path, to, said, lines):
    expected = "\n".join(lines.get(line, line) for line in TEXT.split("\n"))
    assert changed(TEXT, do, path, *to, **said) == expected


def test_comments_of_a_merged_code_are_named_and_those_of_its_neighbours_stay():
    written = changed(TEXT, "merge", "price", "cost")
    assert lost_comments(TEXT, written) == ("# above price", "# beside price")
    assert "  # above speed\n  speed:\n" in written and "    - no\n  # above speed" in written
    assert lost_comments(TEXT, changed(TEXT, "merge", "cost", "price"))[0] == "# first"


def test_a_list_of_combinations_stays_a_list():
    written = changed(FACETED, "rename", "meet", "visit", facet="act")
    assert written == FACETED.replace("meet", "visit")
    assert changed(FACETED, "add", "meet/buyers") == FACETED.replace("  # seldom\n", "  - meet/buyers\n  # seldom\n")
    assert lost_comments(FACETED, changed(FACETED, "define", "meet/sellers", definition="A fair.")) == ()


def test_a_scheme_that_cannot_be_merged_is_written_without_comments():
    other = parse_scheme("codes: {speed: , cost: }", "other")
    assert rewritten("codes: {cost: , speed: } # ours\n", other) == dump_scheme(other)


def test_a_sign_in_a_text_is_no_comment():
    assert [c.text for c in comments("codes:\n  a: |\n    # text\n    b # text\n  # one\n  c: 'x # y' # two\n")] == [
        "  # one",
        " # two",
    ]
