"""Dates and times of day from whole columns: one order of day and month for all of a column, or a question.

Text dates are tried against a short list of strict forms. Nothing is taken for a date because it resembles one,
and no two cells of a column are read in different orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from diary.importers.columns import Fault, Parsed, each, is_blank
from diary.importers.options import AmbiguousDates, DateOrder
from diary.importers.sheets import Cell
from diary.importers.words import MONTHS, fold, vocabulary

Moment = date | datetime
"""A datetime where the time of day is known, else a date."""

YEARS = range(1950, 2100)
CLOCK = r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?\s?m\.?)?"
ZONE = r"\s*(?P<zone>z|[+-]\d{2}:?\d{2})?"
AFTER_DATE = rf"(?:(?:t|,?\s+|\s*@\s*|\s+at\s+){CLOCK}{ZONE})?"
WEEKDAY = r"(?:[^\W\d_]+\.?,?\s+)?"
NUMERIC = re.compile(rf"{WEEKDAY}(\d{{1,4}})\s?[-/.]\s?(\d{{1,2}})\s?[-/.]\s?(\d{{1,4}})\.?{AFTER_DATE}")
YEAR = r"'?(\d{4}|\d{2})"
DAY_FIRST = re.compile(
    rf"{WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[\s/-]*(?:of |de )?([^\W\d_]+)\.?,?[\s/-]*(?:de )?{YEAR}{AFTER_DATE}"
)
MONTH_FIRST = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)??([^\W\d_]+)\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+|-)(\d{{4}}|\d{{2}}){AFTER_DATE}"
)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
CLOCK_ALONE = re.compile(rf"{CLOCK}(?:\s*(?:uhr|h|hrs|o'clock))?")
EPOCH = datetime(1970, 1, 1)
ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
DAYS, MONTH_NUMBERS = range(1, 32), range(1, 13)
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Written(NamedTuple):
    """A date as its text gives it: three numbers in an *order* (None: not decided), a clock, an offset from UTC."""

    parts: tuple[str, str, str]
    order: DateOrder | None
    clock: time | None = None
    utc_offset: int | None = None


class Moments(NamedTuple):
    """A column of dates, with or without times, and the offsets from UTC in minutes where the text has them."""

    parsed: Parsed[Moment]
    offsets: dict[int, int]


def said(day: date) -> str:
    """A date in words that nobody can read in two ways.

    >>> said(date(2021, 2, 1))
    '1 February 2021'
    """
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def read_moments(
    cells: Sequence[Cell],
    header: str = "Date",
    order: DateOrder | None = None,
    *,
    epoch1904: bool = False,
    why: str = "as asked",
) -> Moments:
    """Dates and datetimes from cells, text, spreadsheet day numbers, or seconds since 1970.

    *why* says on whose word *order* is taken.

    Raises AmbiguousDates: the texts fit day-first and month-first alike, or some fit only one and some only the other.

    >>> read_moments(["22nd Sep 2020", "2020-09-23 10:30"]).parsed.values
    [datetime.date(2020, 9, 22), datetime.datetime(2020, 9, 23, 10, 30)]
    """
    written = {cell: _written(fold(cell)) for cell in dict.fromkeys(cells) if isinstance(cell, str)}
    undecided = _undecided(written)
    chosen, assumptions = _decide(undecided, header, order, why)
    numbers = _number_reader(cells, epoch1904)

    def read(cell: Cell) -> Moment | Fault:
        if isinstance(cell, date):
            return _real(cell)
        if isinstance(cell, str) and (one := written[cell]):
            return _moment(cell, one, chosen)
        return numbers(cell)

    parsed = each(cells, read)
    offsets = {i: one.utc_offset for i, cell in enumerate(cells) if isinstance(cell, str) and (one := written[cell])}
    return Moments(
        parsed._replace(assumptions=assumptions, notices=_swapped(cells, undecided, header)),
        {index: offset for index, offset in offsets.items() if offset is not None},
    )


def order_of(cells: Sequence[Cell], header: str) -> DateOrder | None:
    """The order of day and month that a column of text dates proves; None where it has none to decide."""
    undecided = _undecided({cell: _written(fold(cell)) for cell in cells if isinstance(cell, str)})
    return _decide(undecided, header, None, "")[0] if undecided else None


def _undecided(written: dict[str, Written | None]) -> dict[str, tuple[str, str, str]]:
    return {text: one.parts for text, one in written.items() if one and one.order is None}


def _real(cell: Moment) -> Moment | Fault:
    if cell.year not in YEARS:
        return _odd_year(cell)
    if isinstance(cell, datetime) and cell.microsecond:
        return (cell + timedelta(microseconds=500_000)).replace(microsecond=0)  # fractions of a day are not exact
    return cell


def _odd_year(day: date) -> Fault:
    return Fault(f"The year {day.year} cannot be right.", "Correct the date.")


def _written(text: str) -> Written | None:
    """The parts of a text date, in folded letters; None where the text is none."""
    numeric = NUMERIC.fullmatch(text)
    if numeric:
        parts = (numeric[1], numeric[2], numeric[3])
        return Written(parts, "ymd" if len(parts[0]) == 4 else None, *_clock_and_zone(numeric))
    months = vocabulary(*MONTHS)
    for pattern, order in ((DAY_FIRST, (1, 2, 3)), (MONTH_FIRST, (2, 1, 3))):
        match = pattern.fullmatch(text)
        if match and match[order[1]] in months:
            month = months[match[order[1]]].removeprefix("month ")
            return Written((match[order[0]], month, match[3]), "dmy", *_clock_and_zone(match))
    compact = COMPACT.fullmatch(text)
    return Written((compact[1], compact[2], compact[3]), "ymd") if compact else None


def _clock_and_zone(match: re.Match[str]) -> tuple[time | None, int | None]:
    if match["hour"] is None:
        return None, None
    return _clock(match), _offset(match["zone"])


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes


def _clock(match: re.Match[str]) -> time | None:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _decide(
    undecided: dict[str, tuple[str, str, str]], header: str, order: DateOrder | None, why: str
) -> tuple[DateOrder, tuple[str, ...]]:
    """The order for every text of a column that does not carry its own, and why."""
    if not undecided:
        return order or "ymd", ()
    if order:
        return order, (f'Dates in the column "{header}" are read {ORDER_WORDS[order]}, {why}.',)
    fitting = {text: fits for text, parts in undecided.items() if (fits := _orders(text, parts))}
    common = [order for order in ORDERS if all(order in fits for fits in fitting.values())]
    if not common:
        raise AmbiguousDates(_contradiction(fitting, header))
    if len({tuple(_day(parts, order) for parts in undecided.values()) for order in common}) > 1:
        raise AmbiguousDates(_question(undecided, common, header))
    proof = next((text for text, fits in sorted(fitting.items()) if len(fits) == 1), None)
    said = f'Dates in the column "{header}" are read {ORDER_WORDS[common[0]]}: "{proof}" fits no other order.'
    return common[0], (said,) if proof else ()


def _orders(text: str, parts: tuple[str, str, str]) -> list[DateOrder]:
    """The orders in which the numbers can be a day, a month and a year; 24-01-31 may begin with its year."""
    first, second = int(parts[0]), int(parts[1])
    may_lead = "-" in text and len(parts[0]) == len(parts[2]) == 2
    fits: dict[DateOrder, bool] = {
        "dmy": first in DAYS and second in MONTH_NUMBERS,
        "mdy": first in MONTH_NUMBERS and second in DAYS,
        "ymd": may_lead and second in MONTH_NUMBERS and int(parts[2]) in DAYS,
    }
    return [order for order in ORDERS if fits[order]]


def _contradiction(fitting: dict[str, list[DateOrder]], header: str) -> str:
    """Two texts of a column that no one order fits."""
    one = next(text for text in sorted(fitting) if len(fitting[text]) == 1)
    other = next(text for text in sorted(fitting) if fitting[one][0] not in fitting[text])
    return (
        f'In the column "{header}" "{one}" can only be {ORDER_WORDS[fitting[one][0]]} and "{other}" cannot. '
        "Correct the dates, or say which holds with --date-order dmy or --date-order mdy."
    )


def _question(undecided: dict[str, tuple[str, str, str]], orders: Sequence[DateOrder], header: str) -> str:
    """The first text that two orders read differently, in both readings."""
    readings = {text: {order: _day(parts, order) for order in orders} for text, parts in sorted(undecided.items())}
    text = next(text for text, days in readings.items() if len(set(days.values())) > 1)
    days = " or ".join(said(day) if isinstance(day, date) else "no date" for day in readings[text].values())
    asked = " or --date-order ".join(orders)
    return (
        f'The dates in the column "{header}" can be read in two ways: "{text}" is {days}. '
        f"Say which with --date-order {asked}."
    )


def _day(parts: tuple[str, str, str], order: DateOrder) -> date | Fault | None:
    """The date of three numbers; None where they do not fit the order."""
    year, month, day = (parts[order.index(letter)] for letter in "ymd")
    if len(year) not in (2, 4) or len(day) > 2:
        return None
    full = int(year) if len(year) == 4 else 2000 + int(year)
    if int(month) not in MONTH_NUMBERS or int(day) not in DAYS:
        return None
    try:
        found = date(full, int(month), int(day))
    except ValueError:
        return Fault(f"{int(day)} {MONTH_NAMES[int(month) - 1]} {full} does not exist.", "Correct the date.")
    return found if full in YEARS else _odd_year(found)


def _moment(text: str, written: Written, chosen: DateOrder) -> Moment | Fault:
    order = written.order or chosen
    day = _day(written.parts, order)
    if day is None:
        return Fault(f'"{text}" is not a date that is read {ORDER_WORDS[order]}.', "Correct the date.")
    if isinstance(day, Fault) or written.clock is None:
        return day
    return datetime.combine(day, written.clock)


def _number_reader(cells: Sequence[Cell], epoch1904: bool) -> _Numbers:
    numbers = [number for cell in cells if (number := _plain_number(cell)) is not None]
    all_numbers = numbers and len(numbers) == sum(not is_blank(cell) for cell in cells)
    for scale in (1, 1000):
        if all_numbers and all(6e8 * scale <= number < 4.2e9 * scale for number in numbers):
            return _Numbers(EPOCH, timedelta(seconds=1) / scale, 6e8 * scale)
    return _Numbers(datetime(1904, 1, 1) if epoch1904 else datetime(1899, 12, 30), timedelta(days=1), 10_000)


class _Numbers(NamedTuple):
    """Numbers as moments: so many steps after a beginning."""

    beginning: datetime
    step: timedelta
    least: float

    def __call__(self, cell: Cell) -> Moment | Fault:
        number = _plain_number(cell)
        if number is None or not self.least <= number < 4.2e12:
            return Fault(f'"{cell}" is not a date.', "Write the date like 2026-03-01.")
        try:
            moment = self.beginning + timedelta(seconds=round(number * self.step.total_seconds()))
        except OverflowError:
            return Fault(f'"{cell}" is not a date.', "Write the date like 2026-03-01.")
        if self.step == timedelta(days=1) and number == int(number):
            return _real(moment.date())
        return _real(moment)


def _plain_number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    if isinstance(cell, str):
        text = cell.strip()
        return float(text) if re.fullmatch(r"\d{5}(?:\.\d+)?|\d{10}|\d{13}", text) else None
    return float(cell)


def _swapped(cells: Sequence[Cell], undecided: dict[str, tuple[str, str, str]], header: str) -> tuple[Fault, ...]:
    """Where half may be swapped: opening a foreign csv turns 03/02 into a date and leaves 13/02 as text."""
    real = [cell for cell in cells if isinstance(cell, date)]
    over_twelve = [parts for parts in undecided.values() if max(int(parts[0]), int(parts[1])) > 12]
    if not real or not over_twelve or len(over_twelve) < len(undecided) or any(day.day > 12 for day in real):
        return ()
    return (
        Fault(
            f'In the column "{header}" every real date has a day of 12 or less and every text date one above 12: '
            "the spreadsheet has probably swapped day and month in the real ones.",
            "Go back to the original file and import that.",
        ),
    )


def read_clocks(cells: Sequence[Cell]) -> Parsed[time]:
    """Times of day: time cells, ``10:30``, ``10.30``, ``22h15``, ``10:30 pm``, or the fraction of a day.

    >>> read_clocks(["10:30 pm", "7 am", 0.5, None]).values
    [datetime.time(22, 30), datetime.time(7, 0), datetime.time(12, 0), None]
    """
    return each(cells, _clock_of)


def _clock_of(cell: Cell) -> time | Fault:
    if isinstance(cell, datetime):
        return cell.time().replace(microsecond=0)
    if isinstance(cell, time):
        return _whole_second(cell)
    if isinstance(cell, timedelta) and timedelta(0) <= cell < timedelta(days=1):
        return (EPOCH + cell).time().replace(microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        return (EPOCH + timedelta(seconds=round(cell * 86_400))).time()
    match = CLOCK_ALONE.fullmatch(fold(cell)) if isinstance(cell, str) else None
    clock = _clock(match) if match and (match["minute"] or match["half"] or not str(cell).strip().isdigit()) else None
    return clock or Fault(f'"{cell}" is not a time of day.', "Write it like 14:30, or leave the cell empty.")


def _whole_second(clock: time) -> time:
    if clock.microsecond < 500_000:
        return clock.replace(microsecond=0)
    rounded = datetime.combine(EPOCH, clock) + timedelta(microseconds=500_000)
    return rounded.time().replace(microsecond=0) if rounded.day == 1 else time(23, 59, 59)


def are_clocks(cells: Iterable[Cell]) -> bool:
    """Every cell that says anything is a time of day without a date."""
    told = [cell for cell in cells if not is_blank(cell)]
    return bool(told) and all(
        not isinstance(_clock_of(cell), Fault) and not isinstance(cell, datetime) for cell in told
    )
