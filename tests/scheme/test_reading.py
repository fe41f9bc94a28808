from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import SchemeError
from coder.scheme.reading import load_scheme, parse_scheme

ODD_NAMES = ["no", "on", "yes", "1.10", "2024-01-01", "~", "null", "0x1F", "12:30", "=", "<<"]

FACETED = """\
facets:
  dimension:
    codes:
      education:
        definition: To teach.
        codes: {customers: Teach those who buy., suppliers: Teach those who sell.}
      contact: {codes: {customers: Buyers meet.}}
  mechanism:
    codes: {fairs: {definition: Trade fairs., examples: [We met at the fair.]}, courses: Training.}
"""
PAIRS = "codes:\n  contact/customers: [fairs]\n  education/customers: [courses, fairs]\n"


def refused(text: str) -> SchemeError:
    with pytest.raises(SchemeError) as caught:
        parse_scheme(text, "s.yaml")
    return caught.value


def test_names_stay_text() -> None:
    text = "codes:\n" + "".join(f"  {name}: {name}\n" for name in ODD_NAMES)
    scheme = parse_scheme(text, "s.yaml")
    assert list(scheme.paths()) == ODD_NAMES
    assert [code.definition for code in scheme.codes] == ODD_NAMES
    assert parse_scheme("codes: [no, 1.10]", "s.yaml").paths() == ("no", "1.10")


def test_plain_tree() -> None:
    scheme = parse_scheme(
        """
name: My study
description: What it is about
codes:
  motives:
    definition: Why
    codes:
      cost: {definition: Cheaper, use when: a price, not when: a wage, examples: [It cost less., " "]}
      speed: Sooner
  risks: {codable: yes, codes: [leaks]}
  none:
""",
        "s.yaml",
    )
    assert (scheme.name, scheme.description, scheme.facets) == ("My study", "What it is about", ("code",))
    assert scheme.paths() == ("motives/cost", "motives/speed", "risks", "risks/leaks", "none")
    assert [value.path for value in scheme.values if value.group] == ["motives"]
    cost = scheme.codes[0]
    assert (cost.definition, cost.use_when, cost.not_when) == ("Cheaper", "a price", "a wage")
    assert cost.examples == ("It cost less.",)
    assert all(code.facets == {"code": code.path} for code in scheme.codes)


def test_source_is_the_text_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("codes: [a]  # mine\n", encoding="utf-8-sig")
    assert load_scheme(path).source == "codes: [a]  # mine\n"


def test_blanks_around_names_are_dropped() -> None:
    assert parse_scheme('codes: [" joint   decisions "]', "s.yaml").paths() == ("joint decisions",)


def test_pairs_in_use_come_in_the_facets_order() -> None:
    scheme = parse_scheme(FACETED + PAIRS, "s.yaml")
    assert scheme.facets == ("dimension", "mechanism")
    assert scheme.paths() == (
        "education/customers/fairs",
        "education/customers/courses",
        "contact/customers/fairs",
    )
    first = scheme.codes[0]
    assert first.facets == {"dimension": "education/customers", "mechanism": "fairs"}
    assert first.definition == "education, customers: Teach those who buy. — fairs: Trade fairs."
    assert first.examples == ()


def test_all_combinations_without_codes() -> None:
    assert len(parse_scheme(FACETED, "s.yaml").codes) == 3 * 2


def test_a_pair_may_speak_for_itself() -> None:
    text = FACETED + "codes: {education / customers: {fairs: {definition: Own., examples: [One.]}, courses: Two.}}"
    fairs, courses = parse_scheme(text, "s.yaml").codes
    assert (fairs.definition, fairs.examples, courses.definition) == ("Own.", ("One.",), "Two.")


@pytest.mark.parametrize(
    "codes",
    ["[teach/buyers/home, decide/sellers/abroad]", "{teach: {buyers: [home]}, decide: [sellers/abroad]}"],
)
def test_three_facets(codes: str) -> None:
    facets = "{act: {codes: [teach, decide]}, who: {codes: [buyers, sellers]}, where: {codes: [home, abroad]}}"
    scheme = parse_scheme(f"facets: {facets}\ncodes: {codes}", "s.yaml")
    assert scheme.paths() == ("teach/buyers/home", "decide/sellers/abroad")
    assert scheme.codes[1].facets == {"act": "decide", "who": "sellers", "where": "abroad"}


