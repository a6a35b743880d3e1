"""Numbers as people read them: one decimal, a true minus sign, never a bare "nan"."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import copysign
from typing import Any

import pandas as pd

NOT_TOLD = "cannot tell"
MINUS = "\N{MINUS SIGN}"
HAIR = 1e-9
"""By which a half such as 19.95, which no computer holds exactly, may lie below it."""


DAY_ZERO = pd.Timestamp(2000, 1, 1)
"""Where the first session of a de-identified diary lies."""

_RELATIVE = ContextVar("relative days", default=False)


@contextmanager
def relative_days() -> Iterator[None]:
    """Inside, every date is written as the days since :data:`DAY_ZERO`.

    >>> with relative_days():
    ...     print(day(DAY_ZERO), day("1999-12-04"), span("1999-12-04", "2000-01-01"), month("1999-12"), sep="; ")
    day 0; day −28; day −28 to −1; month −1
    """
    token = _RELATIVE.set(True)
    try:
        yield
    finally:
        _RELATIVE.reset(token)


def are_relative() -> bool:
    """Whether dates are written as days since :data:`DAY_ZERO` here."""
    return _RELATIVE.get()


def number(value: Any, digits: int = 1) -> str:
    """A number, or "cannot tell". A half is rounded away from zero, as people and spreadsheets do it.

    >>> number(-3.14159), number(57 * 28 / 80), number(float("nan"))
    ('−3.1', '20.0', 'cannot tell')
    """
    if pd.isna(value):
        return NOT_TOLD
    text = f"{value + copysign(HAIR, value):.{digits}f}"
    text = text.lstrip("-") if float(text) == 0 else text
    return text.replace("-", MINUS)


def signed(value: Any, digits: int = 1) -> str:
    """A change with its sign.

    >>> signed(2.0), signed(-2.0), signed(0.001), signed(0.5, 0)
    ('+2.0', '−2.0', '0.0', '+1')
    """
    text = number(value, digits)
    return f"+{text}" if not pd.isna(value) and value > 0 and float(text) > 0 else text


def interval(low: Any, high: Any, digits: int = 1) -> str:
    """Two limits of a change.

    >>> interval(-9.26, -1.74)
    '−9.3 to −1.7'
    """
    if pd.isna(low) or pd.isna(high):
        return NOT_TOLD
    return f"{signed(low, digits)} to {signed(high, digits)}"


def fewer(value: float, digits: int = 1) -> str:
    """A change in words.

    >>> fewer(-6.13), fewer(0.4), fewer(0.0)
    ('6.1 fewer', '0.4 more', 'no difference')
    """
    text = number(abs(value), digits)
    if float(text) == 0:
        return "no difference"
    return f"{text} {'fewer' if value < 0 else 'more'}"


def percent_fewer(value: float) -> str:
    """A change in per cent, in words.

    >>> percent_fewer(-31.6), percent_fewer(0.5), percent_fewer(0.4)
    ('32 % fewer', '1 % more', 'no difference')
    """
    said = fewer(value, 0)
    return said if said.startswith("no") else said.replace(" ", " % ", 1)


def day(value: Any) -> str:
    """A date that cannot be misread.

    >>> from datetime import date
    >>> day(date(2026, 3, 1))
    '1 Mar 2026'
    """
    if pd.isna(value):
        return "not known"
    stamp = pd.Timestamp(value)
    return f"day {_days(stamp)}" if are_relative() else f"{stamp.day} {stamp:%b %Y}"


def _days(stamp: pd.Timestamp) -> str:
    return number((stamp.normalize() - DAY_ZERO).days, 0)


def month(value: Any) -> str:
    """A calendar month.

    >>> month("2026-03-01")
    '2026-03'
    """
    stamp = pd.Timestamp(value)
    months = 12 * (stamp.year - DAY_ZERO.year) + stamp.month - DAY_ZERO.month
    return f"month {number(months, 0)}" if are_relative() else f"{stamp:%Y-%m}"


def span(start: Any, end: Any) -> str:
    """First and last day of a window whose *end* is outside.

    >>> from datetime import date
    >>> span(date(2026, 3, 1), date(2026, 3, 29)), span(date(2025, 12, 30), date(2026, 1, 2))
    ('1 – 28 Mar 2026', '30 Dec 2025 – 1 Jan 2026')
    """
    first, last = pd.Timestamp(start), pd.Timestamp(end) - pd.Timedelta(days=1)
    if last < first:
        return f"from {day(first)}"
    if last == first:
        return day(first)
    if are_relative():
        return f"day {_days(first)} to {_days(last)}"
    if first.year != last.year:
        return f"{day(first)} – {day(last)}"
    if first.month != last.month:
        return f"{first.day} {first:%b} – {day(last)}"
    return f"{first.day} – {day(last)}"


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number of things.

    >>> count(1, "day"), count(2, "day")
    ('1 day', '2 days')
    """
    return f"{n} {noun if n == 1 else plural or noun + 's'}"


def listed(parts: list[str]) -> str:
    """Parts joined as in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def sentence_case(text: str) -> str:
    """The text with a capital first letter, the rest as it is.

    >>> sentence_case("days with NSAIDs")
    'Days with NSAIDs'
    """
    return text[:1].upper() + text[1:]
