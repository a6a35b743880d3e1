"""What holds of any two phases: of the intervals of a change, and of the effect sizes on weekly counts."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.estimates.check import check_interval, dispersion
from analysis.estimates.overlap import log_ratio, nonoverlap, tau, tau_u
from analysis.estimates.serial import serial_amount, serial_mean, serial_newcombe, serial_pair

laws = settings(max_examples=60, deadline=None)

marks = st.sampled_from([0.0, 1.0, float("nan")])
hours = st.sampled_from([0.0, 0.5, 3.0, 11.25, 24.0, float("nan")])
counts = st.lists(st.integers(0, 7), min_size=1, max_size=12)
intervals = st.sampled_from([serial_newcombe, check_interval])
mosts = st.sampled_from([24.0, float("inf")])


def phase(days, least=1, most=100):
    """Some days in calendar order, at least one of them observed."""
    return st.lists(days, min_size=least, max_size=most).filter(lambda row: not np.isnan(row).all()).map(np.array)


whole_months = st.integers(1, 4).flatmap(lambda months: phase(marks, 28 * months, 28 * months))


def same(first, second):
    """Both estimates, to nine decimals; NaN is NaN."""
    return np.allclose(first, second, atol=1e-9, equal_nan=True)


def mirrored(estimate):
    """The estimate of the opposite change."""
    return -estimate.value, -estimate.high, -estimate.low


@laws
@given(before=phase(marks), after=phase(marks))
def test_the_check_interval_holds_the_serial_interval(before, after):
    check, serial = check_interval(before, after), serial_newcombe(before, after)

    assert check.value == serial.value
    assert check.low <= serial.low <= serial.high <= check.high


@laws
@given(interval=intervals, before=phase(marks), after=phase(marks))
def test_the_limits_are_shares_of_days_and_hold_the_change(interval, before, after):
    change = interval(before, after)

    assert -1 - 1e-12 <= change.low <= change.value <= change.high <= 1 + 1e-12


@laws
@given(interval=intervals, before=phase(marks), after=phase(marks))
def test_swapping_before_and_after_mirrors_the_interval(interval, before, after):
    assert same(mirrored(interval(before, after)), interval(after, before)[:3])


@laws
@given(before=phase(hours), after=phase(hours))
def test_swapping_before_and_after_mirrors_the_interval_of_a_quantity(before, after):
    assume(min(np.count_nonzero(~np.isnan(row)) for row in (before, after)) > 1)

    assert same(mirrored(serial_mean(before, after)), serial_mean(after, before)[:3])


@laws
@given(before=phase(hours), after=phase(hours), most=mosts)
def test_the_limits_of_an_amount_hold_the_change(before, after, most):
    change = serial_amount(before, after, most=most)

    assert -most <= change.low <= change.value <= change.high <= most


@laws
@given(before=phase(hours), after=phase(hours), most=mosts)
def test_swapping_before_and_after_mirrors_the_interval_of_an_amount(before, after, most):
    forth, back = serial_amount(before, after, most=most), serial_amount(after, before, most=most)

    assert same(mirrored(forth), back[:3])


@laws
@given(before=phase(hours), after=phase(hours), most=mosts)
def test_reading_the_diary_backwards_flips_the_signs_of_an_amount(before, after, most):
    forth, back = serial_amount(before, after, most=most), serial_amount(after[::-1], before[::-1], most=most)

    assert same(mirrored(forth), back[:3])


@laws
@given(before=phase(marks), after=phase(marks))
def test_hours_of_whole_days_or_none_have_24_times_the_interval_of_their_share(before, after):
    """The score interval of amounts is Newcombe's where every day has all or nothing."""
    share = np.array(serial_newcombe(before, after)[:3])

    assert same(24 * share, serial_amount(24 * before, 24 * after, most=24)[:3])


@laws
@given(before=phase(hours), after=phase(hours), most=mosts)
def test_the_90_percent_interval_of_an_amount_lies_within_the_95_percent_interval(before, after, most):
    narrow, wide = (serial_amount(before, after, level, most=most) for level in (0.90, 0.95))

    assert wide.low <= narrow.low <= narrow.high <= wide.high


@laws
@given(interval=intervals, before=phase(marks), after=phase(marks))
def test_counting_clear_days_in_place_of_headache_days_mirrors_the_interval(interval, before, after):
    assert same(mirrored(interval(before, after)), interval(1 - before, 1 - after)[:3])


@laws
@given(before=phase(marks), after=phase(marks))
def test_reading_the_diary_backwards_flips_the_signs(before, after):
    assert same(mirrored(serial_newcombe(before, after)), serial_newcombe(after[::-1], before[::-1])[:3])


