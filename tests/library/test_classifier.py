"""The classifier as a scikit-learn estimator."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import SkipTestWarning
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.utils.estimator_checks import (
    check_do_not_raise_errors_in_init_or_set_params,
    check_estimator_repr,
    check_get_params_invariance,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_params,
    parametrize_with_checks,
)

from coder import CodeClassifier
from coder.errors import UsageError

TEXTS = [
    "We hold a course for the skippers every March.",
    "The course for the rope maker lasts two days.",
    "At the boat fair we show the skippers our winch.",
    "Skippers talk with one another at the fair.",
    "The weather was bad.",
    "I like the sea.",
] * 4
CODES = [["courses"], ["courses"], ["fairs"], ["fairs", "contact"], [], []] * 4
GROUPS = np.repeat(np.arange(4), 6)


def classifier(**options):
    return CodeClassifier(encoder="hashed-words", folds=2, min_positives=2, **options)


with warnings.catch_warnings():  # scikit-learn says that its checks with numbers as input are left out
    warnings.simplefilter("ignore", SkipTestWarning)
    checked = parametrize_with_checks([classifier()])


@checked
def test_scikit_learns_checks_of_estimators_of_texts(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "check",
    [
        check_do_not_raise_errors_in_init_or_set_params,
        check_estimator_repr,
        check_get_params_invariance,
        check_no_attributes_set_in_init,
        check_parameters_default_constructible,
        check_set_params,
    ],
    ids=lambda check: check.__name__,
)
def test_checks_that_need_no_data_but_are_left_out_for_estimators_of_texts(check):
    check("CodeClassifier", classifier())


def test_lists_of_codes_are_learned():
    fitted = classifier().fit(TEXTS, CODES, groups=GROUPS)
    assert fitted.classes_.tolist() == ["contact", "courses", "fairs"]
    P = fitted.predict_proba(["Our course starts in May.", "The fair."])
    assert P.shape == (2, 3)
    assert ((P >= 0) & (P <= 1)).all()
    assert P[0].argmax() == 1
    assert fitted.predict(TEXTS[:1]).tolist() == [[0, 1, 0]]


def test_a_frame_of_labels_and_lists_of_codes_give_the_same_model():
    frame = pd.DataFrame([{name: float(name in codes) for name in ("courses", "fairs", "contact")} for codes in CODES])
    one = classifier().fit(TEXTS, CODES, groups=GROUPS).predict_proba(TEXTS[:6])
    other = classifier().fit(TEXTS, frame[["contact", "courses", "fairs"]], groups=GROUPS).predict_proba(TEXTS[:6])
    assert np.array_equal(one, other)


def test_what_nobody_judged_is_nan():
    Y = np.array([[float(name in codes) for name in ("courses", "fairs")] for codes in CODES])
    Y[5::6] = np.nan
    assert classifier().fit(TEXTS, Y, groups=GROUPS).predict_proba(TEXTS).shape == (24, 2)


def test_a_scheme_gives_the_codes_and_their_definitions(study_folder):
    labels = [["education/customers/courses"], ["education/suppliers/courses"], ["contact/fairs"], [], [], []] * 4
    fitted = classifier(scheme=study_folder / "scheme.yaml").fit(TEXTS, labels, groups=GROUPS)
    assert len(fitted.classes_) == 5
    assert "We train the rope maker." in fitted.model_.prototypes.texts.words


def test_it_goes_through_cross_validation():
    Y = np.array([[int(name in codes) for name in ("courses", "fairs")] for codes in CODES])
    P = cross_val_predict(
        clone(classifier()), np.array(TEXTS), Y, groups=GROUPS, cv=GroupKFold(2), method="predict_proba"
    )
    assert P.shape == (24, 2)


@pytest.mark.parametrize(
    ("X", "Y", "options", "says"),
    [
        ("one text", [["a"]], {}, "one text was given"),
        ([1, 2], [["a"], ["b"]], {}, "a text is expected, not int"),
        (["a", "b"], [["a"]], {}, "1 rows of labels for 2 texts"),
        (["a", "b"], [["a"], ["b"]], {"groups": [1]}, "1 groups for 2 texts"),
        (["a", "b"], [["a"], ["b"]], {"before": [""]}, "1 turns before for 2 texts"),
    ],
)
def test_what_does_not_fit_is_refused(X, Y, options, says):
    with pytest.raises(UsageError, match=says):
        classifier().fit(X, Y, **options)


def test_a_label_that_the_scheme_lacks_is_refused(study_folder):
    with pytest.raises(UsageError, match="no code `wharf`"):
        classifier(scheme=study_folder / "scheme.yaml").fit(["a"], [["wharf"]])
