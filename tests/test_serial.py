"""The serial hybrid-score interval: golden values computed independently, and what each piece must do."""

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from analysis.estimates.serial import (
    METHOD,
    METHOD_AMOUNT,
    METHOD_AMOUNT_ASSUMED,
    METHOD_ASSUMED,
    Phase,
    dispersions,
    effective_days,
    mean_contrast,
    mover,
    quantile,
    response,
    score,
    serial_amount,
    serial_amount_rows,
    serial_mean,
    serial_mean_rows,
    serial_newcombe,
    serial_newcombe_rows,
    serial_pair,
    share_contrast,
    wilson,
)


def drawn(marks):
    """One row of days: 1, 0, or NaN for a dot."""
    return np.array([[np.nan if mark == "." else float(mark) for mark in marks]])


GOLDEN = [
    ("1100111100110011110011001111", "0010011000000110001000110000", -10.0, -16.769563, -0.608064, 0.224959),
    ("11.0111..0110011110.11001111", "0010.11000.0011000100011..00", -10.5, -17.240199, -0.914628, 0.187353),
]


@pytest.mark.parametrize(("before", "after", "change", "low", "high", "r"), GOLDEN)
def test_the_golden_intervals_are_reproduced(before, after, change, low, high, r):
    estimate = serial_newcombe(drawn(before)[0], drawn(after)[0])
    value = 28 * np.array([estimate.value, estimate.low, estimate.high])

    assert pytest.approx([change, low, high], abs=1e-6) == value
    assert pytest.approx(r, abs=1e-6) == serial_pair(drawn(before), drawn(after)).r[0]
    assert (METHOD, 0.95) == (estimate.method, estimate.level)


def test_the_golden_effective_days_and_degrees_of_freedom_are_reproduced():
    pair = serial_pair(*map(drawn, GOLDEN[0][:2]))
    a0, a1 = (np.maximum(phase.mean * (1 - phase.mean), 0.02) / phase.n for phase in (pair.before, pair.after))
    df = (a0 + a1) ** 2 / (a0**2 / (pair.before.n - 1) + a1**2 / (pair.after.n - 1))

    assert pytest.approx(18.0208, abs=5e-5) == pair.before.n[0]
    assert pytest.approx(33.924281, abs=1e-6) == df[0]


def effective_days_by_hand(days, r):
    """The definition, pair by pair."""
    at = np.flatnonzero(~np.isnan(days))
    pairs = sum(r ** (j - i) for i in at for j in at if i < j)
    return len(at) / (1 + 2 / len(at) * pairs)


@pytest.mark.parametrize("marks", ["1", "10", "1.1", "1..01.110..", "101" * 20 + "." * 9 + "0011" * 7])
def test_effective_days_are_their_definition(marks):
    assert (
        pytest.approx(effective_days_by_hand(drawn(marks)[0], 0.4)) == effective_days(drawn(marks), np.array([0.4]))[0]
    )


def test_without_autocorrelation_every_day_counts_whole():
    assert [5.0] == effective_days(drawn("10.11.1"), np.array([0.0])).tolist()


def test_days_behind_the_last_observed_one_change_nothing():
    before, after = GOLDEN[1][:2]

    assert serial_newcombe(drawn(before)[0], drawn(after)[0]) == serial_newcombe(
        drawn(before + "...")[0], drawn(after + "." * 40)[0]
    )


def test_a_phase_that_never_varies_has_no_autocorrelation_and_the_method_says_so():
    estimate = serial_newcombe([1] * 28, [1] * 28)

    assert (0.0, METHOD_ASSUMED) == (estimate.value, estimate.method)
    assert estimate.low < 0 < estimate.high


def test_from_every_day_to_no_day_is_a_full_change_with_a_one_sided_interval():
    estimate = serial_newcombe([1] * 28, [0] * 28)

    assert (-1.0, -1.0) == (estimate.value, estimate.low)
    assert -1 < estimate.high < 0


def test_days_that_never_follow_one_another_leave_the_autocorrelation_unknown():
    assert METHOD_ASSUMED == serial_newcombe(drawn("1.0.1.0")[0], drawn("0.0.1.0")[0]).method


@pytest.mark.parametrize(("before", "after"), [("1", "0"), ("1", "1"), ("10", "0"), ("101", "000"), ("1.", ".1")])
def test_very_few_days_give_limits_that_a_share_can_have(before, after):
    estimate = serial_newcombe(drawn(before)[0], drawn(after)[0])

    assert -1 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_the_autocorrelation_is_never_taken_above_9_tenths():
    """Two runs a phase: 53 of 55 pairs are alike, and the correction for few days would make it 1.04."""
    assert [0.9] == serial_pair(drawn("1" * 28 + "0" * 28), drawn("0" * 28 + "1" * 28)).r.tolist()


