from coder.scheme.describing import code_prototype_texts, leaf_text, prototype_texts, scheme_table
from coder.scheme.reading import parse_scheme

SCHEME = parse_scheme(
    """
name: Network
facets:
  act:
    codes:
      teach:
        definition: To teach.
        codes:
          buyers: {definition: Teach buyers., use when: they learn, not when: no, examples: [One., Two.]}
  means:
    codes: {fair: {examples: [Three.]}, course: A week.}
codes:
  teach/buyers: {fair: {examples: [Four., One.]}, course: }
""",
    "s.yaml",
)


def test_a_table_for_each_facet_with_its_headings() -> None:
    act, means = scheme_table(SCHEME)
    assert act.header == ("act", "definition", "use when", "not when", "example")
    assert act.rows == (
        ("teach", "To teach.", "", "", ""),
        ("teach/buyers", "Teach buyers.", "they learn", "no", "One."),
    )
    assert [row[0] for row in means] == ["fair", "course"]
    assert means.note == "Scheme: Network"


def test_leaf_text_of_a_value_and_of_a_code() -> None:
    assert leaf_text(SCHEME.values[1]) == "teach, buyers. Teach buyers. they learn."
    assert leaf_text(SCHEME.codes[1]) == ("teach, buyers, course. teach, buyers: Teach buyers. — course: A week.")


def test_a_value_has_the_examples_of_its_codes() -> None:
    assert prototype_texts(SCHEME) == {
        ("act", "teach/buyers"): ["teach, buyers. Teach buyers. they learn.", "One.", "Two.", "Four."],
        ("means", "fair"): ["fair.", "Three.", "Four.", "One."],
        ("means", "course"): ["course. A week."],
    }


def test_a_code_has_its_own_examples() -> None:
    texts = code_prototype_texts(SCHEME)
    assert texts["teach/buyers/fair"][1:] == ["Four.", "One."]
    assert len(texts["teach/buyers/course"]) == 1
