from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coder.embed.encoders import HashedWords
from coder.errors import ModelError
from coder.learn.dataset import Examples, Prototypes, Targets, bare
from coder.learn.evaluation import aim_figures, macro_f1
from coder.learn.model import Model, _cross_fitted, fit, split_by_transcript
from coder.types import Scheme

from .conftest import ACTS, PLACES


@pytest.fixture(scope="module")
def model(examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes) -> Model:
    return fit(examples, scheme.paths(), targets, prototypes, folds=4, min_positives=3)


def said(model: Model, *texts: str) -> list[str]:
    P = model.predict(bare(list(texts), HashedWords().encode(texts)))
    return [model.codes[k] for k in P.argmax(axis=1)]


def test_it_learns_the_codes_from_units_whose_transcripts_it_has_not_seen(model: Model, examples: Examples) -> None:
    assert model.held_out is not None
    assert macro_f1(model.held_out.accepted, examples.Y) > 0.9


def test_probabilities_are_calibrated_to_the_share_of_positives(model: Model, examples: Examples) -> None:
    assert model.held_out is not None
    assert model.held_out.P.mean() == pytest.approx(examples.Y.mean(), rel=0.3)


def test_chat_is_not_coded(model: Model) -> None:
    P = model.predict(bare(["my brother sells old boats"], HashedWords().encode(["my brother sells old boats"])))
    assert not (model.thresholds <= P).any()


