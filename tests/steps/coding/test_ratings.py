"""Agreement from every side: facets, cases, pairs; what was shown; what was adjudicated."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from shared.audits import answer

from coder.agreement.ratings import Ratings
from coder.errors import UsageError
from coder.scheme.reading import parse_scheme
from coder.steps.agreement.intercoder import FEWEST, agreement_of
from coder.steps.agreement.intracoder import assign_again
from coder.steps.agreement.results import overview, tables_of
from coder.steps.audit.adjudication import Disputes, adjudicate
from coder.steps.audit.units import AuditUnit
from coder.steps.coding.coders import new_coder
from coder.steps.coding.judgements import placed, ratings_of
from coder.steps.coding.ratings import (
    after_adjudication,
    blind_judgements,
    by_case,
    by_condition,
    by_facet,
    pairs_of,
    shared,
)
from coder.steps.corpus.units import units_of
from coder.store import corpus
from coder.store.judgements import judgements

COURSES, FAIRS, CONTACT = "education/customers/courses", "education/customers/fairs", "contact/fairs"


def units_in(study, transcript):
    return [unit for unit in units_of(study) if unit.segment.span.transcript == transcript]


def judge(study, coder, unit, *codes, shown="nothing", memo=""):
    answer(study, coder, AuditUnit(unit, "", (), shown), added=codes, memo=memo)


def test_a_value_is_present_where_any_code_with_it_is_and_open_where_one_may_be(study):
    values = np.array([[[1, np.nan, 0, 0, 0], [0, np.nan, 0, 0, 0], [0, 0, 0, 0, 0]]], dtype=float)
    codes = study.scheme.paths()
    ratings = Ratings(values, ("ada",), codes, np.zeros(3, np.intp), (1, 2, 3))
    found = by_facet(ratings, study.scheme)
    assert list(found) == ["dimension", "mechanism"]
    assert found["dimension"].codes == ("education/customers", "education/suppliers", "contact")
    np.testing.assert_array_equal(found["dimension"].values[0, :, 0], [1, np.nan, 0])
    np.testing.assert_array_equal(found["mechanism"].values[0, :, 1], [np.nan, np.nan, 0])


def test_a_tree_is_looked_at_by_its_headings_and_a_flat_list_by_nothing():
    tree = parse_scheme("name: t\ncodes: {money: {codes: {price: {}, cost: {}}}, time: {codes: {late: {}}}}", "t")
    values = np.array([[[0.0, 1.0, 0.0]]])
    ratings = Ratings(values, ("ada",), tree.paths(), np.zeros(1, np.intp), (1,))
    [(facet, found)] = by_facet(ratings, tree).items()
    assert (facet, found.codes, found.values.tolist()) == ("heading", ("money", "time"), [[[1.0, 0.0]]])
    flat = parse_scheme("name: f\ncodes: {price: {}, cost: {}}", "f")
    with pytest.raises(UsageError, match="no facets and no headings"):
        by_facet(Ratings(values[:, :, :2], ("ada",), flat.paths(), np.zeros(1, np.intp), (1,)), flat)


def test_cases_hold_the_units_of_their_transcripts(study):
    ratings = ratings_of(study)
    found = by_case(study, ratings)
    assert list(found) == ["Alder", "Birch"]
    assert sum(len(one.units) for one in found.values()) == len(ratings.units)
    assert not shared(found["Birch"]).any()


def test_pairs_are_those_who_judged_a_unit_together(study):
    new_coder(study, "eva")
    ratings = ratings_of(study)
    assert [pair.coders for pair in pairs_of(study, ratings)] == [("ada", "ben")]
    assert [pair.coders for pair in pairs_of(study, ratings, ["ben"])] == [("ben", "ada")]
    assert pairs_of(study, ratings, ["eva"]) == []
    with pytest.raises(UsageError, match="no coder `adda`"):
        pairs_of(study, ratings, ["adda"])


def test_what_was_said_after_a_look_is_never_among_the_blind_words(study):
    first, second, third, *_ = units_in(study, "birch-2")
    for coder in ("eva", "ole"):
        new_coder(study, coder)
        judge(study, coder, first, COURSES)
    judge(study, "eva", second, COURSES)
    judge(study, "eva", second, FAIRS, shown="suggestions", memo="as suggested")
    judge(study, "ole", third, FAIRS, shown="codings")
    conditions = by_condition(study)
    eva, ole = (conditions.everything.coders.index(name) for name in ("eva", "ole"))
    at = [conditions.everything.units.index(unit.segment.id) for unit in (first, second, third)]
    k = [conditions.everything.codes.index(code) for code in (COURSES, FAIRS)]
    assert conditions.blind.values[eva][at][:2][:, k].tolist() == [[1, 0], [1, 0]]
    assert conditions.assisted.values[eva][at][1][k].tolist() == [1, 1]
    assert np.isnan(conditions.assisted.values[eva][at][0]).all()
    assert np.isnan(conditions.blind.values[ole][at][2]).all()
    assert conditions.assisted.values[ole][at][2][k[1]] == 1  # a second look is on this code alone
    ada = conditions.everything.coders.index("ada")
    np.testing.assert_array_equal(conditions.blind.values[ada], conditions.everything.values[ada])


def test_agreement_with_suggestions_in_sight_has_a_table_of_its_own(study):
    for coder in ("eva", "ole"):
        new_coder(study, coder)
    units = units_of(study)
    for n, unit in enumerate(units):
        judge(study, "eva", unit, *([COURSES] if n % 2 else []), shown="suggestions" if n < FEWEST else "nothing")
        judge(study, "ole", unit, COURSES, shown="suggestions" if n <= FEWEST else "nothing")
    found = {agreed.title: agreed for agreed in agreement_of(study, coders=("eva", "ole"), replicates=10)}
    assert list(found) == ["eva and ole", "eva and ole, with suggestions shown"]
    blind, assisted = found.values()
    n_codes = len(study.scheme.paths())
    assert assisted.overall.n == FEWEST * n_codes
    assert blind.overall.n == (len(units) - FEWEST - 1) * n_codes
    assert assisted.remark == f"{FEWEST} units that they judged with suggestions or codings of others shown."
    assert "1 that one judged blind and another with suggestions shown are in no table" in blind.remark


def test_too_few_assisted_units_are_told_and_not_mixed_in(study):
    for coder in ("eva", "ole"):
        new_coder(study, coder)
        for n, unit in enumerate(units_in(study, "birch-2")):
            judge(study, coder, unit, COURSES, shown="suggestions" if n < 2 else "nothing")
    [found] = agreement_of(study, coders=("eva", "ole"), replicates=10)
    assert "2 that they judged with suggestions shown are too few" in found.remark
    assert found.remark in found.table().note


def test_a_row_a_facet_value_a_case_a_pair(study):
    by_value = agreement_of(study, by="facet", replicates=10)
    assert [agreed.of for agreed in by_value] == ["dimension", "mechanism"]
    assert by_value[0].table().header[0] == "dimension"
    assert [row.label for row in by_value[1].rows] == ["courses", "fairs", "all values (pooled)", "mean of 2 values"]
    [cases] = agreement_of(study, by="case", replicates=10)
    assert [row.label for row in cases.rows] == ["Alder", "all codes (pooled)"]
    assert cases.rows[0].alpha == cases.overall.alpha
    new_coder(study, "eva")
    judge(study, "eva", units_in(study, "alder-1")[0], COURSES)
    pairs = agreement_of(study, by="pair", replicates=10)
    assert [row[0] for row in overview(pairs)] == ["ada and ben", "ada and eva", "ben and eva"]


def test_after_adjudication_the_adjudicated_word_holds_and_nothing_else_changes(study):
    study.settings = replace(study.settings, adjudicator="panel")
    before = by_condition(study).blind
    np.testing.assert_array_equal(after_adjudication(study, before).values, before.values)
    one, *others = Disputes().open(study)
    adjudicate(study, "panel", one.segment, one.codes[:1], "because")
    after = after_adjudication(study, before)
    row = before.units.index(one.segment)
    ada, ben = (after.values[after.coders.index(name), row] for name in ("ada", "ben"))
    np.testing.assert_array_equal(ada, ben)
    kept = [n for n in range(len(before.units)) if n != row]
    np.testing.assert_array_equal(after.values[:, kept], before.values[:, kept])
    [found] = agreement_of(study, replicates=10)
    assert found.after["all codes (pooled)"] > found.overall.alpha
    assert overview([found]).header[-1] == "alpha, adjudicated"
    assert others


def test_a_coder_stands_beside_herself(study, clock):
    clock.time += timedelta(days=30)
    assign_again(study, "ada", share=1)
    for unit in units_in(study, "alder-1"):
        judge(study, "ada", unit)
    found = agreement_of(study, replicates=10)
    assert [agreed.title for agreed in found] == ["ada and ben", "ada first and again"]
    again = found[1]
    assert again.overall.coders == ("ada, first", "ada, again")
    assert again.overall.positives == {"ada, first": 4, "ada, again": 0}
    assert again.remark == f"{len(units_in(study, 'alder-1'))} units that ada judged twice, 7 days apart or more."
    assert [table.title for table in tables_of(found)] == [
        "ada and ben",
        "ada first and again",
        "Agreement over all codes",
    ]
    assert len(agreement_of(study, coders=("ada", "ben"), apart=400, replicates=10)) == 1


def test_passages_that_were_marked_after_a_look_are_in_no_agreement_on_spans(study):
    whole, first, second = units_in(study, "birch-2")[:3]
    new_coder(study, "eva")
    judge(study, "eva", whole, COURSES)
    judge(study, "eva", first, COURSES)
    judge(study, "eva", first, FAIRS, shown="suggestions")
    judge(study, "eva", second, FAIRS, shown="suggestions")
    said = {(one.span.start, one.code) for one in blind_judgements(study)["eva"]}
    assert said == {(unit.segment.span.start, code) for unit in (whole, first) for code in (COURSES, None)}
    same = placed(study, corpus.spans(study.store), judgements(study.store, before_adjudication=True))
    assert sorted(map(str, blind_judgements(study)["ada"])) == sorted(map(str, same["ada"]))
