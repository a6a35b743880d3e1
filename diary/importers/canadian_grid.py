"""The paper diary with the days 1 to 31 across: rows for the pain of each part of the day, and for each medicine.

It is the form of the Canadian Headache Society and its kin, typed into a spreadsheet, a sheet a month: "even if
headache-free write 0". So a blank is not a zero, and a day is free of headache only if every part of it has a 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, NamedTuple, TypeVar

from diary.importers.columns import Parsed, is_blank, read_flags, read_grades, read_numbers
from diary.importers.dates import said
from diary.importers.file import File
from diary.importers.intakes import doses
from diary.importers.layout import Layout
from diary.importers.months import Month, counting, month_of
from diary.importers.options import Options
from diary.importers.preventives import Intake, is_preventive, proposals
from diary.importers.scales import read_pain
from diary.importers.sheets import Cell, Row, Sheet
from diary.importers.words import normal
from diary.medicines import read_intakes
from diary.model import Batch, DayLog, Dose, Problem, Source

T = TypeVar("T")
Taken = Mapping[int, Sequence[float | None]]
"""How many tablets were taken on each day, by the row of the medicine."""

SOURCE = "Canadian headache grid"
SEARCHED_ROWS = 40
MOST_TABLETS = 50
UNNAMED = "unnamed medicine"

ABOUT = (
    ("part", re.compile(r"\b(?:morning|afternoon|evening|night)\b")),
    ("relief", re.compile(r"\brelief\b")),
    ("disability", re.compile(r"\bdisability\b")),
    ("menses", re.compile(r"\b(?:menses|menstrua\w*|period)\b")),
)
"""What a row is about, by its label."""

SECTIONS = (
    ("preventive", re.compile(r"\b(?:prevent\w*|prophyla\w*)\b")),
    ("acute", re.compile(r"\b(?:symptomatic|acute|rescue|abortive)\b")),
)
"""What the rows of medicines below a heading are about."""

TABLETS = re.compile(
    r"(?<![\s:,;(-])[\s:,;(-]*\b(?:number of )?(?:tablets?|pills?|doses?)(?: (?:per|a) day|/day)?\b\)?", re.IGNORECASE
)

NO_ANSWER = (
    "A blank in the rows of tablets means that it is not known whether any were taken, as a 0 stands for none; "
    "--blank-medication none takes a blank as none."
)
NONE_TAKEN = "A blank in the rows of tablets means that none were taken, as asked."


class Line(NamedTuple):
    """One row of the grid: its place in the sheet, what it is about, and its cells for the days 1 to 31.

    *about* is ``part``, ``acute``, ``preventive``, ``relief``, ``disability``, ``menses``, or ``other``.
    """

    row: int
    label: str
    about: str
    medicine: str
    cells: list[Cell]


@dataclass(slots=True)
class Grid:
    """A sheet's month and lines. Reading a line notes its problems here."""

    sheet: Sheet
    month: Month
    lines: list[Line]
    problems: list[Problem] = field(default_factory=list)

    def of(self, about: str) -> list[Line]:
        """The lines about one thing."""
        return [line for line in self.lines if line.about == about]

    def dates(self) -> list[date]:
        """The days of the month."""
        return [day for number in range(1, 32) if (day := self.month.day(number))]

    def cells(self, line: Line) -> list[Cell]:
        """A line's cells for the days that the month has."""
        return line.cells[: len(self.dates())]

    def values(self, line: Line, read: Callable[[Sequence[Cell]], Parsed[T]]) -> list[T | None]:
        """A line's values, day by day; what cannot be read is a problem of its day."""
        return self.take(line, read(self.cells(line)))

    def take(self, line: Line, parsed: Parsed[T]) -> list[T | None]:
        """The values of a line that was read; its faults become problems."""
        self.problems += [Problem(self.place(line, index + 1), *fault) for index, fault in parsed.faults.items()]
        return parsed.values

    def place(self, line: Line, number: int) -> str:
        """Where a person finds a day's cell: ``sheet March, row 14 (Morning, 3 March 2026)``."""
        day = self.month.day(number)
        return f"{self.sheet.place(line.row)} ({line.label}, {said(day) if day else f'day {number}'})"


def claims(file: File) -> bool:
    """A row of the days 1, 2, 3 … across, and below it two parts of the day."""
    return any(_days_row(sheet) is not None for sheet in file.sheets)


