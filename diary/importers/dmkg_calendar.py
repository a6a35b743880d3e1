"""The headache calendar of the German migraine society (DMKG), typed in: days down the rows, a sheet a month.

The sheets are called Januar … Dezember and name no year. Medicines are named above the table as A, B and C.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple, TypeVar

from diary.importers.columns import Parsed, is_blank, number_of, plain_text, read_durations, read_flags
from diary.importers.dates import said
from diary.importers.day_rows import SILENCE
from diary.importers.day_table import is_list_of_headaches
from diary.importers.file import File
from diary.importers.intakes import doses
from diary.importers.layout import Layout
from diary.importers.months import Month, day_number, month_of
from diary.importers.options import Options
from diary.importers.scales import Pain, read_pain
from diary.importers.sheets import Cell, Row, Sheet
from diary.importers.words import fold
from diary.model import Batch, DayLog, Dose, Problem, Source

T = TypeVar("T")

SOURCE = "DMKG headache calendar"
SEARCHED_ROWS = 40
DAY_MINUTES = 1440

COLUMNS = {
    "tag": "day",
    "ausloser": "trigger",
    "starke": "pain",
    "dauer": "duration",
    "pulsierend": "pulsating",
    "einseitig": "one_side",
    "beidseitig": "both_sides",
    "erbrechen": "vomiting",
    "ubelkeit": "nausea",
    "larm": "sound",
    "licht": "light",
    "andere symptome": "other",
    "medikament": "medicine",
    "tropfen": "count",
    "ja": "helped",
    "nein": "no_help",
    "wenig": "little_help",
}
"""What a column holds, by how its header begins. Short words must be the whole header."""

NEEDED = {"day", "pain", "duration", "one_side", "both_sides", "medicine"}
RELIEF = (("no_help", 0), ("little_help", 1), ("helped", 2))
NAMED = re.compile(r"([A-Z])\s*[:.)=-]\s*(\S.*)")
LETTERS = re.compile(r"(?:(?<![\d.,])(\d+(?:[.,]\d+)?)\s*(?:[xX]\s*)?)?([A-Za-z])(?![^\W\d_])")

HELPED = 'Whether a medicine helped is filed as relief: "Nein" as 0, "Wenig" as 1, "Ja" as 2 of 3.'
UNKNOWN_INTAKE = (
    "A blank medicine cell means that it is not known whether anything was taken; --blank-medication none takes it as "
    "nothing taken."
)
NO_INTAKE = "A blank medicine cell means that nothing was taken, as asked."


class Entry(NamedTuple):
    """One row of a sheet: its place, its day, and its cells by what they hold."""

    place: str
    day: date
    cells: Mapping[str, Cell]
    names: Mapping[str, str]

    def text(self, name: str) -> str:
        """What a cell says; empty where it is blank."""
        cell = self.cells.get(name)
        return "" if is_blank(cell) else plain_text(cell) or ""

    def marked(self, name: str) -> bool | None:
        """Whether a cell has a mark; a blank says nothing."""
        return read_flags([self.cells.get(name)]).values[0]


@dataclass(slots=True)
class Calendar:
    """The rows of all months together, so that one reading of a column holds for all of them."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Add a row; of two about one day the last one holds, and that is noted."""
        before = next((index for index, other in enumerate(self.entries) if other.day == entry.day), None)
        if before is None:
            self.entries.append(entry)
            return
        what = f"{said(entry.day)} stands above already; the last row was taken."
        self.problems.append(Problem(entry.place, what, "Correct the day."))
        self.entries[before] = entry

    def cells(self, name: str) -> list[Cell]:
        """One column of all months."""
        return [entry.cells.get(name) for entry in self.entries]

    def take(self, header: str, parsed: Parsed[T]) -> list[T | None]:
        """The values of a column that was read; its faults become problems."""
        for index, fault in parsed.faults.items():
            self.problems.append(Problem(f"{self.entries[index].place} ({header})", *fault))
        self.assumptions += parsed.assumptions
        return parsed.values


def claims(file: File) -> bool:
    """A sheet with the calendar's headers."""
    return any(_header_row(sheet) is not None for sheet in file.sheets)


def _header_row(sheet: Sheet) -> int | None:
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        if set(_columns(row)) >= NEEDED:
            return number
    return None


def _columns(row: Row) -> dict[str, int]:
    """The place of each column that is known, the first of its kind."""
    columns: dict[str, int] = {}
    for place, cell in enumerate(row):
        if isinstance(cell, str) and (name := column_of(cell)):
            columns.setdefault(name, place)
    return columns


