"""Parsing whole columns: numbers, durations, yes and no, grades. One reading for a column, decided from all of it.

A parser takes the cells from top to bottom and returns one value for each, None where nothing is said.
A cell that cannot be read is None too, and a :class:`Fault` says why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from math import isfinite
from typing import Generic, NamedTuple, TypeVar

from diary.importers.options import AmbiguousDuration, DurationUnit
from diary.importers.sheets import Cell
from diary.importers.words import GRADES, UNITS, YES_NO, fold, vocabulary

T = TypeVar("T")

NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?")
GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
"""A thousand to some and one to others."""
CLOCKED = re.compile(r"(\d{1,3}):(\d{2})(?::\d{2})?(?:\s*(?:h|hrs|hours))?")
MEASURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d]+\.?)?")
HEADER_UNITS = re.compile(
    r"(?<![^\W_])"
    r"(?:(min|mins|minutes?|minuten|minutos|minuti)|(h|hrs?|hours?|std|stunden|heures|horas|ore|uren))"
    r"(?![^\W_])"
)
IN_MINUTES = {"days": 1440.0, "hours": 60.0, "minutes": 1.0, "seconds": 1 / 60}
LONGEST = 31 * 1440
"""Minutes of a month: a longer duration is taken for a slip."""

LONGEST_GUESS = 24
"""Bare numbers up to this are hours in a duration column that names no unit; beyond it the reader asks."""


class Fault(NamedTuple):
    """Why a cell was not read, and what to do."""

    what: str
    remedy: str


class Parsed(NamedTuple, Generic[T]):
    """A column's values, its faults by index, what was assumed, and what the whole column should be looked at for."""

    values: list[T | None]
    faults: dict[int, Fault]
    assumptions: tuple[str, ...] = ()
    notices: tuple[Fault, ...] = ()


def each(cells: Sequence[Cell], read: Callable[[Cell], T | Fault | None]) -> Parsed[T]:
    """A column of which every cell is read alone; equal cells are read once."""
    known: dict[tuple[type, Cell], T | Fault | None] = {}
    values: list[T | None] = []
    faults = {}
    for index, cell in enumerate(cells):
        key = (cell.__class__, cell)
        if key not in known:
            known[key] = None if is_blank(cell) else read(cell)
        value = known[key]
        if isinstance(value, Fault):
            faults[index] = value
            value = None
        values.append(value)
    return Parsed(values, faults)


def is_blank(cell: Cell) -> bool:
    """Nothing is said: an empty cell, spaces, a dash, or a word for "not known".

    >>> is_blank(None), is_blank(" - "), is_blank("n/a"), is_blank("none"), is_blank(0)
    (True, True, True, False, False)
    """
    if cell is None:
        return True
    return isinstance(cell, str) and (not cell.strip() or fold(cell) in vocabulary("unknown"))


