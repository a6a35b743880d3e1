"""What holds of any fitted mixed model for repeated measures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.stats import linregress, ttest_rel

from analysis.estimates.mmrm import group_patterns, mmrm, profile

laws = settings(max_examples=25, deadline=None)

seeds = st.integers(0, 10**6)
visits = st.integers(2, 4)


def people(seed, visits, n=30, missing=0.0):
    """A row for each person and a column for each visit, on the scale of headache days; NaN where missing."""
    random = np.random.default_rng(seed)
    values = 15 + 4 * random.normal(size=(n, 1)) + 3 * random.normal(size=(n, visits)) - 2 * np.arange(visits)
    holes = random.random(values.shape) < missing
    holes[:8] = False  # some are always seen, so that every covariance can be told
    return np.where(holes, np.nan, values)


def rows(values):
    """The same as y, visit and subject."""
    n, visits = values.shape
    return values.ravel(), np.tile(np.arange(visits), n), np.repeat(np.arange(n), visits)


def fitted(values):
    return mmrm(*rows(values))


def same(first, second, tolerance=1e-6):
    return all(
        np.allclose(one, other, rtol=tolerance, atol=tolerance) for one, other in zip(first, second, strict=True)
    )


@laws
@given(seeds, visits)
def test_where_nobody_is_missing_the_change_is_the_paired_difference_with_its_t_interval(seed, visits):
    values = people(seed, visits)

    for change in fitted(values).changes():
        paired = ttest_rel(values[:, change.visit], values[:, 0])
        low, high = paired.confidence_interval(0.95)
        mean = (values[:, change.visit] - values[:, 0]).mean()
        assert pytest.approx([mean, low, high], rel=1e-6, abs=1e-6) == [change.value, change.low, change.high]


@laws
@given(seeds, visits)
def test_where_nobody_is_missing_the_covariance_is_that_of_the_sample(seed, visits):
    values = people(seed, visits)

    assert pytest.approx(np.cov(values.T), rel=1e-5) == fitted(values).covariance


@laws
@given(seeds)
def test_of_two_visits_those_who_left_are_filled_in_by_the_line_through_those_who_stayed(seed):
    """Anderson (1957), Journal of the American Statistical Association 52: 200-203."""
    values = people(seed, 2)
    values[12:, 1] = np.nan
    before, after = values[:12].T
    line = linregress(before, after)

    expected = line.intercept + line.slope * values[:, 0].mean() - values[:, 0].mean()
    assert pytest.approx(expected, rel=1e-5, abs=1e-5) == fitted(values).coefficients[1]


@laws
@given(seeds)
def test_of_one_visit_it_is_the_mean_with_its_standard_error(seed):
    values = people(seed, 1)
    fit = fitted(values)

    assert pytest.approx([values.mean()]) == fit.coefficients
    assert pytest.approx([values.std(ddof=1) / np.sqrt(30)], rel=1e-6) == fit.standard_errors
    assert [] == fit.changes()


@laws
@given(seeds, visits)
def test_the_order_of_the_rows_and_the_names_of_the_people_do_not_matter(seed, visits):
    y, visit, subject = rows(people(seed, visits, missing=0.3))
    order = np.random.default_rng(seed).permutation(len(y))
    names = np.array([f"P{97 * who % 31:02}" for who in subject])

    assert same(mmrm(y, visit, subject)[1:], mmrm(y[order], visit[order], names[order])[1:])


@laws
@given(seeds, visits, st.floats(-50, 50), st.sampled_from([0.01, 0.5, 3.0, 1000.0]))
def test_other_units_give_the_same_fit_in_those_units(seed, visits, shift, scale):
    values = people(seed, visits, missing=0.3)
    fit, other = fitted(values), fitted(shift + scale * values)
    moved = scale * fit.coefficients + shift * (np.arange(visits) == 0)
    free = int(fit.n_by_visit.sum()) - visits

    assert same((moved / scale, fit.standard_errors), (other.coefficients / scale, other.standard_errors / scale), 1e-5)
    assert pytest.approx(fit.loglik - free * np.log(scale), abs=1e-4) == other.loglik


@laws
@given(seeds, visits)
def test_a_person_who_was_never_observed_changes_nothing(seed, visits):
    values = people(seed, visits, missing=0.3)
    more = np.vstack([values, np.full(visits, np.nan)])

    assert same(fitted(values)[1:], fitted(more)[1:])


@laws
@given(seeds, visits)
def test_the_slope_is_that_of_the_likelihood(seed, visits):
    patterns = group_patterns(people(seed, visits, missing=0.3) - 12)
    start = 9 * (np.eye(visits) + 0.5)

    numeric = approx_fprime(start.ravel(), lambda flat: profile(patterns, flat.reshape(start.shape)).deviance, 1e-6)
    expected = numeric.reshape(start.shape)
    assert pytest.approx((expected + expected.T) / 2, rel=1e-3, abs=1e-3) == profile(patterns, start).slope


@laws
@given(seeds, visits)
def test_no_covariance_nearby_is_likelier(seed, visits):
    values = people(seed, visits, missing=0.3)
    fit, patterns = fitted(values), group_patterns(values)
    random = np.random.default_rng(seed)

    for _ in range(10):
        nudge = np.eye(visits) + 0.01 * random.normal(size=(visits, visits))
        assert -profile(patterns, nudge @ fit.covariance @ nudge.T).deviance / 2 <= fit.loglik + 1e-9


@laws
@given(seeds, visits)
def test_people_grouped_by_the_visits_they_have_come_to_the_sum_over_people(seed, visits):
    """The likelihood of each person by itself, added up."""
    values = people(seed, visits, missing=0.3)
    covariance = 9 * (np.eye(visits) + 0.5)
    grouped = profile(group_patterns(values), covariance)

    weight, deviance = np.zeros((visits, visits)), 0.0
    for row in values:
        seen = ~np.isnan(row)
        own = covariance[np.ix_(seen, seen)]
        off = row[seen] - grouped.mean[seen]
        weight[np.ix_(seen, seen)] += np.linalg.inv(own)
        deviance += np.linalg.slogdet(2 * np.pi * own)[1] + off @ np.linalg.solve(own, off)
    deviance += np.linalg.slogdet(weight / (2 * np.pi))[1]
    assert pytest.approx(deviance) == grouped.deviance