def test_facets_are_combined_into_a_code_that_was_never_coded(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    unseen = scheme.paths().index("decide/clinic")
    kept = np.flatnonzero(examples.Y[:, unseen] == 0)
    model = fit(examples.take(kept), scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    assert said(model, f"{ACTS['decide']} {PLACES['clinic']}") == ["decide/clinic"]
    assert model.needs_more(3) == {"decide/clinic": 3}


def test_what_nobody_judged_is_unknown_and_teaches_nothing(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    unknown = replace(examples, Y=np.where(examples.groups[:, None] < 4, examples.Y, np.nan))
    judged = examples.take(np.flatnonzero(examples.groups < 4))
    one = fit(judged, scheme.paths(), targets, prototypes, folds=2, min_positives=3)
    assert np.nansum(unknown.Y) == one.positives.sum()
    labels = targets.labels(unknown.Y)
    assert np.isnan(labels[unknown.groups >= 4]).all()


def test_a_present_code_makes_its_facets_known_where_others_are_not(targets: Targets) -> None:
    labels = targets.labels(np.array([[1.0, np.nan, 0.0, np.nan]]))
    by_name = dict(zip(targets.names, labels[0], strict=True))
    assert by_name[("act", "teach")] == 1
    assert by_name[("place", "fair")] == 1
    assert np.isnan(by_name[("act", "decide")])


def test_without_any_coding_the_schemes_own_words_decide(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    model = fit(examples.take(np.array([], int)), scheme.paths(), targets, prototypes)
    assert model.held_out is None
    assert said(model, f"{ACTS['teach']} {PLACES['fair']}") == ["teach/fair"]


def test_one_transcript_gives_a_model_that_nothing_has_validated(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    model = fit(examples.take(np.flatnonzero(examples.groups == 0)), scheme.paths(), targets, prototypes)
    assert model.held_out is None


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_all_units_of_one_answer_are_no_error(
    value: float, examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    model = fit(replace(examples, Y=np.full_like(examples.Y, value)), scheme.paths(), targets, prototypes)
    assert np.isfinite(model.predict(examples.texts)).all()


def test_the_same_inputs_give_the_same_model(
    model: Model, examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    again = fit(examples, scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    assert np.array_equal(again.heads.W, model.heads.W)
    assert np.array_equal(again.thresholds, model.thresholds)


def test_passages_teach_but_are_not_counted(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    marked = replace(examples, is_unit=np.arange(len(examples)) % 2 == 0)
    model = fit(marked, scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    assert model.held_out is not None
    assert model.held_out.keys.tolist() == examples.keys[marked.is_unit].tolist()
    assert model.positives.sum() == examples.Y[marked.is_unit].sum()


def test_thresholds_and_combiner_of_a_held_out_transcript_are_fitted_on_the_other_ones(examples: Examples) -> None:
    rng = np.random.default_rng(1)
    found = rng.normal(size=(*examples.Y.shape, 10))
    fold_of = examples.groups % 2
    upside_down = replace(examples, Y=np.where((fold_of == 0)[:, None], 1 - examples.Y, examples.Y))
    one, two = (_cross_fitted(found, each, fold_of, around=False, few=False)[0] for each in (examples, upside_down))
    assert np.array_equal(one.P[fold_of == 0], two.P[fold_of == 0])
    assert np.array_equal(one.accepted[fold_of == 0], two.accepted[fold_of == 0])
    assert not np.array_equal(one.accepted[fold_of == 1], two.accepted[fold_of == 1])


def test_a_transcript_is_never_split() -> None:
    groups = np.repeat(np.arange(9), np.arange(1, 10))
    folds = split_by_transcript(groups, 4)
    assert all(len(set(folds[groups == g])) == 1 for g in range(9))
    assert set(folds) == {0, 1, 2, 3}


def test_what_a_unit_gets_does_not_depend_on_the_other_units(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    rare = examples.take(np.flatnonzero(examples.Y[:, 3] == 0))
    model = fit(rare, scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    together = model.predict(rare.texts)
    alone = model.predict(rare.texts.take(np.array([5])))
    assert np.allclose(together[5], alone[0])


def test_an_example_quoted_from_a_transcript_does_not_help_where_that_transcript_is_held_out(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    rng = np.random.default_rng(8)
    told = [" ".join(f"w{rng.integers(10**6)}" for _ in range(12)) for _ in range(len(examples))]
    texts = bare(told, HashedWords().encode(told))  # every unit is of words of its own: nothing can be learned
    T = np.where(targets.labels(examples.Y) > 0, 1.0, 0.0)
    leaking = Prototypes(texts, T)  # ... but by units that the scheme quotes
    model = fit(replace(examples, texts=texts), scheme.paths(), targets, leaking, folds=4, min_positives=3)
    assert model.held_out is not None
    assert macro_f1(model.held_out.accepted, examples.Y) < 0.4


def test_under_other_codes_the_likeliest_part_counts(model: Model, examples: Examples) -> None:
    one, other, third = model.codes[:3]
    later = model.under({"new": [third], "both": [one, other]})
    P = model.predict(examples.texts)
    assert np.array_equal(later.predict(examples.texts), np.stack([P[:, 2], P[:, :2].max(axis=1)], axis=1))
    assert later.thresholds.tolist() == [model.thresholds[2], model.thresholds[:2].min()]
    assert later.positives.tolist() == [examples.Y[:, 2].sum(), (examples.Y[:, :2] == 1).any(axis=1).sum()]
    assert later.left_out == model.codes[3:]


def test_a_single_interview_is_held_out_by_its_parts(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    one = replace(examples, groups=np.zeros(len(examples), int))
    model = fit(one, scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    assert model.held_out is not None
    assert macro_f1(model.held_out.accepted, one.Y) > 0.5
    assert (model.held_out.accepted.sum(axis=0) <= 2 * one.Y.sum(axis=0)).all()
    short = one.take(np.arange(39))
    assert fit(short, scheme.paths(), targets, prototypes, folds=4, min_positives=3).held_out is None


def test_where_no_unit_is_known_to_lack_a_code_definitions_and_coded_units_decide(
    examples: Examples, scheme: Scheme, targets: Targets, prototypes: Prototypes
) -> None:
    found = replace(examples, Y=np.where(examples.Y == 1, 1, np.nan))
    coded = found.take(np.flatnonzero((found.Y == 1).any(axis=1)))
    model = fit(coded, scheme.paths(), targets, prototypes, folds=4, min_positives=3)
    zero_shot = fit(coded.take(np.arange(0)), scheme.paths(), targets, prototypes)
    P, alone = model.predict(coded.texts), zero_shot.predict(coded.texts)
    assert (alone - 1e-9 <= P).all()
    assert (P[coded.Y == 1] > 0.99).all()  # a unit is most like itself
    assert model.thresholds.tolist() == zero_shot.thresholds.tolist() == [0.5] * 4


def test_thresholds_of_other_aims_find_more_or_suggest_less(model: Model, examples: Examples) -> None:
    more, fewer = model.aimed("more"), model.aimed("fewer")
    assert (more.thresholds <= model.thresholds).all()
    assert (fewer.thresholds >= model.thresholds).all()
    assert more.held_out is not None and fewer.held_out is not None
    assert more.held_out.accepted.sum() >= fewer.held_out.accepted.sum()
    figures = {one.aim: one for one in aim_figures(more.held_out.by_aim, examples.Y)}
    assert figures["more"].recall >= figures["agreement"].recall >= figures["fewer"].recall


def test_a_model_that_knows_one_aim_has_to_be_trained_again_for_another(model: Model) -> None:
    old = replace(model, by_aim=model.by_aim[:1])
    assert (old.aimed("agreement").thresholds == model.thresholds).all()
    with pytest.raises(ModelError, match="no thresholds for `more`"):
        old.aimed("more")
