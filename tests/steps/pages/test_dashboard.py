"""Every number of the dashboard against a study small enough to be counted by hand."""

import numpy as np
import pytest

from coder.errors import CoderError
from coder.steps.agreement.quality import measure_study
from coder.steps.audit.outcomes import WHAT, count_study
from coder.steps.coding.coders import add_coder
from coder.steps.coding.judgements import adjudicated, ratings_of
from coder.steps.corpus.units import units_of
from coder.steps.pages.dashboard import counts_and_measures, is_newest, list_units
from coder.store import corpus, log
from coder.store.judgements import judgements
from coder.types import Coder, Coding, Verdict

COURSES, FAIRS, TALK = "education/customers/courses", "education/customers/fairs", "contact/fairs"


@pytest.fixture
def audited(study):
    """Suggest four codes in birch-2; anna accepts one, rejects one, adds one, and leaves one suggestion alone."""
    course, fair, rain, talk, *_ = [u.segment.id for u in units_of(study) if u.segment.span.transcript == "birch-2"]
    with study.store.transaction("suggest"):
        log.add_coder(study.store, Coder("machine", "model"))
        whole = [Coding(unit, None, "machine") for unit in (course, fair, rain, talk)]
        asked = [(course, COURSES), (fair, FAIRS), (fair, TALK), (talk, TALK)]
        codings = [Coding(unit, code, "machine", confidence=0.9) for unit, code in asked]
        events = log.append(study.store, whole + codings, study.scheme_version())[4:]
    with study.store.transaction("audit"):
        add_coder(study, "anna")
        said = [
            Coding(course, COURSES, "anna", responds_to=events[0], shown="suggestions"),
            Coding(course, None, "anna", shown="suggestions"),
            Coding(fair, FAIRS, "anna", Verdict.UNSURE, responds_to=events[1], shown="suggestions"),
            Coding(fair, TALK, "anna", Verdict.ABSENT, responds_to=events[2], shown="suggestions"),
            Coding(fair, COURSES, "anna", shown="suggestions"),
            Coding(fair, None, "anna", shown="suggestions"),
        ]
        log.append(study.store, said, study.scheme_version())
    study.units_of_test = (course, fair, rain, talk)
    return study


def triples(facts):
    """Return facts one by one: unit, code and coder."""
    return {(unit, code, coder) for (code, coder), units in facts.items() for unit in units}


def test_what_became_of_suggestions_is_counted(audited):
    board = count_study(audited)
    outcomes = {what: board.count(what) for what in WHAT}
    assert {what: outcomes[what] for what in ("suggested", "accepted", "rejected", "unsure", "added")} == {
        "suggested": 4,
        "accepted": 1,
        "rejected": 1,
        "unsure": 1,
        "added": 1,
    }
    assert (outcomes["unreviewed"], outcomes["bulk"], outcomes["blind"]) == (1, 0, 0)
    assert (outcomes["covered"], outcomes["audited"]) == (4, 2)
    assert board.missed() == 0.5
    assert board.missed(COURSES) == 0.5
    assert board.missed(TALK) is None
    assert board.reviewed() == 0.75
    assert board.reviewed(TALK) == 0.5


def test_each_number_is_as_long_as_the_list_behind_it(audited):
    board, measures = count_study(audited), measure_study(audited)
    for what in set(WHAT) - {"wrong"}:
        for code in board.codes:
            assert list_units(audited, board, measures, what, "eva", code=code).units == board.count(what, code=code)
        for case in board.cases:
            assert list_units(audited, board, measures, what, "eva", case=case).total == board.count(what, case=case)
        for coder in board.people:
            assert list_units(audited, board, measures, what, "eva", coder=coder).total == board.count(
                what, coder=coder
            )


def test_counts_by_case_and_coder(audited):
    board = count_study(audited)
    assert board.cases == ["Alder", "Birch"]
    assert (board.count("suggested", case="Birch"), board.count("suggested", case="Alder")) == (4, 0)
    assert (board.count("accepted", coder="anna"), board.count("accepted", coder="ada")) == (1, 0)
    assert board.count("read", coder="anna") == 2


def test_where_codes_hold_is_what_adjudication_says(audited):
    ratings = ratings_of(audited)
    Y = adjudicated(audited, ratings)
    board = count_study(audited)
    read = {unit for unit, _, _ in triples(board.facts["read"])}
    expected = {(ratings.units[row], ratings.codes[k]) for row, k in np.argwhere(Y == 1) if ratings.units[row] in read}
    assert {(unit, code) for unit, code, _ in triples(board.facts["holds"])} == expected
    assert board.share("holds", "read", code=COURSES, of_units=True) == board.count("holds", code=COURSES) / len(read)


