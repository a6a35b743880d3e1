"""Placebo in time: the same comparison at dates on which nothing was injected."""

from datetime import timedelta

import pytest

from analysis.definitions import mark_days
from analysis.estimates.serial import serial_newcombe
from analysis.outcome import outcome_table
from analysis.placebo import LEAST_DIARY, NOT_ENOUGH, placebo_in_time, placebo_sentence
from analysis.windows import window_table
from tests.drawing import day, diary_of, read_marks, sessions

FIRST = "2026-03-01"
HALF = "1010101 0101010 1010101 0101010"
QUARTER = "1000100 0100010 0010001 0001000"
NONE = "0" * 28


def months(*marks):
    return "".join(marks).replace(" ", "")


def plus(days):
    return f"{day(FIRST) + timedelta(days)}"


def found(before, after, cycle=1, given=(0,), blocks=1):
    """Placebo in time of a diary drawn from its days before the first session, and from the session on."""
    marked = mark_days(diary_of("P1", before + after, start=plus(-len(before))))
    windows = window_table(marked, sessions("P1", *map(plus, given)), baseline_blocks=blocks)
    return placebo_in_time(marked, windows, cycle)


def offsets(placebo):
    """The sham dates, as days before the first session."""
    return [(sham.session - day(FIRST)).days for sham in placebo.shams]


STEADY, FALL = months(*7 * [HALF]), months(*3 * [QUARTER])


def test_sham_dates_are_every_seven_days_and_their_windows_end_before_the_session():
    placebo = found(STEADY, FALL)

    assert list(range(-168, -83, 7)) == offsets(placebo)


def test_with_three_months_of_baseline_six_months_give_one_sham_date():
    assert [-84] == offsets(found(months(*6 * [HALF]), FALL, blocks=3))


def test_the_second_cycle_is_as_far_from_its_sham_date_as_from_the_session():
    placebo = found(months(*9 * [HALF]), FALL + FALL, cycle=2, given=(0, 84))

    assert list(range(-224, -167, 7)) == offsets(placebo)


def test_a_cycle_cut_short_by_the_next_session_has_shams_of_its_length():
    placebo = found(STEADY, FALL, given=(0, 70))

    assert -70 == max(offsets(placebo))


def test_in_a_steady_diary_a_real_fall_is_larger_than_every_sham_one():
    placebo = found(STEADY, FALL)

    assert -7.0 == placebo.real.change
    assert [0.0] * 13 == [sham.change for sham in placebo.shams]
    assert (0, 0.0, 1, 0) == (placebo.as_large, placebo.share, placebo.rank, placebo.clear)


def test_in_a_diary_that_fell_by_itself_the_sham_falls_are_as_large():
    placebo = found(months(*4 * [HALF], *4 * [QUARTER]), months(*3 * [QUARTER]))

    assert 0.0 == placebo.real.change
    assert placebo.changes[0] == pytest.approx(-7.0)
    assert 1.0 == placebo.share
    assert len(placebo.shams) + 1 == placebo.rank


def test_sham_intervals_that_leave_out_zero_are_counted():
    """In the months before the session headache stopped by itself: a change as clear as any."""
    placebo = found(months(*4 * [HALF], *4 * [NONE]), FALL)

    assert placebo.clear == sum(sham.high < 0 for sham in placebo.shams) > 0


def test_the_real_change_is_the_one_of_the_outcomes():
    before, after = months(*7 * [HALF]), FALL
    marked = mark_days(diary_of("P1", before + after, start=plus(-len(before))))
    windows = window_table(marked, sessions("P1", FIRST))
    row = outcome_table(marked, windows).set_index(["phase", "measure"]).loc[("cycle", "headache_days")]
    real = placebo_in_time(marked, windows, 1).real

    assert pytest.approx((row["change"], row["low"], row["high"])) == real[1:]


def test_a_sham_change_is_the_serial_interval_of_its_days():
    before = months(HALF, QUARTER, NONE, QUARTER, HALF, HALF, QUARTER)
    sham = found(before, FALL).shams[0]
    days = read_marks(before)
    expected = serial_newcombe(days[:28], days[28 : 28 + 84])

    assert pytest.approx([28 * x for x in expected[:3]]) == sham[1:]


def test_a_sham_date_with_too_few_logged_days_is_left_out():
    placebo = found(months("." * 28, *7 * [HALF]), FALL)

    assert list(range(-168 - 7, -83, 7)) == offsets(placebo)


def test_the_sentence_counts_the_sham_changes():
    assert (
        "Placebo in time (sham dates before treatment: 13): the same comparison gave changes from 0.0 to 0.0 headache "
        "days per 28 days (median 0.0). The change in cycle 1 was −7.0; sham changes that low or lower: 0 of 13."
    ) == placebo_sentence(found(STEADY, FALL))


@pytest.mark.parametrize(
    ("before", "after", "options"),
    [
        (STEADY[: LEAST_DIARY - 1], FALL, {}),
        (months(*6 * ["." * 28]), FALL, {}),
        (months(*5 * ["." * 28], HALF), FALL, {}),
        (STEADY, "." * 84, {}),
        (STEADY, FALL[:40], {}),
        (STEADY, FALL, {"cycle": 2}),
        (STEADY, FALL, {"given": ()}),
        (months(*6 * [HALF]), FALL + FALL, {"cycle": 2, "given": (0, 84), "blocks": 3}),
    ],
    ids=[
        "a day short of six months",
        "no day logged before",
        "no sham date with enough logged days",
        "no day logged after",
        "a cycle still running",
        "no such cycle",
        "no session",
        "no room for a later cycle",
    ],
)
def test_without_enough_diary_it_cannot_be_shown(before, after, options):
    placebo = found(before, after, **options)

    assert placebo is None
    assert NOT_ENOUGH == placebo_sentence(placebo)
