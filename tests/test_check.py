"""The check interval: the widest of four ways in which days can depend on each other."""

import numpy as np
import pytest

from analysis.estimates.check import METHOD, check_interval, check_rows, dispersion
from analysis.estimates.serial import serial_newcombe, serial_pair
from tests.drawing import read_marks

SPARSE, DENSE = "1000000 0000100 0100000 0000001", "0111011 1101110 1011101 1110110"


def row(marks):
    """One row of days: 1, 0, or NaN for a dot. Spaces are for the eye."""
    return np.array([read_marks(marks)], dtype=float)


def dispersion_of(before, after, length):
    """The dispersion of one comparison, drawn."""
    before, after = row(before), row(after)
    return dispersion(serial_pair(before, after), before, after, length)[0]


def halves(before, after):
    """The half widths of the serial and of the check interval."""
    return [(found.high - found.low) / 2 for found in (serial_newcombe(before, after), check_interval(before, after))]


def test_dispersion_is_pearsons_chi_square_over_its_degrees_of_freedom():
    """Before: weeks of 7 and 0 where 3.5 each are expected. After: weeks of 4 and 3, as even as can be."""
    expected = (2 * 3.5**2 / 1.75 + 2 * 0.5**2 / 1.75) / (1 + 1)

    assert pytest.approx(expected) == dispersion_of("1111111 0000000", "1010101 0101010", 7)


def test_a_week_with_missing_days_counts_for_what_is_logged_of_it():
    """Before: 3 of 3 and 0 of 3 logged days, where 1.5 each are expected, with a variance of 0.75 each."""
    assert pytest.approx(2 * 1.5**2 / 0.75) == dispersion_of("111.... 0.0.0..", "0000000", 7)


def test_a_week_without_logged_days_is_no_week():
    assert dispersion_of("1111111 0000000", "0", 7) == dispersion_of("1111111 ....... 0000000", "0", 7)


def test_weeks_more_even_than_chance_do_not_shrink_the_interval():
    assert 1 == dispersion_of("1010101 0101010", "1000000 1000000", 7)


def test_a_single_block_says_nothing_of_dispersion():
    assert 1 == dispersion_of("1111111 0000000 1111111 0000000", "0" * 14, 28)


def test_a_phase_that_never_varies_leaves_the_dispersion_to_the_other():
    alone = dispersion_of("1111111 0000000", "0" * 7, 7)

    assert alone == dispersion_of("1111111 0000000", "0" * 84, 7)


def test_where_neither_phase_varies_it_is_the_serial_interval():
    assert serial_newcombe([1] * 28, [1] * 28)[:3] == check_interval([1] * 28, [1] * 28)[:3]


def test_months_that_differ_widen_the_check_and_not_the_serial_interval():
    before, after = row(DENSE + SPARSE + DENSE)[0], row(3 * SPARSE)[0]
    serial, check = halves(before, after)

    assert check > 1.5 * serial


def test_the_method_and_the_level_are_named():
    found = check_interval([1, 0, 1, 0], [0, 0, 1, 0], level=0.9)

    assert (METHOD, 0.9) == (found.method, found.level)


def test_many_comparisons_at_once_equal_each_alone():
    rng = np.random.default_rng(20260301)
    before, after = (np.where(rng.random((50, n)) < 0.15, np.nan, rng.random((50, n)) < 0.5) for n in (60, 84))
    together = np.stack(check_rows(before, after))
    alone = np.stack([check_interval(b, a)[:3] for b, a in zip(before, after, strict=True)], axis=1)

    assert pytest.approx(alone, abs=1e-12) == together


@pytest.mark.parametrize(("before", "after"), [([], [1]), ([1], [np.nan])])
def test_a_phase_without_an_observed_day_is_refused(before, after):
    with pytest.raises(ValueError, match="no observed day"):
        check_interval(before, after)