def test_the_same_name_below_two_headings_is_fine() -> None:
    text = "codes: {a: {codes: [other]}, b: {codes: [other]}}"
    assert parse_scheme(text, "s.yaml").paths() == ("a/other", "b/other")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("codes:\n  a: x\n  b: y\n  a: z", 4, "`a` is given twice (first in line 2)"),
        ("codes:\n  - Cost\n  - cost", 3, "`cost` and `Cost` (line 2) differ only in case"),
        ('codes:\n  - cost\n  - " cost "', 3, "`cost` is given twice"),
        ('codes: ["caf\\u00e9", "cafe\\u0301"]', 1, "differ only in case"),
        ("name: a\nname: b\ncodes: [a]", 2, "`name` is given twice"),
        ("codes:\n  a: &a\n    codes:\n      b: *a", 4, "a code cannot contain itself"),
        ("codes:\n  a: &a x\n  b: *a", 3, "a code cannot contain itself"),
        ("codes:\n  research/academia: x", 2, "`/` in the name"),
        ('codes:\n  "": x', 2, "an empty name"),
        ("codes:\n  a:\n    defnition: x", 3, "unknown key `defnition`"),
        ("codes:\n  motives:\n    cost: x", 3, "unknown key `cost` in `motives`"),
        ("code: [a]", 1, "unknown key `code`"),
        ("name: x", 1, "the scheme has no codes"),
        ("codes:\n  a: {codes: []}", 2, "no codes in the codes of `a`"),
        ("codes: a", 1, "`codes` must be a list or a mapping"),
        ("[a, b]", 1, "a scheme must be a mapping"),
        ("codes:\n\ta: x", 2, "not YAML"),
        ("codes: [a", 1, "not YAML"),
        ("codes:\n  a: one: two", 2, "not YAML"),
        ("codes: [a\n", 2, "not YAML"),
        ("codes:\n  ? [a]\n  : b", 2, "each name must be text"),
        ("codes:\n  a: \x07", 2, "a character that YAML does not allow"),
        ("codes:\n  a:\n    examples: one", 3, "examples must be a list"),
        ("codes:\n  a:\n    examples: [{b: c}]", 3, "each of the examples must be text"),
        ("codes:\n  a: {definition: [x]}", 2, "`definition` of `a` must be text"),
        ("codes:\n  - a: x", 2, "each name must be text"),
        ("codes:\n  a: [b]", 2, "`a` cannot be a list"),
        ("codes:\n  a: {codable: maybe, codes: [b]}", 2, "`codable` of `a` is `maybe`"),
        ("facets: {x: {codes: []}}", 1, "no codes in `codes`"),
        ("facets: {}", 1, "the scheme has no codes"),
        ("facets: {x: {}}", 1, "the facet `x` has no values"),
        ("facets: [x]", 1, "the facet `x` must be a mapping"),
        (FACETED + "codes:\n  education: [fairs]", 11, "`education` is a heading"),
        (FACETED + "codes:\n  educaton/customers: [fairs]", 11, "names no value of `dimension`"),
        (FACETED + "codes:\n  education/customers: [fair]", 11, "`fair` names no value of `mechanism`"),
        (FACETED + "codes:\n  - education/customers/fair", 11, "no value of `dimension` and `mechanism`"),
        (FACETED + "codes:\n  education/customers: [fairs, fairs]", 11, "given twice"),
        (FACETED + "codes:\n  education/customers: [fairs]\n  education / customers: [courses]", 12, "twice"),
        (FACETED + "codes:\n  education/customers:", 11, "no combinations in `education/customers`"),
        (FACETED + "codes: []", 10, "no combinations"),
    ],
)
def test_errors_name_the_line(text: str, line: int, message: str) -> None:
    error = refused(text)
    assert message in error.message
    assert error.where == f"s.yaml, line {line}"


@pytest.mark.parametrize(
    ("text", "todo"),
    [
        ("codes:\n  a:\n    defnition: x", "did you mean `definition`?"),
        (FACETED + "codes:\n  education/customers: [fair]", "did you mean `fairs`?"),
        (FACETED + "codes: [education/custmers/fairs]", "did you mean `education/customers/fairs`?"),
        ("codes:\n\ta: x", "replace the tab by spaces: YAML indents with spaces only"),
        ("codes:\n  a: one: two", "put text that holds a colon in quotes"),
        ("codes:\n  a: *important* things", "such as `*`, `&`, `@` or `%` in quotes"),
    ],
)
def test_errors_say_what_to_do(text: str, todo: str) -> None:
    assert todo in (refused(text).todo or "")


@pytest.mark.parametrize("text", ["", "# nothing\n", "[" * 2000])
def test_what_has_no_line_is_refused_too(text: str) -> None:
    assert str(refused(text).where).startswith("s.yaml")


@given(st.lists(st.sampled_from(["codes", "facets", "a", ": ", ":", "\n", " ", "\t", *"[]{},-?*&!%@|>'\"/"])))
def test_no_text_ends_in_another_error(parts: list[str]) -> None:
    try:
        parse_scheme("".join(parts), "s.yaml")
    except SchemeError as error:
        assert error.where
        assert error.todo


def test_paths_that_could_be_two_combinations_are_refused() -> None:
    facets = "facets: {x: {codes: {a: {codable: yes, codes: [b]}}}, y: {codes: {b: {codes: [c]}, c: }}}"
    assert "two combinations have the path `a/b/c`" in refused(facets).message
    assert "more than one combination" in refused(facets + "\ncodes: [a/b/c]").message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("codes: [Käufer]".encode("latin-1"))
    with pytest.raises(SchemeError, match="not UTF-8"):
        load_scheme(tmp_path / "latin.yaml")
    with pytest.raises(SchemeError, match="cannot read"):
        load_scheme(tmp_path / "none.yaml")


def test_the_examples_of_the_manual() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "scheme.md").read_text(encoding="utf-8")
    plain, faceted, three = (part.split("```")[0] for part in manual.split("```yaml\n")[1:])
    assert parse_scheme(plain, "plain").paths() == (
        *("motives/cost", "motives/speed", "risks", "risks/leaks", "risks/delays", "none of these"),
    )
    assert len(parse_scheme(faceted, "faceted").codes) == 4
    assert len(parse_scheme(three, "three").codes) == 2


@pytest.mark.parametrize("nothing", ["", " {}", " []"])
def test_a_codebook_may_begin_without_codes(nothing: str) -> None:
    scheme = parse_scheme(f"name: x\ncodes:{nothing}\n", "a.yaml")
    assert (scheme.codes, scheme.paths()) == ((), ())
