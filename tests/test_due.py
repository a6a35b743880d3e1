"""``migraine due`` and the calendar file that it writes."""

import os
import re
import stat
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pandas as pd
import pytest
from click.testing import CliRunner
from icalendar import Calendar

from analysis.commands.due import due
from analysis.reports.reminders import Reminder, calendar, reminders
from diary.model import Consultation, Patient, Source, Treatment
from diary.store import Store

TODAY = date(2026, 5, 10)


@pytest.fixture
def place(tmp_path):
    return str(tmp_path / "diary.sqlite")


def session(patient, on, units=155.0):
    return Treatment(patient, "botulinum", "Botox", on, amount=units, unit="U")


def keep(place, *facts):
    """Record the facts, their patients and sources first."""
    who = {fact.patient: None for fact in facts}
    with Store.open(place) as store:
        store.record(*map(Patient, who), *(Source(one, "log") for one in who), *facts)


def run(place, *words):
    """What ``migraine due`` prints on that day."""
    line = ["--store", place, "--as-of", str(TODAY), *map(str, words)]
    return CliRunner().invoke(due, line, env={"COLUMNS": "120", "NO_COLOR": "1"}, catch_exceptions=True)


def rows(result):
    """The words of each patient's line."""
    return [words for line in result.output.splitlines() if (words := line.split()) and re.match(r"P\d", words[0])]


CLINIC = (
    session("P1", date(2026, 3, 1)),
    session("P2", date(2026, 2, 1)),
    session("P3", date(2026, 2, 15), 195.0),
    session("P4", date(2026, 1, 5)),
    Consultation("P4", date(2026, 4, 1), "decision", "pause"),
    Consultation("P4", date(2026, 4, 1), "next_review", "2026-05-20"),
)


# --- the list


def test_everybody_is_listed_by_due_date(place):
    keep(place, *CLINIC)
    lines = rows(run(place))

    assert ["P2", "P3", "P1", "P4"] == [words[0] for words in lines]
    assert ["P2", "2026-02-01", "155", "2026-04-26", "overdue", "by", "14", "days"] == lines[0]
    assert ["P3", "2026-02-15", "195", "2026-05-10", "due", "today"] == lines[1]
    assert ["P4", "2026-01-05", "155", "paused", "2026-04-01", "2026-05-20"] == lines[3]


def test_within_some_days_are_the_overdue_and_the_reviews_too(place):
    keep(place, *CLINIC)

    assert ["P2", "P3", "P4"] == [words[0] for words in rows(run(place, "--within", 13))]
    assert "P1" in run(place, "--within", 14).output


def test_where_nothing_is_due_so_soon_that_is_said(place):
    keep(place, session("P1", TODAY), session("P2", TODAY))

    assert "No session or review is due within 7 days of 2026-05-10." in run(place, "--within", 7).output


def test_the_only_patient_is_told_in_a_sentence(place):
    keep(place, session("me", date(2026, 3, 1)))

    assert "Next session: 2026-05-24, due in 14 days as of 2026-05-10 (last session 2026-03-01).\n" == run(place).output


def test_the_only_patient_without_a_session_is_told_how_to_record_one(place):
    with Store.open(place) as store:
        store.record(Patient("me"))

    assert "No session is recorded, so none is due. Record one with: migraine botox add" in run(place).output


def test_the_only_patient_after_a_stop_is_told_since_when(place):
    keep(place, *CLINIC[3:])

    assert (
        "No session is due: paused on 2026-04-01, last session 2026-01-05. Next review: 2026-05-20.\n"
        == run(place).output
    )


def test_one_patient_of_several_can_be_named(place):
    keep(place, *CLINIC)

    assert "Next session: 2026-05-24" in run(place, "--patient", "P1").output


def test_a_patient_who_is_not_there_is_an_error_that_says_what_to_do(place):
    keep(place, *CLINIC)

    assert "There is no patient 'P9'" in str(run(place, "--patient", "P9").exception)


def test_an_empty_diary_is_an_error_that_says_what_to_do(place):
    assert "The diary is empty. Record a session with" in str(run(place).exception)


def test_without_a_day_today_is_meant(place):
    keep(place, session("me", date.today()))

    assert "due in 84 days" in CliRunner().invoke(due, ["--store", place]).output


# --- the calendar file


def events(data):
    """The events of a calendar file, read back."""
    page = Calendar.from_ical(data)
    assert [] == page.errors
    return page.walk("VEVENT")