@lru_cache(maxsize=4096)  # of every table that is looked at, each cell of its first rows is asked for
def column_of(header: str) -> str | None:
    """What a column holds, by its header; hyphens at line ends and spelt-out umlauts do not matter.

    >>> column_of("Aus-löser"), column_of("Staerke"), column_of("Ja"), column_of("Jahr")
    ('trigger', 'pain', 'helped', None)
    """
    written = _letters(header)
    for word, name in COLUMNS.items():
        known = _letters(word)
        if written == known or (len(word) > 3 and written.startswith(known)):
            return name
    return None


def _letters(text: str) -> str:
    """Letters alone, with ae, oe and ue as the umlauts are written by :func:`fold`."""
    bare = "".join(re.findall(r"[^\W\d_]+", fold(text)))
    return bare.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def read(file: File, patient: str, options: Options) -> Batch:
    """The days of every sheet of the calendar that has an entry."""
    calendar = Calendar()
    for sheet in file.sheets:
        number = _header_row(sheet)
        if number is not None:
            _gather(calendar, sheet, number, options)
    none = options.blank_medication == "none"
    days = _days(calendar, patient, options)
    facts = [dose for entry in calendar.entries for dose in _doses(calendar, entry, patient)]
    listing = is_list_of_headaches(days)
    if any(entry.text("medicine") for entry in calendar.entries):
        calendar.assumptions.append(NO_INTAKE if none else UNKNOWN_INTAKE)
    if any(dose.relief is not None for dose in facts):
        calendar.assumptions.append(HELPED)
    return Batch(
        sources=(Source(patient, SOURCE, events_only=listing, medication=none),) if days else (),
        days=tuple(days),
        doses=tuple(facts),
        assumptions=(*calendar.assumptions, *((SILENCE,) if listing else ())),
        problems=tuple(calendar.problems),
    )


def _gather(calendar: Calendar, sheet: Sheet, number: int, options: Options) -> None:
    """Add the rows of one sheet, if any of them says something."""
    rows = list(_day_rows(sheet, number))
    if not rows:
        return
    month = month_of(sheet, number, options)
    if isinstance(month, Problem):
        calendar.problems.append(month)
        return
    names = medicine_names(sheet.rows[:number])
    for row, day, cells in rows:
        found = month.day(day)
        if found:
            calendar.add(Entry(sheet.place(row), found, cells, names))
        else:
            calendar.problems.append(_no_such_day(sheet.place(row), month, day))


def _no_such_day(place: str, month: Month, day: int) -> Problem:
    return Problem(place, f"{month} has no day {day}, so the row was left out.", "Move it to the right day.")


def _day_rows(sheet: Sheet, number: int) -> Iterator[tuple[int, int, dict[str, Cell]]]:
    """The rows of days that say anything: place, day and cells. The legend begins where the days end."""
    columns = _columns(sheet.rows[number])
    begun = False
    for row in range(number + 1, len(sheet.rows)):
        cells = {name: _at(sheet.rows[row], place) for name, place in columns.items()}
        day = day_number(cells.pop("day"))
        if day is None and begun:
            return
        begun = begun or day is not None
        if day is not None and not all(map(is_blank, cells.values())):
            yield row, day, cells


def _at(row: Row, place: int) -> Cell:
    return row[place] if place < len(row) else None


def medicine_names(rows: Sequence[Row]) -> dict[str, str]:
    """The medicines that stand above the table, by letter: ``A: Sumatriptan``, or the letter beside the name.

    >>> medicine_names([["A", "Sumatriptan 50 mg", None, "B: Ibuprofen 400 mg"]])
    {'A': 'Sumatriptan 50 mg', 'B': 'Ibuprofen 400 mg'}
    """
    names: dict[str, str] = {}
    for row in rows:
        texts = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        for text, following in zip(texts, [*texts[1:], ""], strict=False):
            named = NAMED.fullmatch(text)
            letter = text.rstrip(":.)=")
            if named:
                names.setdefault(named[1], named[2].strip())
            elif len(letter) == 1 and letter.isupper() and len(following.rstrip(":.)=")) > 1:
                names.setdefault(letter, following)
    return names


def _days(calendar: Calendar, patient: str, options: Options) -> list[DayLog]:
    """A log for each row."""
    pain = read_pain(calendar.cells("pain"), "Stärke", options.scale)
    present = calendar.take("Stärke", Parsed(pain.present, pain.faults, pain.assumptions))
    minutes = calendar.take("Dauer", read_durations(calendar.cells("duration"), "Dauer (h)"))
    days = []
    for index, entry in enumerate(calendar.entries):
        headache = _headache(calendar, entry, present[index], minutes[index])
        day = _day(entry, patient, headache, pain, index)
        day = replace(day, minutes=_fitting(calendar, entry, minutes[index]) if headache else None)
        if headache is not None and day.acute is None and options.blank_medication == "none":
            day = replace(day, acute=False)
        days.append(day)
    return [day for day in days if day != DayLog(patient, day.date, source=SOURCE)]


