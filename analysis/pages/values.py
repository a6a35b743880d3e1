"""Numbers and dates of an English text, as another language writes them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime

from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import get_decimal_symbol

DECIMAL = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])")
"""A number with decimals; a section such as 8.2.6 is none."""

RANGE = re.compile(r"(?<![\d-])(\d+)-(\d+)(?![\d-])")
"""Such as "9-12"; neither a calendar month nor the name of a definition such as 1-4-7."""

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MONTH = r"(?P<{0}month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
DAY = re.compile(rf"(?P<day>\d{{1,2}}) {MONTH.format('')} (?P<year>\d{{4}})")
SPAN = re.compile(
    rf"(?P<first>\d{{1,2}})(?: {MONTH.format('first_')})?(?: (?P<first_year>\d{{4}}))? – "
    rf"(?P<day>\d{{1,2}}) {MONTH.format('')} (?P<year>\d{{4}})"
)
DAY_OF_MONTH = re.compile(r"\b(\d{1,2}\.) ")
"""A day with its point, which stays on one line with its month."""

MONTH_ALONE = re.compile(rf"{MONTH.format('')}(?: (?P<year>\d{{4}}))?")


def written(text: str, language: str) -> str | None:
    r"""The text, if it is nothing but numbers, or a date, as the language writes it; None where it is something else.

    >>> [written(text, "de") for text in ("−4.5", "8.2.6", "9-12", "2026-03", "1-4-7")]
    ['−4,5', '8.2.6', '9–12', '2026-03', '1-4-7']
    >>> [written(text, "de") for text in ("1 Mar 2026", "1 – 28 Mar 2026", "30 Dec 2025 – 1 Jan 2026")]
    ['1.\xa0März 2026', '1.–28.\xa0März 2026', '30.\xa0Dez. 2025 – 1.\xa0Jan. 2026']
    >>> [written(text, "de") for text in ("Feb", "May 2026", "version 4.5", "40 May 2026")]
    ['Feb', 'Mai 2026', None, None]
    """
    if not any(map(str.isalpha, text)):
        return RANGE.sub(_dashed, DECIMAL.sub(rf"\1{get_decimal_symbol(language)}\2", text))
    with suppress(ValueError):  # there is no such day, so it is something else
        said = _date(text, language)
        return said if said is None else DAY_OF_MONTH.sub("\\1\N{NO-BREAK SPACE}", said)
    return None


def _date(text: str, language: str) -> str | None:
    if found := DAY.fullmatch(text):
        return str(format_skeleton("yMMMd", _day(found), locale=language))
    if found := SPAN.fullmatch(text):
        return str(format_interval(_first(found), _day(found), "yMMMd", locale=language)).replace("\u2009", " ")
    return _month(text, language)


def _dashed(found: re.Match[str]) -> str:
    is_month = len(found[1]) == 4
    return found[0] if is_month else f"{found[1]}–{found[2]}"


def _month(text: str, language: str) -> str | None:
    found = MONTH_ALONE.fullmatch(text)
    if found is None:
        return None
    day = date(int(found["year"] or 2000), _number(found["month"]), 1)
    return str(format_skeleton("yMMM", day, locale=language) if found["year"] else format_date(day, "LLL", language))


def _day(found: re.Match[str]) -> datetime:
    return datetime(int(found["year"]), _number(found["month"]), int(found["day"]))


def _first(found: re.Match[str]) -> datetime:
    """The first day of a span; what it leaves out is as in the last."""
    month = found["first_month"] or found["month"]
    return datetime(int(found["first_year"] or found["year"]), _number(month), int(found["first"]))


def _number(month: str) -> int:
    return MONTHS.index(month) + 1
