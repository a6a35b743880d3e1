"""Reminders as an iCalendar file (RFC 5545): all-day events that a phone or a clinic's calendar can read.

What stands in a calendar is seen on locked screens and by whoever shares it. So an event says "Appointment" and nothing
of health, and names no patient, unless other words are asked for. Nothing is sent anywhere.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from diary.model import identity

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = "Appointment"

ALARM = timedelta(days=-7, hours=9)
"""When a reminder rings, from the first minute of its day: at nine in the morning, a week before."""

PROGRAM = "-//Diary//Reminders//EN"
"""The name that the file gives its maker, which says nothing of health either."""


class Reminder(NamedTuple):
    """One day to come. *uid* stays the same when the day is moved, so that a calendar moves its event."""

    uid: str
    patient: str
    day: date


def reminders(due: pd.DataFrame, as_of: date) -> list[Reminder]:
    """The sessions that are due and the reviews that were noted, from *as_of* on, by day.

    *due* is the table of :func:`analysis.followup.due_table`. A day that has passed reminds nobody, so an overdue
    session is not among them.
    """
    found = [*_of(due, "due", "session", "session"), *_of(due, "review", "review_noted", "review")]
    return sorted((one for one in found if one.day >= as_of), key=lambda one: (one.day, one.patient, one.uid))


def _of(due: pd.DataFrame, day: str, since: str, kind: str) -> list[Reminder]:
    """A reminder for each day of the column, named after the patient and the date that it follows from."""
    told = due.loc[due[day].notna()]
    return [
        Reminder(identity(patient, kind, from_.date()), patient, on.date())
        for patient, from_, on in zip(told["patient"], told[since], told[day], strict=True)
    ]


def calendar(found: list[Reminder], as_of: date, summary: str = SUMMARY, *, codes: bool = False) -> bytes:
    """The reminders as an iCalendar file; with *codes*, each summary ends with the patient's code.

    The same reminders give the same bytes: the stamp is the first minute of *as_of*.

    >>> text = calendar([Reminder("6d0f", "P1", date(2026, 5, 24))], date(2026, 3, 1)).decode()
    >>> print(*[line for line in text.splitlines() if line.startswith(("DTSTART", "SUMMARY", "TRIGGER"))], sep="; ")
    SUMMARY:Appointment; DTSTART;VALUE=DATE:20260524; TRIGGER:-P6DT15H
    """
    from icalendar import Calendar

    page = Calendar()
    page.add("prodid", PROGRAM)
    page.add("version", "2.0")
    for one in found:
        page.add_component(_event(one, as_of, f"{summary} {one.patient}" if codes else summary))
    return bytes(page.to_ical())


def _event(reminder: Reminder, as_of: date, summary: str) -> Any:
    """One day, which leaves its owner free and is nobody else's to read, with its alarm."""
    from icalendar import Alarm, Event

    event, alarm = Event(), Alarm()
    event.add("uid", reminder.uid)
    event.add("dtstamp", datetime.combine(as_of, time(), UTC))
    event.add("dtstart", reminder.day)
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.TRIGGER = ALARM
    event.add_component(alarm)
    return event