def test_runs_of_days_widen_the_interval():
    scattered = serial_newcombe([1, 0] * 14, [0, 0, 1, 0] * 7)
    in_runs = serial_newcombe([1] * 14 + [0] * 14, [0] * 14 + [1] * 7 + [0] * 7)

    assert scattered.value == in_runs.value
    assert scattered.high - scattered.low < in_runs.high - in_runs.low


def test_a_higher_level_gives_a_wider_interval():
    before, after = (drawn(marks)[0] for marks in GOLDEN[0][:2])
    narrow, wide = serial_newcombe(before, after, 0.90), serial_newcombe(before, after, 0.99)

    assert wide.low < narrow.low < narrow.high < wide.high


def test_many_comparisons_at_once_equal_each_alone():
    rng = np.random.default_rng(20260301)
    before, after = (np.where(rng.random((50, n)) < 0.15, np.nan, rng.random((50, n)) < 0.5) for n in (60, 84))
    together = np.stack(serial_newcombe_rows(before, after)[:3])
    alone = np.stack([serial_newcombe(b, a)[:3] for b, a in zip(before, after, strict=True)], axis=1)

    assert pytest.approx(alone, abs=1e-12) == together


@pytest.mark.parametrize(("before", "after"), [([2, 0], [1]), ([1, 0], [0.5])])
def test_days_that_are_neither_yes_nor_no_are_refused(before, after):
    with pytest.raises(ValueError, match="must be 1"):
        serial_newcombe(before, after)


@pytest.mark.parametrize(("before", "after"), [([], [1]), ([1], [np.nan])])
def test_a_phase_without_an_observed_day_is_refused(before, after):
    with pytest.raises(ValueError, match="no observed day"):
        serial_newcombe(before, after)


# --- amounts a day

HOURS_BEFORE = np.array([0, 6, 11, 0, 0, 4, 24, 9, 0, 0, 5, 0, 8, 0], float)
HOURS_AFTER = np.array([0, 0, 5, 0, 0, 0, 0, 3, 0, 0, 0, 7, 0, 0], float)


@pytest.mark.parametrize("most", [24.0, np.inf])
def test_the_limits_of_a_mean_amount_solve_the_score_equation(most):
    mean, n, dispersion, t = (np.array([value]) for value in (3.5, 20.0, 8.0, 2.1))
    for limit in score(mean, n, dispersion, t, most):
        variance = dispersion * limit * (1 - limit / most) / n
        assert pytest.approx(t**2 * variance) == (mean - limit) ** 2


def test_the_score_limits_of_a_share_are_wilsons():
    p, n, t = (np.array(values) for values in ([0.0, 0.3, 1.0], [10.0, 161.0, 28.0], [1.96, 2.0, 2.1]))

    assert pytest.approx(np.stack(wilson(p, n, t))) == np.stack(score(p, n, np.ones(3), t, 1.0))


def test_the_dispersion_is_that_of_the_phase_or_of_all_days_whichever_is_larger():
    """Before: mean 2, variance 8. After: mean 1, variance 1. All days: mean 1.5, variance 4.75."""
    pair = serial_pair(np.array([[0.0, 0, 2, 2, 0, 8]]), np.array([[0.0, 2, 0, 2, 0, 2]]))

    assert pytest.approx((8 / 2, 4.75 / 1.5)) == tuple(found[0] for found in dispersions(pair))


def test_a_most_makes_the_dispersion_larger_by_the_room_it_leaves():
    """Before: 8 ÷ 2(1 − 2/8). After, as all days: 4.75 ÷ 1.5(1 − 1.5/8)."""
    pair = serial_pair(np.array([[0.0, 0, 2, 2, 0, 8]]), np.array([[0.0, 2, 0, 2, 0, 2]]))

    assert pytest.approx((8 / 1.5, 4.75 / 1.21875)) == tuple(found[0] for found in dispersions(pair, most=8))


def test_the_change_of_an_amount_is_that_of_the_means():
    estimate = serial_amount(HOURS_BEFORE, HOURS_AFTER, most=24)

    assert pytest.approx((15 - 67) / 14) == estimate.value
    assert (METHOD_AMOUNT, 0.95) == (estimate.method, estimate.level)


