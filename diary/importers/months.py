"""Sheets that hold one month each, their days being numbers: which month and year a sheet is of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from diary.importers.columns import number_of
from diary.importers.dates import MONTH_NAMES, YEARS
from diary.importers.options import Options, UnknownYear
from diary.importers.sheets import Cell, Sheet
from diary.importers.words import MONTHS, fold, vocabulary
from diary.model import Problem

LABELS = frozenset(
    ("month", "monat", "mois", "mes", "mese", "maand", "year", "jahr", "annee", "ano", "anno", "jaar", "of", "de")
)
"""Words that may stand beside the name of a month or the number of a year."""

LAST_DAYS = range(28, 32)


class Month(NamedTuple):
    """A month of a year."""

    year: int
    month: int

    def day(self, number: int) -> date | None:
        """The date of a day; None where the month has no such day.

        >>> Month(2026, 2).day(28), Month(2026, 2).day(29)
        (datetime.date(2026, 2, 28), None)
        """
        try:
            return date(self.year, self.month, number)
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{MONTH_NAMES[self.month - 1]} {self.year}"


class _Said(NamedTuple):
    months: set[int]
    years: set[int]


def month_of(sheet: Sheet, above: int, options: Options) -> Month | Problem:
    """The month that the tab's name, or a cell in the rows *above* the days, names; a problem where none or two do.

    Raises UnknownYear: the month has no year, and none was given.
    """
    said = _said([sheet.name, *(cell for row in sheet.rows[:above] for cell in row)])
    where = f"sheet {sheet.name}" if sheet.name else "file"
    if len(said.months) != 1 or len(said.years) > 1:
        what = "more than one month or year" if said.months else "no month"
        return Problem(where, f"It names {what}, so it was not read.", "Write above the days which it is: March 2026.")
    (month,) = said.months
    year = next(iter(said.years), options.year)
    if year is None:
        raise UnknownYear(
            f"The {where} is of {MONTH_NAMES[month - 1]} and does not say of which year. "
            "Say it with --year 2026, or write the year beside the month."
        )
    return Month(year, month)


def _said(cells: Iterable[Cell]) -> _Said:
    """The months and years in cells that hold nothing else."""
    said = _Said(set(), set())
    for cell in cells:
        if isinstance(cell, date):
            said.months.add(cell.month)
            said.years.add(cell.year)
        elif isinstance(cell, str):
            _add_words(said, cell)
        elif (number := number_of(cell)) is not None and number in YEARS:
            said.years.add(int(number))
    return said


def _add_words(said: _Said, text: str) -> None:
    words = re.findall(r"[^\W\d_]+|\d+", fold(text))
    months = [month for word in words if (month := _month(word))]
    years = [int(word) for word in words if _is_year(word)]
    others = [word for word in words if not _month(word) and word not in LABELS and not _is_year(word)]
    if not others:
        said.months.update(months)
        said.years.update(years)


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal() and int(word) in YEARS


def _month(word: str) -> int | None:
    """The number of a month, by its name or its usual abbreviation.

    >>> _month("marz"), _month("may"), _month("maybe")
    (3, 5, None)
    """
    meaning = vocabulary(*MONTHS).get(word)
    return int(meaning.removeprefix("month ")) if meaning else None


def day_number(cell: Cell) -> int | None:
    """The number of a day of the month, as a number or as text.

    >>> day_number(14.0), day_number("3."), day_number("32")
    (14, 3, None)
    """
    number = number_of(cell.strip().rstrip(".") if isinstance(cell, str) else cell)
    return int(number) if number is not None and number in range(1, 32) else None


def counting(cells: Sequence[Cell]) -> int | None:
    """Where in a row or column 1, 2, 3 … up to the last day of a month begins; None where it does not.

    >>> counting(["Day", *range(1, 32)]), counting([1, 2, 3])
    (1, None)
    """
    numbers = [day_number(cell) for cell in cells]
    for start in (place for place, number in enumerate(numbers) if number == 1):
        length = next((n for n, number in enumerate(numbers[start:]) if number != n + 1), len(numbers) - start)
        if length in LAST_DAYS:
            return start
    return None
