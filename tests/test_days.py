"""From facts to days: the midnight split, the three states, silence, contradictions, intakes."""

from datetime import datetime

import pytest

from diary.days import day_tables, split_at_midnight
from diary.model import Attack, DayLog, Dose, Source
from tests.drawing import day, logs, record, shown


def attack(start, end=None, patient="P1", **more):
    """An attack from one local time to another."""
    return Attack(patient, datetime.fromisoformat(start), end and datetime.fromisoformat(end), **more)


def dose(taken, medicine_class="triptan", patient="P1"):
    return Dose(patient, datetime.fromisoformat(taken), "a medicine", medicine_class=medicine_class)


def days_of(*facts, silence_days=14):
    """The days table of a handful of facts."""
    return day_tables(record(*facts), silence_days).days


# --- the midnight split


def test_an_attack_over_three_days_is_split_at_both_midnights():
    days = days_of(attack("2026-03-01 22:30", "2026-03-03 01:15"))

    assert [("2026-03-01", True, 90), ("2026-03-02", True, 1440), ("2026-03-03", True, 75)] == shown(
        days, "date", "headache", "minutes"
    )


def test_an_attack_begins_on_its_first_date_only():
    days = days_of(attack("2026-03-01 22:30", "2026-03-03 01:15"))

    assert [1, 0, 0] == days["starts"].tolist()


def test_an_attack_that_ends_at_midnight_does_not_touch_the_next_date():
    days = days_of(attack("2026-03-01 20:00", "2026-03-02 00:00"))

    assert [("2026-03-01", 240)] == shown(days, "date", "minutes")


def test_an_attack_from_midnight_to_midnight_fills_one_date():
    days = days_of(attack("2026-03-01 00:00", "2026-03-02 00:00"))

    assert [("2026-03-01", 1440)] == shown(days, "date", "minutes")


def test_minutes_over_the_dates_add_up_to_the_length_of_the_attack():
    pieces = split_at_midnight(record(attack("2026-02-27 13:07", "2026-03-02 05:49"))["attacks"])

    assert 3 * 1440 - 787 + 349 == (pieces["to_min"] - pieces["from_min"]).sum()


def test_an_attack_without_an_end_makes_its_first_date_a_headache_day_of_unknown_length():
    days = days_of(attack("2026-03-01 22:30"))

    assert [("2026-03-01", True, None, 1)] == shown(days, "date", "headache", "minutes", "starts")


@pytest.mark.parametrize("end", ["2026-03-01 21:00", "2026-03-01 22:30"])
def test_an_end_that_is_not_after_the_start_is_an_unknown_end(end):
    days = days_of(attack("2026-03-01 22:30", end))

    assert [("2026-03-01", True, None)] == shown(days, "date", "headache", "minutes")


def test_minutes_of_overlapping_attacks_are_counted_once():
    days = days_of(
        attack("2026-03-01 08:00", "2026-03-01 12:00"),
        attack("2026-03-01 09:00", "2026-03-01 10:00"),
        attack("2026-03-01 11:00", "2026-03-01 13:00"),
        attack("2026-03-01 20:00", "2026-03-01 21:00"),
    )

    assert [(6 * 60, 4)] == shown(days, "minutes", "starts")


def test_one_unknown_end_leaves_the_minutes_of_its_date_open_and_of_no_other():
    days = days_of(attack("2026-03-01 08:00"), attack("2026-03-01 22:00", "2026-03-02 02:00"))

    assert [("2026-03-01", None), ("2026-03-02", 120)] == shown(days, "date", "minutes")


def test_a_day_takes_the_peak_of_its_attacks():
    days = days_of(
        attack("2026-03-01 08:00", "2026-03-01 09:00", severity=1, nausea=True),
        attack("2026-03-01 18:00", "2026-03-01 19:00", severity=3, nausea=False),
    )

    assert [(3, True, None)] == shown(days, "severity", "nausea", "light")


