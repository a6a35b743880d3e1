"""``migraine show``: a month of the diary as a calendar."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import click

from diary.cli.opening import reading
from diary.cli.options import DIARY, example, with_options
from diary.cli.say import counted, fits, say
from diary.cli.say import show as render
from diary.cli.values import MONTH
from diary.cli.words import treatment_in_words
from diary.entries import days_of
from diary.model import Batch, Treatment
from diary.totals import headache_days, intake_days, logged_days, totals

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Marks(NamedTuple):
    """What stands for a day: by *grade* 0 headache of unknown severity, 1 mild to 3 severe."""

    grades: tuple[str, str, str, str]
    free: str
    open: str
    session: str
    medicine: str


MARKS = Marks(("x▒", "1░", "2▒", "3▓"), "○", "·", "▲", "+")
PLAIN_MARKS = Marks(("x", "1", "2", "3"), "o", ".", "^", "+")
"""For terminals that cannot show the others."""

STYLES = ("yellow", "bright_yellow", "dark_orange", "red")
"""Colours of the grades; a number and a shade say the same without colour."""


@click.command(epilog=example("migraine show", "migraine show --month 2026-03"))
@click.option("--month", type=MONTH, help="The month, such as 2026-03; this month if not given.")
@with_options(*DIARY)
def show(month: date | None, patient: str | None, store: str | None) -> None:
    """A month of the diary as a calendar. A day that is not logged is shown as such, never as free."""
    first = month or date.today().replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with reading(store, patient) as (diary, who):
        facts = diary.batch(who, first, last)
    marks = MARKS if fits("".join(MARKS.grades) + MARKS.free + MARKS.open + MARKS.session) else PLAIN_MARKS
    print_calendar(facts, first, marks)
    say(legend(marks))
    say(summary(facts, first, min(last, date.today())))
    for session in sessions(facts):
        say(f"{marks.session} {session.start}: {treatment_in_words(session)}.")
    if any(source.events_only for source in facts.sources):
        say("Some of it comes from a list of headaches: the days between them are shown as not logged here.")


def print_calendar(facts: Batch, first: date, marks: Marks) -> None:
    """Print the month, a week a row, from Monday to Sunday."""
    from rich import box
    from rich.table import Table

    grid = Table(title=f"{first:%B %Y}", box=box.SQUARE, show_lines=True, title_style="bold")
    for name in WEEKDAYS:
        grid.add_column(name, width=5)
    _add_weeks(grid, Month(facts, marks), first)
    render(grid)


def _add_weeks(grid: Table, month: Month, first: date) -> None:
    for week in Calendar().monthdatescalendar(first.year, first.month):
        grid.add_row(*(month.cell(day) if day.month == first.month else "" for day in week))


class Month:
    """The facts of a month, looked up by day."""

    def __init__(self, facts: Batch, marks: Marks) -> None:
        self.marks = marks
        self.logged = _dates(logged_days(facts))
        self.headache = _dates(headache_days(facts))
        self.intakes = _dates(intake_days(facts))
        self.sessions = {session.start for session in sessions(facts)}
        self.grades = peaks(facts)

    def cell(self, day: date) -> Text:
        """Two lines: the day of the month and its session; the headache and its medicine. Days to come are bare."""
        from rich.text import Text

        text = Text(f"{day.day:>2}{' ' + self.marks.session if day in self.sessions else ''}\n")
        if day > date.today():
            return text
        text.append(self.mark(day), style=self.style(day))
        return text.append(f" {self.marks.medicine}" if day in self.intakes else "")

    def mark(self, day: date) -> str:
        """What stands for the day."""
        if day in self.headache:
            return self.marks.grades[self.grades.get(day, 0)]
        return self.marks.free if day in self.logged else self.marks.open

    def style(self, day: date) -> str:
        """The colour of the day's mark."""
        return STYLES[self.grades.get(day, 0)] if day in self.headache else "green" if day in self.logged else "dim"


def _dates(days: Collection[tuple[str, date]]) -> set[date]:
    return {day for _, day in days}


def peaks(facts: Batch) -> Mapping[date, int]:
    """The highest severity of each day that has one, from 1 to 3.

    >>> from diary.model import DayLog
    >>> peaks(Batch(days=(DayLog("P1", date(2026, 3, 1), headache=True, severity=2),)))
    {datetime.date(2026, 3, 1): 2}
    """
    grades: dict[date, int] = {}
    said = [(log.date, log.severity) for log in facts.days]
    said += [(day, attack.severity) for attack in facts.attacks for day in days_of(attack)]
    for day, severity in said:
        if severity:
            grades[day] = max(severity, grades.get(day, 0))
    return grades


def sessions(facts: Batch) -> list[Treatment]:
    """The botulinum sessions among the facts."""
    return [treatment for treatment in facts.treatments if treatment.kind == "botulinum"]


def legend(marks: Marks) -> str:
    """What the marks mean."""
    unknown, mild, moderate, severe = marks.grades
    return (
        f"{mild} mild  {moderate} moderate  {severe} severe  {unknown} headache, severity not known\n"
        f"{marks.free} headache-free  {marks.open} not logged  {marks.medicine} medicine taken  "
        f"{marks.session} session"
    )


def summary(facts: Batch, first: date, last: date) -> str:
    """The month in numbers, up to its *last* day or today.

    >>> summary(Batch(), date(2026, 3, 1), date(2026, 3, 31))
    'Logged 0 of 31 days: 0 headache days, 0 days with acute medicine.'
    """
    days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    found = totals(facts, days)
    return (
        f"Logged {found.logged} of {counted(len(days), 'day')}: {counted(found.headache, 'headache day')}, "
        f"{counted(found.intake_days, 'day')} with acute medicine."
    )
