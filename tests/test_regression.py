"""Regression to the mean: a sensitivity line, and never a correction."""

import pytest

from analysis.regression import regression_to_the_mean
from diary.model import DiaryError


def changes(baseline, **options):
    return dict(regression_to_the_mean(baseline, **options).changes)


def test_a_high_baseline_is_followed_by_a_fall_of_its_distance_to_the_mean_times_1_less_r():
    assert pytest.approx({0.7: -1.5, 0.8: -1.0, 0.9: -0.5}) == changes(20, mean=15)


def test_a_low_baseline_is_followed_by_a_rise():
    assert pytest.approx({0.7: 0.9, 0.8: 0.6, 0.9: 0.3}) == changes(12, mean=15)


def test_a_usual_baseline_is_followed_by_no_change():
    assert {0.7: 0, 0.8: 0, 0.9: 0} == changes(15, mean=15)


def test_measurements_that_agree_fully_do_not_regress_and_unrelated_ones_go_to_the_mean():
    assert {1.0: 0, 0.0: -5} == changes(20, mean=15, correlations=(1.0, 0.0))


def test_the_mean_has_to_be_entered():
    with pytest.raises(TypeError, match="mean"):
        regression_to_the_mean(20)


def test_the_sentence_names_the_mean_and_says_that_nothing_is_corrected():
    sentence = str(regression_to_the_mean(20, mean=15))

    assert "15.0 as the usual level (entered by the clinic)" in sentence
    assert "−1.5 (r = 0.7), −1.0 (r = 0.8), −0.5 (r = 0.9)" in sentence
    assert sentence.endswith("The change that is reported is not corrected for this.")


@pytest.mark.parametrize(("baseline", "mean"), [(29, 15), (20, -1), (float("nan"), 15), (20, float("nan"))])
def test_days_that_no_month_can_have_are_refused(baseline, mean):
    with pytest.raises(DiaryError, match="from 0 to 28"):
        regression_to_the_mean(baseline, mean=mean)