def test_of_two_labels_migraine_goes_before_tension():
    days = days_of(
        attack("2026-03-01 08:00", "2026-03-01 09:00", kind="tension"),
        attack("2026-03-01 18:00", "2026-03-01 19:00", kind="migraine"),
    )

    assert ["migraine"] == days["kind"].tolist()


def test_more_attacks_on_a_date_than_the_column_can_hold_are_not_known():
    many = [
        attack(f"2026-03-01 {n // 60:02}:{n % 60:02}", f"2026-03-01 {n // 60:02}:{n % 60:02}:30") for n in range(200)
    ]

    assert [(True, None)] == shown(days_of(*many), "headache", "starts")


def test_an_attack_of_unknown_source_still_makes_a_headache_day():
    tables = dict(record(attack("2026-03-01 08:00", "2026-03-01 09:00"), *logs("P1", "0", "2026-03-02")))
    tables["attacks"]["source"] = None

    assert [True, False] == day_tables(tables).days["headache"].tolist()


# --- three states


def test_a_day_between_two_logs_is_neither_yes_nor_no():
    days = days_of(*logs("P1", "1.0"))

    assert [("2026-03-01", True, True), ("2026-03-02", False, None), ("2026-03-03", True, False)] == shown(
        days, "date", "logged", "headache"
    )


def test_a_log_that_leaves_the_question_open_is_not_logged_and_says_nothing_else():
    days = days_of(*logs("P1", "1"), DayLog("P1", day("2026-03-02"), severity=2, acute=True, menses=True))

    assert [False] == days["logged"].tolist()[1:]
    assert days.iloc[1, 3:].isna().all()


def test_a_headache_free_day_has_no_attacks_and_a_headache_day_of_a_day_log_has_an_unknown_number():
    days = days_of(*logs("P1", "01"))

    assert [0, None] == [starts for (starts,) in shown(days, "starts")]


def test_several_patients_each_have_their_own_calendar():
    days = days_of(*logs("P2", "11", "2026-05-01"), *logs("P1", "0.1", "2026-03-01"))

    assert [("P1", "2026-03-01"), ("P1", "2026-03-02"), ("P1", "2026-03-03")] + [
        ("P2", "2026-05-01"),
        ("P2", "2026-05-02"),
    ] == shown(days, "patient", "date")


def test_no_facts_make_no_days():
    assert 0 == len(days_of())


# --- day log and attack


def test_an_attack_outweighs_a_day_log_that_denies_it():
    denied = DayLog("P1", day("2026-03-01"), headache=False, severity=0, minutes=0, starts=0)
    days = days_of(denied, attack("2026-03-01 08:00", "2026-03-01 10:00", severity=2, kind="migraine"))

    assert [(True, 2, 120, 1, "migraine")] == shown(days, "headache", "severity", "minutes", "starts", "kind")


def test_a_day_log_goes_before_the_attack_in_minutes_label_and_starts():
    log = DayLog("P1", day("2026-03-01"), headache=True, minutes=300, starts=2, kind="tension", severity=1)
    days = days_of(log, attack("2026-03-01 08:00", "2026-03-01 10:00", severity=2, kind="migraine"))

    assert [(300, 2, "tension", 2)] == shown(days, "minutes", "starts", "kind", "severity")


def test_an_attack_answers_a_day_log_that_left_headache_open():
    days = days_of(DayLog("P1", day("2026-03-01")), attack("2026-03-01 08:00", "2026-03-01 10:00"))

    assert [(True, True, 120)] == shown(days, "logged", "headache", "minutes")


# --- silence in a list of headaches

LIST = Source("P1", "app", events_only=True)


def silence_of(gap, silence_days=14, source="app", **more):
    """The days of two attacks with *gap* days between them."""
    second = f"2026-03-{2 + gap:02} 09:00"
    attacks = [attack("2026-03-01 09:00", source=source, **more), attack(second, source=source, **more)]
    return days_of(LIST, *attacks, silence_days=silence_days)


