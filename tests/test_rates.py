"""How often, out of what was logged."""

import math
from datetime import date

import pytest

from analysis.definitions import mark_days
from analysis.rates import Rate, day_rate
from tests.drawing import day_frame, diary_of


def test_an_unlogged_day_counts_neither_way():
    days = day_frame("""
        date       | logged | headache
        2026-03-01 | yes    | yes
        2026-03-02 | yes    | no
        2026-03-03 | no     |
        2026-03-04 | yes    | yes
    """)

    assert (2, 3, 4) == day_rate(mark_days(days), "headache_day", date(2026, 3, 1), date(2026, 3, 5))


def test_the_last_day_of_a_window_is_the_one_before_its_end():
    marked = mark_days(diary_of("P1", "0110"))

    assert (1, 2, 2) == day_rate(marked, "headache_day", date(2026, 3, 1), date(2026, 3, 3))


def test_days_outside_the_diary_are_days_of_the_window_that_are_not_logged():
    marked = mark_days(diary_of("P1", "11"))

    assert (2, 2, 28) == day_rate(marked, "headache_day", date(2026, 3, 1), date(2026, 3, 29))


def test_a_day_on_which_the_measure_is_not_known_is_not_counted_as_logged():
    marked = mark_days(diary_of("P1", "1110", severity="3.10"))

    assert (1, 3, 4) == day_rate(marked, "severe_day", date(2026, 3, 1), date(2026, 3, 5))


def test_amounts_are_added_up():
    marked = mark_days(diary_of("P1", "110", minutes=[90, 30, None]))

    assert (2.0, 3, 3) == day_rate(marked, "hours", date(2026, 3, 1), date(2026, 3, 4))


def test_a_rate_is_scaled_to_28_days_of_what_was_logged():
    assert 10.5 == Rate(9, 24, 28).per_28


def test_the_missing_days_give_a_best_and_a_worst_case():
    assert (9.0, 13.0) == (Rate(9, 24, 28).if_missing_free, Rate(9, 24, 28).if_missing_headache)


def test_with_every_day_logged_there_is_one_case():
    rate = Rate(9, 28, 28)

    assert {9.0} == {rate.per_28, rate.if_missing_free, rate.if_missing_headache}


def test_a_window_without_logged_days_has_no_rate_and_still_its_bounds():
    rate = Rate(0, 0, 28)

    assert math.isnan(rate.per_28)
    assert (0.0, 28.0) == (rate.if_missing_free, rate.if_missing_headache)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (Rate(9, 24, 28), "10.5 per 28 days (9 on 24 logged days)"),
        (Rate(0, 0, 28), "not known (no day is logged)"),
    ],
)
def test_a_rate_says_itself(rate, words):
    assert words == str(rate)
