"""Medication overuse by ICHD-3 8.2: days, not tablets; one class or several; months that are known or not."""

from calendar import monthrange

import pytest

from analysis.definitions import mark_days
from analysis.medication import (
    ANY,
    ANY_WITH_HEADACHE,
    CLASS_NAMES,
    OVERUSE_DAYS,
    SEVERAL,
    medication_table,
    overuse_limits,
    overuse_plain,
    overuse_sentence,
    overuse_table,
)
from diary.model import ACUTE_CLASSES
from tests.drawing import day, diary_of, sessions, shown, together, treatments

APRIL = 30


def april(headache=None, patient="P1", **intakes):
    """April 2026 with intakes drawn from its first day on; the other classes were not taken."""
    drawn = {name: intakes.get(name, "").ljust(APRIL, "0") for name in ACUTE_CLASSES}
    return diary_of(patient, headache or "1" * APRIL, start="2026-04-01", **drawn)


def reached(days, *classes, limits=None):
    """Whether the limit of each class is reached in the first month."""
    table = medication_table(mark_days(days), treatments(), limits=limits)
    found = dict(shown(table.loc[table["month"] == table["month"][0]], "class", "reached"))
    return tuple(found[name] for name in classes)


# --- one class


@pytest.mark.parametrize(("name", "limit"), OVERUSE_DAYS.items())
def test_each_class_is_overused_from_its_own_limit(name, limit):
    assert ("no",) == reached(april(**{name: "1" * (limit - 1)}), name)
    assert ("yes",) == reached(april(**{name: "1" * limit}), name)


def test_non_opioids_have_15_days_and_all_others_10():
    assert {"ergotamine": 10, "triptan": 10, "non_opioid": 15, "opioid": 10, "combination": 10} == OVERUSE_DAYS


def test_paracetamol_on_six_days_and_ibuprofen_on_six_others_are_one_class_and_no_overuse():
    assert ("no", "no") == reached(april(non_opioid="1" * 12), "non_opioid", SEVERAL)


def test_days_that_are_not_known_leave_open_what_they_could_turn():
    assert ("unknown",) == reached(april("1" * 29 + ".", triptan="1" * 9 + "0" * 20 + "."), "triptan")
    assert ("no",) == reached(april("1" * 29 + ".", triptan="1" * 8 + "0" * 21 + "."), "triptan")
    assert ("yes",) == reached(april("1" * 10 + "." * 20, triptan="1" * 10 + "." * 20), "triptan")


def test_the_rest_of_a_month_that_the_diary_does_not_cover_is_not_known():
    days = april(triptan="1").iloc[:21].reset_index(drop=True)

    assert ("unknown", "no") == reached(days, "triptan", "opioid")


# --- several classes


def test_several_classes_are_counted_in_distinct_days():
    apart = april(triptan="111111", non_opioid="000000111111")
    together_ = april(triptan="111111", non_opioid="111111")

    assert ("no", "no", "yes") == reached(apart, "triptan", "non_opioid", SEVERAL)
    assert ("no", "no", "no") == reached(together_, "triptan", "non_opioid", SEVERAL)


@pytest.mark.parametrize(("triptans", "answer"), [(4, "yes"), (3, "no")])
def test_several_classes_are_overused_from_10_days(triptans, answer):
    assert (answer,) == reached(april(triptan="1" * triptans, opioid="0" * triptans + "1" * 6), SEVERAL)


def test_several_classes_are_not_overused_together_where_one_is_alone():
    assert ("yes", "no") == reached(april(triptan="1" * 10, opioid="0" * 10 + "1" * 5), "triptan", SEVERAL)


def test_a_combination_is_not_counted_as_what_is_in_it():
    assert ("yes", "no", "no") == reached(april(combination="1" * 10), "combination", "non_opioid", "opioid")


def test_one_class_alone_is_never_several():
    assert ("no",) == reached(april(non_opioid="1" * 14), SEVERAL)


def test_nine_triptan_days_and_one_unknown_are_overuse_of_one_kind_or_the_other():
    """Were the unknown day a triptan day, triptans are overused; were it not, several classes are."""
    days = april(triptan="1" * 9 + ".", non_opioid="0" * 10 + "1" * 4)
    table = overuse_table(mark_days(days), treatments())

    assert ("unknown", "unknown") == reached(days, "triptan", SEVERAL)
    assert "so far" == dict(shown(table, "class", "status"))[ANY]


# --- what is counted by choice


def test_gepants_are_shown_without_a_limit_unless_it_is_asked_for():
    days = april(gepant="1" * 12)

    assert (None, "no") == reached(days, "gepant", SEVERAL)
    assert ("yes",) == reached(days, "gepant", limits=overuse_limits(gepants=True))


def test_ditans_are_counted_with_10_days_unless_it_is_switched_off():
    days = april(ditan="1" * 10)

    assert ("yes",) == reached(days, "ditan")
    assert (None,) == reached(days, "ditan", limits=overuse_limits(ditans=False))


def test_other_acute_medicines_are_counted_only_where_it_is_asked_for():
    days = april(other_acute="1" * 10)

    assert (None,) == reached(days, "other_acute")
    assert ("yes",) == reached(days, "other_acute", limits=overuse_limits(other=True))


