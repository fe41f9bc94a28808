"""What is known on the first day of a study, and what is left to predict."""

import numpy as np

from benchmarks.first_day import days, figures
from benchmarks.quality.methods import Predicted


def test_days_know_whole_interviews_or_a_few_codings_and_predict_the_other_ones(corpus):
    found = {day: (train, test) for day, train, test in days(corpus, np.random.default_rng(1))}
    assert list(found) == ["1 interview", "2 interviews", "3 interviews", "5 codings in 3", "20 codings in 3"]
    for train, test in found.values():
        assert not set(train.groups) & set(corpus.groups[test])
    assert not np.isnan(found["2 interviews"][0].Y).any()
    marked, test = found["5 codings in 3"]
    assert np.nansum(marked.Y) == 5
    assert not (marked.Y == 0).any()
    assert (test == found["3 interviews"][1]).all()
    assert not np.isnan(corpus.Y).any()


def test_figures_of_a_day():
    Y = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    accepted = np.array([[True, False], [False, True], [False, False], [False, False]])
    suggested, precision, recall, *_ = figures(Predicted(accepted * 1.0, accepted), Y)
    assert (round(suggested, 2), precision, round(recall, 2)) == (0.67, 0.5, 0.33)