def test_words_on_units_are_those_that_agreement_is_computed_from(audited):
    ratings = ratings_of(audited)
    expected = {
        (ratings.units[row], ratings.codes[k], ratings.coders[n]) for n, row, k in np.argwhere(ratings.values == 1)
    }
    assert triples(count_study(audited).facts["present"]) == expected


def test_disagreements_are_units_that_one_coder_gave_the_code_and_another_read_without_it(study):
    values = ratings_of(study).values
    for k, code in enumerate(study.scheme.paths()):
        apart = ((values[:, :, k] == 1).any(axis=0) & (values[:, :, k] == 0).any(axis=0)).sum()
        assert count_study(study).count("disputed", code=code) == apart


def test_what_was_accepted_in_bulk_is_neither_reviewed_nor_given(audited):
    talk = audited.units_of_test[3]
    [suggestion] = [e.id for e in judgements(audited.store, "machine") if (e.segment, e.code) == (talk, TALK)]
    with audited.store.transaction("bulk"):
        word = Coding(talk, TALK, "anna", responds_to=suggestion, shown="bulk")
        log.append(audited.store, [word], audited.scheme_version())
    board = count_study(audited)
    assert (board.count("bulk"), board.count("unreviewed"), board.reviewed()) == (1, 0, 0.75)
    seen = [unit for what in ("present", "accepted", "holds") for unit, _, _ in triples(board.facts[what])]
    assert talk not in seen


def test_a_unit_read_without_the_suggestion_is_blind(audited):
    talk = audited.units_of_test[3]
    with audited.store.transaction("code by hand"):
        log.append(audited.store, [Coding(talk, None, "anna")], audited.scheme_version())
    board = count_study(audited)
    assert (board.count("blind"), board.count("unreviewed"), board.count("audited")) == (1, 0, 3)


def test_alpha_is_that_of_coder_agreement(study):
    from coder.steps.agreement.intercoder import agreement_of

    [agreed] = [one for one in agreement_of(study, replicates=10) if one.rows[0].coders == ("ada", "ben")]
    measures = measure_study(study)
    assert measures.coders == ("ada", "ben")
    assert measures.alpha[""][0] == agreed.rows[-2].alpha
    assert measures.alpha[TALK][0] == next(row.alpha for row in agreed.rows if row.code == TALK)
    assert (measures.model, measures.f1, measures.bins) == ("", {}, [])


def test_f1_is_that_of_the_held_out_predictions(study):
    from coder.learn.bundle import load_model
    from coder.learn.evaluation import macro_f1
    from coder.steps.models.train import train

    trained = train(study)
    measures = measure_study(study)
    held_out = load_model(trained.folder).held_out
    ratings = ratings_of(study)
    segments = {key: segment for segment, key in corpus.unit_keys(study.store).items()}
    rows = [ratings.units.index(segments[key]) for key in held_out.keys.tolist()]
    Y = adjudicated(study, ratings)[rows]
    assert measures.f1[""][0] == pytest.approx(macro_f1(held_out.accepted, Y))
    assert len(triples(measures.wrong)) == ((Y == 1) != held_out.accepted)[~np.isnan(Y)].sum()
    assert sum(one[2] for one in measures.bins) == (~np.isnan(Y)).sum()


def test_a_model_that_is_gone_leaves_the_rest_of_the_board(study):
    import shutil

    from coder.steps.models.train import train

    shutil.rmtree(train(study).folder)
    measures = measure_study(study)
    assert "gone" in measures.problem
    assert measures.alpha


def test_a_board_is_kept_until_the_log_goes_on(audited):
    board, measures = counts_and_measures(audited, seconds=60)
    assert is_newest(audited, board)
    assert is_newest(audited, measures)
    assert counts_and_measures(audited, seconds=60) == (board, measures)
    with audited.store.transaction("audit"):
        log.append(audited.store, [Coding(audited.units_of_test[2], None, "anna")], audited.scheme_version())
    assert not is_newest(audited, board)
    newer, _ = counts_and_measures(audited, seconds=60)
    assert newer.count("read") == board.count("read") + 1
    assert newer.event == board.event + 1


def test_a_list_says_who_said_what_and_a_page_beyond_the_last_is_the_last(audited):
    found = list_units(audited, count_study(audited), None, "suggested", "eva", page=99)
    assert (found.units, found.total, found.page, found.pages) == (3, 4, 1, 1)
    first = found.rows[0]
    assert (first.line.transcript, first.line.speaker) == ("birch-2", "Nils")
    assert first.line.words == "A course for skippers, two days every March."
    assert first.said == {COURSES: ["suggested by machine", "accepted by anna"]}


def test_what_is_not_counted_is_refused(study):
    with pytest.raises(CoderError, match="not counted"):
        list_units(study, count_study(study), None, "rows; DROP TABLE unit", "eva")
