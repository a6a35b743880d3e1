"""Paired differences: the t interval, and Wilcoxon's signed ranks with the estimate of Hodges and Lehmann."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from analysis.estimates.paired import mean_difference, signed_ranks

few = st.lists(st.integers(-200, 200), min_size=1, max_size=12)

DEPRESSION = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]) - np.array(
    [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
)
"""Hamilton depression scale of nine patients, after minus before: Hollander & Wolfe (1973), p. 29."""


def test_the_worked_example_of_hollander_and_wolfe():
    found = signed_ranks(DEPRESSION)

    assert (9, 5, "exact") == (found.n, found.w, found.method)
    assert pytest.approx(0.0390625) == found.p
    assert pytest.approx([-0.46, -0.786, -0.01]) == [found.estimate, found.low, found.high]


def test_the_exact_p_value_counts_every_pattern_of_signs():
    sizes = [0.3, 1.1, 2.5, 4.0, 7.2, 9.9]
    observed = np.array([1, 1, -1, 1, 1, 1])
    ranks = np.arange(1, 7)
    sums = [ranks[np.array(signs) > 0].sum() for signs in product([-1, 1], repeat=6)]
    w = ranks[observed > 0].sum()

    expected = np.mean([abs(s - 10.5) >= abs(w - 10.5) for s in sums])

    assert expected == signed_ranks(observed * sizes).p


def test_the_estimate_is_the_median_of_all_pairwise_means():
    values = [1.0, -4.0, 9.0]

    assert np.median([1, -4, 9, -1.5, 5, 2.5]) == signed_ranks(values).estimate


def test_differences_that_only_arithmetic_keeps_apart_are_ties():
    assert "approximate" == signed_ranks([0.1 + 0.2, -0.3, 0.5]).method
    assert signed_ranks([0.3, -0.3, 0.5]) == signed_ranks([0.1 + 0.2, -0.3, 0.5])


def test_what_is_not_known_is_left_out():
    assert signed_ranks([1.0, 2.0, -3.0]) == signed_ranks([1.0, np.nan, 2.0, -3.0])
    assert mean_difference([1.0, 2.0]) == mean_difference([np.nan, 1.0, 2.0])


def test_five_differences_are_too_few_for_limits():
    assert np.isnan([signed_ranks([1, 2, 3, 4, 5]).low, signed_ranks([1, 2, 3, 4, 5]).high]).all()


@pytest.mark.parametrize("values", [[], [0.0, 0.0]])
def test_without_any_difference_there_is_no_test(values):
    ranks, mean = signed_ranks(values), mean_difference(values)

    assert np.isnan([ranks.w, ranks.p, ranks.low, mean.t, mean.p, mean.low]).all()


def test_differences_that_are_all_alike_have_a_mean_and_no_limits():
    found = mean_difference([0.1, 0.1, 0.1])

    assert pytest.approx(0.1) == found.mean
    assert np.isnan([found.low, found.high, found.t, found.p]).all()


@given(few)
def test_the_t_test_is_that_of_scipy(values):
    if len(set(values)) < 2:
        return
    expected = ttest_1samp(values, 0)
    found = mean_difference(values)

    assert pytest.approx([expected.statistic, expected.pvalue]) == [found.t, found.p]
    assert pytest.approx(list(expected.confidence_interval(0.95))) == [found.low, found.high]


@given(few)
def test_swapping_before_and_after_mirrors_the_result(values):
    found, other = signed_ranks(values), signed_ranks([-value for value in values])

    assert pytest.approx([-found.estimate, -found.high, -found.low], nan_ok=True) == [
        other.estimate,
        other.low,
        other.high,
    ]
    assert pytest.approx([found.w, found.p], nan_ok=True) == [other.w, other.p]


@given(st.lists(st.integers(-200, 200), min_size=6, max_size=60, unique_by=abs))
def test_zero_is_outside_the_exact_limits_only_if_the_test_says_so(values):
    found = signed_ranks([value + 0.5 for value in values])
    if found.method != "exact":
        return

    assert (found.p <= 0.05) == (not found.low <= 0 <= found.high)