def test_what_ichd_does_not_name_is_said_to_be_a_setting():
    mine = set(overuse_limits(gepants=True, other=True)) - set(OVERUSE_DAYS)

    assert all("a setting of this program" in CLASS_NAMES[name] for name in mine)
    assert all("(8.2." in CLASS_NAMES[name] for name in (*OVERUSE_DAYS, SEVERAL))


# --- the table


def quarter(*counts, patient="P1", **others):
    """Months from January 2026 on, with so many triptan days in each, and headache on every day."""
    triptan = "".join("1" * n + "0" * (monthrange(2026, m)[1] - n) for m, n in enumerate(counts, start=1))
    rest = {name: others.get(name, "0" * len(triptan)) for name in ACUTE_CLASSES if name != "triptan"}
    headache = others.get("headache", "1" * len(triptan))
    return diary_of(patient, headache, start="2026-01-01", triptan=triptan, **rest)


def test_months_are_calendar_months_before_and_after_the_first_session():
    table = medication_table(mark_days(quarter(10, 3, 12)), sessions("P1", "2026-02-10"))

    assert [
        ("2026-01", "before", 10, 31, 31, 10, "yes"),
        ("2026-02", "month of the first session", 3, 28, 28, 10, "no"),
        ("2026-03", "after", 12, 31, 31, 10, "yes"),
    ] == shown(
        table.loc[table["class"] == "triptan"], "month", "period", "days", "known", "days_in_month", "limit", "reached"
    )


def test_a_month_that_ends_the_day_before_the_session_is_before_it():
    table = medication_table(mark_days(quarter(1, 1)), sessions("P1", "2026-02-01"))

    assert [("before",), ("after",)] == shown(table.loc[table["class"] == "opioid"], "period")


def test_without_a_session_no_month_is_before_or_after():
    table = medication_table(mark_days(quarter(1)), treatments())

    assert table["period"].isna().all()


def test_days_behind_as_of_are_not_known():
    table = medication_table(mark_days(quarter(20, 20)), treatments(), as_of=day("2026-01-05"))

    assert [("2026-01", 5, 5)] == shown(table.loc[table["class"] == "triptan"], "month", "days", "known")


def test_patients_together_are_patients_alone():
    people = [quarter(10, 3), april(opioid="1" * 11, patient="P2")]
    alone = [row for days in people for row in shown(medication_table(mark_days(days), treatments()), *COLUMNS)]

    assert alone == shown(medication_table(mark_days(together(*people)), treatments()), *COLUMNS)


COLUMNS = ("patient", "month", "class", "days", "known", "limit", "reached")


# --- for more than three months


def status(days, treated=None, when="now", **options):
    """The status by class."""
    table = overuse_table(mark_days(days), treatments() if treated is None else treated, **options)
    return dict(shown(table.loc[table["when"] == when], "class", "status"))


def test_more_than_three_months_of_overuse_are_at_least_four():
    assert "for more than three months" == status(quarter(10, 10, 10, 10))["triptan"]
    assert "so far" == status(quarter(10, 10, 10))["triptan"]
    assert "not" == status(quarter(10, 9, 10, 10))["triptan"]


def test_overuse_may_move_from_class_to_class():
    opioid = "0" * 59 + "1" * 31 + "1" * 30
    found = status(quarter(10, 10, 0, 0, opioid=opioid))

    assert ("not", "not", "for more than three months") == (found["triptan"], found["opioid"], found[ANY])


def test_headache_on_15_days_is_looked_at_in_the_same_months():
    few = "".join("1" * 14 + "0" * (monthrange(2026, m)[1] - 14) for m in (1, 2, 3, 4))

    assert "for more than three months" == status(quarter(10, 10, 10, 10))[ANY_WITH_HEADACHE]
    assert "not" == status(quarter(10, 10, 10, 10, headache=few))[ANY_WITH_HEADACHE]


def test_before_the_first_session_and_now_are_told_apart_in_overuse_too():
    days, treated = quarter(10, 10, 10, 10, 2, 2), sessions("P1", "2026-05-01")

    assert "for more than three months" == status(days, treated, "before the first session")["triptan"]
    assert "not" == status(days, treated)["triptan"]


def test_the_sentences_name_the_class_and_never_a_diagnosis():
    table = overuse_table(mark_days(quarter(10, 10, 10, 10)), treatments())
    clinician, patient = overuse_sentence(table), overuse_plain(table)

    assert (
        "Diary compatible with medication overuse now, in each of 4 whole months, for more than three months: "
        "triptans (8.2.2). Each of these months also had at least 15 headache days."
    ) == clinician
    assert patient.startswith("In your latest months, you took medicine for attacks on so many days")
    assert "diagnos" not in clinician + patient


@pytest.mark.parametrize(
    ("counts", "begins"),
    [
        ((10, 10), "Diary compatible with medication overuse now, in each of 2 whole months so far"),
        ((10, 2), "Medication overuse now: no."),
    ],
)
def test_each_status_has_its_sentence(counts, begins):
    table = overuse_table(mark_days(quarter(*counts)), treatments())

    assert overuse_sentence(table).startswith(begins)
    assert overuse_plain(table)


def test_an_unknown_status_is_said_to_be_one():
    days = quarter(9)
    days.loc[30, "triptan"] = None
    table = overuse_table(mark_days(days), treatments())

    assert overuse_sentence(table).startswith("Medication overuse now: cannot tell.")
    assert "too few days say if you took medicine" in overuse_plain(table)
