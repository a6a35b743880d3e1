"""What else changed between the baseline and a cycle, and the comparison without the days around it."""

from calendar import monthrange
from datetime import timedelta

import pytest

from analysis.confounders import change_table, confounded, sensitivity_sentence, without_changes
from analysis.definitions import mark_days
from analysis.estimates.serial import serial_newcombe
from analysis.medication import OVERUSE_DAYS
from analysis.outcome import outcome_table
from analysis.windows import window_table
from diary.model import Treatment
from tests.drawing import day, diary_of, shown, together, treatments

FIRST = day("2026-06-01")


def plus(days):
    return FIRST + timedelta(days)


def preventive(start, end=None, product="Topiramate", amount=None, patient="P1", kind="preventive"):
    return Treatment(
        patient, kind, product, plus(start), None if end is None else plus(end), amount=amount, unit=amount and "mg"
    )


def botox(*days, patient="P1", purpose="therapeutic"):
    return [Treatment(patient, "botulinum", "Botox", plus(n), purpose=purpose) for n in days]


def diary(before=84, after=168, patient="P1", **columns):
    return diary_of(patient, "1" * before + "0" * after, start=f"{plus(-before)}", **columns)


def changes(*given, days=None, at=(0, 84)):
    """The changes of a diary with sessions every 84 days: cycle, what, kind, and days from the first session."""
    treated = treatments(*botox(*at), *given)
    marked = mark_days(diary() if days is None else days)
    table = change_table(marked, window_table(marked, treated), treated)
    return [
        (cycle, what, kind, (day(when) - FIRST).days)
        for cycle, what, kind, when in shown(table, "cycle", "what", "kind", "date")
    ]


# --- treatments


@pytest.mark.parametrize(("start", "cycles"), [(-85, []), (-84, [1, 2]), (0, [1, 2]), (83, [1, 2]), (84, [2])])
def test_a_start_counts_from_84_days_before_the_first_session_to_the_end_of_the_cycle(start, cycles):
    assert [(cycle, "Topiramate", "started", start) for cycle in cycles] == changes(preventive(start))


def test_a_start_after_the_last_cycle_counts_for_none():
    assert [] == changes(preventive(168))


def test_a_stop_counts_by_its_last_day():
    assert [(2, "Topiramate", "stopped", 100)] == changes(preventive(-300, 100))


def test_a_course_that_was_over_long_before_does_not_count():
    assert [] == changes(preventive(-300, -90))


def test_another_dose_from_the_next_day_on_is_a_change_of_dose():
    given = preventive(-300, 99, amount=50), preventive(100, amount=100)

    assert [(2, "Topiramate", "dose changed", 100)] == changes(*given)


def test_another_dose_while_the_first_is_still_open_is_a_change_of_dose():
    given = preventive(-300, amount=50), preventive(100, amount=100, product="topiramate")

    assert [(2, "topiramate", "dose changed", 100)] == changes(*given)


def test_the_same_dose_written_down_again_is_no_change():
    assert [] == changes(preventive(-300, 99, amount=50), preventive(100, amount=50))


def test_a_course_with_days_between_was_stopped_and_started():
    given = preventive(-300, 99, amount=50), preventive(110, amount=50)

    assert [(2, "Topiramate", "stopped", 99), (2, "Topiramate", "started", 110)] == changes(*given)


@pytest.mark.parametrize("product", ["Aimovig 70", "galcanezumab"])
def test_a_cgrp_antibody_is_called_one(product):
    assert [f"{product} (CGRP antibody)"] == [what for _, what, _, _ in changes(preventive(90, product=product))]


def test_other_treatment_counts_as_preventives_do():
    assert [(2, "nerve block", "started", 90)] == changes(preventive(90, product="nerve block", kind="other"))


def test_a_patient_has_only_their_own_changes():
    treated = treatments(*botox(0), *botox(0, patient="P2"), preventive(10), preventive(20, patient="P2"))
    marked = mark_days(together(diary(), diary(patient="P2")))
    table = change_table(marked, window_table(marked, treated), treated)

    assert [("P1", "2026-06-11"), ("P2", "2026-06-21")] == shown(table, "patient", "date")


# --- cosmetic sessions


@pytest.mark.parametrize(
    ("on", "cycles"), [(-85, []), (-84, [1, 2, 3]), (-1, [1, 2, 3]), (0, [1, 2]), (83, [1, 2]), (84, [2, 3])]
)
def test_a_cosmetic_session_counts_for_84_days(on, cycles):
    found = changes(*botox(on, purpose="cosmetic"), days=diary(after=252), at=(0, 84, 168))

    assert [(cycle, "Botox", "cosmetic session", on) for cycle in cycles] == found


# --- withdrawal of an overused medicine


def overused(days, name="triptan", after="0" * 168, month=92):
    """Three months with so many intake days each before the first session, and what was taken after it."""
    before = "".join("1" * days + "0" * (monthrange(2026, m)[1] - days) for m in (3, 4, 5))
    return diary(before=month, **{name: before[:month] + after})


@pytest.mark.parametrize(("name", "limit"), OVERUSE_DAYS.items())
def test_a_class_at_its_limit_that_is_given_up_is_a_withdrawal(name, limit):
    found = changes(days=overused(limit, name))

    assert [(1, "withdrawn", 0), (2, "withdrawn", 0)] == [(cycle, kind, when) for cycle, _, kind, when in found]