def test_each_day_to_come_is_an_event_of_a_whole_day(place, tmp_path):
    keep(place, *CLINIC)
    said = run(place, "--ics", tmp_path / "due.ics").output

    read = events((tmp_path / "due.ics").read_bytes())
    assert [date(2026, 5, 10), date(2026, 5, 20), date(2026, 5, 24)] == [one.decoded("DTSTART") for one in read]
    assert ["DATE"] * 3 == [one["DTSTART"].params["VALUE"] for one in read]
    assert "with 3 days to come. Days that have passed are left out." in said


def test_the_calendar_says_nothing_of_health_and_names_nobody_unless_asked(place, tmp_path):
    keep(place, *CLINIC)
    run(place, "--ics", tmp_path / "due.ics")

    text = (tmp_path / "due.ics").read_text()
    assert not [word for word in ("P1", "P2", "P4", "otox", "igraine", "eadache", "nject") if word in text]
    assert {"Appointment"} == {str(one["SUMMARY"]) for one in events(text)}
    assert {"PRIVATE"} == {str(one["CLASS"]) for one in events(text)}


def test_other_words_and_the_codes_stand_there_when_they_are_asked_for(place, tmp_path):
    keep(place, *CLINIC[:2])
    run(place, "--ics", tmp_path / "due.ics", "--summary", "Clinic; room 2", "--codes")

    assert ["Clinic; room 2 P1"] == [str(one["SUMMARY"]) for one in events((tmp_path / "due.ics").read_bytes())]


def test_only_its_owner_can_read_the_file(place, tmp_path):
    keep(place, *CLINIC)
    run(place, "--ics", tmp_path / "due.ics")

    assert os.name == "nt" or 0o600 == stat.S_IMODE((tmp_path / "due.ics").stat().st_mode)


def test_a_file_that_is_there_is_not_written_over_unasked(place, tmp_path):
    keep(place, *CLINIC)
    (tmp_path / "due.ics").write_text("mine")

    assert "exists already" in str(run(place, "--ics", tmp_path / "due.ics").exception)
    assert "mine" == (tmp_path / "due.ics").read_text()
    run(place, "--ics", tmp_path / "due.ics", "--force")
    assert 3 == len(events((tmp_path / "due.ics").read_bytes()))


def test_without_a_day_to_come_no_file_is_written(place, tmp_path):
    keep(place, CLINIC[1])

    assert "No day to come" in str(run(place, "--ics", tmp_path / "due.ics").exception)
    assert not (tmp_path / "due.ics").exists()


def test_the_alarm_rings_at_nine_in_the_morning_a_week_before():
    (event,) = events(calendar([Reminder("6d0f", "P1", date(2026, 5, 24))], TODAY))
    (alarm,) = event.walk("VALARM")

    rings = datetime(2026, 5, 24) + alarm.decoded("TRIGGER")
    assert (datetime(2026, 5, 17, 9), "DISPLAY", "Appointment") == (rings, alarm["ACTION"], alarm["DESCRIPTION"])


def test_the_same_days_give_the_same_bytes_and_the_stamp_is_the_day_asked_for():
    write = partial(calendar, [Reminder("6d0f", "P1", date(2026, 5, 24))], TODAY)

    assert write() == write()
    assert datetime(2026, 5, 10, tzinfo=UTC) == events(write())[0].decoded("DTSTAMP")


def listed(review):
    """A due table with one patient whose review is on that day."""
    stamps = {"session": "2026-03-01", "due": "2026-05-24", "review_noted": "2026-03-01", "review": review}
    return pd.DataFrame({"patient": ["P1"], **{name: [pd.Timestamp(on)] for name, on in stamps.items()}})


def test_a_review_that_is_moved_keeps_its_name_so_that_a_calendar_moves_its_event():
    first, moved = (reminders(listed(on), TODAY) for on in ("2026-06-01", "2026-06-08"))

    assert [one.uid for one in first] == [one.uid for one in moved]
    assert 2 == len({one.uid for one in first})
    assert [date(2026, 6, 1), date(2026, 6, 8)] == [first[1].day, moved[1].day]


def test_a_day_that_has_passed_reminds_nobody():
    assert [date(2026, 5, 24)] == [one.day for one in reminders(listed(str(TODAY - timedelta(1))), TODAY)]