def test_the_interval_of_an_amount_reaches_further_up_than_down():
    """Hours are skewed: what was not seen is more likely long headaches than short ones."""
    estimate = serial_amount(np.zeros(28), HOURS_AFTER, most=24)

    assert estimate.high - estimate.value > estimate.value - estimate.low


@pytest.mark.parametrize(
    ("before", "after"), [(drawn(b)[0], drawn(a)[0]) for b, a, *_ in (*GOLDEN, ("0" * 28, GOLDEN[0][1]))]
)
def test_days_of_24_hours_or_none_have_24_times_the_interval_of_their_share(before, after):
    days, hours = serial_newcombe(before, after), serial_amount(24 * before, 24 * after, most=24)

    assert pytest.approx(24 * np.array(days[:3])) == hours[:3]


def test_hours_that_never_end_still_have_an_interval():
    estimate = serial_amount([24] * 28, [24] * 84, most=24)
    share = serial_newcombe([1] * 28, [1] * 84)

    assert (0.0, METHOD_AMOUNT_ASSUMED) == (estimate.value, estimate.method)
    assert pytest.approx((24 * share.low, 24 * share.high)) == (estimate.low, estimate.high)


def test_the_same_amount_every_day_is_taken_as_days_that_have_it_or_nothing():
    before, after = np.full((1, 28), 5.0), np.full((1, 84), 5.0)
    estimate = serial_amount(before[0], after[0])

    assert ([5.0], [5.0]) == tuple(found.tolist() for found in dispersions(serial_pair(before, after)))
    assert estimate.low < 0 == estimate.value < estimate.high


@pytest.mark.parametrize(("most", "dispersion"), [(24.0, 24.0), (np.inf, 1.0)])
def test_no_amount_at_all_is_taken_as_days_that_have_the_most_or_one(most, dispersion):
    nothing = np.zeros((1, 28))
    estimate = serial_amount(nothing[0], nothing[0], most=most)

    assert ([dispersion], [dispersion]) == tuple(d.tolist() for d in dispersions(serial_pair(nothing, nothing), most))
    assert estimate.low < 0 == estimate.value < estimate.high


@pytest.mark.parametrize(("before", "after"), [([0] * 28, HOURS_AFTER), (HOURS_BEFORE, [0] * 84)])
def test_a_phase_without_any_amount_borrows_the_dispersion_of_the_other(before, after):
    estimate = serial_amount(before, after, most=24)

    assert -24 < estimate.low < estimate.value < estimate.high < 24


def test_a_mean_of_nothing_has_no_lower_limit_below_zero():
    low, high = score(np.array([0.0]), np.array([20.0]), np.array([8.0]), np.array([2.0]))

    assert (0.0, True) == (low[0], high[0] > 0)


@pytest.mark.parametrize(("before", "after"), [([24], [0]), ([24, 24], [24]), ([0.5], [24]), ([23, 24, 24], [24, 1])])
def test_very_few_days_give_limits_that_hours_can_have(before, after):
    estimate = serial_amount(before, after, most=24)

    assert -24 <= estimate.low <= estimate.value <= estimate.high <= 24


def test_runs_of_long_headaches_widen_the_interval_of_hours():
    scattered = serial_amount([12, 0] * 14, [0, 0, 6, 0] * 7, most=24)
    in_runs = serial_amount([12] * 14 + [0] * 14, [0] * 14 + [6] * 7 + [0] * 7, most=24)

    assert scattered.value == in_runs.value
    assert scattered.high - scattered.low < in_runs.high - in_runs.low


def test_many_comparisons_of_amounts_at_once_equal_each_alone():
    rng = np.random.default_rng(20260301)
    before, after = (np.where(rng.random((50, n)) < 0.15, np.nan, rng.poisson(0.4, (50, n))) for n in (60, 84))
    together = np.stack(serial_amount_rows(before, after)[:3])
    alone = np.stack([serial_amount(b, a)[:3] for b, a in zip(before, after, strict=True)], axis=1)

    assert pytest.approx(alone, abs=1e-12) == together


@pytest.mark.parametrize(("before", "after"), [([-1, 0], [1, 0]), ([1, 0], [25, 0])])
def test_amounts_that_a_day_cannot_have_are_refused(before, after):
    with pytest.raises(ValueError, match="must be 0 to 24"):
        serial_amount(before, after, most=24)


def test_without_a_most_only_amounts_below_zero_are_refused():
    with pytest.raises(ValueError, match="must be 0 or more"):
        serial_amount([-1, 0], [1000, 0])


