"""Dates and numbers on a page, in its language; and the words for what the diary holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime, format_decimal, gettext


def long_day(day: date) -> str:
    """Such as "Sunday, 1 March". How a date is put together is part of a language, and so of its catalogue."""
    return str(format_date(day, gettext("EEEE, d MMMM")))


def short_day(day: date) -> str:
    """Such as "1 Mar 2026"."""
    return str(format_date(day, gettext("d MMM y")))


def utc(at: datetime) -> str:
    """A time in UTC, such as "1 Mar 2026, 22:30"."""
    return str(format_datetime(at, gettext("d MMM y, HH:mm"), rebase=False))


def number(value: float) -> str:
    """A number with at most one decimal."""
    return str(format_decimal(value, format="#,##0.#"))


def written(value: float) -> str:
    """A number as it stands in a field, where it is read again: nothing is rounded off, and no thousands are parted."""
    return str(format_decimal(value, format="0.####"))


FILTERS: dict[str, Callable[..., Any]] = {"long_day": long_day, "short_day": short_day, "number": number, "utc": utc}
