"""Which days are compared: baseline, cycles, phases, weeks 21-24, and what closes and spoils them."""

from datetime import timedelta

import pandas as pd
import pytest

from analysis.windows import Completeness, window_table
from diary.model import DiaryError, Treatment
from tests.drawing import day, diary_of, sessions, shown, together, treatments

FIRST = "2026-03-01"
"""The first session of every patient here, unless a test says otherwise."""


def plus(days, since=FIRST):
    """The date so many days after the first session."""
    return f"{day(since) + timedelta(days)}"


def given(*days, patient="P1"):
    """Sessions so many days after the first."""
    return sessions(patient, *(plus(n) for n in days))


def diary_around(before, after, patient="P1"):
    """A diary drawn from its days before the first session, and from the session on."""
    return diary_of(patient, before + after, start=plus(-len(before)))


def windows_of(days, treated, **options):
    """The windows by name: first day and first day outside, counted from the first session."""
    table = window_table(days, treated, **options)
    offsets = [(table[edge] - pd.Timestamp(FIRST)).dt.days for edge in ("start", "end")]
    return dict(zip(table["name"], zip(*offsets, strict=True), strict=True))


def column(name, days, treated, **options):
    """One column of the windows, by window name."""
    table = window_table(days, treated, **options)
    return dict(shown(table, "name", name))


BASE = "0" * 28
FULL = "0" * 84


# --- cycles and phases


def test_the_session_day_is_day_0_of_its_cycle():
    windows = windows_of(diary_around(BASE, FULL), given(0))

    assert {
        "baseline": (-28, 0),
        "cycle 1": (0, 84),
        "cycle 1 weeks 1-4": (0, 28),
        "cycle 1 weeks 5-8": (28, 56),
        "cycle 1 weeks 9-12": (56, 84),
    } == windows


def test_the_next_session_day_belongs_to_the_next_cycle():
    days = diary_around(BASE, "0" * 84 + "1" + "0" * 83)

    assert (0, 84) == windows_of(days, given(0, 84))["cycle 1"]
    assert (84, 168) == windows_of(days, given(0, 84))["cycle 2"]


def test_a_cycle_of_70_days_ends_at_the_next_session_and_has_no_late_days():
    windows = windows_of(diary_around(BASE, "0" * 154), given(0, 70))

    assert ((0, 70), (56, 70), (70, 154)) == (
        windows["cycle 1"],
        windows["cycle 1 weeks 9-12"],
        windows["cycle 2"],
    )
    assert "cycle 1 late" not in windows


def test_a_cycle_of_101_days_keeps_its_84_days_and_shows_17_late_ones_apart():
    windows = windows_of(diary_around(BASE, "0" * 200), given(0, 101))

    assert ((0, 84), (56, 84), (84, 101), (101, 185)) == (
        windows["cycle 1"],
        windows["cycle 1 weeks 9-12"],
        windows["cycle 1 late"],
        windows["cycle 2"],
    )


def test_a_phase_that_the_next_session_leaves_no_day_is_left_out():
    windows = windows_of(diary_around(BASE, FULL), given(0, 28))

    assert {"cycle 1", "cycle 1 weeks 1-4"} == {name for name in windows if name.startswith("cycle 1")}


@pytest.mark.parametrize(
    ("interval", "length", "closed_by"),
    [(70, 200, "next session"), (84, 200, "full length"), (101, 200, "full length"), (300, 60, "diary ends")],
)
def test_a_cycle_says_what_closed_it(interval, length, closed_by):
    assert closed_by == column("closed_by", diary_around(BASE, "0" * length), given(0, interval))["cycle 1"]


def test_a_diary_that_ends_the_day_before_the_next_session_is_closed_by_that_session():
    assert "next session" == column("closed_by", diary_around(BASE, "0" * 70), given(0, 70))["cycle 1"]


def test_late_days_end_with_the_diary_or_the_next_session():
    assert "diary ends" == column("closed_by", diary_around(BASE, "0" * 100), given(0))["cycle 1 late"]
    assert "next session" == column("closed_by", diary_around(BASE, "0" * 200), given(0, 100))["cycle 1 late"]


def test_a_window_of_one_day_is_covered_by_that_day():
    assert 1.0 == column("coverage", diary_around(BASE, "0" * 170), given(0, 85))["cycle 1 late"]


def test_a_cosmetic_session_starts_no_cycle_and_closes_none():
    cosmetic = sessions("P1", plus(-60), plus(40), purpose="cosmetic")
    both = pd.concat([cosmetic, given(0)], ignore_index=True)
    days = diary_around("0" * 84, FULL)

    pd.testing.assert_frame_equal(window_table(days, given(0)), window_table(days, both))


