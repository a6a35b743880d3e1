"""Wearing off: weeks 9-12 against weeks 5-8, pooled over cycles."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.definitions import mark_days
from analysis.estimates.serial import serial_newcombe
from analysis.wearoff import (
    POWER,
    cycle_table,
    interval_sentence,
    patient_sentence,
    power_sentence,
    wear_off,
    wear_off_table,
)
from analysis.windows import window_table
from tests.benchmarks.wearoff import CYCLES, seen
from tests.drawing import day, diary_of, read_marks, sessions, together

FIRST = "2026-03-01"
BASE = "10" * 14
LOW = "1000100 0100010 0010001 0001000".replace(" ", "")
HIGH = "1101110 1110110 0111011 1011101".replace(" ", "")


def plus(days):
    return f"{day(FIRST) + timedelta(days)}"


def diary(*cycles, patient="P1"):
    """The marked days and windows of a baseline and cycles; each begins with a session."""
    starts = np.cumsum([0, *map(len, cycles)])[:-1]
    marked = mark_days(diary_of(patient, BASE + "".join(cycles), start=plus(-28)))
    return marked, window_table(marked, sessions(patient, *(plus(int(n)) for n in starts)))


CALM = LOW + LOW + LOW
RISING = LOW + LOW + HIGH


def test_the_contrast_is_weeks_9_to_12_minus_weeks_5_to_8():
    found = wear_off(*diary(RISING))

    assert (1, (7, 28, 28), (20, 28, 28)) == (found.cycles, found.middle, found.end)
    assert 13 == pytest.approx(found.change)


def test_one_cycle_has_the_serial_interval_of_its_two_phases():
    """Days 28-55 and 56-83 are neighbours, but in different phases: no pair joins them."""
    expected = serial_newcombe(read_marks(LOW), read_marks(HIGH))
    found = wear_off(*diary(RISING))

    assert pytest.approx([28 * expected.low, 28 * expected.high]) == [found.low, found.high]


def test_the_phases_of_different_cycles_are_not_neighbours():
    """56 days of gap stand between them, as they do in the calendar."""
    gap = [None] * 56
    before = np.array([*read_marks(LOW), *gap, *read_marks(HIGH)], float)
    after = np.array([*read_marks(HIGH), *gap, *read_marks(HIGH)], float)
    expected = serial_newcombe(before, after)
    found = wear_off(*diary(LOW + LOW + HIGH, LOW + HIGH + HIGH))

    assert pytest.approx([28 * x for x in expected[:3]]) == [found.change, found.low, found.high]


@pytest.mark.parametrize(("cycles", "flagged"), [(1, False), (2, False), (3, True), (4, True)])
def test_even_a_clear_rise_is_not_flagged_below_three_cycles(cycles, flagged):
    found = wear_off(*diary(*[RISING] * cycles))

    assert found.low > 0
    assert flagged == found.flagged


def test_below_three_cycles_the_sentence_describes_and_gives_the_power():
    text = str(wear_off(*diary(RISING, RISING)))

    assert text.startswith("Weeks 9-12 against weeks 5-8, 2 cycles pooled: 20.0 against 7.0 headache days per 28 days")
    assert "Described only: below 3 cycles it is not judged." in text
    assert "seen in 19 %" in text


def test_a_limit_at_or_below_0_is_not_flagged():
    found = wear_off(*diary(CALM, CALM, CALM))

    assert (0.0, False) == (found.change, found.flagged)
    assert "A difference between the phases is not shown." in str(found)


def test_fewer_headache_days_at_the_end_are_said_to_be_fewer_and_never_flagged():
    falling = wear_off(*diary(*[LOW + HIGH + LOW] * 3))

    assert not falling.flagged
    assert "less frequent at the end of the cycles" in str(falling)
    assert "came less often" in patient_sentence(falling)


def test_a_cycle_with_too_few_logged_days_in_one_phase_is_left_out():
    found = wear_off(*diary(RISING, LOW + LOW[:19] + "." * 9 + HIGH))

    assert (1, 28) == (found.cycles, found.middle.logged)


def test_20_logged_days_in_a_phase_are_enough():
    assert 1 == wear_off(*diary(LOW + LOW[:20] + "." * 8 + HIGH)).cycles


def test_days_past_84_are_in_no_phase():
    marked, windows = diary(RISING + "1" * 30, RISING)
    found = wear_off(marked, windows)

    assert 13 == pytest.approx(found.change)
    assert (30, 28.0) == tuple(cycle_table(marked, windows).loc[0, ["late_days", "late"]])


def test_the_days_between_sessions_are_shown():
    cycles = cycle_table(*diary(RISING + "1" * 30, RISING[:80], CALM))

    assert [114, 80, None] == [None if pd.isna(n) else n for n in cycles["interval"]]
    assert pytest.approx([13.0, 28 * 17 / 24 - 7, 0.0]) == cycles["difference"].tolist()
    assert "Days between sessions: 114 and 80. 30 days past day 84 are shown apart." == interval_sentence(cycles)


def test_without_a_second_session_there_is_no_interval():
    assert "no second session" in interval_sentence(cycle_table(*diary(CALM)))


def test_without_a_session_nothing_is_compared():
    marked, _ = diary(CALM)
    found = wear_off(marked, window_table(marked, sessions("P2", FIRST)))

    assert (0, False) == (found.cycles, found.flagged)
    assert str(found).startswith("Wearing off cannot be described")
    assert "cannot yet" in patient_sentence(found)


def test_many_patients_have_the_rows_that_each_has_alone():
    alone = [diary(RISING, RISING, CALM), diary(CALM, patient="P2"), diary(BASE[:20], patient="P3")]
    marked = mark_days(together(*(days[list(days.columns[: days.columns.get_loc("source") + 1])] for days, _ in alone)))
    windows = pd.concat([windows for _, windows in alone], ignore_index=True)
    expected = pd.concat([wear_off_table(*one) for one in alone], ignore_index=True)

    pd.testing.assert_frame_equal(expected, wear_off_table(marked, windows))


@pytest.mark.parametrize("cycles", CYCLES)
def test_the_power_that_is_printed_is_the_simulated_one(cycles):
    assert pytest.approx(POWER[cycles], abs=1) == seen(cycles)


def test_the_power_of_many_cycles_is_at_least_that_of_four():
    assert "in 35 % of such diaries with 4 cycles, and in more with 7" in power_sentence(7)


def test_without_a_difference_it_is_hardly_ever_seen():
    assert seen(3, more=0) < 2.5 + 3 * 0.25
