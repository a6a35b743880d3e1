"""What counts: headache, migraine, severe and clear days, each yes, no or not known."""

import pandas as pd
import pytest

from analysis.commands.options import DEFINITIONS
from analysis.definitions import KINDS_OF_RULES, RULES, at_least, day_rules, mark_days
from diary.model import DiaryError, Dose
from diary.tables import DOSES, facts_frame
from tests.drawing import day, day_frame, diary_of, shown

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


# --- migraine, by each definition

DENIED = dict.fromkeys(
    ("unilateral", "pulsating", "worse_moving", "nausea", "vomiting", "light", "sound", "aura"), False
)
NOTHING_TAKEN = dict.fromkeys(("triptan", "ergotamine", "ditan", "gepant"), False)
DEFINED = ("label", "ichd", "leiden", "trial")


def migraine(name, **facts):
    """Whether a headache day with these facts, and else nothing, is a migraine day by that definition."""
    return mark("migraine_day", day_rules(name), **{**DENIED, **NOTHING_TAKEN, "severity": 1, **facts})


@pytest.mark.parametrize(
    ("minutes", "answers"),
    [
        (29, (False, True, False, False)),
        (30, (True, True, True, False)),
        (239, (True, True, True, False)),
        (240, (True, True, True, True)),
        (None, (True, True, True, None)),
    ],
)
def test_features_count_from_the_duration_that_each_definition_asks_for(minutes, answers):
    found = [migraine(name, unilateral=True, pulsating=True, nausea=True, minutes=minutes) for name in DEFINED]

    assert list(answers) == found


@pytest.mark.parametrize(
    ("medicine", "answers"),
    [
        ("triptan", (True, None, True, True)),
        ("ergotamine", (True, None, True, True)),
        ("ditan", (True, False, True, False)),
        ("gepant", (True, False, True, False)),
        ("non_opioid", (False, False, False, False)),
    ],
)
def test_medicines_count_as_each_definition_says(medicine, answers):
    """Without the diary's label, whether it was believed to be migraine, and relieved, is not known."""
    assert list(answers) == [migraine(name, **{medicine: True}) for name in DEFINED]


def test_aura_makes_a_migraine_day_by_every_definition():
    assert [True] * 4 == [migraine(name, aura=True) for name in DEFINED]


def test_only_the_definition_of_that_name_takes_the_label_for_an_answer():
    assert [True, False, False, False] == [migraine(name, kind="migraine") for name in DEFINED]
    assert [False, True, True, True] == [migraine(name, kind="tension", aura=True) for name in DEFINED]


@pytest.mark.parametrize(
    ("label", "reliefs", "answer"),
    [
        ("migraine", [3], True),
        ("migraine", [2], True),
        ("migraine", [1], None),
        ("migraine", [0], False),
        ("migraine", [None], None),
        ("migraine", [0, None], None),
        ("migraine", [0, 2], True),
        ("probable", [3], False),
        ("tension", [3], False),
        (None, [3], None),
        (None, [0], False),
    ],
)
def test_ichd_counts_a_believed_migraine_that_a_triptan_relieved(label, reliefs, answer):
    days = diary_of("P1", "1", severity="1", kind=[label], triptan="1", **{n: [False] for n in (*DENIED, "ergotamine")})
    doses = facts_frame(
        [
            Dose("P1", day("2026-03-01"), "sumatriptan", medicine_class="triptan", relief=relief, amount=n)
            for n, relief in enumerate(reliefs)
        ],
        DOSES,
    )

    assert [(answer,)] == shown(mark_days(days, day_rules("ichd"), doses), "migraine_day")


def test_relief_by_another_medicine_or_on_another_day_says_nothing():
    days = diary_of(
        "P1", "11", severity="11", kind=["migraine"] * 2, triptan="11", **dict.fromkeys((*DENIED, "ergotamine"), "00")
    )
    doses = facts_frame(
        [
            Dose("P1", day("2026-03-01"), "ibuprofen", medicine_class="non_opioid", relief=3),
            Dose("P1", day("2026-03-02"), "sumatriptan", medicine_class="triptan", relief=3),
            Dose("P2", day("2026-03-01"), "sumatriptan", medicine_class="triptan", relief=3),
        ],
        DOSES,
    )

    assert [(None,), (True,)] == shown(mark_days(days, day_rules("ichd"), doses), "migraine_day")


# --- ratings


@pytest.mark.parametrize(("rating", "grades"), [(3, (1, 1)), (4, (2, 1)), (5, (2, 2)), (6, (2, 2)), (7, (3, 3))])
def test_the_severity_maps_differ_at_a_rating_of_4(rating, grades):
    assert grades == tuple(mark("peak", day_rules(name), intensity=rating) for name in ("1-4-7", "1-5-7"))


# --- choosing


def test_rules_are_put_together_by_name_and_the_rest_is_the_default():
    assert ("any", "label", "1-4-7") == day_rules().names
    assert ("4h", "trial", "1-4-7") == day_rules("trial", "4h").names
    assert ("any", "label", "1-5-7") == day_rules("1-5-7").names


def test_the_same_name_twice_is_one_choice():
    assert ("4h", "label", "1-4-7") == day_rules("4h", "4h").names


def test_two_definitions_of_one_thing_are_refused():
    with pytest.raises(DiaryError, match="4h and 30min both say what a headache day is. Name only one of them."):
        day_rules("4h", "30min")


def test_every_definition_has_a_name_of_its_own_a_meaning_and_a_source():
    rules = [rule for kind in KINDS_OF_RULES.values() for rule in kind.values()]

    assert len(rules) == len({rule.name for rule in rules})
    assert all(rule.meaning.endswith(".") and rule.source for rule in rules)


def test_the_help_names_every_definition():
    words = set(DEFINITIONS.replace(",", " ").replace(".", " ").split())

    assert {name for kind in KINDS_OF_RULES.values() for name in kind} <= words


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