def test_a_silence_of_14_days_in_a_list_of_headaches_is_read_as_headache_free():
    days = silence_of(14)

    assert [True] + 14 * [False] + [True] == days["headache"].tolist()
    assert ["app"] + 14 * ["assumed"] + ["app"] == days["source"].tolist()


def test_a_silence_of_15_days_is_not_logged():
    days = silence_of(15)

    assert [True] + 15 * [False] + [True] == days["logged"].tolist()


def test_with_the_option_at_0_no_silence_is_taken_for_an_answer():
    assert [True, False, True] == silence_of(1, silence_days=0)["logged"].tolist()


def test_silence_counts_from_the_last_date_that_an_attack_touches():
    days = days_of(
        LIST,
        attack("2026-03-01 09:00", "2026-03-03 09:00", source="app"),
        attack("2026-03-18 09:00", source="app"),
    )

    assert 14 == (days["source"] == "assumed").sum()


def test_silence_in_a_diary_of_days_means_nothing():
    assert [True, False, True] == silence_of(1, source="log")["logged"].tolist()


def test_a_stated_day_inside_a_silence_stands():
    days = days_of(
        LIST,
        attack("2026-03-01 09:00", source="app"),
        attack("2026-03-05 09:00", source="app"),
        DayLog("P1", day("2026-03-03"), headache=True),
    )

    assert [(True, "app"), (False, "assumed"), (True, "log"), (False, "assumed"), (True, "app")] == shown(
        days, "headache", "source"
    )


def test_a_date_that_a_day_log_repeats_still_stands_in_the_list_of_headaches():
    days = days_of(
        LIST,
        attack("2026-03-01 09:00", source="app"),
        attack("2026-03-12 09:00", source="app"),
        attack("2026-03-24 09:00", source="app"),
        DayLog("P1", day("2026-03-12"), headache=True),
    )

    assert days["logged"].all()


def test_a_row_that_leaves_headache_open_keeps_what_else_it_says_inside_a_short_silence():
    days = days_of(
        LIST,
        attack("2026-03-01 09:00", source="app"),
        attack("2026-03-03 09:00", source="app"),
        DayLog("P1", day("2026-03-02"), menses=True, acute=True),
    )

    assert (False, "assumed", True, True) == shown(days, "headache", "source", "menses", "acute")[1]


def test_the_silence_of_one_patient_says_nothing_of_another():
    days = days_of(
        LIST,
        Source("P2", "app", events_only=True),
        attack("2026-03-01 09:00", source="app"),
        attack("2026-03-04 09:00", source="app", patient="P2"),
    )

    assert [("P1", "2026-03-01"), ("P2", "2026-03-04")] == shown(days, "patient", "date")


def test_nothing_is_assumed_before_the_first_and_after_the_last_headache():
    days = days_of(LIST, attack("2026-03-05 09:00", source="app"), *logs("P1", "0", "2026-03-01"))

    assert [True, False, False, False, True] == days["logged"].tolist()


# --- intakes


def test_a_dose_of_a_known_class_makes_an_intake_day_of_that_class_and_of_no_other():
    days = days_of(*logs("P1", "1"), dose("2026-03-01 09:00"))

    assert [(True, True, False)] == shown(days, "acute", "triptan", "opioid")


def test_two_doses_of_one_class_make_one_intake_day():
    days = days_of(*logs("P1", "1"), dose("2026-03-01 09:00"), dose("2026-03-01 15:00"))

    assert [True] == days["triptan"].tolist()


def test_a_diary_that_does_not_speak_of_medicines_leaves_intakes_open():
    assert [(None, None), (None, None)] == shown(days_of(*logs("P1", "10")), "acute", "triptan")