def test_a_session_of_unstated_purpose_is_a_therapeutic_one():
    days, treated = diary_around(BASE, FULL), given(0)
    unstated = treated.assign(purpose=pd.array([None], dtype=treated["purpose"].dtype))

    pd.testing.assert_frame_equal(window_table(days, treated), window_table(days, unstated))


def test_a_preventive_starts_no_cycle():
    assert 0 == len(window_table(diary_around(BASE, FULL), treatments(Treatment("P1", "preventive", "a", day(FIRST)))))


def test_two_sessions_on_one_day_are_one():
    days = diary_around(BASE, FULL)

    pd.testing.assert_frame_equal(window_table(days, given(0)), window_table(days, given(0, 0)))


# --- the baseline


@pytest.mark.parametrize(
    ("before", "blocks"), [(28, 1), (47, 1), (48, 2), (56, 2), (75, 2), (76, 3), (84, 3), (140, 3)]
)
def test_the_baseline_is_up_to_three_blocks_of_which_each_has_20_logged_days(before, blocks):
    assert (-28 * blocks, 0) == windows_of(diary_around("0" * before, FULL), given(0))["baseline"]


def test_a_block_joins_the_baseline_with_20_logged_days():
    nineteen, twenty = "." * 9 + "0" * 19, "." * 8 + "0" * 20

    assert (-28, 0) == windows_of(diary_around(nineteen + BASE, FULL), given(0))["baseline"]
    assert (-56, 0) == windows_of(diary_around(twenty + BASE, FULL), given(0))["baseline"]


def test_a_usable_block_behind_one_that_is_not_does_not_join_the_baseline():
    assert (-28, 0) == windows_of(diary_around(BASE + "0" + "." * 27 + BASE, FULL), given(0))["baseline"]


def test_an_option_fixes_the_number_of_blocks():
    days = diary_around("0" * 84, FULL)

    assert [(-28, 0), (-56, 0)] == [windows_of(days, given(0), baseline_blocks=n)["baseline"] for n in (1, 2)]


def test_a_fixed_block_that_is_not_logged_makes_the_baseline_cannot_tell():
    base = column("reason", diary_around(BASE, FULL), given(0), baseline_blocks=2)["baseline"]

    assert base.startswith("cannot tell: only 0 logged days in its emptiest 28")


def test_a_baseline_of_no_blocks_is_refused():
    with pytest.raises(DiaryError, match="at least 1"):
        window_table(diary_around(BASE, FULL), given(0), baseline_blocks=0)


def test_without_a_diary_before_the_first_session_the_baseline_cannot_be_told():
    table = window_table(diary_around("", FULL), given(0))

    assert [("baseline", False, 0, 28), ("cycle 1", True, 84, 84)] == shown(table, "name", "usable", "logged", "days")[
        :2
    ]
    assert table["reason"][0].startswith("cannot tell: 0 of 28 days logged")


def test_a_first_session_long_before_the_diary_still_counts_its_cycle():
    days = diary_of("P1", "0" * 40, start=plus(100))

    assert {"baseline": 0, "cycle 1": 0} == {
        name: n for name, n in column("logged", days, given(0, 110)).items() if name in ("baseline", "cycle 1")
    }
    assert 10 == column("logged", days, given(0, 110))["cycle 1 late"]


# --- completeness


@pytest.mark.parametrize(
    ("logged", "usable", "reason"),
    [
        (28, True, ""),
        (20, True, ""),
        (19, False, "low completeness: 19 of 28 days logged (20 in each 28 are needed)"),
        (14, False, "low completeness: 14 of 28 days logged (20 in each 28 are needed)"),
        (13, False, "cannot tell: 13 of 28 days logged (at least 14 in each 28 are needed)"),
    ],
)
def test_a_phase_is_usable_with_20_days_and_cannot_be_told_below_14(logged, usable, reason):
    days = diary_around(BASE, "0" * logged + "." * (28 - logged) + "0" * 56)
    table = window_table(days, given(0)).set_index("name").loc["cycle 1 weeks 1-4"]

    assert (usable, reason) == (table["usable"], table["reason"])


def test_a_cycle_is_as_complete_as_its_emptiest_28_days():
    days = diary_around(BASE, "0" * 28 + "." * 15 + "0" * 13 + "0" * 28)

    assert (
        "cannot tell: only 13 logged days in its emptiest 28 (at least 14 in each 28 are needed)"
        == (column("reason", days, given(0))["cycle 1"])
    )


def test_the_limits_of_completeness_are_an_option():
    days = diary_around(BASE, "0" * 10 + "." * 18 + "0" * 56)

    assert column("usable", days, given(0), completeness=Completeness(10, 5))["cycle 1 weeks 1-4"]


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (69, "cannot tell: the diary ends after 69 of 84 days"),
        (70, "low completeness: only 14 logged days in its emptiest 28 (20 in each 28 are needed)"),
    ],
)
def test_a_cycle_that_the_diary_leaves_unfinished_cannot_be_told_before_14_of_its_last_28_days(days, reason):
    assert reason == column("reason", diary_around(BASE, "0" * days), given(0))["cycle 1"]