def test_below_the_limit_there_was_nothing_to_withdraw_from():
    assert [] == changes(days=overused(9))


@pytest.mark.parametrize(("intakes", "withdrawn"), [(2, True), (3, False)])
def test_at_most_2_days_in_28_are_a_withdrawal(intakes, withdrawn):
    month = "1" * intakes + "0" * (28 - intakes)

    assert withdrawn == bool(changes(days=overused(10, after=month * 6)))


def test_a_withdrawal_in_the_second_cycle_is_dated_there_and_spares_the_first():
    assert [(2, "triptan days", "withdrawn", 100)] == changes(days=overused(10, after="1" * 100 + "0" * 68))


def test_a_month_in_which_medicines_are_not_known_is_no_withdrawal():
    assert [] == changes(days=overused(10, after="." * 168))
    assert [] == changes(days=overused(10, after=("0" * 19 + "." * 9) * 6))
    assert changes(days=overused(10, after=("0" * 20 + "." * 8) * 6))


def test_the_days_of_the_next_patient_are_not_looked_at():
    treated = treatments(*botox(0), *botox(0, patient="P2"))
    short = overused(10).iloc[: 92 + 27]
    marked = mark_days(together(short, diary(patient="P2", triptan="0" * 252)))

    assert change_table(marked, window_table(marked, treated), treated).empty


# --- words


def said(*given):
    treated = treatments(*botox(0, 84), *given)
    marked = mark_days(diary())
    table = change_table(marked, window_table(marked, treated), treated)
    return confounded(table, "P1", 2)


def test_what_changed_is_said():
    found = said(preventive(-10, product="Candesartan"), *botox(20, purpose="cosmetic"))

    assert found
    assert (
        "Confounded: between the baseline and the end of cycle 2, Candesartan started on 22 May 2026 and cosmetic "
        "Botox was given on 21 Jun 2026. The comparison cannot tell these changes and the sessions apart."
    ) == str(found)
    assert found.patient_sentence().startswith("Other things changed too: Candesartan started on 22 May 2026")


def test_where_nothing_changed_that_is_said_too():
    found = said()

    assert not found
    assert str(found).startswith("No other change of treatment is recorded")
    assert "no other change" in found.patient_sentence()


# --- the comparison without the days around a change


def compared(*given, days=None):
    """The sensitivity rows, and the outcome as it is, of headache days in whole cycles."""
    treated = treatments(*botox(0, 84), *given)
    marked = mark_days(diary() if days is None else days)
    windows = window_table(marked, treated)
    table = change_table(marked, windows, treated)
    outcomes = outcome_table(marked, windows)
    whole = outcomes.loc[(outcomes["phase"] == "cycle") & (outcomes["measure"] == "headache_days")]
    return without_changes(marked, windows, table), whole.reset_index(drop=True)


def test_28_days_on_either_side_of_a_change_are_left_out():
    rows, whole = compared(preventive(126))

    assert [(2, 84 - 57, 84)] == shown(rows, "cycle", "after_logged", "after_days")
    assert 84 == whole.loc[1, "after_logged"]


def test_what_is_left_is_compared_by_the_serial_interval():
    """28 days of the second cycle are left: every other day of them has headache, every day of the rest."""
    days = diary_of("P1", "1" * 84 + "0" * 84 + "10" * 14 + "1" * 57, start=f"{plus(-84)}")
    rows, _ = compared(preventive(84 + 56), days=days)
    expected = serial_newcombe([1] * 84, [1, 0] * 14)

    assert (28, 14.0) == (rows.loc[0, "after_logged"], rows.loc[0, "after"])
    assert pytest.approx([28 * x for x in expected[:3]]) == rows.loc[0, ["change", "low", "high"]].tolist()


def test_with_fewer_than_28_days_left_it_cannot_be_compared():
    """84 − 57 = 27 days of the second cycle are left around a change on its day 41."""
    rows, _ = compared(preventive(84 + 41))

    assert [(2, None)] == shown(rows, "cycle", "change")
    assert (
        "With the 28 days on either side of each change left out, cycle 2 cannot be compared: cycle 2: cannot tell: "
        "27 logged of 27 days that are left without those around a change."
    ) == sensitivity_sentence(rows.iloc[0])


@pytest.mark.parametrize(("missing", "response"), [(8, True), (9, False)])
def test_days_that_are_left_need_20_logged_in_28_for_a_response(missing, response):
    days = diary_of("P1", "1" * 84 + "0" * 84 + "0" * (28 - missing) + "." * missing + "0" * 56, start=f"{plus(-84)}")
    rows, _ = compared(preventive(84 + 56), days=days)

    assert [(0.0, response)] == [(rows.loc[0, "after"], rows["response_30"].notna()[0])]


def test_without_a_change_there_is_no_row():
    assert 0 == len(compared()[0])


def test_a_sensitivity_row_says_itself():
    rows, _ = compared(preventive(84))
    text = sensitivity_sentence(rows.iloc[-1])

    assert text.startswith("With the 28 days on either side of each change left out, cycle 2")


def test_without_a_session_nothing_is_confounded():
    marked = mark_days(diary())
    treated = treatments(preventive(10))

    assert change_table(marked, window_table(marked, treated), treated).empty