def _days_row(sheet: Sheet) -> tuple[int, int] | None:
    """The row of the days and the column of day 1; None where the sheet is no such grid."""
    for number, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        first = counting(row)
        if first:
            parts = [_about(_label(below, first)) == "part" for below in sheet.rows[number + 1 :]]
            return (number, first) if sum(parts) > 1 else None
    return None


def _label(row: Row, first: int) -> str:
    """What stands to the left of the days."""
    return " ".join(cell.strip() for cell in row[:first] if isinstance(cell, str) and cell.strip())


def _about(label: str) -> str:
    return next((about for about, pattern in ABOUT if pattern.search(normal(label))), "other")


def read(file: File, patient: str, options: Options) -> Batch:
    """The days of every sheet that is a grid and has an entry."""
    batch = Batch()
    for sheet in file.sheets:
        place = _days_row(sheet)
        lines = list(_lines(sheet, *place)) if place else []
        if place and any(not is_blank(cell) for line in lines for cell in line.cells):
            month = month_of(sheet, place[0], options)
            if isinstance(month, Problem):
                batch += Batch(problems=(month,))
            else:
                batch += _read_grid(Grid(sheet, month, lines), patient, options)
    once = {name: tuple(dict.fromkeys(getattr(batch, name))) for name in ("sources", "assumptions")}
    return replace(batch, **once)


def _lines(sheet: Sheet, number: int, first: int) -> Iterator[Line]:
    """The rows below the days. A row of tablets or relief without a medicine is about the one named last.

    The medicines end where other questions begin.
    """
    section, medicine = "acute", ""
    for row in range(number + 1, len(sheet.rows)):
        label = _label(sheet.rows[row], first)
        cells = [*sheet.rows[row][first : first + 31], *[None] * 31][:31]
        about = _about(label)
        section = "other" if about in ("disability", "menses") else section
        heading = next((name for name, pattern in SECTIONS if pattern.search(normal(label))), None)
        if about == "other" and heading:
            section, medicine = heading, ""
        elif about == "other" and label:
            medicine = TABLETS.sub("", label).replace(",", " ").strip(" :-") or medicine
            is_row = TABLETS.search(label) or any(not is_blank(cell) for cell in cells)
            about = _section(section, medicine) if is_row else "other"
        yield Line(row, label, about, medicine, cells)


def _section(section: str, medicine: str) -> str:
    """The section that a medicine stands in; a preventive is one among acute medicines too."""
    return "preventive" if section == "acute" and is_preventive(medicine) else section


def _read_grid(grid: Grid, patient: str, options: Options) -> Batch:
    grid.problems += _days_beyond(grid)
    taken = {line.row: grid.values(line, read_tablets) for line in grid.of("acute")}
    none = options.blank_medication == "none"
    days = list(_days(grid, patient, taken, none=none))
    facts = list(_doses(grid, patient, taken))
    grid.problems += proposals(_preventives(grid))
    blank = any(None in values for values in taken.values())
    return Batch(
        sources=(Source(patient, SOURCE, medication=none and bool(taken)),),
        days=tuple(days),
        doses=tuple(facts),
        assumptions=(NONE_TAKEN if none else NO_ANSWER,) if blank else (),
        problems=tuple(grid.problems),
    )


def read_tablets(cells: Sequence[Cell]) -> Parsed[float]:
    """How many tablets were taken."""
    return read_numbers(cells, 0, MOST_TABLETS)


def _days_beyond(grid: Grid) -> Iterator[Problem]:
    """Entries under days that the month does not have."""
    for number in range(29, 32):
        lines = [line for line in grid.lines if line.about != "other" and not is_blank(line.cells[number - 1])]
        if grid.month.day(number) is None and lines:
            what = f"{grid.month} has no day {number}, so what stands there was left out."
            yield Problem(grid.place(lines[0], number), what, "Move it to the right day.")


class Pain(NamedTuple):
    """What the parts of one day say of pain, each None where it is blank."""

    present: tuple[bool | None, ...]
    severity: int | None
    intensity: float | None

    @property
    def headache(self) -> bool | None:
        """Any part with pain makes a headache day; only if every part is a 0 there was none."""
        if True in self.present:
            return True
        return None if None in self.present else False


def _pains(grid: Grid) -> list[Pain]:
    """The pain of each day, from 0 to 10 unless the label of a part names another scale."""
    parts = []
    for line in grid.of("part"):
        pain = read_pain(grid.cells(line), line.label, "0-10")
        present = grid.take(line, Parsed(pain.present, pain.faults))
        parts.append(zip(present, pain.severity, pain.intensity, strict=True))
    days = (tuple(zip(*day, strict=True)) for day in zip(*parts, strict=True))
    return [Pain(present, _peak(present, severity), _peak(present, intensity)) for present, severity, intensity in days]


