"""What counts: headache, migraine, severe and clear days, each yes, no or not known."""

import pandas as pd
import pytest

from analysis.definitions import RULES, at_least, day_rules, mark_days
from diary.model import DiaryError
from tests.drawing import day_frame, diary_of, shown

ANY, HALF_HOUR, FOUR_HOURS = (RULES[name] for name in ("any", "30min", "4h"))


def marks(days, *columns, rules=ANY):
    """Some of the marks of a days table, a tuple a day."""
    return shown(mark_days(days, rules), *columns)


def mark(column, rules=ANY, **facts):
    """One mark of a single headache day with these facts."""
    day = diary_of("P1", "1", **{name: [value] for name, value in facts.items()})
    return marks(day, column, rules=rules)[0][0]


def test_a_day_that_is_not_logged_has_no_marks():
    new = mark_days(diary_of("P1", ".")).iloc[:, len(diary_of("P1", ".").columns) :]

    assert new.isna().all(axis=None)


def test_a_headache_free_day_is_none_of_the_headache_days_and_has_no_hours():
    assert [(False, False, False, False, True, 0, 0, 0)] == marks(
        diary_of("P1", "0"),
        "headache_day",
        "migraine_day",
        "moderate_severe_day",
        "severe_day",
        "clear_day",
        "hours",
        "attack_starts",
        "peak",
    )


def test_a_headache_day_of_which_nothing_else_is_known_leaves_everything_else_open():
    assert [(True, None, None, None, False, None, None, None)] == marks(
        diary_of("P1", "1"),
        "headache_day",
        "migraine_day",
        "moderate_severe_day",
        "severe_day",
        "clear_day",
        "hours",
        "attack_starts",
        "peak",
    )


# --- how long


@pytest.mark.parametrize(
    ("minutes", "rules", "counts"),
    [
        (1, ANY, True),
        (None, ANY, True),
        (29, HALF_HOUR, False),
        (30, HALF_HOUR, True),
        (None, HALF_HOUR, True),
        (239, FOUR_HOURS, False),
        (240, FOUR_HOURS, True),
        (None, FOUR_HOURS, None),
    ],
)
def test_a_headache_day_lasts_as_long_as_its_definition_asks(minutes, rules, counts):
    assert counts is mark("headache_day", rules, minutes=minutes)


def test_a_clear_day_is_clear_of_any_headache_however_short():
    assert [(False, False)] == marks(diary_of("P1", "1", minutes=[10]), "headache_day", "clear_day", rules=FOUR_HOURS)


def test_hours_are_the_minutes_of_the_day():
    assert 2.5 == mark("hours", minutes=150)


def test_the_hours_of_a_day_are_exact():
    assert 20 / 60 == mark("hours", minutes=20)


# --- how bad


@pytest.mark.parametrize(("rating", "grade"), [(1, 1), (3, 1), (3.5, 1), (4, 2), (6, 2), (7, 3), (10, 3), (0, None)])
def test_a_rating_from_0_to_10_is_graded_where_there_is_no_grade(rating, grade):
    assert grade == mark("peak", intensity=rating)


def test_a_written_grade_goes_before_the_rating():
    assert 1 == mark("peak", intensity=9, severity=1)


def test_a_headache_of_severity_none_is_a_headache_of_unknown_severity():
    assert (None, None) == (mark("peak", severity=0), mark("severe_day", severity=0))


@pytest.mark.parametrize(
    ("severity", "moderate_or_severe", "severe"),
    [(1, False, False), (2, True, False), (3, True, True), (None, None, None)],
)
def test_severe_days_follow_the_peak(severity, moderate_or_severe, severe):
    assert moderate_or_severe is mark("moderate_severe_day", severity=severity)
    assert severe is mark("severe_day", severity=severity)


def test_the_mean_intensity_is_asked_of_headache_days_only():
    days = diary_of("P1", "10", intensity=[8, 0])

    assert [8, None] == [when for (when,) in marks(days, "intensity_when")]