def test_a_cycle_with_20_days_of_its_last_28_is_usable():
    assert column("usable", diary_around(BASE, "0" * 76), given(0))["cycle 1"]
    assert not column("usable", diary_around(BASE, "0" * 75), given(0))["cycle 1"]


def test_a_fully_logged_cycle_of_70_days_is_usable_whole():
    assert column("usable", diary_around(BASE, "0" * 154), given(0, 70))["cycle 1"]


def test_one_missing_day_at_the_end_of_a_shortened_cycle_does_not_spoil_it():
    days = diary_around(BASE, "0" * 56 + "." + "0" * 84)

    assert column("usable", days, given(0, 57))["cycle 1"]


def test_one_missing_day_at_the_end_of_late_days_does_not_spoil_them():
    days = diary_around(BASE, "0" * 112 + "." + "0" * 84)

    assert column("usable", days, given(0, 113))["cycle 1 late"]


def test_late_days_that_are_too_few_are_not_judged():
    late = column("reason", diary_around(BASE, "0" * 190), given(0, 101))["cycle 1 late"]

    assert late.startswith("low completeness: 17 of 17 days logged")


def test_a_session_after_the_end_of_the_diary_is_a_cycle_without_days():
    windows = window_table(diary_around(BASE, FULL), given(0, 120)).set_index("name")

    assert (0, "cannot tell: no day of it is in the diary") == (
        windows.loc["cycle 2", "days"],
        windows.loc["cycle 2", "reason"],
    )


def test_coverage_is_the_logged_share_of_the_days():
    assert pytest.approx(0.75) == column("coverage", diary_around(BASE, "000." * 21), given(0))["cycle 1"]


# --- as of


def test_nothing_after_as_of_is_used():
    days = diary_around(BASE, "0" * 200)
    cut = diary_around(BASE, "0" * 100)

    pd.testing.assert_frame_equal(
        window_table(cut, given(0, 84)),
        window_table(days, given(0, 84, 168), as_of=day(plus(99))),
    )


@pytest.mark.parametrize("last", [0, 9])
def test_as_of_is_the_last_day_that_is_used(last):
    windows = windows_of(diary_around(BASE, "0" * 200), given(0), as_of=day(plus(last)))

    assert (0, last + 1) == windows["cycle 1"]


def test_as_of_before_the_first_session_leaves_nothing_to_compare():
    assert 0 == len(window_table(diary_around(BASE, FULL), given(0), as_of=day(plus(-1))))


# --- weeks 21-24


@pytest.mark.parametrize("second", [77, 84, 91])
def test_weeks_21_to_24_stand_where_the_second_session_came_after_12_weeks_give_or_take_one(second):
    assert (140, 168) == windows_of(diary_around(BASE, "0" * 200), given(0, second))["weeks 21-24"]


@pytest.mark.parametrize("schedule", [(0,), (0, 76), (0, 92), (0, 84, 160), (0, 84, 150, 240)])
def test_there_are_no_weeks_21_to_24_off_the_schedule(schedule):
    assert "weeks 21-24" not in windows_of(diary_around(BASE, "0" * 200), given(*schedule))


def test_weeks_21_to_24_end_at_a_third_session_up_to_7_days_early():
    assert (140, 161) == windows_of(diary_around(BASE, "0" * 200), given(0, 84, 161))["weeks 21-24"]


def test_weeks_21_to_24_wait_for_the_diary():
    assert "weeks 21-24" not in windows_of(diary_around(BASE, "0" * 140), given(0, 84))


# --- many patients


def test_patients_together_have_the_windows_that_each_has_alone():
    diaries = {
        "P1": diary_around("0" * 60, "0" * 200, "P1"),
        "P2": diary_of("P2", "01." * 100, start=plus(-20)),
        "P3": diary_of("P3", "1" * 30, start=plus(-300)),
    }
    treated = {"P1": given(0, 84), "P2": given(3, 80, 190, patient="P2"), "P3": given(patient="P3")}
    alone = [window_table(diaries[name], treated[name]) for name in diaries]

    pd.testing.assert_frame_equal(
        pd.concat(alone, ignore_index=True),
        window_table(together(*diaries.values()), pd.concat(treated.values(), ignore_index=True)),
    )


def test_a_patient_with_sessions_and_no_diary_has_no_windows():
    assert {"P1"} == set(
        window_table(diary_around(BASE, FULL), pd.concat([given(0), given(0, patient="P9")]))["patient"]
    )


def test_a_diary_without_sessions_has_no_windows():
    assert 0 == len(window_table(diary_around(BASE, FULL), treatments()))
