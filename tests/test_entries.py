"""What an own entry does to a day."""

from datetime import date, datetime, time

import pytest

from diary.entries import (
    Entry,
    Taken,
    any_acute,
    changed,
    days_of,
    headache_free,
    intakes,
    new_intakes,
    with_intakes,
)
from diary.model import Attack, DayLog, Dose

DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 21)
UNWRITTEN = DayLog("P1", DAY)
SUMATRIPTAN = Dose("P1", datetime(2026, 3, 1), "Sumatriptan", timed=False, medicine_class="triptan")
UNKNOWN = Dose("P1", datetime(2026, 3, 1), "Headease", timed=False)
ANTIEMETIC = Dose("P1", datetime(2026, 3, 1), "Metoclopramide", timed=False, medicine_class="adjunct")


def after(entry, before=UNWRITTEN, doses=()):
    return changed(before, entry, doses, NOW)


@pytest.mark.parametrize("values", [{"severity": 1}, {"minutes": 60}, {"kind": "migraine"}, {"nausea": True}])
def test_what_only_a_headache_has_makes_a_headache_day(values):
    assert after(Entry(values)).headache is True


@pytest.mark.parametrize("values", [{"menses": True}, {"note": "tired"}, {"disability": 1}, {"nausea": False}])
def test_what_any_day_can_have_leaves_the_headache_open(values):
    assert after(Entry(values)).headache is None


def test_an_entry_changes_only_what_it_says():
    before = DayLog("P1", DAY, headache=True, severity=3, minutes=360, menses=True, acute=False)

    day = after(Entry({"severity": 2}), before)

    assert (2, 360, True, False) == (day.severity, day.minutes, day.menses, day.acute)


def test_a_headache_free_day_keeps_note_and_bleeding_and_loses_the_headache():
    day = headache_free(DayLog("P1", DAY, headache=True, severity=3, minutes=90, aura=True, menses=True, note="rest"))

    assert (False, 0, None, None) == (day.headache, day.severity, day.minutes, day.aura)
    assert (True, "rest") == (day.menses, day.note)


def test_a_headache_without_a_grade_does_not_keep_the_zero_of_a_free_day():
    free = DayLog("P1", DAY, headache=False, severity=0)

    assert (True, None) == (
        after(Entry({"headache": True}), free).headache,
        after(Entry({"minutes": 5}), free).severity,
    )


def test_the_first_answer_of_a_day_without_medicines_says_that_nothing_was_taken():
    assert after(Entry({"severity": 2})).acute is False
    assert after(Entry({}, free=True)).acute is False


def test_what_is_not_known_of_medicines_stays_not_known_when_the_day_is_logged_again():
    open_day = after(Entry({"severity": 2}, Taken(state="unknown")))

    assert open_day.acute is None
    assert after(Entry({"severity": 3}), open_day).acute is None


@pytest.mark.parametrize(
    ("doses", "acute"),
    [
        ([SUMATRIPTAN], True),
        ([SUMATRIPTAN, UNKNOWN], True),
        ([UNKNOWN], None),
        ([ANTIEMETIC], False),
        ([ANTIEMETIC, UNKNOWN], None),
    ],
)
def test_an_unknown_name_leaves_open_whether_an_acute_medicine_was_taken(doses, acute):
    assert acute is any_acute(doses)


def test_an_intake_turns_nothing_taken_around():
    day = DayLog("P1", DAY, headache=True, acute=False)

    assert with_intakes(day, day, Taken(), [SUMATRIPTAN]).acute is True


def test_the_same_name_twice_is_one_intake_unless_it_was_taken_again():
    new, known = new_intakes([SUMATRIPTAN], [SUMATRIPTAN], again=False)
    more, _ = new_intakes([SUMATRIPTAN], [SUMATRIPTAN], again=True)

    assert ([], [SUMATRIPTAN]) == (new, known)
    assert 1 == len(more)
    assert SUMATRIPTAN.dose_id != more[0].dose_id


def test_taken_again_and_again_each_intake_has_a_name_of_its_own():
    doses = []
    for _ in range(4):
        doses += new_intakes([SUMATRIPTAN], doses, again=True)[0]

    assert 4 == len({dose.dose_id for dose in doses})


def test_the_time_of_an_intake_is_known_only_where_it_was_said():
    [timed], _ = intakes("P1", DAY, Taken(("maxalt 10 mg",), "named", time(14, 30)))
    [untimed], _ = intakes("P1", DAY, Taken(("maxalt 10 mg",), "named"))

    assert (datetime(2026, 3, 1, 14, 30), True) == (timed.taken, timed.timed)
    assert (datetime(2026, 3, 1), False) == (untimed.taken, untimed.timed)


def test_a_preventive_among_the_medicines_is_a_problem_and_no_intake():
    doses, problems = intakes("P1", DAY, Taken(("maxalt", "topiramate"), "named"))

    assert ["Maxalt"] == [dose.medicine for dose in doses]
    assert "migraine preventive start" in problems[0].remedy


def test_an_attack_that_ends_at_midnight_does_not_touch_the_next_day():
    assert [DAY] == list(days_of(Attack("P1", datetime(2026, 3, 1, 20), datetime(2026, 3, 2))))
