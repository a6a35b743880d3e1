"""Secondary rows on weekly counts."""

import math
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.definitions import mark_days
from analysis.overlaps import overlap_of, overlaps, weekly_counts
from analysis.windows import window_table
from tests.drawing import day, diary_of, sessions, together

FIRST = day("2026-03-01")


def drawn(before, after, patient="P1", at=(0,)):
    days = diary_of(patient, before + after, start=f"{FIRST - timedelta(len(before.replace(' ', '')))}")
    return days, sessions(patient, *(f"{FIRST + timedelta(n)}" for n in at))


def found(before, after, **options):
    days, treated = drawn(before, after, **options)
    marked = mark_days(days)
    return overlaps(marked, window_table(marked, treated))


def weeks(*counts):
    """Weeks with so many headache days each."""
    return "".join("1" * n + "0" * (7 - n) for n in counts)


BEFORE, AFTER = (5, 6, 4, 6), (5, 4, 3, 3, 2, 3, 2, 2, 3, 3, 4, 4)


def test_weekly_counts_of_a_diary_give_the_published_example():
    """Pustejovsky's and Parker's formulas on the weekly example of tests/published."""
    (one,) = found(weeks(*BEFORE), weeks(*AFTER))

    assert (1, 4, 12) == (one.cycle, one.before_weeks, one.after_weeks)
    assert pytest.approx([0.9375, 0.875, -0.506054, 0.12497], abs=1e-6) == list(one[4:])


@pytest.mark.parametrize(("week", "count"), [("11111..", 7.0), ("11100..", 4.2), ("1111...", math.nan)])
def test_a_week_needs_five_logged_days_and_is_scaled_to_seven(week, count):
    days, treated = drawn(weeks(1, 1, 1, 1), week)
    marked = mark_days(days)
    windows = window_table(marked, treated)
    cycle = windows.loc[windows["phase"] == "cycle"]

    assert pytest.approx([count], nan_ok=True) == weekly_counts(marked, cycle, "headache_day")[0]


def test_a_cycle_cut_short_ends_with_a_short_week():
    one, two = found(weeks(1, 2, 3, 4), weeks(*[1] * 11) + "11000" + weeks(*[1] * 12), at=(0, 82))

    assert (12, 12) == (one.after_weeks, two.after_weeks)


@pytest.mark.parametrize(("n", "told"), [(2, False), (3, True)])
def test_each_side_needs_three_weeks(n, told):
    (one,) = found(weeks(5, 6, 4, 6), weeks(*[2] * n) + "." * (84 - 7 * n))

    assert told == (not np.isnan(one.nap))
    assert told == ("assumes independent weeks" in str(one))
    assert told == ("times in 100" in one.patient_sentence())


def test_weeks_without_headache_have_no_ratio_and_say_so():
    one = overlap_of("P1", 2, np.array([3.0, 4, 5]), np.zeros(3))

    assert (1.0, 1.0) == (one.nap, one.tau)
    assert "log response ratio cannot tell" in str(one)


def test_each_patient_is_held_against_their_own_baseline():
    first, first_treated = drawn(weeks(5, 6, 4, 6), weeks(*[2] * 12))
    second, second_treated = drawn(weeks(0, 0, 0, 0), weeks(*[2] * 12), patient="P2")
    marked = mark_days(together(first, second))
    treated = pd.concat([first_treated, second_treated], ignore_index=True)

    rows = overlaps(marked, window_table(marked, treated))

    assert [("P1", 1.0), ("P2", 0.0)] == [(row.patient, row.nap) for row in rows]


def test_without_a_session_there_is_no_row():
    marked = mark_days(drawn(weeks(1, 2, 3, 4), "")[0])

    assert [] == overlaps(marked, window_table(marked, sessions("P1")))