def _day(entry: Entry, patient: str, headache: bool | None, pain: Pain, index: int) -> DayLog:
    known = headache is not None
    return DayLog(
        patient,
        entry.day,
        headache=headache,
        severity=pain.severity[index] if known else None,
        intensity=pain.intensity[index] if known else None,
        unilateral=True if entry.marked("one_side") else False if entry.marked("both_sides") else None,
        pulsating=entry.marked("pulsating"),
        nausea=entry.marked("nausea"),
        vomiting=entry.marked("vomiting"),
        light=entry.marked("light"),
        sound=entry.marked("sound"),
        acute=True if entry.text("medicine") else None,
        note=_note(entry),
        source=SOURCE,
    )


def _headache(calendar: Calendar, entry: Entry, pained: bool | None, minutes: int | None) -> bool | None:
    """Pain or hours above zero are a headache, a strength of 0 is none; a row that says both says neither."""
    if pained is False and minutes:
        what = "The row says both that there was a headache and that there was none."
        calendar.problems.append(Problem(entry.place, what, "Correct the row."))
        return None
    return True if minutes else pained


def _fitting(calendar: Calendar, entry: Entry, minutes: int | None) -> int | None:
    """The minutes of the day; none, and a problem, where they are more than a day has."""
    if minutes is not None and minutes > DAY_MINUTES:
        what = f"A headache of {minutes / 60:g} hours does not fit on one date, so its hours were left open."
        calendar.problems.append(Problem(entry.place, what, "Write its hours on each of its days."))
        return None
    return minutes


def _note(entry: Entry) -> str | None:
    said_of = (("Auslöser", entry.text("trigger")), ("Andere Symptome", entry.text("other")))
    return "; ".join(f"{label}: {text}" for label, text in said_of if text) or None


def _doses(calendar: Calendar, entry: Entry, patient: str) -> Iterator[Dose]:
    """The medicines of a row, with whether they helped."""
    helped = [grade for name, grade in RELIEF if entry.marked(name)]
    relief = helped[0] if len(helped) == 1 else None
    if len(helped) > 1:
        what = "More than one answer is marked for whether the medicine helped."
        calendar.problems.append(Problem(entry.place, what, "Leave one mark."))
    text = "; ".join(_texts(calendar, entry))
    found, odd = doses(patient, datetime.combine(entry.day, time()), text, timed=False, source=SOURCE)
    calendar.problems += [problem._replace(where=entry.place) for problem in odd]
    yield from (replace(dose, relief=relief) for dose in found)


def _texts(calendar: Calendar, entry: Entry) -> Iterator[str]:
    """What was taken, as a person would write it; a letter stands for the medicine named above the table."""
    text, much = entry.text("medicine"), entry.text("count")
    letters = LETTERS.findall(text)
    if not letters or LETTERS.sub("", text).strip(" ,;/+&"):
        if text:
            yield with_count(text, much)
        return
    for number, letter in letters:
        name = entry.names.get(letter.upper())
        if name is None:
            what = f'The letter "{letter}" stands for no medicine above the table.'
            calendar.problems.append(Problem(entry.place, what, "Name the medicine there, and import the file again."))
            continue
        yield with_count(name, number or (much if len(letters) == 1 else ""))


def with_count(name: str, much: str) -> str:
    """The medicine with how much of it; nothing is added where that is not said.

    >>> with_count("Sumatriptan 50 mg", "2"), with_count("Novalgin", "30 Tropfen"), with_count("Novalgin", "")
    ('2 x Sumatriptan 50 mg', 'Novalgin 30 Tropfen', 'Novalgin')
    """
    if not much:
        return name
    return f"{much} x {name}" if number_of(much) else f"{name} {much}"


LAYOUT = Layout(
    SOURCE,
    claims,
    read,
    takes="A sheet for each month with the days 1 to 31 down the rows: strength, hours, features, medicines by their "
    "letter, how many, and whether they helped.",
    leaves="Vorboten, smells, and pain that is dull. Triggers and other symptoms become notes. The year is asked for.",
    blanks="A blank is not a zero: a day without a strength or hours is left open. Where no day has a 0, the calendar "
    "is taken as a list of headaches, and short silences count as headache-free.",
)