def number_of(cell: Cell) -> float | None:
    """A number, also from text and with a decimal comma; None where it is none, or a comma may group thousands.

    >>> number_of("3,5"), number_of("7"), number_of("1,000"), number_of("about 3")
    (3.5, 7.0, None, None)
    """
    if isinstance(cell, str):
        text = cell.strip()
        return _finite(text.replace(",", ".")) if NUMBER.fullmatch(text) and not GROUPED.fullmatch(text) else None
    return _finite(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _finite(number: str | float) -> float | None:
    try:
        value = float(number)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return value if isfinite(value) else None


def read_numbers(cells: Sequence[Cell], low: float, high: float) -> Parsed[float]:
    """Numbers from *low* to *high*; anything else is a fault."""

    def read(cell: Cell) -> float | Fault:
        value = number_of(cell)
        if value is None:
            return Fault(f'"{cell}" is not a number.', "Write a number, or leave the cell empty.")
        if not low <= value <= high:
            return Fault(f"{cell} is not between {low:g} and {high:g}.", "Correct the number, or leave the cell empty.")
        return value

    return each(cells, read)


def read_flags(cells: Sequence[Cell]) -> Parsed[bool]:
    """Yes and no in many forms and languages; a number above zero, or a grade above none, is yes.

    >>> read_flags(["x", "Nein", None, 1, "mild"]).values
    [True, False, None, True, True]
    """
    return each(cells, _flag)


def _flag(cell: Cell) -> bool | Fault:
    if isinstance(cell, bool):
        return cell
    amount = number_of(cell)
    if amount is not None:
        return amount > 0
    meaning = vocabulary(*YES_NO, *GRADES).get(fold(str(cell)))
    if meaning is None:
        return Fault(f'"{cell}" is neither yes nor no.', "Write yes or no, or leave the cell empty.")
    return meaning not in ("no", "none")


def read_grades(cells: Sequence[Cell]) -> Parsed[int]:
    """Grades 0 to 3, as numbers or as none, mild, moderate, severe.

    >>> read_grades([2, "mild", "none", "7"]).values
    [2, 1, 0, None]
    """
    return each(cells, _grade)


def _grade(cell: Cell) -> int | Fault:
    number = number_of(cell)
    if number in (0, 1, 2, 3):
        return int(number)
    meaning = vocabulary("no", *GRADES).get(fold(str(cell)))
    if number is not None or meaning is None:
        return Fault(
            f'"{cell}" is not a grade from 0 to 3.', "Write 0 none, 1 mild, 2 moderate or 3 severe, or leave it empty."
        )
    return 0 if meaning == "no" else GRADES.index(meaning)


def read_durations(cells: Sequence[Cell], header: str = "", unit: DurationUnit | None = None) -> Parsed[int]:
    """Durations in minutes: ``3 h``, ``2h30``, ``02:30``, ``90 min``, ``2 days 3 hours``, time cells, bare numbers.

    Bare numbers have the unit that is asked for or that the header names. Where neither says, they are hours
    if one has a fraction or all are at most 24. Raises AmbiguousDuration: otherwise.

    >>> read_durations(["2h30", "02:30", "1d 02h 15m", 3.5]).values
    [150, 150, 1575, 210]
    """
    bare, assumptions = _bare_unit(cells, header, unit)

    def read(cell: Cell) -> int | Fault:
        minutes = _minutes(cell, bare)
        if minutes is None:
            return Fault(f'"{cell}" is not a duration.', "Write it like 3 h, 90 min or 02:30, or leave the cell empty.")
        if not 0 <= minutes <= LONGEST:
            what = "below zero" if minutes < 0 else "longer than a month"
            return Fault(f"A duration of {cell} is {what}.", "Correct it, or leave the cell empty.")
        return round(minutes)

    return each(cells, read)._replace(assumptions=assumptions)


def _bare_unit(cells: Sequence[Cell], header: str, unit: DurationUnit | None) -> tuple[str, tuple[str, ...]]:
    numbers = [number for number in map(number_of, cells) if number]
    named = HEADER_UNITS.search(header.casefold())
    if unit or named or not numbers:
        return unit or ("minutes" if named and named[1] else "hours"), ()
    if max(numbers) <= LONGEST_GUESS or any(number % 1 for number in numbers):
        return "hours", (f'Bare numbers in the column "{header}" are hours: they are small or have fractions.',)
    raise AmbiguousDuration(
        f'Numbers such as {max(numbers):g} in the column "{header}" can be hours or minutes. '
        "Say which with --duration-unit hours or --duration-unit minutes, or name the unit in the header."
    )


def _minutes(cell: Cell, unit: str) -> float | None:
    number = number_of(cell)
    if number is not None:
        return number * IN_MINUTES[unit]
    if isinstance(cell, str):
        return _spoken_minutes(fold(cell))
    span = _clock_span(cell)
    return None if span is None else span / timedelta(minutes=1)


def _clock_span(cell: Cell) -> timedelta | None:
    """The span that a time cell shows; beyond 24 hours it is stored as a date at the start of the calendar."""
    if isinstance(cell, timedelta):
        return cell
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    if isinstance(cell, datetime) and cell.year <= 1904:
        return cell - (datetime(1904, 1, 1) if cell.year == 1904 else datetime(1899, 12, 31))
    return None


def _spoken_minutes(text: str) -> float | None:
    clocked = CLOCKED.fullmatch(text)
    if clocked:
        return int(clocked[1]) * 60.0 + int(clocked[2])
    if text in vocabulary("none"):
        return 0.0
    return _measured_minutes(text.removeprefix("pt"))


def _measured_minutes(text: str) -> float | None:
    """Amounts with units, one after the other; an amount without a unit after hours is minutes."""
    if re.sub(r"[\s,+&]|\b(?:and|und|et|y|e|en)\b", "", MEASURE.sub("", text)):
        return None
    total, unit = 0.0, ""
    for amount, word in MEASURE.findall(text):
        if not word and unit != "hours":
            return None
        unit = _unit(word) if word else "minutes"
        if unit not in IN_MINUTES:
            return None
        total += float(amount.replace(",", ".")) * IN_MINUTES[unit]
    return total if unit else None


def _unit(word: str) -> str:
    plain = word.rstrip(".")
    return "seconds" if plain in ("s", "sec", "second", "seconds") else vocabulary(*UNITS).get(plain, "")


def read_texts(cells: Sequence[Cell]) -> Parsed[str]:
    """Text as written, without the spaces around it; a number or date becomes its plain text."""
    return Parsed([plain_text(cell) for cell in cells], {})


def shortened(text: str, letters: int) -> str:
    """The text, cut where it has more letters.

    >>> shortened("paracetamol", 6)
    'parac…'
    """
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def plain_text(cell: Cell) -> str | None:
    """A cell as a person would type it; None where it is empty.

    >>> plain_text(50.0), plain_text(" 2.5 mg "), plain_text(None), plain_text(time(14, 30))
    ('50', '2.5 mg', None, '14:30:00')
    """
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None
