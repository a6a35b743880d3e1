"""A log of changes: a time and a level on each line, without headers. Each level holds until the next line.

How long a level may hold is an option; a longer silence says nothing, whatever the level was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, TypeVar

from diary.importers.columns import Parsed, is_blank, number_of
from diary.importers.dates import said
from diary.importers.file import File
from diary.importers.headers import Header, Headers
from diary.importers.layout import Layout
from diary.importers.merging import merge_day
from diary.importers.options import Options
from diary.importers.scales import read_pain
from diary.importers.sheets import Row, Sheet
from diary.importers.table import Table, dated_rows
from diary.model import Attack, Batch, DayLog, Source, last_date

N = TypeVar("N", int, float)

NAME = "severity log"
TIME, LEVEL = Header(0, "time", "date"), Header(1, "level", "pain")
FEWEST_LINES = 3
MOST_ODD = 0.2
"""Share of lines that may be something else."""


class Line(NamedTuple):
    """From *when* on the level is this; *present* is None where it could not be read. *row* counts the log's lines."""

    when: datetime
    present: bool | None
    severity: int | None
    intensity: float | None
    row: int


@dataclass(slots=True)
class Episode:
    """Lines with pain one after the other; *end* is None where the silence after the last is too long."""

    lines: list[Line] = field(default_factory=list)
    end: datetime | None = None
    ongoing: bool = False


def claims(file: File) -> bool:
    """One sheet of lines with a time and a number and nothing else, from the first line on."""
    if len(file.sheets) != 1:
        return False
    lines = [row for row in file.sheets[0].rows if not all(map(is_blank, row))]
    fitting = sum(map(_is_line, lines))
    return len(lines) >= FEWEST_LINES and _is_line(lines[0]) and fitting >= (1 - MOST_ODD) * len(lines)


def _is_line(row: Row) -> bool:
    if len(row) < 2 or not all(map(is_blank, row[2:])) or number_of(row[1]) is None:
        return False
    when = row[0]
    return isinstance(when, datetime) or (isinstance(when, str) and ":" in when and any(map(str.isdigit, when)))


def read(file: File, patient: str, options: Options) -> Batch:
    """The attacks, and the days on which the level stayed at zero."""
    table = _table(file.sheets[0], options)
    lines = _lines(table, patient)
    held = timedelta(days=options.hold_days)
    attacks, days = _attacks(patient, list(episodes(lines, held)))
    touched = {day for attack in attacks for day in _dates(attack)} | {day.date for day in days}
    free = {day for day in _zero_dates(lines, held) if day not in touched}
    days += [DayLog(patient, day, headache=False, severity=0, source=NAME) for day in free]
    _say_silences(table, lines, options.hold_days)
    return Batch(
        sources=(Source(patient, NAME),) if lines else (),
        days=tuple(sorted(days, key=lambda day: day.date)),
        attacks=tuple(attacks),
        assumptions=tuple(table.assumptions),
        problems=tuple(table.problems),
    )


# Lines


def _table(sheet: Sheet, options: Options) -> Table:
    rows = [index for index, row in enumerate(sheet.rows) if not all(map(is_blank, row))]
    return Table(sheet, Headers(-1, (TIME, LEVEL)), options, rows)


def _lines(table: Table, patient: str) -> list[Line]:
    """The lines in the order of their times, each once; what cannot be read is a problem."""
    table, _, moments, _ = dated_rows(table, TIME, patient)
    pain = read_pain(table.cells(LEVEL), LEVEL.text, table.options.scale)
    table.take(LEVEL, Parsed(pain.present, pain.faults, pain.assumptions))
    lines = []
    for index, moment in enumerate(moments):
        if isinstance(moment, datetime):
            lines.append(Line(moment, pain.present[index], pain.severity[index], pain.intensity[index], index))
        else:
            table.note(index, "The line has no time of day.", "Write it like 2026-03-01 14:30.")
    return _once(table, lines)


