"""Agreement on spans: known values, a count character by character, and what must hold of any codings."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shared.marks import CODES, judgements, marked

from coder.agreement.agreement_rows import rows_as_dicts
from coder.agreement.coefficients import alpha_of, kappa_of, percent_of, positive_of
from coder.agreement.span_rows import domain_row, span_rows
from coder.agreement.spans import (
    SEGMENT_COUNTS,
    character_counts,
    exact_f1_of,
    lay,
    overlap_of,
    partial_f1_of,
    segment_counts,
)
from coder.errors import CodingError, UsageError
from coder.types import Judgement, Span, Verdict

PRESENT, UNSURE = Verdict.PRESENT, Verdict.UNSURE
TRAP = [("Ada", "cost", 100, 200), ("Ben", "cost", 150, 250)]


def by_character(said, code):
    """Return transcript -> the values (1, 0, nan) of two coders on each character that both read, by a plain loop."""
    found = {}
    for name in "ab":
        columns = []
        for place in range(40):
            here = [
                [
                    (one.code, one.verdict)
                    for one in words
                    if one.span.transcript == name and one.span.start <= place < one.span.end
                ]
                for words in said.values()
            ]
            if all((None, PRESENT) in words for words in here):
                columns.append(
                    [
                        1.0 if (code, PRESENT) in words else math.nan if (code, UNSURE) in words else 0.0
                        for words in here
                    ]
                )
        if columns:
            found[name] = np.array(columns).T
    return found


def test_kappa_of_characters_adds_agreement_on_absence():
    # 1,000 characters, 100 coded by each, 50 in common: .444, and not the .299 of a program that multiplies the two
    counts = character_counts(marked(1000, TRAP)).sum()
    assert kappa_of(counts) == pytest.approx(0.444, abs=0.0005)
    assert percent_of(counts) == pytest.approx(0.9)
    assert positive_of(counts) == pytest.approx(0.5)


@given(judgements())
def test_characters_are_counted_as_a_loop_over_them_counts(said):
    line = lay(said, codes=CODES)
    for k, code in enumerate(CODES):
        naive = by_character(said, code)
        assert list(line.transcripts) == list(naive)
        assert line.lengths.tolist() == [values.shape[1] for values in naive.values()]
        if not naive:
            continue
        counts = character_counts(line)
        for n, values in enumerate(naive.values()):
            table = np.zeros((2, 2))
            for one, other in values.T:
                if not math.isnan(one + other):
                    table[int(one), int(other)] += 1
            assert counts[n, k].table.tolist() == table.tolist()


@given(judgements())
def test_segments_are_counted_as_a_loop_over_pairs_counts(said):
    line = lay(said, codes=CODES)
    counts = segment_counts(line, 60)
    naive = np.zeros_like(counts)
    for own, other, places in ((0, 1, (0, 3, 5)), (1, 0, (1, 4, 6))):
        for coder, code, start, end in line.marks.tolist():
            if coder != own:
                continue
            row = naive[line.transcript_of(np.array([start]))[0], code]
            row[places[0]] += 1
            rivals = [mark[2:] for mark in line.marks.tolist() if mark[:2] == [other, code]]
            shared = [max(0, min(end, e) - max(start, s)) for s, e in rivals]
            row[places[1]] += any(shared)
            row[places[2]] += any(
                c >= 0.6 * (end - start + e - s - c) for c, (s, e) in zip(shared, rivals, strict=True) if c
            )
            row[2] += own == 0 and [start, end] in rivals
    assert counts.tolist() == naive.tolist()


@given(judgements(verdicts=(PRESENT,)))
def test_equal_codings_agree_wholly(said):
    line = lay({"Ada": said["Ada"], "Ben": said["Ada"]}, codes=CODES)
    counts, met = character_counts(line).sum(), segment_counts(line).sum(axis=0)
    for value in (kappa_of(counts), alpha_of(counts), exact_f1_of(met), partial_f1_of(met), overlap_of(met)):
        assert all(math.isnan(one) or one == 1 for one in value)


@given(judgements())
def test_the_order_of_coders_does_not_matter(said):
    one = lay(said, codes=CODES)
    other = lay(dict(reversed(said.items())), codes=CODES)
    np.testing.assert_allclose(alpha_of(character_counts(one).sum()), alpha_of(character_counts(other).sum()))
    np.testing.assert_allclose(kappa_of(character_counts(one).sum()), kappa_of(character_counts(other).sum()))
    for of in (exact_f1_of, partial_f1_of, overlap_of):
        np.testing.assert_allclose(*(of(segment_counts(line).sum(axis=0)) for line in (one, other)))


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_border_that_is_moved_further_lowers_every_value(near, further):
    assume(near != further)
    near, further = sorted((near, further))
    lines = [marked(200, [("Ada", "cost", 50, 100), ("Ben", "cost", 50 + by, 100)]) for by in (0, near, further)]
    for of in (kappa_of, alpha_of, positive_of):
        exact, close, far = (of(character_counts(line).sum())[0] for line in lines)
        assert exact == 1 > close > far


def test_only_what_both_read_as_a_whole_counts():
    said = {
        "Ada": [Judgement.on(Span("a", 0, 100), None, PRESENT), Judgement.on(Span("a", 80, 100), "cost", PRESENT)],
        "Ben": [Judgement.on(Span("a", 0, 90), None, PRESENT), Judgement.on(Span("b", 0, 50), None, PRESENT)],
    }
    line = lay(said)
    assert (line.transcripts, line.lengths.tolist()) == (("a",), [90])
    assert line.marks.tolist() == [[0, 0, 80, 90]]


def test_a_passage_over_what_nobody_read_stays_one_segment():
    units = [Judgement.on(Span("a", 0, 20), None, PRESENT), Judgement.on(Span("a", 30, 50), None, PRESENT)]
    line = lay({"Ada": [*units, Judgement.on(Span("a", 15, 35), "cost", PRESENT)], "Ben": units})
    assert line.marks.tolist() == [[0, 0, 15, 25]]


def test_a_character_that_a_coder_was_unsure_about_is_not_judged():
    whole = Judgement.on(Span("a", 0, 100), None, PRESENT)
    line = lay(
        {
            "Ada": [whole, Judgement.on(Span("a", 0, 30), "cost", UNSURE)],
            "Ben": [whole, Judgement.on(Span("a", 0, 40), "cost", PRESENT)],
        }
    )
    assert character_counts(line).sum().units.tolist() == [70]
    [row, _] = span_rows(line, replicates=10)
    assert row.values["u_alpha"] < 0  # the 10 characters of Ben's alone are left, of 70


def test_present_wins_over_unsure():
    said = [
        Judgement.on(Span("a", 0, 100), None, PRESENT),
        Judgement.on(Span("a", 0, 50), "cost", UNSURE),
        Judgement.on(Span("a", 20, 30), "cost", PRESENT),
    ]
    assert lay({"Ada": said}).unsure.tolist() == [[0, 0, 0, 20], [0, 0, 30, 50]]


def test_segments_agree_by_the_share_of_what_they_cover_together():
    line = marked(
        100, [("Ada", "cost", 0, 20), ("Ben", "cost", 1, 20), ("Ada", "cost", 50, 60), ("Ben", "cost", 55, 65)]
    )
    of_90, of_96 = (dict(zip(SEGMENT_COUNTS, segment_counts(line, p)[0, 0], strict=True)) for p in (90, 96))
    assert of_90 == {
        "one": 2,
        "other": 2,
        "exact": 0,
        "found_one": 2,
        "found_other": 2,
        "agree_one": 1,
        "agree_other": 1,
    }
    assert of_96["agree_one"] == of_96["agree_other"] == 0
    assert overlap_of(segment_counts(line, 90)[0, 0]) == 0.5


def test_partial_f1_is_the_mean_of_the_shares_that_are_found():
    rows = [("Ada", "cost", 0, 10), ("Ada", "cost", 20, 30), ("Ben", "cost", 5, 25), ("Ben", "cost", 50, 60)]
    counts = segment_counts(marked(100, rows)).sum(axis=0)[0]
    assert exact_f1_of(counts) == 0
    assert partial_f1_of(counts) == pytest.approx(2 * 1 * 0.5 / 1.5)  # both of Ada's, one of Ben's two


def test_where_nobody_marked_nothing_is_defined_and_where_one_did_f1_is_0():
    nothing, alone = (segment_counts(marked(9, rows))[0] for rows in ([], [("Ada", "cost", 0, 5)]))
    assert nothing.shape == (0, 7)
    assert exact_f1_of(alone).tolist() == partial_f1_of(alone).tolist() == [0]
    assert math.isnan(partial_f1_of(np.zeros(7)))


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_an_overlap_that_is_no_percentage_is_refused(percent):
    with pytest.raises(UsageError, match="is none"):
        segment_counts(marked(10, []), percent)


def test_one_coder_three_coders_no_codes_and_unknown_codes_are_refused():
    whole = [Judgement.on(Span("a", 0, 10), None, PRESENT)]
    with pytest.raises(UsageError, match="two coders and one code, not 1"):
        character_counts(lay({"Ada": whole}, codes=CODES))
    with pytest.raises(UsageError, match="and 0"):
        character_counts(lay({"Ada": whole, "Ben": whole}))
    with pytest.raises(UsageError, match="for two coders, not 3"):
        segment_counts(lay(dict.fromkeys(("Ada", "Ben", "Eva"), whole), codes=CODES))
    with pytest.raises(CodingError, match="`csot` is not in the scheme"):
        lay({"Ada": [Judgement.on(Span("a", 0, 9), "csot", PRESENT)]}, codes=CODES)


def study_of(n_transcripts, coders=("Ada", "Ben")):
    """Lay passages on several transcripts; the coders' borders differ by a few characters."""
    said = {name: [] for name in coders}
    for n in range(n_transcripts):
        for k, name in enumerate(coders):
            said[name] += [
                Judgement.on(Span(f"t{n}", 0, 400), None, PRESENT),
                Judgement.on(Span(f"t{n}", 20 + n * k, 90), "cost", PRESENT),
                Judgement.on(Span(f"t{n}", 200, 260 + 5 * k), "time" if n % 3 else "cost", PRESENT),
            ]
    return lay(said, codes=CODES)