def _peak(present: Sequence[bool | None], values: Sequence[Any]) -> Any:
    """The highest of the parts; None where a part has pain of which is not known how bad it was."""
    if any(pained and value is None for pained, value in zip(present, values, strict=True)):
        return None
    return max((value for value in values if value is not None), default=None)


def _days(grid: Grid, patient: str, taken: Taken, *, none: bool) -> Iterator[DayLog]:
    """A log for each day of which anything is said; *none* takes a blank for no tablets."""
    disability, menses = _first(grid, "disability", read_grades), _first(grid, "menses", read_flags)
    half = []
    for index, (day, pain) in enumerate(zip(grid.dates(), _pains(grid), strict=True)):
        known = pain.headache is not None
        log = DayLog(
            patient,
            day,
            headache=pain.headache,
            severity=pain.severity if known else None,
            intensity=pain.intensity if known else None,
            acute=_acute([values[index] for values in taken.values()], none=none and known),
            disability=disability[index],
            menses=menses[index],
            source=SOURCE,
        )
        if not known and False in pain.present:
            half.append(day)
        if log != DayLog(patient, day, source=SOURCE):
            yield log
    if half:
        grid.problems.append(half_written(grid, half))


def half_written(grid: Grid, days: Sequence[date]) -> Problem:
    """Days with zeros for some of their parts and blanks for others."""
    listed = ", ".join(str(day.day) for day in days)
    return Problem(
        f"sheet {grid.sheet.name}" if grid.sheet.name else "file",
        f"Some parts of these days of {grid.month} are 0 and others blank, so the days were left open: {listed}.",
        "Write 0 for the blank parts if there was no headache.",
    )


def _acute(tablets: Sequence[float | None], *, none: bool) -> bool | None:
    """Whether tablets were taken; *none* takes a blank for none."""
    if any(tablets):
        return True
    return False if tablets and (none or None not in tablets) else None


def _first(grid: Grid, about: str, read: Callable[[Sequence[Cell]], Parsed[T]]) -> list[T | None]:
    lines = grid.of(about)
    return grid.values(lines[0], read) if lines else [None] * 31


def _doses(grid: Grid, patient: str, taken: Taken) -> Iterator[Dose]:
    """The tablets as intakes, with the relief from the line of the same medicine."""
    relief = {line.medicine: grid.values(line, read_grades) for line in grid.of("relief")}
    for line in grid.of("acute"):
        for index, (day, tablets) in enumerate(zip(grid.dates(), taken[line.row], strict=True)):
            if tablets:
                text = f"{tablets:g} x {line.medicine or UNNAMED}"
                found, odd = doses(patient, datetime.combine(day, time()), text, timed=False, source=SOURCE)
                grid.problems += [problem._replace(where=grid.place(line, day.day)) for problem in odd]
                helped = relief[line.medicine][index] if line.medicine in relief else None
                yield from (replace(dose, relief=helped) for dose in found)


def _preventives(grid: Grid) -> Iterator[Intake]:
    """The tablets of preventives on each day."""
    for line in grid.of("preventive"):
        tablets = grid.values(line, read_tablets)
        for day, number in zip(grid.dates(), tablets, strict=True):
            if number:
                yield preventive_intake(line.medicine, number, day)


def preventive_intake(text: str, number: float, day: date) -> Intake:
    """So many tablets of a preventive on a day, with the dose that they make.

    >>> preventive_intake("Topiramate 25 mg", 2, date(2026, 3, 1)).dose
    '50 mg'
    """
    one = next(iter(read_intakes(f"{number:g} x {text or UNNAMED}")), None)
    name = one.medicine.name if one and one.medicine else text or UNNAMED
    return Intake(name, day, f"{one.amount:g} {one.unit}" if one and one.amount and one.unit else f"{number:g} tablets")


LAYOUT = Layout(
    SOURCE,
    claims,
    read,
    takes="A sheet for each month with the days 1 to 31 across: pain in the morning, afternoon and evening, tablets "
    "and relief of each acute medicine, disability, bleeding.",
    leaves="Preventives are proposed, not filed. Other rows are not read.",
    blanks="A blank is not a zero: a day is headache-free only if every part of it has a 0, and without medicine only "
    "if every medicine has one.",
)