@laws
@given(before=whole_months, after=whole_months)
def test_reading_whole_months_backwards_flips_the_signs_of_the_check_too(before, after):
    assert same(mirrored(check_interval(before, after)), check_interval(after[::-1], before[::-1])[:3])


@laws
@given(interval=intervals, before=phase(marks), after=phase(marks), empty=st.integers(1, 40))
def test_days_without_an_entry_behind_a_phase_change_nothing(interval, before, after, empty):
    gap = np.full(empty, np.nan)

    assert same(interval(before, after)[:3], interval(np.append(before, gap), np.append(after, gap))[:3])


@laws
@given(interval=intervals, before=phase(marks), after=phase(marks))
def test_a_day_without_an_entry_changes_no_change(interval, before, after):
    without = before[~np.isnan(before)]

    assert pytest.approx(interval(without, after).value) == interval(before, after).value


@laws
@given(interval=intervals, before=phase(marks), after=phase(marks))
def test_the_90_percent_interval_lies_within_the_95_percent_interval(interval, before, after):
    narrow, wide = interval(before, after, 0.90), interval(before, after, 0.95)

    assert wide.low <= narrow.low <= narrow.high <= wide.high


@laws
@given(before=phase(hours), after=phase(hours), hour=st.sampled_from([60.0, 1 / 24]))
def test_the_unit_of_a_quantity_does_not_matter(before, after, hour):
    assume(min(np.count_nonzero(~np.isnan(row)) for row in (before, after)) > 1)
    assume(min(np.nanstd(before), np.nanstd(after)) > 0)
    expected = np.array(serial_mean(before, after)[:3]) * hour

    assert pytest.approx(expected, rel=1e-6) == np.array(serial_mean(hour * before, hour * after)[:3])


@laws
@given(before=phase(hours), after=phase(hours), hour=st.sampled_from([60.0, 1 / 24]))
def test_the_unit_of_an_amount_does_not_matter(before, after, hour):
    expected = np.array(serial_amount(before, after, most=24)[:3]) * hour

    assert same(expected, serial_amount(hour * before, hour * after, most=24 * hour)[:3])


@laws
@given(before=phase(marks), after=phase(marks), length=st.integers(1, 40))
def test_blocks_never_vary_less_than_independent_days_do(before, after, length):
    rows = before[None], after[None]

    assert dispersion(serial_pair(*rows), *rows, length)[0] >= 1


# --- effect sizes on weekly counts


@laws
@given(before=counts, after=counts)
def test_swapping_before_and_after_mirrors_the_nonoverlap(before, after):
    assert pytest.approx(1) == nonoverlap(before, after) + nonoverlap(after, before)


@laws
@given(before=counts, after=counts)
def test_tau_is_the_nonoverlap_on_a_scale_from_minus_1_to_1(before, after):
    assert pytest.approx(2 * nonoverlap(before, after) - 1) == tau(before, after)


@laws
@given(before=counts, after=counts)
def test_the_nonoverlap_depends_on_the_order_of_the_counts_only(before, after):
    assert nonoverlap(before, after) == nonoverlap(np.exp(before), np.exp(after))


@laws
@given(before=counts, after=counts)
def test_more_is_not_fewer(before, after):
    assert nonoverlap(before, np.add(after, 1)) <= nonoverlap(before, after)


@laws
@given(level=st.integers(0, 7), weeks=st.integers(1, 12), after=counts)
def test_without_a_trend_before_tau_u_is_tau(level, weeks, after):
    assert tau([level] * weeks, after) == tau_u([level] * weeks, after)


@laws
@given(before=counts, after=counts)
def test_swapping_before_and_after_mirrors_the_log_ratio(before, after):
    forth, back = log_ratio(before, after), log_ratio(after, before)

    assert same((-forth.value, forth.error), back)


@laws
@given(before=counts, after=counts, days=st.sampled_from([4.0, 1 / 7]))
def test_the_log_ratio_has_no_unit(before, after, days):
    assert same(log_ratio(before, after), log_ratio(days * np.array(before), days * np.array(after)))


@pytest.mark.parametrize(("before", "after"), [([0, 0, 0], [1, 2]), ([1, 2], [0, 0]), ([3], [1, 2])])
def test_the_log_ratio_cannot_be_told_of_a_phase_of_zeros_or_of_one_week(before, after):
    assert np.isnan(log_ratio(before, after)).all()


@pytest.mark.parametrize("effect_size", [nonoverlap, tau, tau_u, log_ratio])
@pytest.mark.parametrize(("before", "after"), [([], [1]), ([1], []), ([1, float("nan")], [1])])
def test_a_phase_without_counts_or_with_unknown_ones_is_refused(effect_size, before, after):
    with pytest.raises(ValueError, match="Leave such weeks out"):
        effect_size(before, after)