def test_rows_have_codes_then_all_with_intervals_over_transcripts():
    rows = span_rows(study_of(8), replicates=200)
    assert [row.label for row in rows] == [*CODES, "all codes (pooled)"]
    cost, trust, pooled = rows[0], rows[2], rows[3]
    assert (cost.characters, pooled.characters) == (3200, 9600)
    assert cost.segments == {"Ada": 11, "Ben": 11}
    assert cost.agreements + cost.disagreements == 22
    assert 0 < cost.intervals["kappa"].low <= cost.values["kappa"] <= cost.intervals["kappa"].high < 1
    assert cost.intervals["u_alpha"].clusters == 8
    assert math.isnan(trust.values["kappa"])
    assert math.isnan(trust.values["u_alpha"])
    assert 0 < pooled.values["u_alpha"] < 1
    json.dumps(rows_as_dicts(rows), allow_nan=False)


def test_the_same_seed_gives_the_same_intervals():
    one, other = (span_rows(study_of(8), replicates=100) for _ in "12")
    assert [row.intervals["alpha"] for row in one[:2]] == [row.intervals["alpha"] for row in other[:2]]


def test_of_three_coders_there_are_no_segments_to_compare():
    row = span_rows(study_of(4, ("Ada", "Ben", "Eva")), replicates=20)[0]
    assert row.agreements is None
    assert math.isnan(row.values["exact_f1"])
    assert math.isnan(row.values["kappa"])
    assert row.values["alpha"] > 0.8


def test_a_domain_has_its_values_in_the_order_of_the_codes():
    row = domain_row(study_of(8), "topic", {"cost": "money", "time": "hours", "trust": "people"}, replicates=50)
    assert [value.value for value in row.by_value] == ["money", "hours"]
    assert row.combined == 0
    assert 0 < row.values["u_alpha"] < 1
    assert row.values["c_alpha_binary"] <= row.values["binary_u_alpha"]
    json.dumps(rows_as_dicts([row, replace(row, coverage=math.nan)]), allow_nan=False)