# --- means over headache days


def test_without_autocorrelation_the_mean_interval_is_welchs():
    """Welch's t-test of x and y by scipy: the limits of the difference of means."""
    from scipy.stats import ttest_ind

    x, y = np.array([[4.0, 6, 5, 5, 7, 3]]), np.array([[1.0, 3, 2, 2, 4]])
    pair = serial_pair(x, y)
    plain = pair._replace(before=pair.before._replace(n=pair.before.m), after=pair.after._replace(n=pair.after.m))
    _, low, high = mean_contrast(plain, 1.0, 0.95)
    expected = ttest_ind(y[0], x[0], equal_var=False).confidence_interval(0.95)

    assert pytest.approx([expected.low, expected.high]) == [low[0], high[0]]


def test_a_comparison_of_means_among_many_equals_it_alone():
    before, after = [4, 6, 5, 5, 7, 3], [1, 3, 2, 2, 4, 2]

    assert serial_mean(before, after)[:3] == tuple(
        found[0] for found in serial_mean_rows(np.array([before], float), np.array([after], float))[:3]
    )


def test_a_quantity_that_never_varies_has_a_change_without_limits():
    change = serial_mean([24] * 28, [24] * 28)

    assert change.value == 0
    assert np.isnan([change.low, change.high]).all()


# --- responses


def responses(before, after, threshold):
    """The answer for one person's days."""
    pair = serial_pair(drawn(before), drawn(after))
    _, low, high = share_contrast(pair, 1 - threshold / 100, 0.90)
    return response(low, high)[0]


def test_a_large_clear_fall_is_a_response_at_50_and_not_surely_at_75():
    assert ("yes", "uncertain") == tuple(responses("1110" * 21, "1000" * 21, t) for t in (50, 75))


def test_no_fall_is_no_response():
    assert "no" == responses("1100" * 21, "0011" * 21, 30)


def test_a_point_estimate_at_the_threshold_is_uncertain():
    assert "uncertain" == responses("1100" * 21, "1000" * 21, 50)


def test_a_response_without_limits_is_uncertain():
    assert ["uncertain"] == response(np.array([np.nan]), np.array([np.nan])).tolist()


def test_the_quantile_approaches_the_normal_one_with_many_days():
    many = Phase(*(np.array([value]) for value in (1e9, 0.5, 1.0, 1e9)))
    a = np.array([1e-9])

    assert pytest.approx(norm.ppf(0.975), abs=1e-6) == quantile(many, many, a, a, 0.95)[0]


@pytest.mark.parametrize(("n0", "n1"), [(10.0, 1.5), (1.5, 10.0)])
def test_the_quantile_of_few_effective_days_has_their_degrees_of_freedom(n0, n1):
    """Two variances of 1: 4 ÷ (1/9 + 1/0.5) = 1.9 degrees of freedom."""
    before, after = (Phase(*(np.array([value]) for value in (12.0, 0.5, 3.0, n))) for n in (n0, n1))
    one = np.array([1.0])

    assert pytest.approx(student.ppf(0.975, 4 / (1 / 9 + 1 / 0.5))) == quantile(before, after, one, one, 0.95)[0]


# --- against a share of the baseline, as responses are


def test_the_limits_of_half_the_baseline_are_half_as_far_from_it():
    one = np.array([0.6]), (np.array([0.4]), np.array([0.8]))
    other = np.array([0.3]), (np.array([0.2]), np.array([0.45]))

    value, low, high = mover(*one, *other, c=0.5)

    assert pytest.approx((0, -np.sqrt(0.1**2 + 0.1**2), np.sqrt(0.15**2 + 0.1**2))) == (value[0], low[0], high[0])


def test_a_mean_against_half_the_baseline_is_one_against_a_baseline_of_half_the_amounts():
    pair = serial_pair(np.array([[4.0, 6, 5, 7, 5, 8]]), np.array([[1.0, 3, 2, 2, 4, 1]]))
    halved = pair.before._replace(mean=pair.before.mean / 2, squares=pair.before.squares / 4)

    for expected, found in zip(
        mean_contrast(pair._replace(before=halved), 1.0, 0.95), mean_contrast(pair, 0.5, 0.95), strict=True
    ):
        assert pytest.approx(expected) == found


def test_an_interval_that_ends_at_zero_is_a_response_and_one_that_begins_there_is_open():
    assert ["yes", "uncertain"] == response(np.array([-0.2, 0.0]), np.array([0.0, 0.2])).tolist()
