"""Saturation of a study: order of transcripts, codes, and codes of cases."""

import pytest

from coder.errors import StudyError, UsageError
from coder.steps.audit.decisions import code_by_hand
from coder.steps.corpus.transcripts import import_transcripts
from coder.steps.corpus.units import segment_study, units_of
from coder.steps.findings.saturation import saturation_of
from coder.steps.study.study import open_study
from coder.store import corpus


def test_each_coded_transcript_brings_its_new_codes_in_order_of_import(study):
    found = saturation_of(study)
    assert [one.transcript for one in found.transcripts] == ["alder-1", "alder-2", "birch-1"]
    assert (found.order, found.left_out, found.partly) == ("order of import", ["birch-2"], 0)
    # ada and ben: alder-1 has 4 codes, alder-2 one more, birch-1 the same ones, but in another case
    assert [one.codes.new for one in found.transcripts] == [4, 1, 0]
    assert [one.codes.known for one in found.transcripts] == [4, 5, 5]
    assert [one.pairs.new for one in found.transcripts] == [4, 1, 4]
    assert found.transcripts[-1].codes.mean == 5
    assert "Nobody has coded 1 transcripts" in found.table().note


def test_saturation_is_assessed_as_asked_and_as_usual(study):
    found = saturation_of(study, base=1, run=1, threshold=25)
    assert [(one.run, one.threshold) for one in found.assessed] == [(1, 0.25), (2, 0.05), (2, 0.0), (3, 0.05), (3, 0.0)]
    assert [(one.new, one.share) for one in found.assessed[0].runs] == [(1, 0.25), (0, 0.0)]
    assert found.assessed[0].reached == 1
    assert [row[4] for row in found.assessment().rows] == ["1+1", "not yet", "not yet", "not yet", "not yet"]


def test_a_transcript_that_was_coded_in_part_is_told(study):
    unit = next(u for u in units_of(study) if u.segment.span.transcript == "birch-2")
    code_by_hand(study, "ada", unit, [])
    found = saturation_of(study)
    assert found.partly == 1
    assert "1 transcripts are coded in part" in found.table().note


def test_dates_in_cases_or_names_give_the_order(study):
    stored = corpus.transcripts(study.store)
    with study.store.transaction("import"):
        for name, day in (("alder-1", "2026-03-02"), ("alder-2", "2026-03-01"), ("birch-1", "2026-02-01")):
            corpus.set_case(study.store, stored[name].id, f"case of {name}", {"date": day})
    found = saturation_of(study)
    assert found.order == "date"
    assert [one.transcript for one in found.transcripts] == ["birch-1", "alder-2", "alder-1"]


def test_the_curves_become_a_figure(study, tmp_path):
    saturation_of(study).figure().save(tmp_path / "saturation.svg")
    assert "pairs of code and case" in (tmp_path / "saturation.svg").read_text("utf-8")


def test_what_cannot_be_is_refused(study, study_folder, tmp_path):
    with pytest.raises(UsageError, match="base and run"):
        saturation_of(study, base=0)
    (study_folder / "study.db").unlink()
    bare = open_study(study_folder, create=True)
    import_transcripts(bare)
    segment_study(bare)
    with pytest.raises(StudyError, match="fewer than two"):
        saturation_of(bare)
    bare.close()