def test_a_day_on_which_nothing_was_taken_is_no_intake_day_of_any_class():
    days = days_of(DayLog("P1", day("2026-03-01"), headache=True, acute=False))

    assert [(False, False, False)] == shown(days, "acute", "triptan", "non_opioid")


def test_a_day_on_which_something_was_taken_leaves_the_classes_open():
    days = days_of(DayLog("P1", day("2026-03-01"), headache=True, acute=True))

    assert [(True, None)] == shown(days, "acute", "triptan")


def test_a_dose_outweighs_a_day_log_that_denies_it():
    days = days_of(DayLog("P1", day("2026-03-01"), headache=True, acute=False), dose("2026-03-01 09:00"))

    assert [(True, True, False)] == shown(days, "acute", "triptan", "opioid")


def test_a_medicine_of_unknown_class_leaves_every_class_open():
    days = days_of(*logs("P1", "1"), dose("2026-03-01 09:00", None))

    assert [(None, None)] == shown(days, "triptan", "opioid")


def test_a_medicine_of_unknown_class_beside_a_triptan_leaves_the_other_classes_open():
    days = days_of(*logs("P1", "1"), dose("2026-03-01 09:00"), dose("2026-03-01 10:00", None))

    assert [(True, True, None)] == shown(days, "acute", "triptan", "opioid")


def test_a_medicine_of_unknown_class_does_not_undo_a_stated_intake():
    days = days_of(DayLog("P1", day("2026-03-01"), headache=True, acute=True), dose("2026-03-01 09:00", None))

    assert [(True, None)] == shown(days, "acute", "triptan")


def test_a_preventive_is_no_acute_intake():
    days = days_of(DayLog("P1", day("2026-03-01"), headache=True, acute=False), dose("2026-03-01 09:00", "preventive"))

    assert [(False, False)] == shown(days, "acute", "triptan")


def test_a_dose_on_a_day_that_is_not_logged_leaves_the_day_unlogged():
    days = days_of(*logs("P1", "1.1"), dose("2026-03-02 09:00"))

    assert (False, None, None) == shown(days, "logged", "acute", "triptan")[1]


def test_a_dose_does_not_lengthen_the_calendar():
    assert 1 == len(days_of(*logs("P1", "1"), dose("2026-04-02 09:00")))


def test_an_attack_without_a_dose_is_a_day_without_one_where_the_source_has_a_place_for_medicines():
    app = Source("P1", "app", events_only=True, medication=True)
    days = days_of(app, attack("2026-03-01 09:00", source="app"), attack("2026-03-03 09:00", source="app"))

    assert 3 * [(False, False)] == shown(days, "acute", "triptan")


def test_an_attack_without_a_dose_says_nothing_where_the_source_has_no_place_for_medicines():
    days = days_of(LIST, attack("2026-03-01 09:00", source="app"))

    assert [(None, None)] == shown(days, "acute", "triptan")


def test_the_dose_of_one_patient_is_not_that_of_another():
    days = days_of(*logs("P1", "1"), *logs("P2", "1"), dose("2026-03-01 09:00", patient="P2"))

    assert [("P1", None), ("P2", True)] == shown(days, "patient", "triptan")


def test_of_two_sources_of_a_day_the_order_of_the_facts_does_not_decide():
    attacks = [attack("2026-03-01 09:00", source=source) for source in ("book", "app")]

    assert ["app"] == days_of(*attacks)["source"].tolist() == days_of(*reversed(attacks))["source"].tolist()


def test_a_day_of_which_somebody_does_not_know_is_not_made_free_by_a_list_s_silence():
    facts = record(
        Source("P1", "list", events_only=True),
        Source("P1", "log"),
        Attack("P1", datetime(2026, 3, 1, 8), source="list"),
        Attack("P1", datetime(2026, 3, 4, 8), source="list"),
        DayLog("P1", day("2026-03-02"), source="log"),
    )

    assert [True, False, True, True] == day_tables(facts).days["logged"].tolist()