def _once(table: Table, lines: Iterable[Line]) -> list[Line]:
    """The lines by time; of several at one time the worst. Lines that stand twice are said once for all."""
    kept: dict[datetime, Line] = {}
    again = []
    for line in lines:
        other = kept.get(line.when)
        if other and other[:4] == line[:4]:
            again.append(line.row)
        elif other:
            table.note(line.row, "Another line has the same time: the worse level was kept.", "Correct one of them.")
        kept[line.when] = line if other is None else max(other, line, key=_level)
    if again:
        table.note(again[0], f"Lines that stand a second time: {len(again)}.", "Nothing to do: they were counted once.")
    return [kept[when] for when in sorted(kept)]


def _level(line: Line) -> float:
    return line.severity or line.intensity or 0


# Episodes and days


def episodes(lines: Sequence[Line], held: timedelta) -> Iterator[Episode]:
    """The stretches of pain, ended by a zero, by a silence longer than *held*, or by the last line.

    >>> at, pain = datetime(2026, 3, 1, 12), dict(present=True, severity=None)
    >>> log = [Line(at, intensity=5, row=0, **pain), Line(at + timedelta(hours=4), False, None, 0, 1)]
    >>> [str(episode.end) for episode in episodes(log, timedelta(days=14))]
    ['2026-03-01 16:00:00']
    """
    episode = Episode()
    for line, following in pairwise([*lines, None]):
        assert line is not None  # only the last of the pairs ends in nothing
        if line.present:
            episode.lines.append(line)
        elif episode.lines:
            episode.end = line.when if line.present is False else None
        silent = following is None or following.when - line.when > held
        if episode.lines and (silent or not line.present):
            episode.ongoing = following is None and bool(line.present)
            yield episode
            episode = Episode()


def _attacks(patient: str, found: Iterable[Episode]) -> tuple[list[Attack], list[DayLog]]:
    """The attack of each episode. Where its end is not known, its lines on later dates say that these had headache."""
    attacks, days = [], []
    for episode in found:
        attack = Attack(
            patient,
            episode.lines[0].when,
            episode.end,
            ongoing=episode.ongoing,
            severity=_peak(line.severity for line in episode.lines),
            intensity=_peak(line.intensity for line in episode.lines),
            source=NAME,
        )
        attacks.append(attack)
        if episode.end is None:
            days += [_day(patient, line) for line in episode.lines if line.when.date() > attack.start.date()]
    return attacks, [merge_day([day for day in days if day.date == one]) for one in {day.date for day in days}]


def _peak(values: Iterable[N | None]) -> N | None:
    return max((value for value in values if value is not None), default=None)


def _day(patient: str, line: Line) -> DayLog:
    return DayLog(
        patient, line.when.date(), headache=True, severity=line.severity, intensity=line.intensity, source=NAME
    )


def _dates(attack: Attack) -> list[date]:
    first = attack.start.date()
    return [first + timedelta(days=n) for n in range((last_date(attack) - first).days + 1)]


def _zero_dates(lines: Sequence[Line], held: timedelta) -> Iterator[date]:
    """The dates of lines at zero, and those after them for as long as the zero holds."""
    for line, following in pairwise([*lines, None]):
        if line is not None and line.present is False:
            first = line.when.date()
            holds = following is not None and following.when - line.when <= held
            days = (following.when.date() - first).days if following is not None and holds else 1
            yield from (first + timedelta(days=n) for n in range(max(days, 1)))


def _say_silences(table: Table, lines: Sequence[Line], days: int) -> None:
    silences = [(b.when - a.when, a.when, b.when) for a, b in pairwise(lines) if b.when - a.when > timedelta(days=days)]
    table.assume(f"A level holds until the next line, for {days} days at most (--hold-days).")
    if silences:
        length, start, end = max(silences)
        table.assume(
            f"Longer silences, which are not logged: {len(silences)}; the longest has {length.days} days, from "
            f"{said(start.date())} to {said(end.date())}."
        )


LAYOUT = Layout(
    NAME,
    claims,
    read,
    takes="Attacks from the first line above zero to the next zero, with the peak; days on which zero held.",
    leaves="Nothing: each line is a time and a level.",
    blanks="A level holds until the next line, for at most 14 days; after that the days are not known.",
)
