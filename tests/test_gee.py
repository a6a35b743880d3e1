"""The model of daily headache: the odds of a headache day before and after, over everybody."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.estimates.gee import daily_change
from analysis.estimates.mmrm import ModelError


def simulated(people, seed=1):
    """Thirty days before and sixty after of each of so many people, who differ from each other."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0, 1, people).repeat(90)
    after = np.tile(np.arange(90) >= 30, people)
    headache = (rng.random(len(after)) < 1 / (1 + np.exp(-own + 0.8 * after))).astype(float)
    return headache, after, np.arange(people).repeat(90)


def test_neither_the_order_of_the_rows_nor_gaps_between_them_matter():
    headache, after, patient = simulated(12)
    order = np.random.default_rng(2).permutation(len(headache))
    headache[::7] = np.nan
    known = ~np.isnan(headache)

    expected = daily_change(headache[known], after[known], patient[known])

    assert pytest.approx(expected[:10]) == daily_change(headache[order], after[order], patient[order])[:10]


def test_in_few_people_the_standard_error_is_wider_and_the_limits_are_student_s():
    headache, after, patient = simulated(12)
    plain = sm.GEE(
        headache,
        sm.add_constant(after.astype(float)),
        groups=patient,
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    ).fit()

    found = daily_change(headache, after, patient)

    assert "bias_reduced" == found.covariance
    assert pytest.approx(plain.params[1]) == found.coefficient
    assert plain.bse[1] < found.standard_error
    assert pytest.approx(found.coefficient + 2.228139 * found.standard_error) == np.log(found.high)


def test_from_fifty_people_on_the_usual_robust_error_is_taken():
    assert ("bias_reduced", "robust") == tuple(daily_change(*simulated(n)).covariance for n in (49, 50))


def test_the_odds_ratio_is_that_of_the_model_s_days():
    found = daily_change(*simulated(30))
    odds = [days / (28 - days) for days in (found.before, found.after)]

    assert pytest.approx(odds[1] / odds[0]) == found.odds_ratio
    assert found.low < found.odds_ratio < found.high
    assert (30, 2700) == (found.patients, found.days)


def test_who_has_days_on_one_side_only_counts_there():
    headache, after, patient = simulated(20)
    kept = (patient != 3) | after

    assert 20 == daily_change(headache[kept], after[kept], patient[kept]).patients


def test_two_people_are_too_few():
    with pytest.raises(ModelError, match="Fewer than three people"):
        daily_change(*simulated(2))


@pytest.mark.parametrize(("side", "name"), [(False, "before"), (True, "after")])
@pytest.mark.parametrize("value", [0, 1, np.nan])
def test_days_that_are_all_the_same_have_no_odds(side, name, value):
    headache, after, patient = simulated(10)
    headache[after == side] = value

    with pytest.raises(ModelError, match=f"All days {name} are the same, or there are none"):
        daily_change(headache, after, patient)
