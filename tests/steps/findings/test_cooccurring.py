from dataclasses import replace

import pytest

from coder.errors import UsageError
from coder.steps.corpus.units import units_of
from coder.steps.findings.coverage import coded_in, readings, words_read
from coder.steps.findings.cross_tables import between_rounds, cooccurrence
from coder.steps.findings.selection import Selection, findings
from coder.steps.scheme.changes import change, edit_of
from coder.store import corpus, log
from coder.types import Coder, Coding


def together(study, selection=None, **options):
    return cooccurrence(study, findings(study, selection), **options)


def test_a_reading_is_a_unit_and_who_read_it(study):
    found = readings(study, Selection())
    units = {unit.segment.id for unit in units_of(study)}
    assert {unit for _, unit in found} <= units
    assert readings(study, Selection(coders=("ada",))) <= found
    assert {name for name, _ in readings(study, Selection(coders=("ada",)))} == {"ada"}
    alder = readings(study, Selection(cases=("Alder",)))
    assert {corpus.segments(study.store)[unit].span.transcript for _, unit in alder} == {"alder-1", "alder-2"}


def test_what_nobody_read_is_the_models_where_suggestions_count(study):
    people, everything = readings(study, Selection()), readings(study, Selection(only="all"))
    read = {unit for _, unit in people}
    assert everything - people == {("", unit.segment.id) for unit in units_of(study) if unit.segment.id not in read}
    assert readings(study, Selection(only="unreviewed")) == everything - people
    assert readings(study, Selection(only="unreviewed", coders=("ben",), since="2999-01-01")) == everything - people


def test_words_read_are_those_of_the_units(study):
    said = words_read(study, Selection(only="all"))
    assert said == {
        name: sum(len(u.segment.words.split()) for u in units_of(study) if u.segment.span.transcript == name)
        for name in ("alder-1", "alder-2", "birch-1", "birch-2")
    }


def test_codes_come_together_where_one_person_gave_both(study):
    unit = next(u for u in units_of(study) if u.segment.words.startswith("The weather"))
    with study.store.transaction("code"):
        for name, code in (("cy", "contact/fairs"), ("cy", "education/suppliers/courses"), ("di", "contact/courses")):
            log.add_coder(study.store, Coder(name))
            log.append(study.store, [Coding(unit.segment.id, code, name)], study.scheme_version())
    found = together(study, Selection(coders=("cy", "di")))
    assert [(p.a, p.b, p.both, p.of_a, p.of_b) for p in found.pairs] == [
        ("education/suppliers/courses", "contact/fairs", 1, 1, 1)
    ]
    assert found.n == 2  # one unit, read by two
    assert found.pairs[0].lift == 2.0


def test_every_citation_lies_in_a_reading_that_counts(study):
    found = findings(study)
    places = coded_in(study, Selection(), found.citations)
    assert all(places)
    assert set().union(*places) <= readings(study, Selection())


def test_who_gave_a_code_that_is_retired_now_has_read_the_unit(study):
    unit = next(u for u in units_of(study) if u.segment.span.transcript == "birch-2")
    with study.store.transaction("code"):
        log.add_coder(study.store, Coder("cy"))
        log.append(study.store, [Coding(unit.segment.id, "contact/fairs", "cy")], study.scheme_version())
    change(study, edit_of(study, "retire", "contact/fairs"), "ada")
    assert readings(study, Selection(coders=("cy",))) == {("cy", unit.segment.id)}


def test_values_of_a_facet_come_together_too(study):
    codes, dimensions = together(study), together(study, facet="dimension")
    assert list(dimensions.units) == ["education/customers", "education/suppliers", "contact"]
    for value, units in dimensions.units.items():
        assert units == set().union(*(of for code, of in codes.units.items() if code.startswith(f"{value}/")))
    assert dimensions.n == codes.n
    assert "Coders: " in dimensions.square().note
    with pytest.raises(UsageError, match="no facet `dimenson`"):
        together(study, facet="dimenson")


def test_rounds_may_differ_within_a_case(study):
    with study.store.transaction("import"):
        for n, (name, stored) in enumerate(corpus.transcripts(study.store).items()):
            corpus.set_case(study.store, stored.id, name.partition("-")[0].title(), {"round": str(n % 2 + 9)})
    selection = Selection()
    table = between_rounds(study, findings(study, selection), by="round", rows="dimension")
    assert table.header[1:3] == ("round 9: passages", "round 9: rate")
    found = findings(study)
    nines = {(c.transcript, c.start, c.end) for c in found.citations if c.attributes["round"] == "9"}
    words = words_read(study, selection)
    said = sum(count for name, count in words.items() if found.attributes[name]["round"] == "9")
    assert table.rows[-1][1:3] == (len(nines), round(1000 * len(nines) / said, 2))
    once = replace(found, citations=())
    assert between_rounds(study, once, by="round").rows[-1][1:] == (0, 0.0, 0, 0.0, 0.0)