# --- migraine

PAIN = {"unilateral": True, "pulsating": True, "worse_moving": False, "severity": 1}
FULL = {**PAIN, "nausea": True, "vomiting": False, "light": False, "sound": False}


def test_two_features_of_pain_and_nausea_make_a_migraine_day():
    assert mark("migraine_day", **FULL, aura=False, triptan=False, ergotamine=False, ditan=False, gepant=False)


def test_light_alone_is_no_company_but_light_and_sound_are():
    alone = {**PAIN, "nausea": False, "vomiting": False, "light": True, "sound": False}
    none = dict.fromkeys(("aura", "triptan", "ergotamine", "ditan", "gepant"), False)

    assert mark("migraine_day", **alone, **none) is False
    assert mark("migraine_day", **{**alone, "sound": True}, **none) is True


def test_moderate_pain_is_one_of_the_four_features_of_pain():
    none = dict.fromkeys(("aura", "triptan", "ergotamine", "ditan", "gepant"), False)

    assert mark("migraine_day", **{**FULL, "pulsating": False}, **none) is False
    assert mark("migraine_day", **{**FULL, "pulsating": False, "severity": 2}, **none) is True


def test_features_of_less_than_half_an_hour_make_no_migraine_day():
    none = dict.fromkeys(("aura", "triptan", "ergotamine", "ditan", "gepant"), False)

    assert mark("migraine_day", **FULL, **none, minutes=29) is False
    assert mark("migraine_day", **FULL, **none, minutes=30) is True


@pytest.mark.parametrize("name", ["aura", "triptan", "ergotamine", "ditan", "gepant"])
def test_aura_or_a_migraine_specific_medicine_makes_a_headache_day_a_migraine_day(name):
    assert mark("migraine_day", **{name: True}) is True


def test_a_painkiller_says_nothing_of_migraine():
    assert mark("migraine_day", non_opioid=True) is None


@pytest.mark.parametrize(
    ("label", "migraine"), [("migraine", True), ("probable", True), ("tension", False), ("cluster", False)]
)
def test_the_label_of_the_diary_goes_before_features_and_medicines(label, migraine):
    assert migraine is mark("migraine_day", kind=label)
    assert migraine is mark("migraine_day", kind=label, triptan=not migraine, aura=not migraine)


def test_features_that_were_all_denied_make_no_migraine_day():
    names = ("unilateral", "pulsating", "worse_moving", "nausea", "vomiting", "light", "sound", "aura")
    medicines = ("triptan", "ergotamine", "ditan", "gepant")

    assert mark("migraine_day", **dict.fromkeys((*names, *medicines), False), severity=1) is False


def test_a_triptan_without_headache_makes_no_migraine_day():
    assert [(False,)] == marks(diary_of("P1", "0", triptan="1"), "migraine_day")


# --- the frame


def test_marking_keeps_the_table_and_its_order():
    days = day_frame("""
        date       | logged | headache | severity
        2026-03-01 | yes    | yes      | 3
        2026-03-02 | yes    | no       |
        2026-03-03 | no     |          |
        2026-03-04 | yes    | yes      |
    """)
    marked = mark_days(days)

    pd.testing.assert_frame_equal(days, marked[days.columns])
    assert [True, False, None, None] == [severe for (severe,) in shown(marked, "severe_day")]


def test_an_unknown_definition_is_refused_with_the_names_that_there_are():
    with pytest.raises(DiaryError, match="Choose one of: any, 30min, 4h"):
        day_rules("8h")


def test_at_least_two_of_four_is_known_only_where_the_unknown_ones_cannot_change_it():
    answers = {"1": True, "0": False, ".": None}
    columns = zip(*["110.", "1...", "000.", "00..", "10.."], strict=True)
    flags = [pd.Series([answers[mark] for mark in column], dtype="boolean") for column in columns]

    assert [True, None, False, None, None] == at_least(2, *flags).astype(object).replace({pd.NA: None}).tolist()
